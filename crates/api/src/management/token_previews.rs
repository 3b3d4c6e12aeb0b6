//! `/token-previews` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, post};
use guildhall_app::token_previews;
use guildhall_domain::policy::needs;
use guildhall_domain::token_preview::{NewTokenPreview, TokenPreview};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(create);
}

/// Shows the tokens that a client would get now, for itself or for a person who has just signed in and consents, with the
/// access policies and Actions that decided; or why it would get none. It is made by issuance itself, and nothing of it is
/// issued, stored or sent: Actions run, but cannot `fetch`, and what they would keep is shown instead. Where a sign-in would
/// ask the person something, send them elsewhere or make them a member of the organization first, the refusal is
/// `interaction_required`.
#[utoipa::path(
    tag = "token-previews",
    operation_id = "post_token_previews",
    request_body = NewTokenPreview,
    responses(
        (status = 200, description = "What would be issued, or the refusal.", body = TokenPreview),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client or user.", body = ErrorBody),
    ),
    security(("bearer" = ["create:token_previews"]))
)]
#[post("/token-previews")]
async fn create(call: Call<needs::PreviewTokens>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewTokenPreview = body.read()?;
    Ok(HttpResponse::Ok().json(token_previews::preview(&call.app, &call.by, &new).await?))
}
