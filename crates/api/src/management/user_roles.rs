//! `/users/{id}/roles`: the roles that a user holds in the tenant. Contract section 4.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::user_roles;
use guildhall_domain::id::UserId;
use guildhall_domain::member::{MemberRole, RoleIds};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(UserRoleList, roles: MemberRole);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove);
}

/// Lists the roles that a user holds in the tenant, outside organizations.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user_roles",
    params(("id" = String, Path, description = "The user."), Paging),
    responses(
        (status = 200, description = "The roles.", body = UserRoleList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users", "read:roles"]), ("bearer" = ["read:role_members"]))
)]
#[get("/users/{id}/roles")]
async fn list(
    call: Call<needs::ReadUserRoles>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = user_roles::list(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("roles", &request, &page.map(MemberRole::from)))
}

/// Gives a user roles of the tenant; those held already stay.
#[utoipa::path(
    tag = "users",
    operation_id = "post_user_roles",
    params(("id" = String, Path, description = "The user.")),
    request_body = RoleIds,
    responses(
        (status = 204, description = "They are held."),
        (status = 400, description = "A field cannot be, or a role does not exist or is an organization's own.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the user has enough roles.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]), ("bearer" = ["create:role_members"]))
)]
#[post("/users/{id}/roles")]
async fn add(
    call: Call<needs::AssignUserRoles>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ids: RoleIds = body.read()?;
    user_roles::add(&call.app, &call.by, &id, ids.roles).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes roles from a user; those not held are passed over.
#[utoipa::path(
    tag = "users",
    operation_id = "delete_user_roles",
    params(("id" = String, Path, description = "The user.")),
    request_body = RoleIds,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]), ("bearer" = ["delete:role_members"]))
)]
#[delete("/users/{id}/roles")]
async fn remove(
    call: Call<needs::RemoveUserRoles>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ids: RoleIds = body.read()?;
    user_roles::remove(&call.app, &call.by, &id, ids.roles).await?;
    Ok(HttpResponse::NoContent().finish())
}
