//! `GET /users-exports/{id}`: what an export made, for whoever holds the key in its address. Contract section 11.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use guildhall_app::jobs;
use guildhall_domain::id::JobId;
use guildhall_domain::job::ExportFormat;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::failure::{ErrorBody, Failure};
use crate::query::Query;
use crate::request;

/// What opens it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Key {
    /// The key in the job's `location`.
    #[param(max_length = 100)]
    key: String,
}

/// Returns the users that a job wrote out.
#[utoipa::path(
    tag = "users-exports",
    operation_id = "get_users_export",
    params(("id" = String, Path, description = "The job."), Key),
    responses(
        (status = 200, description = "The users, as JSON lines or CSV.", content_type = "application/x-ndjson", body = String),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 404, description = "No such job, or another key.", body = ErrorBody),
    )
)]
#[get("/users-exports/{id}")]
pub async fn users_export(
    request: HttpRequest,
    id: web::Path<JobId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let key: Key = query.read()?;
    let app = request::app(&request)?;
    let tenant = request::tenant(&app, &request).await?;
    let (job, text) = jobs::output(&app, &tenant, &id, &key.key).await?;
    let (kind, ending) = match job.format {
        Some(ExportFormat::Csv) => ("text/csv; charset=utf-8", "csv"),
        _ => ("application/x-ndjson", "json"),
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.{ending}\"", job.id)))
        .body(text))
}
