//! `/members` and `/delete-memberships`.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use guildhall_app::my_organization::members;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::my_organization::{MembershipIds, OrganizationMember};
use guildhall_domain::policy::my_organization as needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page, short};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::{Fields, Query};

page_of!(OrganizationMemberPage, members: OrganizationMember);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get).service(remove);
}

/// Which members are listed (an addition to the contract).
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A part of the name or e-mail address, in capitals or not.
    #[param(max_length = 300)]
    q: Option<String>,
    /// A role that they hold; needs `read:my_org:member_roles` as well.
    role_id: Option<RoleId>,
}

/// Lists the members. Their roles are shown to those who hold `read:my_org:member_roles`.
#[utoipa::path(
    tag = "members",
    operation_id = "get_members",
    params(Taking, Fields, Sought),
    responses(
        (status = 200, description = "The members.", body = OrganizationMemberPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:members"]))
)]
#[get("/members")]
async fn list(call: Call<needs::ReadMembers>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, fields, sought): (Taking, Fields, Sought) = query.read3()?;
    known(&fields)?;
    let text = short("q", sought.q)?;
    let request = taking.request()?;
    let filter = members::Filter { text, role: sought.role_id };
    let found = members::list(&call.app, &call.by, &filter, &request).await?;
    Ok(page("members", found.map(|member| fields.of(&member))))
}

fn known(fields: &Fields) -> Result<(), Failure> {
    match fields.names().iter().all(|name| OrganizationMember::FIELDS.contains(name)) {
        true => Ok(()),
        false => Err(Failure::query(format!(
            "Query validation error: 'Only {} can be named' on property fields.",
            OrganizationMember::FIELDS.join(", ")
        ))),
    }
}

/// Returns a member.
#[utoipa::path(
    tag = "members",
    operation_id = "get_member",
    params(("user_id" = String, Path, description = "The member."), Fields),
    responses(
        (status = 200, description = "The member.", body = OrganizationMember),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:members"]))
)]
#[get("/members/{user_id}")]
async fn get(
    call: Call<needs::ReadMembers>,
    user: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    known(&fields)?;
    let member = members::get(&call.app, &call.by, &user).await?;
    Ok(HttpResponse::Ok().json(fields.of(&member)))
}

/// Ends memberships, with the roles held there. The last member who can give roles stays.
#[utoipa::path(
    tag = "members",
    operation_id = "delete_memberships",
    request_body = MembershipIds,
    responses(
        (status = 204, description = "They are members no more."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is the last who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:memberships"]))
)]
#[post("/delete-memberships")]
async fn remove(call: Call<needs::DeleteMemberships>, body: Body) -> Result<HttpResponse, Failure> {
    let ids: MembershipIds = body.read()?;
    for user in &ids.members {
        members::remove(&call.app, &call.by, user).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
