//! Client grants: which permissions of which API a client may get. Contract section 7.

use std::collections::BTreeSet;

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::{ClientGrant, ClientGrantPatch, NewClientGrant, SubjectType};
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, Need, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
pub use guildhall_persistence::client_grants::Filter;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{
    UnitOfWork, access_policies, client_grants, clients, organization_client_grants, resource_servers,
};

use crate::context::{App, found, limits};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// The most organizations that a change of a grant is recorded in; beyond, it is the tenant's alone.
const MOST_STAMPED: u64 = 100;

/// Grants a client permissions of an API.
///
/// # Errors
/// [`Thing::ClientOfGrant`], [`Thing::ResourceServerOfGrant`], [`Taken::ClientGrant`], [`Limit::Entities`],
/// [`Problem::Invalid`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateClientGrants>,
    new: NewClientGrant,
) -> Result<ClientGrant, Problem> {
    let unit = app.begin(by).await?;
    let made = create_within(app, &unit, by, ClientGrantId::generate(app.clock()), new).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn create_within(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<needs::CreateClientGrants>,
    id: ClientGrantId,
    new: NewClientGrant,
) -> Result<Made<ClientGrant>, Problem> {
    let most = limits(unit, by.scope()).await?.client_grants;
    let client = found(clients::find(unit, by.scope(), &new.client_id).await?, Thing::ClientOfGrant)?;
    let api = resource_servers::find_by_identifier(unit, by.scope(), &new.audience).await?;
    let api = found(api, Thing::ResourceServerOfGrant)?;
    let grant = new.create(id, &api, app.clock().now());
    check(&grant, &client, &api)?;
    let same =
        client_grants::find_for(unit, by.scope(), &grant.client_id, &api.id, grant.subject_type).await?;
    if same.is_some() {
        return Err(Problem::Taken(Taken::ClientGrant));
    }
    if client_grants::count(unit, by.scope()).await? >= most {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    client_grants::insert(unit, by.scope(), &grant).await.map_err(taken(Taken::ClientGrant))?;
    let mut new = BTreeSet::from([Holder::Client(grant.id.clone())]);
    if let Some(named) = named(unit, by.scope(), is_anywhere(&grant)).await? {
        new.insert(Holder::ClientAnywhere(grant.id.clone()));
        new.extend(named.into_iter().map(|it| Holder::ClientIn(it, grant.id.clone())));
    }
    let concern = of_client(&grant, Concerned::These(new));
    let change = Change::new("client_grant.created", grant.id.as_str()).after(&grant);
    Ok(Made::new(change, concern).with(grant))
}

/// What must hold of a grant beyond its own fields.
fn check(grant: &ClientGrant, client: &Client, api: &ResourceServer) -> Result<(), Problem> {
    if client.is_system() {
        return Err(Problem::System);
    }
    let undefined = grant.undefined(api);
    if !undefined.is_empty() {
        let reason = format!("The following scopes are not defined by the API: {}", undefined.join(", "));
        return Err(Problem::invalid("scope", reason));
    }
    if grant.allow_any_organization == Some(true) && !client.is_first_party() {
        let reason = "allow_any_organization is not allowed for third-party clients";
        return Err(Problem::invalid("allow_any_organization", reason));
    }
    Ok(())
}

/// A page of the tenant's grants.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadClientGrants>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<ClientGrant>, Problem> {
    Ok(client_grants::list(app.store(), by.scope(), filter, page).await?)
}

/// The grant with this id.
///
/// # Errors
/// [`Thing::ClientGrant`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadClientGrants>,
    id: &ClientGrantId,
) -> Result<ClientGrant, Problem> {
    found(client_grants::find(app.store(), by.scope(), id).await?, Thing::ClientGrant)
}

/// A page of the organizations that a grant is associated with.
///
/// # Errors
/// [`Thing::ClientGrant`].
pub async fn organizations(
    app: &App,
    by: &Authorized<needs::ReadOrganizationClientGrants>,
    id: &ClientGrantId,
    page: &PageRequest,
) -> Result<Page<Organization>, Problem> {
    found(client_grants::find(app.store(), by.scope(), id).await?, Thing::ClientGrant)?;
    Ok(organization_client_grants::organizations_of(app.store(), by.scope(), id, page).await?)
}

/// Changes a grant.
///
/// # Errors
/// [`Thing::ClientGrant`], [`Problem::System`], [`Problem::Invalid`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateClientGrants>,
    id: &ClientGrantId,
    patch: ClientGrantPatch,
) -> Result<ClientGrant, Problem> {
    let unit = app.begin(by).await?;
    let made = update_within(&unit, by, id, patch).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn update_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateClientGrants>,
    id: &ClientGrantId,
    patch: ClientGrantPatch,
) -> Result<Made<ClientGrant>, Problem> {
    let before = own(client_grants::find(unit, by.scope(), id).await?)?;
    let after = before.clone().patched(patch).map_err(|reason| Problem::invalid("scope", reason))?;
    let client = found(clients::find(unit, by.scope(), &before.client_id).await?, Thing::ClientOfGrant)?;
    let api = resource_servers::find(unit, by.scope(), &before.resource_server_id).await?;
    check(&after, &client, &found(api, Thing::ResourceServerOfGrant)?)?;
    client_grants::update(unit, by.scope(), &after).await?;
    let organizations = stamped(unit, by, id).await?;
    let change = Change::new("client_grant.updated", id.as_str()).before(&before).after(&after);
    let anywhere = named(unit, by.scope(), is_anywhere(&before) || is_anywhere(&after)).await?;
    let concern = of_client(&before, Concerned::Grant { id: id.clone(), anywhere });
    Ok(Made::new(change, concern).stamped(organizations).with(after))
}

/// Deletes a grant with its associations.
///
/// # Errors
/// [`Thing::ClientGrant`], [`Problem::System`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteClientGrants>,
    id: &ClientGrantId,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = delete_within(&unit, by, id).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn delete_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::DeleteClientGrants>,
    id: &ClientGrantId,
) -> Result<Made, Problem> {
    let before = own(client_grants::find(unit, by.scope(), id).await?)?;
    let organizations = stamped(unit, by, id).await?;
    client_grants::delete(unit, by.scope(), id).await?;
    let change = Change::new("client_grant.deleted", id.as_str()).before(&before);
    let anywhere = named(unit, by.scope(), is_anywhere(&before)).await?;
    let concerned = Concerned::Grant { id: id.clone(), anywhere };
    Ok(Made::new(change, of_client(&before, concerned)).stamped(organizations))
}

/// What the client holds by the grant; a grant for people gives nobody a right.
fn of_client(grant: &ClientGrant, concerned: Concerned) -> Concern {
    let concerned = match grant.subject_type {
        SubjectType::Client => concerned,
        SubjectType::User => Concerned::These(BTreeSet::new()),
    };
    Concern::Rights(concerned, Some(vec![grant.resource_server_id.clone()]))
}

fn is_anywhere(grant: &ClientGrant) -> bool {
    grant.allow_any_organization == Some(true)
}

/// The organizations that policies name, of each of which a change of a grant for any organization is told by itself.
async fn named(
    unit: &UnitOfWork,
    scope: &TenantScope,
    is_anywhere: bool,
) -> Result<Option<BTreeSet<OrganizationId>>, Problem> {
    match is_anywhere {
        true => Ok(Some(access_policies::named(unit, scope, &[]).await?)),
        false => Ok(None),
    }
}

/// A grant that may be changed.
fn own(grant: Option<ClientGrant>) -> Result<ClientGrant, Problem> {
    let grant = found(grant, Thing::ClientGrant)?;
    if grant.is_system { Err(Problem::System) } else { Ok(grant) }
}

/// The organizations in which a change of the grant is recorded: none when they are many.
async fn stamped<N: Need>(
    unit: &UnitOfWork,
    by: &Authorized<N>,
    id: &ClientGrantId,
) -> Result<Vec<OrganizationId>, Problem> {
    let ids = organization_client_grants::organization_ids_of(unit, by.scope(), id, MOST_STAMPED + 1).await?;
    Ok(if ids.len() as u64 > MOST_STAMPED { Vec::new() } else { ids })
}
