//! `/organizations/{id}/members` and `/users/{id}/organizations`. Contract sections 3.3 and 3.10.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::members;
use guildhall_domain::id::{OrganizationId, UserId};
use guildhall_domain::member::{Member, Members};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::management::organizations::OrganizationList;
use crate::query::{Fields, Paging, Query};

/// The fields of a member that can be asked for by name.
const FIELDS: [&str; 5] = ["user_id", "email", "picture", "name", "roles"];

listing!(MemberList, members: Member);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove).service(organizations_of);
}

/// Refuses names of fields that members do not have.
pub(super) fn known(fields: &Fields) -> Result<(), Failure> {
    match fields.names().iter().all(|name| FIELDS.contains(name)) {
        true => Ok(()),
        false => Err(Failure::query(format!(
            "Query validation error: 'Only {} can be named' on property fields.",
            FIELDS.join(", ")
        ))),
    }
}

/// Lists the members of an organization. Their `roles` are returned only when `fields` names them, which needs
/// `read:organization_member_roles` as well.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_members",
    params(("id" = String, Path, description = "The organization."), Paging, Fields),
    responses(
        (status = 200, description = "The members.", body = MemberList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_members"]))
)]
#[get("/organizations/{id}/members")]
async fn list(
    call: Call<needs::ReadMembers>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (paging, fields): (Paging, Fields) = query.read2()?;
    known(&fields)?;
    let request = paging.request()?;
    let with_roles = fields.include_fields != Some(false) && fields.names().contains(&"roles");
    let page = members::list(&call.app, &call.by, &id, &request, with_roles).await?;
    Ok(listing::listing("members", &request, &page.map(|member| fields.of(&member))))
}

/// Adds members to an organization; those who are members already stay so.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_members",
    params(("id" = String, Path, description = "The organization.")),
    request_body = Members,
    responses(
        (status = 204, description = "They are members."),
        (status = 400, description = "A field cannot be, or a user does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the organization has enough members, or no seats for more.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_members"]))
)]
#[post("/organizations/{id}/members")]
async fn add(
    call: Call<needs::CreateMembers>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let users: Members = body.read()?;
    members::add(&call.app, &call.by, &id, users.members).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes members, with the roles they hold there, from an organization; those who are none are passed over.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_members",
    params(("id" = String, Path, description = "The organization.")),
    request_body = Members,
    responses(
        (status = 204, description = "They are members no more."),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_members"]))
)]
#[delete("/organizations/{id}/members")]
async fn remove(
    call: Call<needs::DeleteMembers>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let users: Members = body.read()?;
    members::remove(&call.app, &call.by, &id, users.members).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the organizations that a user belongs to.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user_organizations",
    params(("id" = String, Path, description = "The user."), Paging),
    responses(
        (status = 200, description = "The organizations.", body = OrganizationList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]))
)]
#[get("/users/{id}/organizations")]
async fn organizations_of(
    call: Call<needs::ReadOrganizationsWhole>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = members::organizations_of(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("organizations", &request, &page))
}
