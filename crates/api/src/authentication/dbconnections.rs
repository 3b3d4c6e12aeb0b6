//! `POST /dbconnections/signup` and `/change_password`: what applications with pages of their own call. Neither tells
//! who has an account. Contract section 13.4.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::Problem;
use guildhall_app::mail::Language;
use guildhall_app::passwords::{self, SignUpRefusal};
use guildhall_app::tickets::{self, Behalf};
use guildhall_app::triggers::Sent;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::NewUser;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::failure::{chain, weak};
use crate::request;

/// What is said to whoever asks for a letter, whether one is sent or not.
const SENT: &str = "We've just sent you an email to reset your password.";

/// The body of a sign-up.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
pub struct SignUpBody {
    /// The client on whose behalf.
    client_id: String,
    /// The connection's name.
    connection: String,
    /// The e-mail address.
    email: Option<String>,
    /// The password.
    password: String,
    /// The name to sign in with.
    username: Option<String>,
    /// The telephone number.
    phone_number: Option<String>,
    /// The given name.
    given_name: Option<String>,
    /// The family name.
    family_name: Option<String>,
    /// The full name.
    name: Option<String>,
    /// What the person is called.
    nickname: Option<String>,
    /// The address of a picture.
    picture: Option<String>,
    /// What the person may change.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    user_metadata: Option<Object>,
}

/// The account that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedUp {
    /// The connection's own id of the user.
    #[serde(rename = "_id")]
    id: String,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Whether it is verified.
    email_verified: bool,
    /// The name to sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
}

/// Why nobody was signed up.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignUpError {
    /// The name of the refusal.
    name: String,
    /// A code for programs.
    code: String,
    /// The reason.
    #[schema(value_type = String)]
    description: Value,
    /// The same.
    message: String,
    /// What is demanded of passwords.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// The HTTP status.
    #[serde(rename = "statusCode")]
    status_code: u16,
}

fn refuse(status: u16, name: &str, code: &str, message: &str) -> SignUpError {
    SignUpError {
        name: name.to_owned(),
        code: code.to_owned(),
        description: message.into(),
        message: message.to_owned(),
        policy: None,
        status_code: status,
    }
}

fn answer(error: SignUpError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).json(error)
}

fn unforeseen(problem: &Problem) -> SignUpError {
    tracing::error!(error = %chain(problem), "unforeseen");
    refuse(
        500,
        "InternalError",
        "internal_error",
        "Internal error; the request id leads to its cause in the log.",
    )
}

/// The fields of a new user among those of the body.
const FIELDS: [&str; 11] = [
    "connection",
    "email",
    "password",
    "username",
    "phone_number",
    "given_name",
    "family_name",
    "name",
    "nickname",
    "picture",
    "user_metadata",
];

/// Makes an account for a person in a database connection, and sends a letter that asks to verify the address.
#[utoipa::path(
    tag = "dbconnections",
    operation_id = "post_dbconnections_signup",
    request_body = SignUpBody,
    responses(
        (status = 200, description = "The account.", body = SignedUp),
        (status = 400, description = "The account or the password cannot be.", body = SignUpError),
        (status = 403, description = "No such client, or not with this connection.", body = SignUpError),
        (status = 503, description = "Too many people at once.", body = SignUpError),
    )
)]
#[post("/dbconnections/signup")]
pub async fn signup(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match try_signup(&request, &body).await {
        Ok(made) => HttpResponse::Ok().json(made),
        Err(error) => answer(error),
    }
}

async fn try_signup(request: &HttpRequest, body: &[u8]) -> Result<SignedUp, SignUpError> {
    let invalid = |reason: &str| refuse(400, "BadRequestError", "invalid_signup", reason);
    let fields: Object = serde_json::from_slice(body).map_err(|_| invalid("Expected a JSON object"))?;
    let app = request::app(request).map_err(|_| invalid("Invalid sign up"))?;
    let tenant = request::tenant(&app, request).await.map_err(|_| invalid("Invalid sign up"))?;
    let client = fields.get("client_id").and_then(Value::as_str).map(ClientId::new);
    let connection = fields.get("connection").and_then(Value::as_str).unwrap_or_default().to_owned();
    let usable = passwords::is_open_to(&app, &tenant, client.as_ref(), &connection).await;
    if !usable.map_err(|problem| unforeseen(&problem))? {
        return Err(refuse(
            403,
            "ForbiddenError",
            "unauthorized_client",
            "The client cannot use this connection.",
        ));
    }
    let own: Object = fields.into_iter().filter(|(name, _)| FIELDS.contains(&name.as_str())).collect();
    let new: NewUser = serde_json::from_value(own.into()).map_err(|_| invalid("Invalid sign up"))?;
    new.validate().map_err(|_| invalid("Invalid sign up"))?;
    let behalf = Behalf { client_id: client, organization_id: None };
    let origin = request::origin(request);
    let http = request::http(request, &origin, Sent::Json(body));
    match passwords::sign_up(&app, &tenant, new, behalf, language(request), http).await {
        Ok(user) => Ok(SignedUp {
            id: user.identities.into_iter().next().map(|identity| identity.user_id).unwrap_or_default(),
            email: user.email,
            email_verified: user.email_verified,
            username: user.username,
            phone_number: user.phone_number,
        }),
        Err(SignUpRefusal::Taken) if tells_who_exists(&tenant) => {
            Err(refuse(400, "BadRequestError", "user_exists", "The user already exists."))
        }
        Err(SignUpRefusal::Taken | SignUpRefusal::Closed | SignUpRefusal::Incomplete) => {
            Err(invalid("Invalid sign up"))
        }
        Err(SignUpRefusal::WeakPassword(weakness)) => {
            let (name, message) = weak(weakness).split_once(": ").unwrap_or(("PasswordStrengthError", ""));
            let options = passwords::options_of(&app, &tenant, &connection).await;
            let policy = options.ok().map(|options| options.passwords_described());
            Err(SignUpError { policy, ..refuse(400, name, "invalid_password", message) })
        }
        Err(SignUpRefusal::Denied(denied)) => {
            let message = denied.message.as_deref().unwrap_or("Invalid sign up");
            Err(refuse(400, "BadRequestError", "extensibility_error", message))
        }
        Err(SignUpRefusal::Busy) => {
            Err(refuse(503, "ServiceUnavailable", "busy", "Too many people at once; try again."))
        }
        Err(SignUpRefusal::Internal(problem)) => Err(unforeseen(&problem)),
    }
}

/// Whether the vendor wants the public to be told that an account exists.
fn tells_who_exists(tenant: &Tenant) -> bool {
    let flags = tenant.settings.other("flags");
    flags.is_some_and(|flags| flags["enable_public_signup_user_exists_error"] == json!(true))
}

fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
    Language::of(header.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim())
}

/// The body of a request for a new password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangePasswordBody {
    /// The client on whose behalf.
    #[serde(default)]
    client_id: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// The connection's name.
    connection: String,
    /// The organization on whose behalf.
    #[serde(default)]
    organization: Option<String>,
}

/// Sends a letter by which to choose a new password, where there is an account with this address. The answer is the same
/// where there is none.
#[utoipa::path(
    tag = "dbconnections",
    operation_id = "post_dbconnections_change_password",
    request_body = ChangePasswordBody,
    responses(
        (status = 200, description = "The letter is sent, where there is an account.", content_type = "text/html", body = String),
        (status = 400, description = "The body cannot be.", body = SignUpError),
    )
)]
#[post("/dbconnections/change_password")]
pub async fn change_password(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let invalid = |reason: &str| answer(refuse(400, "BadRequestError", "invalid_request", reason));
    let Ok(asked) = serde_json::from_slice::<ChangePasswordBody>(&body) else {
        return invalid("Expected a JSON object with email and connection");
    };
    let Some(email) = asked.email.filter(|email| email.contains('@') && email.len() <= 320) else {
        return invalid("email is required");
    };
    let Ok(app) = request::app(&request) else { return invalid("No such tenant") };
    let Ok(tenant) = request::tenant(&app, &request).await else { return invalid("No such tenant") };
    let behalf = Behalf {
        client_id: asked.client_id.map(ClientId::new),
        organization_id: asked.organization.map(OrganizationId::new),
    };
    let (origin, language) = (request::origin(&request), language(&request));
    // After the answer, so that its duration tells nothing either.
    tokio::spawn(async move {
        let done =
            tickets::forgotten_password(&app, &tenant, &asked.connection, &email, behalf, language, &origin);
        if let Err(problem) = done.await {
            tracing::error!(error = %chain(&problem), "a letter could not be written");
        }
    });
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(SENT)
}
