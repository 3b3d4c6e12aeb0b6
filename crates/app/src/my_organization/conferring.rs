//! What may be conferred: nobody confers what they do not hold, nor what the envelope excludes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{ResourceServerId, RoleId};
use guildhall_domain::organization::Organization;
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::{AuthorizedIn, Need};
use guildhall_domain::role::Role;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::permissions::{self, PermissionKey};
use guildhall_persistence::{UnitOfWork, organizations, resource_servers, role_permissions, roles};

use super::caller;
use crate::context::{found, tenant};
use crate::problem::{Problem, Thing};

/// Someone who confers something within a unit of work.
pub(crate) struct Conferrer<'a, N> {
    unit: &'a UnitOfWork,
    by: &'a AuthorizedIn<N>,
    pub(crate) tenant: Tenant,
    pub(crate) organization: Organization,
    pub(crate) envelope: Envelope,
}

impl<'a, N: Need> Conferrer<'a, N> {
    /// The caller, in their organization as the unit has it.
    ///
    /// # Errors
    /// [`Thing::Organization`].
    pub(crate) async fn new(unit: &'a UnitOfWork, by: &'a AuthorizedIn<N>) -> Result<Self, Problem> {
        let scope = by.scope().within();
        let tenant = tenant(unit, scope).await?;
        let organization = organizations::find(unit, scope, by.organization()).await?;
        let organization = found(organization, Thing::Organization)?;
        let envelope = tenant.settings.envelope_of(&organization);
        Ok(Self { unit, by, tenant, organization, envelope })
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
        let scope = self.by.scope();
        let Some(api) = resource_servers::find(self.unit, scope.within(), api).await? else {
            return Ok(HashSet::new());
        };
        let actor = &self.by.caller().actor;
        let snapshot =
            caller::snapshot(self.unit, &self.tenant, scope, &self.organization, actor, Arc::new(api))
                .await?;
        Ok(snapshot.map(|snapshot| snapshot.held().into_iter().collect()).unwrap_or_default())
    }

    /// The roles of these ids, each of which the caller may confer: the tenant's that the envelope lets be assigned and the
    /// organization's own, with nothing in them that the caller does not hold.
    ///
    /// # Errors
    /// [`Thing::Roles`], [`Problem::NotHeld`].
    pub(crate) async fn roles(&self, ids: &[RoleId]) -> Result<Vec<Role>, Problem> {
        let scope = self.by.scope();
        let mut known = roles::find_all(self.unit, scope.within(), ids).await?;
        known.retain(|role| self.is_assignable(role));
        let unknown = ids.iter().filter(|id| !known.iter().any(|role| role.id == **id));
        let unknown: Vec<String> = unknown.map(ToString::to_string).collect();
        if !unknown.is_empty() {
            return Err(Problem::NoSuch(Thing::Roles(unknown)));
        }
        let mut keys = HashSet::new();
        for role in &known {
            keys.extend(role_permissions::held(self.unit, scope.within(), &role.id).await?);
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
        let mut resolved = permissions::resolve(self.unit, self.by.scope().within(), names).await?;
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

    /// Whether the organization may assign the role.
    pub(crate) fn is_assignable(&self, role: &Role) -> bool {
        is_assignable(&self.envelope, self.by.organization(), role)
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
