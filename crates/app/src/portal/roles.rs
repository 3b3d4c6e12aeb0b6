//! The roles that someone may choose from on a page, each with what keeps them from conferring it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::id::{ResourceServerId, RoleId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{AuthorizedIn, Need, my_organization as needs};
use guildhall_domain::role::Role;
use guildhall_persistence::{organizations, resource_servers, role_permissions, roles};

use crate::context::{App, found};
use crate::my_organization::caller;
use crate::problem::{Problem, Thing};

/// The most roles that are offered at once of one kind; others are found by name.
const MOST: u64 = 50;

/// A role that may be held in the organization.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The role.
    pub role: Role,
    /// Its permissions that the person does not hold, and so cannot confer; looked at only where asked for.
    pub not_held: Vec<String>,
}

/// Roles that are offered.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Them, in the order of their names.
    pub roles: Vec<Offered>,
    /// Whether there are more, to be found by name.
    pub has_more: bool,
}

/// The roles that the organization may assign with this part of a name.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn assignable(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberRoles>,
    name: Option<&str>,
) -> Result<Offer, Problem> {
    let (store, scope) = (app.store(), by.scope().within());
    let tenant = app.tenant(scope).await?;
    let organization = organizations::find(store, scope, by.organization()).await?;
    let organization = found(organization, Thing::Organization)?;
    let envelope = tenant.settings.envelope_of(&organization);
    let (mut all, mut has_more) = (Vec::new(), false);
    for owner in [Some(organization.id.clone()), None] {
        let filter = roles::Filter { owner, name: name.map(str::to_owned) };
        let page = roles::list(store, scope, &filter, &PageRequest::first(MOST)).await?;
        has_more |= page.next.is_some();
        let assigned = |role: &Role| role.owner_id.is_some() || envelope.assigns(&role.id);
        all.extend(page.items.into_iter().filter(assigned));
    }
    all.sort_by_cached_key(|role| role.name.to_lowercase());
    let roles = all.into_iter().map(|role| Offered { role, not_held: Vec::new() }).collect();
    Ok(Offer { roles, has_more })
}

/// The same, without those that are held already, and with what keeps the person from conferring each.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn conferrable(
    app: &App,
    by: &AuthorizedIn<needs::CreateMemberRoles>,
    name: Option<&str>,
    held: &[RoleId],
) -> Result<Offer, Problem> {
    let mut offer = assignable(app, &by.also()?, name).await?;
    offer.roles.retain(|offered| !held.contains(&offered.role.id));
    let mut known = Held { app, by, by_api: HashMap::new() };
    for offered in &mut offer.roles {
        let keys = role_permissions::held(app.store(), by.scope().within(), &offered.role.id).await?;
        let mut missing = BTreeSet::new();
        for key in keys {
            if !known.on(&key.resource_server_id).await?.contains(&key.permission) {
                missing.insert(key.permission);
            }
        }
        offered.not_held = missing.into_iter().collect();
    }
    Ok(offer)
}

/// The name of a role that the organization may assign, or that its members may hold.
///
/// # Errors
/// [`Thing::Role`].
pub async fn name(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberRoles>,
    id: &RoleId,
) -> Result<String, Problem> {
    let role = roles::find(app.store(), by.scope().within(), id).await?;
    let role = role.filter(|role| role.assignable_in(by.organization()));
    Ok(found(role, Thing::Role)?.name)
}

/// What the person holds on each API, each read once.
struct Held<'a, N> {
    app: &'a App,
    by: &'a AuthorizedIn<N>,
    by_api: HashMap<ResourceServerId, HashSet<String>>,
}

impl<N: Need> Held<'_, N> {
    async fn on(&mut self, id: &ResourceServerId) -> Result<&HashSet<String>, Problem> {
        if !self.by_api.contains_key(id) {
            let held = self.read(id).await?;
            self.by_api.insert(id.clone(), held);
        }
        Ok(&self.by_api[id])
    }

    async fn read(&self, id: &ResourceServerId) -> Result<HashSet<String>, Problem> {
        let (store, inside) = (self.app.store(), self.by.scope());
        let scope = inside.within();
        let tenant = self.app.tenant(scope).await?;
        let organization = organizations::find(store, scope, inside.organization()).await?;
        let organization = found(organization, Thing::Organization)?;
        let Some(api) = resource_servers::find(store, scope, id).await? else { return Ok(HashSet::new()) };
        let actor = &self.by.caller().actor;
        let snapshot = caller::snapshot(store, &tenant, inside, &organization, actor, Arc::new(api)).await?;
        Ok(snapshot.map(|snapshot| snapshot.held().into_iter().collect()).unwrap_or_default())
    }
}
