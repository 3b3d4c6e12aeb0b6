//! `/roles/{role_id}/permissions` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::role_permissions;
use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::{OrganizationRolePermission, OrganizationRolePermissions};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(OrganizationRolePermissionPage, permissions: OrganizationRolePermission);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove);
}

/// Lists what a role permits that the organization can give. What one of its own permits and the organization may not confer any
/// more is `suspended`: it counts for nothing until the vendor lets it in again.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role_permissions",
    params(("role_id" = String, Path, description = "The role."), Taking),
    responses(
        (status = 200, description = "The permissions.", body = OrganizationRolePermissionPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:roles"]))
)]
#[get("/roles/{role_id}/permissions")]
async fn list(
    call: Call<needs::ReadRoles>,
    id: web::Path<RoleId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    Ok(page("permissions", role_permissions::list(&call.app, &call.by, &id, &request).await?))
}

/// Adds permissions to a role of the organization's own; those it has already stay. The caller must hold each, and the vendor let
/// the organization confer it: any other, and one that does not exist, is refused as not held.
#[utoipa::path(
    tag = "roles",
    operation_id = "post_role_permissions",
    params(("role_id" = String, Path, description = "The role.")),
    request_body = OrganizationRolePermissions,
    responses(
        (status = 204, description = "The role has them."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, the role is the vendor's, a permission is not held, or the role has enough.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:roles"]))
)]
#[post("/roles/{role_id}/permissions")]
async fn add(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: OrganizationRolePermissions = body.read()?;
    role_permissions::add(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes permissions from a role of the organization's own; those it lacks are passed over.
#[utoipa::path(
    tag = "roles",
    operation_id = "delete_role_permissions",
    params(("role_id" = String, Path, description = "The role.")),
    request_body = OrganizationRolePermissions,
    responses(
        (status = 204, description = "The role does not have them any more."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the role is the vendor's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would leave nobody who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:roles"]))
)]
#[delete("/roles/{role_id}/permissions")]
async fn remove(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: OrganizationRolePermissions = body.read()?;
    role_permissions::remove(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::NoContent().finish())
}
