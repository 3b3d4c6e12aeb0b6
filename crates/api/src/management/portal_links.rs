//! `/organizations/{id}/portal-links` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, post, web};
use guildhall_app::portal::links;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::policy::needs;
use guildhall_domain::portal::{MadePortalLink, NewPortalLink};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(create);
}

/// Makes a link by which a member comes into the organization's portal, once, as far as access policies and Actions let
/// them sign in. Send the member there at once; in a frame where `framed` is set.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_portal_links",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewPortalLink,
    responses(
        (status = 201, description = "The link.", body = MadePortalLink),
        (status = 400, description = "A field cannot be, or no origin may show the portal in a frame.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such member in it.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_portal_links"]))
)]
#[post("/organizations/{id}/portal-links")]
async fn create(
    call: Call<needs::CreatePortalLinks>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewPortalLink = body.read()?;
    Ok(HttpResponse::Created().json(links::create(&call.app, &call.by, &id, new).await?))
}
