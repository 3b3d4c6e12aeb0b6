//! `/member-invitations` and `/delete-member-invitations`.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::invitations;
use guildhall_domain::id::InvitationId;
use guildhall_domain::my_organization::{InvitationIds, MemberInvitation, NewMemberInvitations, ShownRole};
use guildhall_domain::policy::my_organization as needs;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::{Fields, Query};

page_of!(MemberInvitationPage, invitations: MemberInvitation);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(roles).service(revoke).service(revoke_all);
}

/// How invitations are ordered.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Order {
    /// `created_at:1` or `created_at:-1`; the newest come first unless given.
    #[param(max_length = 13, pattern = "^created_at:-?1$")]
    sort: Option<String>,
}

impl Order {
    fn is_ascending(&self) -> Result<bool, Failure> {
        match self.sort.as_deref() {
            None | Some("created_at:-1") => Ok(false),
            Some("created_at:1") => Ok(true),
            Some(_) => Err(Failure::query(
                "Query validation error: 'sort is created_at:1 or created_at:-1' on property sort.",
            )),
        }
    }
}

/// The roles that an invitation confers.
#[derive(Serialize, ToSchema)]
struct InvitationRoles {
    /// The roles.
    roles: Vec<ShownRole>,
}

fn known(fields: &Fields) -> Result<(), Failure> {
    match fields.names().iter().all(|name| MemberInvitation::FIELDS.contains(name)) {
        true => Ok(()),
        false => Err(Failure::query(format!(
            "Query validation error: 'Only {} can be named' on property fields.",
            MemberInvitation::FIELDS.join(", ")
        ))),
    }
}

/// Lists the invitations that were neither accepted nor taken back. Their tickets are shown to those who could make them.
#[utoipa::path(
    tag = "invitations",
    operation_id = "get_member_invitations",
    params(Taking, Fields, Order),
    responses(
        (status = 200, description = "The invitations.", body = MemberInvitationPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:member_invitations"]))
)]
#[get("/member-invitations")]
async fn list(call: Call<needs::ReadMemberInvitations>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, fields, order): (Taking, Fields, Order) = query.read3()?;
    known(&fields)?;
    let request = taking.request()?;
    let found = invitations::list(&call.app, &call.by, &request, order.is_ascending()?).await?;
    Ok(page("invitations", found.map(|invitation| fields.of(&invitation))))
}

/// Invites people by mail: all of them, or none. With roles it needs `create:my_org:member_roles` as well, and nothing in
/// them that the caller does not hold or the vendor's envelope excludes.
#[utoipa::path(
    tag = "invitations",
    operation_id = "post_member_invitations",
    request_body = NewMemberInvitations,
    responses(
        (status = 201, description = "The invitations.", body = Vec<MemberInvitation>),
        (status = 400, description = "A field cannot be, or a role does not exist here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, a role has what the caller does not hold, or there are no seats.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nothing says which client they are to sign in to, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "The organization has invited as many in 24 hours as the vendor lets it.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:member_invitations"]))
)]
#[post("/member-invitations")]
async fn create(call: Call<needs::CreateMemberInvitations>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewMemberInvitations = body.read()?;
    Ok(HttpResponse::Created().json(invitations::create(&call.app, &call.by, new).await?))
}

/// Returns an invitation.
#[utoipa::path(
    tag = "invitations",
    operation_id = "get_member_invitation",
    params(("invitation_id" = String, Path, description = "The invitation."), Fields),
    responses(
        (status = 200, description = "The invitation.", body = MemberInvitation),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such invitation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:member_invitations"]))
)]
#[get("/member-invitations/{invitation_id}")]
async fn get(
    call: Call<needs::ReadMemberInvitations>,
    id: web::Path<InvitationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    known(&fields)?;
    let invitation = invitations::get(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(fields.of(&invitation)))
}

/// Lists the roles that an invitation confers.
#[utoipa::path(
    tag = "invitations",
    operation_id = "get_member_invitation_roles",
    params(("invitation_id" = String, Path, description = "The invitation.")),
    responses(
        (status = 200, description = "The roles.", body = InvitationRoles),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such invitation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:member_roles"]))
)]
#[get("/member-invitations/{invitation_id}/roles")]
async fn roles(
    call: Call<needs::ReadMemberRoles>,
    id: web::Path<InvitationId>,
) -> Result<HttpResponse, Failure> {
    let roles = invitations::roles(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(InvitationRoles { roles }))
}

/// Takes an invitation back: its ticket is worth nothing from now on.
#[utoipa::path(
    tag = "invitations",
    operation_id = "delete_member_invitation",
    params(("invitation_id" = String, Path, description = "The invitation.")),
    responses(
        (status = 204, description = "It is taken back."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such invitation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:member_invitations"]))
)]
#[delete("/member-invitations/{invitation_id}")]
async fn revoke(
    call: Call<needs::DeleteMemberInvitations>,
    id: web::Path<InvitationId>,
) -> Result<HttpResponse, Failure> {
    invitations::revoke(&call.app, &call.by, std::slice::from_ref(&*id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes invitations back: all of them, or none.
#[utoipa::path(
    tag = "invitations",
    operation_id = "delete_member_invitations",
    request_body = InvitationIds,
    responses(
        (status = 204, description = "They are taken back."),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such invitation.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:member_invitations"]))
)]
#[post("/delete-member-invitations")]
async fn revoke_all(call: Call<needs::DeleteMemberInvitations>, body: Body) -> Result<HttpResponse, Failure> {
    let ids: InvitationIds = body.read()?;
    invitations::revoke(&call.app, &call.by, &ids.invitations).await?;
    Ok(HttpResponse::NoContent().finish())
}
