//! `/tickets`. Contract section 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, post};
use guildhall_app::tickets;
use guildhall_domain::policy::needs;
use guildhall_domain::ticket::{MadeTicket, NewEmailVerification, NewPasswordChange};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(email_verification).service(password_change);
}

/// Makes an address by which a user verifies the e-mail address, once. The caller sends it.
#[utoipa::path(
    tag = "tickets",
    operation_id = "post_email-verification",
    request_body = NewEmailVerification,
    responses(
        (status = 201, description = "The address.", body = MadeTicket),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["create:user_tickets"]))
)]
#[post("/tickets/email-verification")]
async fn email_verification(call: Call<needs::CreateTickets>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewEmailVerification = body.read()?;
    Ok(HttpResponse::Created().json(tickets::for_email_verification(&call.app, &call.by, new).await?))
}

/// Makes an address by which a user sets the password, once. The caller sends it.
#[utoipa::path(
    tag = "tickets",
    operation_id = "post_password-change",
    request_body = NewPasswordChange,
    responses(
        (status = 201, description = "The address.", body = MadeTicket),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user or connection.", body = ErrorBody),
    ),
    security(("bearer" = ["create:user_tickets"]))
)]
#[post("/tickets/password-change")]
async fn password_change(call: Call<needs::CreateTickets>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewPasswordChange = body.read()?;
    Ok(HttpResponse::Created().json(tickets::for_password_change(&call.app, &call.by, new).await?))
}
