//! The vendor's and partners' clients, let in and shown the door by people and machines of the organization.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::{Association, ClientGrant};
use guildhall_domain::id::{ClientGrantId, ClientId, ResourceServerId, RoleId};
use guildhall_domain::my_organization::{
    AvailableClient, GrantedClient, LetInClient, NewLetInClient, ShownRole,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::role::Role;
use guildhall_persistence::{
    Db, UnitOfWork, client_grants, clients, organization_client_grants, resource_servers, roles,
};

use super::conferring::Conferrer;
use crate::context::{App, found};
use crate::effects::{self, Made};
use crate::organization_client_grants::{associate, dissociate, within};
use crate::problem::{Problem, Taken, Thing};

/// How many roles are looked up at once.
const AT_ONCE: usize = 500;

/// Why access is not the organization's to end.
const THE_VENDORS: &str = "The vendor let this client in, and only the vendor can end that.";

/// A page of the clients that are let in: by the organization, by the vendor, or everywhere.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadClientGrants>,
    page: &PageRequest,
) -> Result<Page<LetInClient>, Problem> {
    let (store, inside) = (app.store(), by.scope());
    let page = client_grants::list_let_in(store, inside, page).await?;
    let ids: Vec<ClientGrantId> = page.items.iter().map(|grant| grant.id.clone()).collect();
    let mut associations = organization_client_grants::find_all(store, inside, &ids).await?;
    let known = Known::of(store, inside, &page.items).await?;
    let held = associations.values().flat_map(|it| it.roles.iter().flatten());
    let roles = shown_roles(store, inside, held).await?;
    let mut items = Vec::new();
    for grant in &page.items {
        items.push(known.let_in(grant, associations.remove(&grant.id), &roles)?);
    }
    Ok(Page { items, total: None, next: page.next })
}

/// A page of the clients that the organization may let in without being asked.
///
/// # Errors
/// None but the unforeseen.
pub async fn available(
    app: &App,
    by: &AuthorizedIn<needs::ReadClientGrants>,
    page: &PageRequest,
) -> Result<Page<AvailableClient>, Problem> {
    let (store, inside) = (app.store(), by.scope());
    let page = client_grants::list_available(store, inside, page).await?;
    let known = Known::of(store, inside, &page.items).await?;
    let grantable = known.grantable(&Conferrer::new(store, by).await?).await?;
    let mut items = Vec::new();
    for grant in &page.items {
        let (scope, grantable) = (grant.granted(known.api(grant)?), &grantable[&grant.resource_server_id]);
        let conferrable = scope.iter().filter(|it| grantable.contains(*it)).cloned().collect();
        items.push(AvailableClient { client: known.client(grant)?, scope, conferrable });
    }
    Ok(Page { items, total: None, next: page.next })
}

/// Lets a client in, with permissions and roles that the caller holds.
///
/// # Errors
/// [`Thing::ClientGrant`] for one that the organization may not approve, [`Taken::OrganizationClientGrant`],
/// [`Problem::Invalid`], and those of [`let_in`].
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::CreateClientGrants>,
    new: NewLetInClient,
) -> Result<LetInClient, Problem> {
    if new.scope.is_empty() && new.roles.is_empty() {
        return Err(Problem::invalid("scope", "At least one permission or role is required"));
    }
    let unit = app.begin_in(by).await?;
    let grant = existing(&unit, by.scope(), &new.grant_id).await?;
    let scope = (!new.scope.is_empty()).then_some(new.scope);
    let roles = (!new.roles.is_empty()).then_some(new.roles);
    let is_let_in = is_let_in(&unit, by.scope(), &grant).await?;
    if !is_let_in && !grant.is_approvable() {
        return Err(Problem::NoSuch(Thing::ClientGrant));
    }
    let made = let_in(app, &unit, by, grant, scope, roles).await?;
    effects::save(app, unit, by.scope().within(), made).await
}

/// A grant of the vendor's or a partner's client that can hold in organizations.
async fn existing(unit: &UnitOfWork, inside: &OrgScope, id: &ClientGrantId) -> Result<ClientGrant, Problem> {
    let grant = client_grants::find(unit, inside.within(), id).await?;
    let grant = found(grant.filter(ClientGrant::is_for_organizations), Thing::ClientGrant)?;
    let client = clients::find(unit, inside.within(), &grant.client_id).await?;
    found(client.filter(|client| client.owner_id.is_none()), Thing::ClientGrant)?;
    Ok(grant)
}

async fn is_let_in(unit: &UnitOfWork, inside: &OrgScope, grant: &ClientGrant) -> Result<bool, Problem> {
    let association = organization_client_grants::find(unit, inside, &grant.id).await?;
    Ok(association.is_some() || grant.allow_any_organization == Some(true))
}

/// Lets the client of a grant in.
///
/// # Errors
/// [`Taken::OrganizationClientGrant`] for one that is in already, [`Thing::Roles`], [`Problem::NotHeld`] for what the caller
/// does not hold or the envelope excludes, [`Problem::Invalid`] for what the grant does not have,
/// [`crate::Limit::OrganizationClientGrants`].
pub(super) async fn let_in(
    app: &App,
    unit: &UnitOfWork,
    by: &AuthorizedIn<needs::CreateClientGrants>,
    grant: ClientGrant,
    scope: Option<Vec<String>>,
    ids: Option<Vec<RoleId>>,
) -> Result<Made<LetInClient>, Problem> {
    let inside = by.scope();
    if is_let_in(unit, inside, &grant).await? {
        return Err(Problem::Taken(Taken::OrganizationClientGrant));
    }
    let known = Known::of(unit, inside, std::slice::from_ref(&grant)).await?;
    let (api, conferrer) = (known.api(&grant)?, Conferrer::new(unit, by).await?);
    let scope = scope.map(distinct);
    if let Some(scope) = &scope {
        let grantable = conferrer.grantable_on(api).await?;
        let missing: Vec<String> = scope.iter().filter(|it| !grantable.contains(*it)).cloned().collect();
        if !missing.is_empty() {
            return Err(Problem::NotHeld(missing));
        }
        within(&grant, api, scope)?;
    }
    let ids = ids.map(distinct);
    let roles = conferrer.roles(ids.as_deref().unwrap_or_default()).await?;
    let roles = roles.into_iter().map(|role| (role.id.clone(), ShownRole::from(role))).collect();
    let association = Association {
        organization_id: by.organization().clone(),
        grant_id: grant.id.clone(),
        scope,
        roles: ids,
        by_organization: true,
    };
    let made = associate(app, unit, inside, None, &association).await?;
    Ok(made.with(known.let_in(&grant, Some(association), &roles)?))
}

/// The items without repetitions, in order.
fn distinct<T: Ord>(items: Vec<T>) -> Vec<T> {
    items.into_iter().collect::<BTreeSet<T>>().into_iter().collect()
}

/// Ends what a client may do here. Tokens that were issued stay valid until they expire.
///
/// # Errors
/// [`Thing::ClientGrant`]; [`Problem::Forbidden`] for access that the vendor gave and does not let the organization approve.
pub async fn remove(
    app: &App,
    by: &AuthorizedIn<needs::DeleteClientGrants>,
    id: &ClientGrantId,
) -> Result<(), Problem> {
    let unit = app.begin_in(by).await?;
    let grant = existing(&unit, by.scope(), id).await?;
    let association = organization_client_grants::find(&unit, by.scope(), id).await?;
    let association = match association {
        None if grant.allow_any_organization == Some(true) => return Err(Problem::Forbidden(THE_VENDORS)),
        found => found.ok_or(Problem::NoSuch(Thing::ClientGrant))?,
    };
    if !is_revocable(&grant, &association) {
        return Err(Problem::Forbidden(THE_VENDORS));
    }
    let made = dissociate(&unit, by.scope(), &association).await?;
    effects::save(app, unit, by.scope().within(), made).await
}

/// Whether the organization can end it. Of a grant for any organization it could not: an association only narrows that.
fn is_revocable(grant: &ClientGrant, association: &Association) -> bool {
    grant.allow_any_organization != Some(true) && (association.by_organization || grant.is_approvable())
}

/// The clients and APIs of some grants.
pub(super) struct Known {
    clients: HashMap<ClientId, Client>,
    apis: HashMap<ResourceServerId, Arc<ResourceServer>>,
}

impl Known {
    /// Those of these grants, fewer than 1,000.
    pub(super) async fn of<'d>(
        db: impl Into<Db<'d>> + Copy,
        inside: &OrgScope,
        grants: &[ClientGrant],
    ) -> Result<Self, Problem> {
        let ids: Vec<ClientId> = grants.iter().map(|grant| grant.client_id.clone()).collect();
        let found = clients::find_all(db, inside.within(), &ids).await?;
        let clients = found.into_iter().map(|client| (client.client_id.clone(), client)).collect();
        let ids: Vec<ResourceServerId> =
            grants.iter().map(|grant| grant.resource_server_id.clone()).collect();
        let found = resource_servers::find_all(db, inside.within(), &ids).await?;
        let apis = found.into_iter().map(|api| (api.id.clone(), Arc::new(api))).collect();
        Ok(Self { clients, apis })
    }

    /// The API of a grant.
    pub(super) fn api(&self, grant: &ClientGrant) -> Result<&Arc<ResourceServer>, Problem> {
        self.apis.get(&grant.resource_server_id).ok_or_else(|| Problem::internal("a grant of no API"))
    }

    /// What the caller may confer of each API.
    pub(super) async fn grantable<'a, D: Into<Db<'a>> + Copy>(
        &self,
        conferrer: &Conferrer<'a, D>,
    ) -> Result<HashMap<ResourceServerId, HashSet<String>>, Problem> {
        let mut grantable = HashMap::new();
        for (id, api) in &self.apis {
            grantable.insert(id.clone(), conferrer.grantable_on(api).await?);
        }
        Ok(grantable)
    }

    /// Whose grant it is, and on what.
    pub(super) fn client(&self, grant: &ClientGrant) -> Result<GrantedClient, Problem> {
        let client = self.clients.get(&grant.client_id);
        let client = client.ok_or_else(|| Problem::internal("a grant of no client"))?;
        Ok(GrantedClient {
            grant_id: grant.id.clone(),
            client_id: grant.client_id.clone(),
            client_name: client.name.clone(),
            is_first_party: client.is_first_party(),
            audience: grant.audience.clone(),
        })
    }

    fn let_in(
        &self,
        grant: &ClientGrant,
        association: Option<Association>,
        roles: &HashMap<RoleId, ShownRole>,
    ) -> Result<LetInClient, Problem> {
        let revocable = association.as_ref().is_some_and(|it| is_revocable(grant, it));
        let by_organization = association.as_ref().is_some_and(|it| it.conferred_by(grant).is_organization());
        let (scope, ids) = association.map(|it| (it.scope, it.roles)).unwrap_or_default();
        Ok(LetInClient {
            client: self.client(grant)?,
            scope: scope.unwrap_or(grant.granted(self.api(grant)?)),
            roles: ids.map(|ids| ids.iter().filter_map(|id| roles.get(id).cloned()).collect()),
            by_organization,
            revocable,
        })
    }
}

/// The roles of these ids that there are in the organization, as its people see them.
pub(super) async fn shown_roles<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    ids: impl Iterator<Item = &RoleId>,
) -> Result<HashMap<RoleId, ShownRole>, Problem> {
    let ids: BTreeSet<&RoleId> = ids.collect();
    let ids: Vec<RoleId> = ids.into_iter().cloned().collect();
    let mut shown = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let known = roles::find_all(db, inside.within(), ids).await?.into_iter();
        let here = known.filter(|role: &Role| role.assignable_in(inside.organization()));
        shown.extend(here.map(|role| (role.id.clone(), ShownRole::from(role))));
    }
    Ok(shown)
}
