//! `/members/{user_id}/roles`.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::member_roles;
use guildhall_domain::id::UserId;
use guildhall_domain::my_organization::{MemberRoleIds, ShownRole};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(ShownRolePage, roles: ShownRole);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove).service(unassign);
}

/// Lists the roles that a member holds.
#[utoipa::path(
    tag = "members",
    operation_id = "get_member_roles",
    params(("user_id" = String, Path, description = "The member."), Taking),
    responses(
        (status = 200, description = "The roles.", body = ShownRolePage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:member_roles"]))
)]
#[get("/members/{user_id}/roles")]
async fn list(
    call: Call<needs::ReadMemberRoles>,
    user: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    Ok(page("roles", member_roles::list(&call.app, &call.by, &user, &request).await?))
}

/// Gives a member roles that the caller may confer: nothing in them that the caller does not hold, nor the vendor's envelope
/// excludes. Those held already stay.
#[utoipa::path(
    tag = "members",
    operation_id = "post_member_roles",
    params(("user_id" = String, Path, description = "The member.")),
    request_body = MemberRoleIds,
    responses(
        (status = 204, description = "They are held."),
        (status = 400, description = "A field cannot be, or a role does not exist here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or a role has what the caller does not hold.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The member holds enough roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:member_roles"]))
)]
#[post("/members/{user_id}/roles")]
async fn add(
    call: Call<needs::CreateMemberRoles>,
    user: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ids: MemberRoleIds = body.read()?;
    member_roles::add(&call.app, &call.by, &user, ids.role_ids).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes roles from a member; those not held are passed over.
#[utoipa::path(
    tag = "members",
    operation_id = "delete_member_roles",
    params(("user_id" = String, Path, description = "The member.")),
    request_body = MemberRoleIds,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would leave nobody who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:member_roles"]))
)]
#[delete("/members/{user_id}/roles")]
async fn remove(
    call: Call<needs::DeleteMemberRoles>,
    user: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    take(call, user, body).await
}

/// Takes roles from a member, for those who cannot send a body with DELETE.
#[utoipa::path(
    tag = "members",
    operation_id = "unassign_member_roles",
    params(("user_id" = String, Path, description = "The member.")),
    request_body = MemberRoleIds,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would leave nobody who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:member_roles"]))
)]
#[post("/members/{user_id}/unassign-roles")]
async fn unassign(
    call: Call<needs::DeleteMemberRoles>,
    user: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    take(call, user, body).await
}

async fn take(
    call: Call<needs::DeleteMemberRoles>,
    user: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ids: MemberRoleIds = body.read()?;
    member_roles::remove(&call.app, &call.by, &user, ids.role_ids).await?;
    Ok(HttpResponse::NoContent().finish())
}
