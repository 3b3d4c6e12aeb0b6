//! `/organizations/{id}/members/{user_id}/roles` and `/organizations/{id}/roles/{role_id}/members`. Contract section 3.3.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::member_roles;
use guildhall_domain::id::{OrganizationId, RoleId, UserId};
use guildhall_domain::member::{MemberRole, RoleIds};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::management::members::{MemberList, known};
use crate::query::{Checkpoint, Fields, Paging, Query};

listing!(MemberRoleList, roles: MemberRole);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove).service(members);
}

/// Lists the roles that a member holds in the organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_member_roles",
    params(
        ("id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member."),
        Paging,
    ),
    responses(
        (status = 200, description = "The roles.", body = MemberRoleList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or the user is no member of it.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_member_roles"]))
)]
#[get("/organizations/{id}/members/{user_id}/roles")]
async fn list(
    call: Call<needs::ReadMemberRoles>,
    path: web::Path<(OrganizationId, UserId)>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (organization, member) = path.into_inner();
    let request = query.read::<Paging>()?.request()?;
    let page = member_roles::list(&call.app, &call.by, &organization, &member, &request).await?;
    Ok(listing::listing("roles", &request, &page.map(MemberRole::from)))
}

/// Gives a member roles in the organization, the tenant's or its own; those held already stay.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_member_roles",
    params(
        ("id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member."),
    ),
    request_body = RoleIds,
    responses(
        (status = 204, description = "They are held."),
        (status = 400, description = "A field cannot be, or a role does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or the user is no member of it.", body = ErrorBody),
        (status = 409, description = "The member has enough roles.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_member_roles"]))
)]
#[post("/organizations/{id}/members/{user_id}/roles")]
async fn add(
    call: Call<needs::CreateMemberRoles>,
    path: web::Path<(OrganizationId, UserId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (organization, member) = path.into_inner();
    let ids: RoleIds = body.read()?;
    member_roles::add(&call.app, &call.by, &organization, &member, ids.roles).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes roles in the organization from a member; those not held are passed over.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_member_roles",
    params(
        ("id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member."),
    ),
    request_body = RoleIds,
    responses(
        (status = 204, description = "They are not held any more."),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or the user is no member of it.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_member_roles"]))
)]
#[delete("/organizations/{id}/members/{user_id}/roles")]
async fn remove(
    call: Call<needs::DeleteMemberRoles>,
    path: web::Path<(OrganizationId, UserId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (organization, member) = path.into_inner();
    let ids: RoleIds = body.read()?;
    member_roles::remove(&call.app, &call.by, &organization, &member, ids.roles).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the members who hold a role in the organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_role_members",
    params(
        ("id" = String, Path, description = "The organization."),
        ("role_id" = String, Path, description = "The role."),
        Checkpoint,
        Fields,
    ),
    responses(
        (status = 200, description = "The members.", body = MemberList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such role in it.", body = ErrorBody),
    ),
    security(("bearer" = ["read:roles", "read:organization_members"]))
)]
#[get("/organizations/{id}/roles/{role_id}/members")]
async fn members(
    call: Call<needs::ReadRoleMembers>,
    path: web::Path<(OrganizationId, RoleId)>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (organization, role) = path.into_inner();
    let (paging, fields): (Checkpoint, Fields) = query.read2()?;
    known(&fields)?;
    let request = paging.request()?;
    let page = member_roles::members(&call.app, &call.by, &organization, &role, &request).await?;
    Ok(listing::listing("members", &request, &page.map(|member| fields.of(&member))))
}
