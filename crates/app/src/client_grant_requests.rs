//! Requests to let clients into organizations, as the vendor makes them (an addition to the contract). The organization
//! answers through the My Organization API.

use guildhall_domain::client_grant::{ClientGrantRequest, NewClientGrantRequest};
use guildhall_domain::id::{ClientGrantRequestId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::{
    client_grant_requests, client_grants, clients, organization_client_grants, resource_servers,
};

use crate::context::{App, found, limits};
use crate::members::existing_organization;
use crate::organization_client_grants::within;
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// Asks an organization to let a client in.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`], [`Thing::Roles`], [`Problem::Invalid`], [`Problem::NotNow`] for a grant
/// that holds in no organization or is of an organization's own client, [`Taken::OrganizationClientGrant`] where the client is let in already,
/// [`Taken::ClientGrantRequest`] where the organization has not answered yet, [`Limit::OrganizationClientGrants`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateOrganizationClientGrants>,
    organization: &OrganizationId,
    new: NewClientGrantRequest,
) -> Result<ClientGrantRequest, Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let grant = found(client_grants::find(&unit, by.scope(), &new.grant_id).await?, Thing::ClientGrant)?;
    let client = found(clients::find(&unit, by.scope(), &grant.client_id).await?, Thing::ClientGrant)?;
    if client.owner_id.is_some() {
        return Err(Problem::NotNow("The client belongs to an organization.".to_owned()));
    }
    if !grant.is_for_organizations() || grant.is_system {
        return Err(Problem::NotNow("The client grant is not for organizations.".to_owned()));
    }
    if let Some(scope) = &new.scope {
        let api = resource_servers::find(&unit, by.scope(), &grant.resource_server_id).await?;
        within(&grant, &found(api, Thing::ResourceServer)?, scope)?;
    }
    let roles = new.roles.as_deref().unwrap_or_default();
    let unknown = organization_client_grants::unknown_roles(&unit, &inside, roles).await?;
    if !unknown.is_empty() {
        return Err(Problem::NoSuch(Thing::Roles(unknown)));
    }
    let is_let_in = organization_client_grants::find(&unit, &inside, &grant.id).await?.is_some();
    if is_let_in || grant.allow_any_organization == Some(true) {
        return Err(Problem::Taken(Taken::OrganizationClientGrant));
    }
    let most = limits(&unit, by.scope()).await?.client_grants_per_organization;
    if client_grant_requests::count(&unit, &inside).await? >= most {
        return Err(Problem::LimitReached(Limit::OrganizationClientGrants(most)));
    }
    let (id, now) = (ClientGrantRequestId::generate(app.clock()), app.clock().now());
    let request = new.create(id, organization.clone(), &grant, now);
    let inserted = client_grant_requests::insert(&unit, &inside, &request).await;
    inserted.map_err(taken(Taken::ClientGrantRequest))?;
    let change = Change::new("organization.client_grant_requested", request.id.as_str());
    unit.record(change.within(organization).after(&request)).await?;
    unit.commit().await?;
    Ok(request)
}

/// A page of the requests that an organization has not answered.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadOrganizationClientGrants>,
    organization: &OrganizationId,
    page: &PageRequest,
) -> Result<Page<ClientGrantRequest>, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    Ok(client_grant_requests::list(app.store(), &inside, page).await?)
}

/// Withdraws a request that the organization has not answered.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrantRequest`].
pub async fn withdraw(
    app: &App,
    by: &Authorized<needs::DeleteOrganizationClientGrants>,
    organization: &OrganizationId,
    id: &ClientGrantRequestId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let before = client_grant_requests::find(&unit, &inside, id).await?;
    let before = found(before, Thing::ClientGrantRequest)?;
    client_grant_requests::delete(&unit, &inside, &before.grant_id).await?;
    let change = Change::new("organization.client_grant_request_withdrawn", id.as_str());
    unit.record(change.within(organization).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}
