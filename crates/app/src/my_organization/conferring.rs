//! What may be conferred: nobody confers what they do not hold, nor what the envelope excludes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{ResourceServerId, RoleId};
use guildhall_domain::log::Actor;
use guildhall_domain::organization::Organization;
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::{AuthorizedIn, Need, OrgScope};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::role::Role;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::permissions::{self, PermissionKey};
use guildhall_persistence::{Db, organizations, resource_servers, role_permissions, roles};

use super::caller;
use crate::context::{found, tenant};
use crate::problem::{Problem, Thing};

/// How many roles are looked up at once.
const AT_ONCE: usize = 500;

/// Someone who confers something, with what they hold read from `D`: a unit of work, or the store for those who only ask.
pub(crate) struct Conferrer<'a, D> {
    db: D,
    inside: &'a OrgScope,
    actor: &'a Actor,
    pub(crate) tenant: Tenant,
    pub(crate) organization: Organization,
    pub(crate) envelope: Envelope,
}

impl<'a, D: Into<Db<'a>> + Copy> Conferrer<'a, D> {
    /// The caller, in their organization.
    ///
    /// # Errors
    /// [`Thing::Organization`].
    pub(crate) async fn new<N: Need>(db: D, by: &'a AuthorizedIn<N>) -> Result<Self, Problem> {
        Self::of(db, by.scope(), &by.caller().actor).await
    }

    /// Whoever it is, in the organization.
    ///
    /// # Errors
    /// [`Thing::Organization`].
    pub(crate) async fn of(db: D, inside: &'a OrgScope, actor: &'a Actor) -> Result<Self, Problem> {
        let tenant = tenant(db, inside.within()).await?;
        let organization = organizations::find(db, inside.within(), inside.organization()).await?;
        let organization = found(organization, Thing::Organization)?;
        let envelope = tenant.settings.envelope_of(&organization);
        Ok(Self { db, inside, actor, tenant, organization, envelope })
    }

    /// Refuses permissions that the caller does not hold, whoever they are of.
    ///
    /// # Errors
    /// [`Problem::NotHeld`].
    pub(crate) async fn holds(&self, keys: impl IntoIterator<Item = PermissionKey>) -> Result<(), Problem> {
        let mut by_api: BTreeMap<ResourceServerId, BTreeSet<String>> = BTreeMap::new();
        for key in keys {
            by_api.entry(key.resource_server_id).or_default().insert(key.permission);
        }
        let mut missing = Vec::new();
        for (api, permissions) in by_api {
            let held = self.held_on(&api).await?;
            missing.extend(permissions.into_iter().filter(|permission| !held.contains(permission)));
        }
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Problem::NotHeld(missing)),
        }
    }

    /// What the caller holds on an API, by its id.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn held_on(&self, api: &ResourceServerId) -> Result<HashSet<String>, Problem> {
        match resource_servers::find(self.db, self.inside.within(), api).await? {
            Some(api) => self.held_on_this(Arc::new(api)).await,
            None => Ok(HashSet::new()),
        }
    }

    async fn held_on_this(&self, api: Arc<ResourceServer>) -> Result<HashSet<String>, Problem> {
        let (of, actor) = (&self.organization, self.actor);
        let snapshot = caller::snapshot(self.db, &self.tenant, self.inside, of, actor, api).await?;
        Ok(snapshot.map(|snapshot| snapshot.held().into_iter().collect()).unwrap_or_default())
    }

    /// What the caller may confer of an API: what they hold, as far as the envelope lets the organization grant it.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn grantable_on(&self, api: &Arc<ResourceServer>) -> Result<HashSet<String>, Problem> {
        let mut held = self.held_on_this(api.clone()).await?;
        if let Some(grantable) = self.envelope.grantable_on(&api.identifier) {
            held.retain(|permission| grantable.contains(permission.as_str()));
        }
        Ok(held)
    }

    /// The roles of these ids, each of which the caller may confer: the tenant's that the envelope lets be assigned and the
    /// organization's own, with nothing in them that the caller does not hold.
    ///
    /// # Errors
    /// [`Thing::Roles`], [`Problem::NotHeld`].
    pub(crate) async fn roles(&self, ids: &[RoleId]) -> Result<Vec<Role>, Problem> {
        let scope = self.inside.within();
        let mut known = roles::find_all(self.db, scope, ids).await?;
        known.retain(|role| self.is_assignable(role));
        let unknown = ids.iter().filter(|id| !known.iter().any(|role| role.id == **id));
        let unknown: Vec<String> = unknown.map(ToString::to_string).collect();
        if !unknown.is_empty() {
            return Err(Problem::NoSuch(Thing::Roles(unknown)));
        }
        let mut keys = HashSet::new();
        for role in &known {
            keys.extend(role_permissions::held(self.db, scope, &role.id).await?);
        }
        self.holds(keys).await?;
        Ok(known)
    }

    /// The permissions of these names, each of which the caller may put into a role of the organization's own. One that no API
    /// defines, and one that the organization may not confer, are as one that the caller does not hold.
    ///
    /// # Errors
    /// [`Problem::NotHeld`].
    pub(crate) async fn permissions(&self, names: &[PermissionName]) -> Result<Vec<PermissionKey>, Problem> {
        let (keys, withheld) = self.sorted_out(names).await?;
        match withheld.is_empty() {
            true => Ok(keys),
            false => Err(Problem::NotHeld(withheld.into_iter().map(|name| name.permission_name).collect())),
        }
    }

    /// Of these permissions, those that the caller may put into a role of the organization's own, and the names of the others.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn sorted_out(
        &self,
        names: &[PermissionName],
    ) -> Result<(Vec<PermissionKey>, Vec<PermissionName>), Problem> {
        let mut by_api: BTreeMap<&str, BTreeSet<&PermissionName>> = BTreeMap::new();
        for name in names {
            by_api.entry(&name.resource_server_identifier).or_default().insert(name);
        }
        let mut resolved = permissions::resolve(self.db, self.inside.within(), names).await?;
        let management = self.tenant.management_audience();
        let (mut keys, mut withheld) = (Vec::new(), Vec::new());
        for (api, names) in by_api {
            let grantable = self.envelope.grantable_on(api);
            let may = |name: &PermissionName| {
                let grantable = grantable.as_ref();
                api != management && grantable.is_none_or(|it| it.contains(name.permission_name.as_str()))
            };
            let mut held = None;
            for name in names {
                let key = resolved.remove(name).filter(|_| may(name));
                if let (Some(key), None) = (&key, &held) {
                    held = Some(self.held_on(&key.resource_server_id).await?);
                }
                let is_held = |key: &PermissionKey| held.iter().any(|held| held.contains(&key.permission));
                match key.filter(is_held) {
                    Some(key) => keys.push(key),
                    None => withheld.push(name.clone()),
                }
            }
        }
        Ok((keys, withheld))
    }

    /// Those of the roles that the caller may confer, as [`Conferrer::roles`] decides of each.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn conferrable(&self, ids: &[RoleId]) -> Result<Vec<Role>, Problem> {
        let scope = self.inside.within();
        let mut held: HashMap<ResourceServerId, HashSet<String>> = HashMap::new();
        let mut conferrable = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let known = roles::find_all(self.db, scope, ids).await?;
            for role in known.into_iter().filter(|role| self.is_assignable(role)) {
                let mut is_held = true;
                for key in role_permissions::held(self.db, scope, &role.id).await? {
                    let api = key.resource_server_id;
                    if !held.contains_key(&api) {
                        held.insert(api.clone(), self.held_on(&api).await?);
                    }
                    is_held &= held.get(&api).is_some_and(|held| held.contains(&key.permission));
                }
                conferrable.extend(is_held.then_some(role));
            }
        }
        Ok(conferrable)
    }

    /// Whether the organization may assign the role.
    pub(crate) fn is_assignable(&self, role: &Role) -> bool {
        is_assignable(&self.envelope, self.inside.organization(), role)
    }
}

/// Whether the organization may assign the role: its own always, one of the tenant where the envelope lets it.
pub(crate) fn is_assignable(
    envelope: &Envelope,
    organization: &guildhall_domain::id::OrganizationId,
    role: &Role,
) -> bool {
    role.assignable_in(organization) && (role.owner_id.is_some() || envelope.assigns(&role.id))
}
