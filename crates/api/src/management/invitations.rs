//! `/organizations/{id}/invitations`. Contract section 3.4.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::invitations;
use guildhall_domain::id::{InvitationId, OrganizationId};
use guildhall_domain::invitation::{NewInvitation, ShownInvitation};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(InvitationList, invitations: ShownInvitation);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(revoke).service(resend);
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

/// Lists the invitations of an organization that were neither accepted nor taken back.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_invitations",
    params(
        ("id" = String, Path, description = "The organization."),
        Paging,
        Fields,
        Order,
    ),
    responses(
        (status = 200, description = "The invitations.", body = InvitationList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_invitations"]))
)]
#[get("/organizations/{id}/invitations")]
async fn list(
    call: Call<needs::ReadInvitations>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (paging, fields, order): (Paging, Fields, Order) = query.read3()?;
    let request = paging.request()?;
    let page = invitations::list(&call.app, &call.by, &id, &request, order.is_ascending()?).await?;
    Ok(listing::listing("invitations", &request, &page.map(|invitation| fields.of(&invitation))))
}

/// Invites someone to an organization. With `roles` it needs `create:organization_member_roles` as well.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_invitations",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewInvitation,
    responses(
        (status = 201, description = "The invitation.", body = ShownInvitation),
        (status = 400, description = "A field cannot be, or a client, connection or role that it names cannot be used.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the organization has no seat for one more.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_invitations"]))
)]
#[post("/organizations/{id}/invitations")]
async fn create(
    call: Call<needs::CreateInvitations>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewInvitation = body.read()?;
    Ok(HttpResponse::Created().json(invitations::create(&call.app, &call.by, &id, new).await?))
}

/// Returns an invitation.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_invitations_by_invitation_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation."),
        Fields,
    ),
    responses(
        (status = 200, description = "The invitation.", body = ShownInvitation),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such invitation in it.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_invitations"]))
)]
#[get("/organizations/{id}/invitations/{invitation_id}")]
async fn get(
    call: Call<needs::ReadInvitations>,
    path: web::Path<(OrganizationId, InvitationId)>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let fields: Fields = query.read()?;
    let invitation = invitations::get(&call.app, &call.by, &organization, &id).await?;
    Ok(HttpResponse::Ok().json(fields.of(&invitation)))
}

/// Takes an invitation back: its ticket is worth nothing from now on.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_invitations_by_invitation_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation."),
    ),
    responses(
        (status = 204, description = "It can be accepted no more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such invitation in it.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_invitations"]))
)]
#[delete("/organizations/{id}/invitations/{invitation_id}")]
async fn revoke(
    call: Call<needs::DeleteInvitations>,
    path: web::Path<(OrganizationId, InvitationId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    invitations::revoke(&call.app, &call.by, &organization, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends an invitation again, expired or not, with another ticket and as much time as it had at first (an addition to
/// the contract). Where it confers roles it needs `create:organization_member_roles` as well.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_invitation_resend",
    params(
        ("id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation."),
    ),
    responses(
        (status = 200, description = "The invitation with its new ticket.", body = ShownInvitation),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the invitation had expired and the organization has no seat for one more.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such invitation in it.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_invitations"]))
)]
#[post("/organizations/{id}/invitations/{invitation_id}/resend")]
async fn resend(
    call: Call<needs::CreateInvitations>,
    path: web::Path<(OrganizationId, InvitationId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(invitations::resend(&call.app, &call.by, &organization, &id).await?))
}
