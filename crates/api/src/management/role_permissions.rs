//! `/roles/{id}/permissions`. Contract section 4.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::role_permissions;
use guildhall_domain::id::RoleId;
use guildhall_domain::permission::{Permission, PermissionNames};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::management::roles::Nothing;
use crate::query::{Paging, Query};

listing!(RolePermissionList, permissions: Permission);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove);
}

/// Lists what a role permits.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role_permissions",
    params(("id" = String, Path, description = "The role."), Paging),
    responses(
        (status = 200, description = "The permissions.", body = RolePermissionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["read:roles"]))
)]
#[get("/roles/{id}/permissions")]
async fn list(
    call: Call<needs::ReadRoles>,
    id: web::Path<RoleId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = role_permissions::list(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("permissions", &request, &page))
}

/// Adds permissions to a role; those it has already stay.
#[utoipa::path(
    tag = "roles",
    operation_id = "post_role_permissions",
    params(("id" = String, Path, description = "The role.")),
    request_body = PermissionNames,
    responses(
        (status = 201, description = "They are held.", body = Nothing),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or there are enough permissions.", body = ErrorBody),
        (status = 404, description = "No such role, or no API defines one of the permissions.", body = ErrorBody),
    ),
    security(("bearer" = ["update:roles"]))
)]
#[post("/roles/{id}/permissions")]
async fn add(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: PermissionNames = body.read()?;
    role_permissions::add(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::Created().json(Nothing::default()))
}

/// Removes permissions from a role; those it lacks are passed over.
#[utoipa::path(
    tag = "roles",
    operation_id = "delete_role_permissions",
    params(("id" = String, Path, description = "The role.")),
    request_body = PermissionNames,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["update:roles"]))
)]
#[delete("/roles/{id}/permissions")]
async fn remove(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: PermissionNames = body.read()?;
    role_permissions::remove(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::NoContent().finish())
}
