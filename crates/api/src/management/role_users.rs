//! `/roles/{id}/users`: who holds a role in the tenant. Contract section 4.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use guildhall_app::user_roles;
use guildhall_domain::id::RoleId;
use guildhall_domain::member::{Member, UserIds};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::management::roles::Nothing;
use crate::query::{Paging, Query};

listing!(RoleUserList, users: Member);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(assign);
}

/// Lists the users who hold a role in the tenant.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role_users",
    params(("id" = String, Path, description = "The role."), Paging),
    responses(
        (status = 200, description = "The users.", body = RoleUserList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["read:roles", "read:users"]), ("bearer" = ["read:role_members"]))
)]
#[get("/roles/{id}/users")]
async fn list(
    call: Call<needs::ReadRoleUsers>,
    id: web::Path<RoleId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = user_roles::users(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("users", &request, &page))
}

/// Gives a role of the tenant to users; those who hold it already keep it.
#[utoipa::path(
    tag = "roles",
    operation_id = "post_role_users",
    params(("id" = String, Path, description = "The role.")),
    request_body = UserIds,
    responses(
        (status = 200, description = "They hold it.", body = Nothing),
        (status = 400, description = "A field cannot be, a user does not exist, or the role is an organization's own.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or a user has enough roles.", body = ErrorBody),
        (status = 404, description = "No such role.", body = ErrorBody),
    ),
    security(("bearer" = ["update:roles"]), ("bearer" = ["create:role_members"]))
)]
#[post("/roles/{id}/users")]
async fn assign(
    call: Call<needs::AssignRoleUsers>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ids: UserIds = body.read()?;
    user_roles::assign(&call.app, &call.by, &id, ids.users).await?;
    Ok(HttpResponse::Ok().json(Nothing::default()))
}
