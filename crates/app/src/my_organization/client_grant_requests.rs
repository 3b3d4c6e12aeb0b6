//! What the organization is asked to let in, and its answers.

use guildhall_domain::client_grant::{ClientGrant, ClientGrantRequest};
use guildhall_domain::id::{ClientGrantId, ClientGrantRequestId};
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{Approval, LetInClient, RequestedClient};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::{client_grant_requests, client_grants, resource_servers};

use super::client_grants::{Known, let_in, shown_roles};
use super::conferring::Conferrer;
use crate::context::{App, found};
use crate::effects;
use crate::problem::{Problem, Thing};

/// A page of the requests that were not answered.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadClientGrants>,
    page: &PageRequest,
) -> Result<Page<RequestedClient>, Problem> {
    let (store, inside) = (app.store(), by.scope());
    let page = client_grant_requests::list(store, inside, page).await?;
    let ids: Vec<ClientGrantId> = page.items.iter().map(|request| request.grant_id.clone()).collect();
    let grants = client_grants::find_all(store, inside.within(), &ids).await?;
    let known = Known::of(store, inside, &grants).await?;
    let roles =
        shown_roles(store, inside, page.items.iter().flat_map(|it| it.roles.iter().flatten())).await?;
    let grantable = known.grantable(&Conferrer::new(store, by).await?).await?;
    let mut items = Vec::new();
    for request in page.items {
        let grant = grants.iter().find(|grant| grant.id == request.grant_id);
        // Gone since the page was read.
        let Some(grant) = grant else { continue };
        let api = known.api(grant)?;
        let scope = request.scope.unwrap_or_else(|| grant.granted(api));
        let grantable = &grantable[&grant.resource_server_id];
        let conferrable = scope.iter().filter(|it| grantable.contains(*it)).cloned().collect();
        let shown = |ids: Vec<_>| ids.iter().filter_map(|id| roles.get(id).cloned()).collect();
        items.push(RequestedClient {
            id: request.id,
            client: known.client(grant)?,
            scope,
            conferrable,
            roles: request.roles.map(shown),
            message: request.message,
            created_at: request.created_at,
        });
    }
    Ok(Page { items, total: None, next: page.next })
}

/// Lets in what was asked for, or a part of it.
///
/// # Errors
/// [`Thing::ClientGrantRequest`], [`Problem::Invalid`] for what was not asked for, [`Problem::NotNow`] for a grant that holds
/// in no organization any more, and those of letting a client in unasked.
pub async fn approve(
    app: &App,
    by: &AuthorizedIn<needs::CreateClientGrants>,
    id: &ClientGrantRequestId,
    approval: Approval,
) -> Result<LetInClient, Problem> {
    let mut unit = app.begin_in(by).await?;
    let (inside, scope) = (by.scope(), by.scope().within());
    let request = client_grant_requests::find(&unit, inside, id).await?;
    let request = found(request, Thing::ClientGrantRequest)?;
    let grant = client_grants::find(&unit, scope, &request.grant_id).await?;
    let grant = found(grant, Thing::ClientGrantRequest)?;
    if !grant.is_for_organizations() {
        return Err(Problem::NotNow("The client grant is not for organizations any more.".to_owned()));
    }
    let ids = part("roles", approval.roles, request.roles.as_deref())?;
    let asked = match (&request.scope, &ids) {
        // With roles, the grant is not narrowed otherwise.
        (None, Some(_)) => None,
        (Some(asked), _) => Some(asked.clone()),
        (None, None) => Some(whole(&unit, by, &grant).await?),
    };
    let approved = match asked {
        Some(asked) => part("scope", approval.scope, Some(&asked))?,
        None => approval.scope,
    };
    let change = Change::new("organization.client_grant_request_approved", id.as_str());
    unit.record(change.within(by.organization()).before(&request)).await?;
    let made = let_in(app, &unit, by, grant, approved, ids).await?;
    effects::save(app, unit, scope, made).await
}

/// All that the grant has now.
async fn whole(
    unit: &guildhall_persistence::UnitOfWork,
    by: &AuthorizedIn<needs::CreateClientGrants>,
    grant: &ClientGrant,
) -> Result<Vec<String>, Problem> {
    let api = resource_servers::find(unit, by.scope().within(), &grant.resource_server_id).await?;
    Ok(grant.granted(&found(api, Thing::ResourceServer)?))
}

/// What is approved of what was asked for: all of it unless it is said.
fn part<T: Clone + PartialEq>(
    property: &str,
    approved: Option<Vec<T>>,
    asked: Option<&[T]>,
) -> Result<Option<Vec<T>>, Problem> {
    let Some(approved) = approved else { return Ok(asked.map(<[T]>::to_vec)) };
    match approved.iter().all(|it| asked.is_some_and(|asked| asked.contains(it))) {
        true => Ok(Some(approved)),
        false => Err(Problem::invalid(property, "Only what was asked for can be approved")),
    }
}

/// Refuses what was asked for.
///
/// # Errors
/// [`Thing::ClientGrantRequest`].
pub async fn refuse(
    app: &App,
    by: &AuthorizedIn<needs::CreateClientGrants>,
    id: &ClientGrantRequestId,
) -> Result<(), Problem> {
    let mut unit = app.begin_in(by).await?;
    let before: Option<ClientGrantRequest> = client_grant_requests::find(&unit, by.scope(), id).await?;
    let before = found(before, Thing::ClientGrantRequest)?;
    client_grant_requests::delete(&unit, by.scope(), &before.grant_id).await?;
    let change = Change::new("organization.client_grant_request_refused", id.as_str());
    unit.record(change.within(by.organization()).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}
