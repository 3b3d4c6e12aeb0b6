//! `/organizations/{id}/discovery-domains`. Contract section 3.7.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::discovery_domains;
use guildhall_domain::discovery_domain::{DiscoveryDomain, DiscoveryDomainPatch, NewDiscoveryDomain};
use guildhall_domain::id::{DiscoveryDomainId, OrganizationId};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query};

listing!(DiscoveryDomainList, domains: DiscoveryDomain);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(get_by_name).service(get).service(update).service(remove);
}

/// Lists the domains by which an organization is found.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_discovery_domains",
    params(
        ("id" = String, Path, description = "The organization."),
        Checkpoint,
    ),
    responses(
        (status = 200, description = "The domains.", body = DiscoveryDomainList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_discovery_domains"]))
)]
#[get("/organizations/{id}/discovery-domains")]
async fn list(
    call: Call<needs::ReadDiscoveryDomains>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let page = discovery_domains::list(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("domains", &request, &page))
}

/// Adds a domain to an organization. A TXT record can prove later that it is the organization's.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_discovery_domains",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewDiscoveryDomain,
    responses(
        (status = 201, description = "The domain.", body = DiscoveryDomain),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
        (status = 409, description = "The organization has it already, or has enough.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_discovery_domains"]))
)]
#[post("/organizations/{id}/discovery-domains")]
async fn add(
    call: Call<needs::CreateDiscoveryDomains>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewDiscoveryDomain = body.read()?;
    Ok(HttpResponse::Created().json(discovery_domains::add(&call.app, &call.by, &id, new).await?))
}

/// Returns an organization's entry for a domain.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_discovery_domains_by_name",
    params(
        ("id" = String, Path, description = "The organization."),
        ("discovery_domain" = String, Path, description = "The domain."),
    ),
    responses(
        (status = 200, description = "The domain.", body = DiscoveryDomain),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such domain.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_discovery_domains"]))
)]
#[get("/organizations/{id}/discovery-domains/name/{discovery_domain}")]
async fn get_by_name(
    call: Call<needs::ReadDiscoveryDomains>,
    path: web::Path<(OrganizationId, String)>,
) -> Result<HttpResponse, Failure> {
    let (organization, name) = path.into_inner();
    let domain = discovery_domains::get_by_name(&call.app, &call.by, &organization, &name).await?;
    Ok(HttpResponse::Ok().json(domain))
}

/// Returns a domain of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_discovery_domains_by_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("discovery_domain_id" = String, Path, description = "The domain's id."),
    ),
    responses(
        (status = 200, description = "The domain.", body = DiscoveryDomain),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such domain.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_discovery_domains"]))
)]
#[get("/organizations/{id}/discovery-domains/{discovery_domain_id}")]
async fn get(
    call: Call<needs::ReadDiscoveryDomains>,
    path: web::Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(discovery_domains::get(&call.app, &call.by, &organization, &id).await?))
}

/// Changes a domain of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "patch_discovery_domains_by_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("discovery_domain_id" = String, Path, description = "The domain's id."),
    ),
    request_body = DiscoveryDomainPatch,
    responses(
        (status = 200, description = "The domain after the change.", body = DiscoveryDomain),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such domain.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organization_discovery_domains"]))
)]
#[patch("/organizations/{id}/discovery-domains/{discovery_domain_id}")]
async fn update(
    call: Call<needs::UpdateDiscoveryDomains>,
    path: web::Path<(OrganizationId, DiscoveryDomainId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let patch: DiscoveryDomainPatch = body.read()?;
    let domain = discovery_domains::update(&call.app, &call.by, &organization, &id, patch).await?;
    Ok(HttpResponse::Ok().json(domain))
}

/// Removes a domain from an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_discovery_domains_by_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("discovery_domain_id" = String, Path, description = "The domain's id."),
    ),
    responses(
        (status = 204, description = "The organization has it no more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such domain.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_discovery_domains"]))
)]
#[delete("/organizations/{id}/discovery-domains/{discovery_domain_id}")]
async fn remove(
    call: Call<needs::DeleteDiscoveryDomains>,
    path: web::Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    discovery_domains::remove(&call.app, &call.by, &organization, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
