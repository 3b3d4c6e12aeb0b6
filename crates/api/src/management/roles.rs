//! `/roles`. Contract section 4.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::roles::{self, Filter};
use guildhall_domain::id::{OrganizationId, RoleId};
use guildhall_domain::policy::needs;
use guildhall_domain::role::{NewRole, Role, RolePatch, RoleType};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(RoleList, roles: Role);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// An empty object.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Nothing {}

/// Which roles are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// A part of the name, in capitals or not.
    #[param(max_length = 255)]
    name_filter: Option<String>,
    /// Whose roles: the tenant's unless given, or unless `owner_id` is.
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<RoleType>,
    /// The organization whose own roles to list, required when the type is `organization`.
    #[param(max_length = 50)]
    owner_id: Option<String>,
}

impl Filters {
    fn read(self) -> Result<Filter, Failure> {
        let refuse = |problem: &str| {
            Err(Failure::query(format!("Query validation error: '{problem}' on property owner_id.")))
        };
        match (self.kind, &self.owner_id) {
            (Some(RoleType::Organization), None) => refuse("Missing required property: owner_id"),
            (Some(RoleType::Tenant), Some(_)) => refuse("owner_id is only allowed when type is organization"),
            _ => Ok(Filter { owner: self.owner_id.map(OrganizationId::new), name: self.name_filter }),
        }
    }
}

/// Lists the tenant's roles, or one organization's own.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_roles",
    params(Paging, Filters),
    responses(
        (status = 200, description = "The roles.", body = RoleList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:roles"]))
)]
#[get("/roles")]
async fn list(call: Call<needs::ReadRoles>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, filters): (Paging, Filters) = query.read2()?;
    let request = paging.request()?;
    let page = roles::list(&call.app, &call.by, &filters.read()?, &request).await?;
    Ok(listing::listing("roles", &request, &page))
}

/// Creates a role of the tenant, or of one organization.
#[utoipa::path(
    tag = "roles",
    operation_id = "post_roles",
    request_body = NewRole,
    responses(
        (status = 200, description = "The role.", body = Role),
        (status = 400, description = "A field cannot be, or the owner does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or there are enough roles.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["create:roles"]))
)]
#[post("/roles")]
async fn create(call: Call<needs::CreateRoles>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewRole = body.read()?;
    Ok(HttpResponse::Ok().json(roles::create(&call.app, &call.by, new).await?))
}

/// Returns a role.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_roles_by_id",
    params(("id" = String, Path, description = "The role.")),
    responses(
        (status = 200, description = "The role.", body = Role),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["read:roles"]))
)]
#[get("/roles/{id}")]
async fn get(call: Call<needs::ReadRoles>, id: web::Path<RoleId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(roles::get(&call.app, &call.by, &id).await?))
}

/// Changes the name or the description of a role.
#[utoipa::path(
    tag = "roles",
    operation_id = "patch_roles_by_id",
    params(("id" = String, Path, description = "The role.")),
    request_body = RolePatch,
    responses(
        (status = 200, description = "The role after the change.", body = Role),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["update:roles"]))
)]
#[patch("/roles/{id}")]
async fn update(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: RolePatch = body.read()?;
    Ok(HttpResponse::Ok().json(roles::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes a role; whoever held it holds it no more.
#[utoipa::path(
    tag = "roles",
    operation_id = "delete_roles_by_id",
    params(("id" = String, Path, description = "The role.")),
    responses(
        (status = 200, description = "It is gone.", body = Nothing),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:roles"]))
)]
#[delete("/roles/{id}")]
async fn delete(call: Call<needs::DeleteRoles>, id: web::Path<RoleId>) -> Result<HttpResponse, Failure> {
    roles::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(Nothing::default()))
}
