//! `/jobs`. Contract section 11.

use crate::routes::Routes;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use guildhall_app::jobs;
use guildhall_domain::id::JobId;
use guildhall_domain::job::{Job, JobError, NewUsersExport, NewVerificationEmail, UsersImport};
use guildhall_domain::policy::needs;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::multipart;

/// The largest file of users, in bytes.
const MAX_FILE: usize = 512_000;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(import).service(export).service(verification_email).service(get).service(errors);
}

/// The parts of the form of an import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
struct UsersImportForm {
    /// A file with a JSON array of users, at most 512,000 bytes.
    #[schema(value_type = String, format = Binary)]
    users: Vec<u8>,
    /// The database connection they belong to.
    connection_id: String,
    /// Whether users who exist are changed.
    upsert: Option<bool>,
    /// The caller's own name for the job.
    external_id: Option<String>,
    /// Accepted for the callers that send it.
    send_completion_email: Option<bool>,
}

/// Begins to bring users in, with hashes of their passwords (Argon2, bcrypt, PBKDF2, scrypt) where there are any. Beside
/// the form, a JSON object with the same fields is taken (an addition to the contract).
#[utoipa::path(
    tag = "jobs",
    operation_id = "post_users-imports",
    request_body(content(
        (UsersImportForm = "multipart/form-data"),
        (UsersImport = "application/json"),
    )),
    responses(
        (status = 202, description = "The job.", body = Job),
        (status = 400, description = "A field cannot be, or the connection keeps no users here.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["create:users"]))
)]
#[post("/jobs/users-imports")]
async fn import(
    call: Call<needs::CreateUsers>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let asked: UsersImport = match kind.and_then(multipart::boundary) {
        Some(boundary) => Body::of(form(body.bytes(), boundary)?).read()?,
        None => body.read()?,
    };
    Ok(HttpResponse::Accepted().json(jobs::import_users(&call.app, &call.by, asked).await?))
}

/// The form as the JSON object that it means.
fn form(bytes: &[u8], boundary: &str) -> Result<Vec<u8>, Failure> {
    let parts = multipart::parts(bytes, boundary).ok_or_else(|| {
        Failure::body("Payload validation error: 'Expected a form' on property (the body).")
    })?;
    let mut object = Map::new();
    for part in parts {
        if part.name == "users" && part.content.len() > MAX_FILE {
            return Err(Failure::body(
                "Payload validation error: 'The file is too large' on property users.",
            ));
        }
        let text = String::from_utf8_lossy(part.content).into_owned();
        let value = match part.name.as_str() {
            "users" => serde_json::from_str(&text).map_err(|_| {
                Failure::body("Payload validation error: 'Expected an array of users' on property users.")
            })?,
            "upsert" | "send_completion_email" => Value::Bool(text.trim() == "true"),
            _ => Value::String(text),
        };
        object.insert(part.name, value);
    }
    serde_json::to_vec(&object).map_err(|error| Failure::internal(&error.to_string()))
}

/// Begins to write users out, as JSON lines or CSV; `location` of the finished job leads to the file for a day.
#[utoipa::path(
    tag = "jobs",
    operation_id = "post_users-exports",
    request_body(content = Option<NewUsersExport>),
    responses(
        (status = 200, description = "The job.", body = Job),
        (status = 400, description = "A field cannot be, or the connection does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[post("/jobs/users-exports")]
async fn export(call: Call<needs::ReadUsers>, body: Body) -> Result<HttpResponse, Failure> {
    let asked: NewUsersExport = body.read_or_default()?;
    Ok(HttpResponse::Ok().json(jobs::export_users(&call.app, &call.by, asked).await?))
}

/// Sends a user a letter that asks to verify the address.
#[utoipa::path(
    tag = "jobs",
    operation_id = "post_verification-email",
    request_body = NewVerificationEmail,
    responses(
        (status = 201, description = "The job.", body = Job),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]))
)]
#[post("/jobs/verification-email")]
async fn verification_email(call: Call<needs::UpdateUsers>, body: Body) -> Result<HttpResponse, Failure> {
    let asked: NewVerificationEmail = body.read()?;
    Ok(HttpResponse::Created().json(jobs::verification_email(&call.app, &call.by, asked).await?))
}

/// Returns a job: how far it is, and what it has done.
#[utoipa::path(
    tag = "jobs",
    operation_id = "get_jobs_by_id",
    params(("id" = String, Path, description = "The job.")),
    responses(
        (status = 200, description = "The job.", body = Job),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such job.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]), ("bearer" = ["create:users"]))
)]
#[get("/jobs/{id}")]
async fn get(call: Call<needs::ReadJobs>, id: web::Path<JobId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(jobs::get(&call.app, &call.by, &id).await?))
}

/// Lists what a job could not do.
#[utoipa::path(
    tag = "jobs",
    operation_id = "get_errors",
    params(("id" = String, Path, description = "The job.")),
    responses(
        (status = 200, description = "The users who could not be brought in.", body = [JobError]),
        (status = 204, description = "There are none."),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such job.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]), ("bearer" = ["create:users"]))
)]
#[get("/jobs/{id}/errors")]
async fn errors(call: Call<needs::ReadJobs>, id: web::Path<JobId>) -> Result<HttpResponse, Failure> {
    let errors = jobs::errors(&call.app, &call.by, &id).await?;
    Ok(match errors.is_empty() {
        true => HttpResponse::NoContent().finish(),
        false => HttpResponse::Ok().json(errors),
    })
}
