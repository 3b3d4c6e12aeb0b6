//! `/organizations`. Contract section 3.2.

pub mod search;

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::organizations;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::organization::{CreatedOrganization, NewOrganization, Organization, OrganizationPatch};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(OrganizationList, organizations: Organization);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    search::routes(config);
    config.service(list).service(create).service(get_by_name).service(get).service(update).service(delete);
}

/// How organizations are ordered.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Order {
    /// `name`, `display_name` or `created_at`, then `:1` or `:-1`.
    #[param(max_length = 15, pattern = "^(name|display_name|created_at):-?1$")]
    sort: Option<String>,
    /// Accepted, and without effect until clients are associated with organizations.
    #[allow(dead_code, reason = "accepted so that callers of the contract are not refused")]
    include_client_association_for: Option<String>,
}

impl Order {
    fn read(&self) -> Result<Option<organizations::Sort>, Failure> {
        let Some(text) = &self.sort else { return Ok(None) };
        organizations::Sort::parse(text).map(Some).ok_or_else(|| {
            Failure::query("Query validation error: 'sort is name, display_name or created_at, then :1 or :-1' on property sort.")
        })
    }
}

/// Lists organizations.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organizations",
    params(Paging, Order),
    responses(
        (status = 200, description = "The organizations.", body = OrganizationList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]), ("bearer" = ["read:organizations_summary"]))
)]
#[get("/organizations")]
async fn list(call: Call<needs::ReadOrganizations>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, order): (Paging, Order) = query.read2()?;
    let request = paging.request()?;
    let page = organizations::list(&call.app, &call.by, &request, order.read()?).await?;
    Ok(listing::listing("organizations", &request, &page))
}

/// Creates an organization, where connections can be enabled at once with `create:organization_connections`.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_organizations",
    request_body = NewOrganization,
    responses(
        (status = 201, description = "The organization.", body = CreatedOrganization),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the tenant holds enough.", body = ErrorBody),
        (status = 409, description = "The name is taken, or a connection is given twice.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organizations"]))
)]
#[post("/organizations")]
async fn create(call: Call<needs::CreateOrganizations>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewOrganization = body.read()?;
    let organization = organizations::create(&call.app, &call.by, new).await?;
    Ok(HttpResponse::Created().json(organization))
}

/// Returns the organization with a name.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_name_by_name",
    params(("name" = String, Path, description = "The name.")),
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "None has this name.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]))
)]
#[get("/organizations/name/{name}")]
async fn get_by_name(
    call: Call<needs::ReadOrganizationsWhole>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(organizations::get_by_name(&call.app, &call.by, &name).await?))
}

/// Returns an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organizations_by_id",
    params(("id" = String, Path, description = "The organization.")),
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]), ("bearer" = ["read:organizations_summary"]))
)]
#[get("/organizations/{id}")]
async fn get(
    call: Call<needs::ReadOrganizations>,
    id: web::Path<OrganizationId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(organizations::get(&call.app, &call.by, &id).await?))
}

/// Changes an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "patch_organizations_by_id",
    params(("id" = String, Path, description = "The organization.")),
    request_body = OrganizationPatch,
    responses(
        (status = 200, description = "The organization after the change.", body = Organization),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organizations"]))
)]
#[patch("/organizations/{id}")]
async fn update(
    call: Call<needs::UpdateOrganizations>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: OrganizationPatch = body.read()?;
    Ok(HttpResponse::Ok().json(organizations::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_organizations_by_id",
    params(("id" = String, Path, description = "The organization.")),
    responses(
        (status = 204, description = "It is gone; its members stay users."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organizations"]))
)]
#[delete("/organizations/{id}")]
async fn delete(
    call: Call<needs::DeleteOrganizations>,
    id: web::Path<OrganizationId>,
) -> Result<HttpResponse, Failure> {
    organizations::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
