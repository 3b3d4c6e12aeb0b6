//! `/users/{id}/permissions`. Contract section 4.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::user_permissions;
use guildhall_domain::id::UserId;
use guildhall_domain::permission::{PermissionNames, UserPermission};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::management::roles::Nothing;
use crate::query::{Paging, Query};

listing!(UserPermissionList, permissions: UserPermission);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove);
}

/// Lists what a user may do outside organizations, each with what it is held through: directly, or by roles.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user_permissions",
    params(("id" = String, Path, description = "The user."), Paging),
    responses(
        (status = 200, description = "The permissions.", body = UserPermissionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/users/{id}/permissions")]
async fn list(
    call: Call<needs::ReadUsers>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = user_permissions::list(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("permissions", &request, &page))
}

/// Gives a user permissions directly; those held so already stay.
#[utoipa::path(
    tag = "users",
    operation_id = "post_user_permissions",
    params(("id" = String, Path, description = "The user.")),
    request_body = PermissionNames,
    responses(
        (status = 201, description = "They are held.", body = Nothing),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or there are enough permissions.", body = ErrorBody),
        (status = 404, description = "No such user, or no API defines one of the permissions.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]))
)]
#[post("/users/{id}/permissions")]
async fn add(
    call: Call<needs::UpdateUsers>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: PermissionNames = body.read()?;
    user_permissions::add(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::Created().json(Nothing::default()))
}

/// Takes direct permissions from a user; those not held so are passed over.
#[utoipa::path(
    tag = "users",
    operation_id = "delete_user_permissions",
    params(("id" = String, Path, description = "The user.")),
    request_body = PermissionNames,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]))
)]
#[delete("/users/{id}/permissions")]
async fn remove(
    call: Call<needs::UpdateUsers>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let names: PermissionNames = body.read()?;
    user_permissions::remove(&call.app, &call.by, &id, names.permissions).await?;
    Ok(HttpResponse::NoContent().finish())
}
