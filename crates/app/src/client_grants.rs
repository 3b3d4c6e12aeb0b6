//! Client grants: which permissions of which API a client may get. Contract section 7.

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::{ClientGrant, ClientGrantPatch, NewClientGrant};
use guildhall_domain::id::{ClientGrantId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::resource_server::ResourceServer;
pub use guildhall_persistence::client_grants::Filter;
use guildhall_persistence::{
    UnitOfWork, client_grants, clients, organization_client_grants, resource_servers,
};

use crate::context::{App, found};
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
    let limits = app.tenant(by.scope()).await?.settings.limits;
    let mut unit = app.begin(by).await?;
    let client = found(clients::find(&unit, by.scope(), &new.client_id).await?, Thing::ClientOfGrant)?;
    let api = resource_servers::find_by_identifier(&unit, by.scope(), &new.audience).await?;
    let api = found(api, Thing::ResourceServerOfGrant)?;
    let grant = new.create(ClientGrantId::generate(app.clock()), &api, app.clock().now());
    check(&grant, &client, &api)?;
    let same =
        client_grants::find_for(&unit, by.scope(), &grant.client_id, &api.id, grant.subject_type).await?;
    if same.is_some() {
        return Err(Problem::Taken(Taken::ClientGrant));
    }
    if client_grants::count(&unit, by.scope()).await? >= limits.client_grants {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    client_grants::insert(&unit, by.scope(), &grant).await.map_err(taken(Taken::ClientGrant))?;
    unit.record(Change::new("client_grant.created", grant.id.as_str()).after(&grant)).await?;
    unit.commit().await?;
    Ok(grant)
}

/// What must hold of a grant beyond its own fields.
fn check(grant: &ClientGrant, client: &Client, api: &ResourceServer) -> Result<(), Problem> {
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
    let mut unit = app.begin(by).await?;
    let before = own(client_grants::find(&unit, by.scope(), id).await?)?;
    let after = before.clone().patched(patch).map_err(|reason| Problem::invalid("scope", reason))?;
    let client = found(clients::find(&unit, by.scope(), &before.client_id).await?, Thing::ClientOfGrant)?;
    let api = resource_servers::find(&unit, by.scope(), &before.resource_server_id).await?;
    check(&after, &client, &found(api, Thing::ResourceServerOfGrant)?)?;
    client_grants::update(&unit, by.scope(), &after).await?;
    let organizations = stamped(&unit, by, id).await?;
    let change = Change::new("client_grant.updated", id.as_str()).before(&before).after(&after);
    record(&mut unit, &change, &organizations).await?;
    unit.commit().await?;
    Ok(after)
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
    let mut unit = app.begin(by).await?;
    let before = own(client_grants::find(&unit, by.scope(), id).await?)?;
    let organizations = stamped(&unit, by, id).await?;
    client_grants::delete(&unit, by.scope(), id).await?;
    let change = Change::new("client_grant.deleted", id.as_str()).before(&before);
    record(&mut unit, &change, &organizations).await?;
    unit.commit().await?;
    Ok(())
}

/// A grant that may be changed.
fn own(grant: Option<ClientGrant>) -> Result<ClientGrant, Problem> {
    let grant = found(grant, Thing::ClientGrant)?;
    if grant.is_system { Err(Problem::System) } else { Ok(grant) }
}

/// The organizations in which a change of the grant is recorded: none when they are many.
async fn stamped<N: guildhall_domain::policy::Need>(
    unit: &UnitOfWork,
    by: &Authorized<N>,
    id: &ClientGrantId,
) -> Result<Vec<OrganizationId>, Problem> {
    let ids = organization_client_grants::organization_ids_of(unit, by.scope(), id, MOST_STAMPED + 1).await?;
    Ok(if ids.len() as u64 > MOST_STAMPED { Vec::new() } else { ids })
}

async fn record(
    unit: &mut UnitOfWork,
    change: &Change,
    organizations: &[OrganizationId],
) -> Result<(), Problem> {
    unit.record(change.clone()).await?;
    for organization in organizations {
        unit.record(change.clone().within(organization)).await?;
    }
    Ok(())
}
