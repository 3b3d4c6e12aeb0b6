//! `/resource-servers/{id}/audiences` and `/organizations/{id}/audiences` (additions to the contract; design section 5).

use crate::routes::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, put, web};
use guildhall_app::audiences;
use guildhall_domain::audience::{Audience, ExplicitAudience, NewAudience};
use guildhall_domain::id::OrganizationId;
use guildhall_domain::policy::needs;
use utoipa::ToSchema;

use super::resource_servers::references;
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(of_api).service(of_organization).service(set).service(remove);
}

/// The audiences that an API should accept.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
pub struct AudienceList {
    /// The audiences, those of one organization after those of another.
    audiences: Vec<Audience>,
    /// What to pass as `from` to go on; absent on the last page.
    next: Option<String>,
}

/// The explicit audiences of an organization.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
pub struct ExplicitAudienceList {
    /// The audiences.
    audiences: Vec<ExplicitAudience>,
    /// What to pass as `from` to go on; absent on the last page.
    next: Option<String>,
}

/// Lists the audiences that an API should accept beside its identifier: each organization's current one where its
/// `token_strategy` is `audience`, and retiring ones until the last token with them has expired. `take` counts
/// organizations. With `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "get_resource_servers_audiences",
    params(
        ("id" = String, Path, description = "The id or the identifier of the API."),
        Checkpoint,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The audiences.", body = AudienceList,
            headers(("ETag" = String, description = "Changes when the answer does."))),
        (status = 304, description = "The same as before."),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such API.", body = ErrorBody),
    ),
    security(("bearer" = ["read:resource_servers"]))
)]
#[get("/resource-servers/{id}/audiences")]
async fn of_api(
    call: Call<needs::ReadResourceServers>,
    id: web::Path<String>,
    query: Query,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let (page, tag) = audiences::of_api(&call.app, &call.by, &references(&id), &request).await?;
    let tag = format!("\"{tag}\"");
    if is_known(&http, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let body = listing::shape("audiences", &request, &page);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(body))
}

/// Whether the caller holds the answer with this tag (RFC 9110 section 13.1.2).
fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let held = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    held.flat_map(|held| held.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag)
}

/// Lists an organization's explicit audiences, current and retiring.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_audiences",
    params(("id" = String, Path, description = "The organization."), Checkpoint),
    responses(
        (status = 200, description = "The audiences.", body = ExplicitAudienceList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]))
)]
#[get("/organizations/{id}/audiences")]
async fn of_organization(
    call: Call<needs::ReadOrganizationsWhole>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let page = audiences::of_organization(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("audiences", &request, &page))
}

/// Sets an organization's audience of an API, in the place of the derived one. The audience of before retires: tokens
/// with it stay valid until they expire, and it stays listed for the 30 days that a token can live at most.
#[utoipa::path(
    tag = "organizations",
    operation_id = "put_organization_audience",
    params(
        ("id" = String, Path, description = "The organization."),
        ("resource_server_id" = String, Path, description = "The id or the identifier of the API."),
    ),
    request_body = NewAudience,
    responses(
        (status = 200, description = "The audience.", body = ExplicitAudience),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the API is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such organization or API.", body = ErrorBody),
        (status = 409, description = "The audience is in use.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organizations"]))
)]
#[put("/organizations/{id}/audiences/{resource_server_id}")]
async fn set(
    call: Call<needs::UpdateOrganizations>,
    path: web::Path<(OrganizationId, String)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewAudience = body.read()?;
    let (organization, api) = path.into_inner();
    let set = audiences::set(&call.app, &call.by, &organization, &references(&api), new).await?;
    Ok(HttpResponse::Ok().json(set))
}

/// Removes an organization's explicit audience of an API; the derived one takes its place, and it retires.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_organization_audience",
    params(
        ("id" = String, Path, description = "The organization."),
        ("resource_server_id" = String, Path, description = "The id or the identifier of the API."),
    ),
    responses(
        (status = 204, description = "It is no longer set."),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the API is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such organization, API or explicit audience.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organizations"]))
)]
#[delete("/organizations/{id}/audiences/{resource_server_id}")]
async fn remove(
    call: Call<needs::UpdateOrganizations>,
    path: web::Path<(OrganizationId, String)>,
) -> Result<HttpResponse, Failure> {
    let (organization, api) = path.into_inner();
    audiences::remove(&call.app, &call.by, &organization, &references(&api)).await?;
    Ok(HttpResponse::NoContent().finish())
}
