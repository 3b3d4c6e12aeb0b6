//! `/domains`. Contract section 16.

use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::domains;
use guildhall_domain::id::DiscoveryDomainId;
use guildhall_domain::my_organization::{NewOrganizationDomain, OrganizationDomain};
use guildhall_domain::policy::my_organization as needs;
use serde_json::json;
use utoipa::ToSchema;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;
use crate::routes::Routes;

page_of!(OrganizationDomainPage, organization_domains: OrganizationDomain);

/// The identity providers of a domain.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
struct DomainIdentityProviders {
    /// Always empty: organizations manage no identity providers of their own.
    #[schema(max_items = 0)]
    identity_providers: Vec<serde_json::Value>,
}

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config
        .service(list)
        .service(add)
        .service(get)
        .service(remove)
        .service(verify)
        .service(identity_providers);
}

/// Lists the domains.
#[utoipa::path(
    tag = "domains",
    operation_id = "get_domains",
    params(Taking),
    responses(
        (status = 200, description = "The domains.", body = OrganizationDomainPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:domains"]))
)]
#[get("/domains")]
async fn list(call: Call<needs::ReadDomains>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    Ok(page("organization_domains", domains::list(&call.app, &call.by, &request).await?))
}

/// Adds a domain. A TXT record proves that it is the organization's, once it is looked for.
#[utoipa::path(
    tag = "domains",
    operation_id = "create_domain",
    request_body = NewOrganizationDomain,
    responses(
        (status = 201, description = "The domain.", body = OrganizationDomain),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The organization has it already or has enough, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:domains"]))
)]
#[post("/domains")]
async fn add(call: Call<needs::CreateDomains>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewOrganizationDomain = body.read()?;
    Ok(HttpResponse::Created().json(domains::add(&call.app, &call.by, new).await?))
}

/// Returns a domain.
#[utoipa::path(
    tag = "domains",
    operation_id = "get_domain",
    params(("domain_id" = String, Path, description = "The domain.")),
    responses(
        (status = 200, description = "The domain.", body = OrganizationDomain),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such domain.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:domains"]))
)]
#[get("/domains/{domain_id}")]
async fn get(
    call: Call<needs::ReadDomains>,
    id: web::Path<DiscoveryDomainId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(domains::get(&call.app, &call.by, &id).await?))
}

/// Removes a domain.
#[utoipa::path(
    tag = "domains",
    operation_id = "delete_domain",
    params(("domain_id" = String, Path, description = "The domain.")),
    responses(
        (status = 204, description = "The organization has it no more."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such domain.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:domains"]))
)]
#[delete("/domains/{domain_id}")]
async fn remove(
    call: Call<needs::DeleteDomains>,
    id: web::Path<DiscoveryDomainId>,
) -> Result<HttpResponse, Failure> {
    domains::remove(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Looks for the TXT record that proves that a domain is the organization's; at most every ten seconds.
#[utoipa::path(
    tag = "domains",
    operation_id = "verify_domain",
    params(("domain_id" = String, Path, description = "The domain.")),
    responses(
        (status = 202, description = "The domain, with what came of it.", body = OrganizationDomain),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such domain.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another organization has proved the same, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "It was looked for within the last ten seconds.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:domains"]))
)]
#[post("/domains/{domain_id}/verify")]
async fn verify(
    call: Call<needs::UpdateDomains>,
    id: web::Path<DiscoveryDomainId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Accepted().json(domains::verify(&call.app, &call.by, &id).await?))
}

/// Lists the identity providers of a domain: none.
#[utoipa::path(
    tag = "domains",
    operation_id = "get_domain_identity_providers",
    params(("domain_id" = String, Path, description = "The domain.")),
    responses(
        (status = 200, description = "An empty list.", body = DomainIdentityProviders),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such domain.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:domains"]))
)]
#[get("/domains/{domain_id}/identity-providers")]
async fn identity_providers(
    call: Call<needs::ReadDomains>,
    id: web::Path<DiscoveryDomainId>,
) -> Result<HttpResponse, Failure> {
    domains::exists(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(json!({ "identity_providers": [] })))
}
