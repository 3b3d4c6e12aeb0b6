//! `/logs` (an addition to the contract).

pub(crate) mod export;

use actix_web::{HttpResponse, get, web};
use guildhall_app::my_organization::logs;
use guildhall_domain::id::LogId;
use guildhall_domain::log::OrganizationLog;
use guildhall_domain::policy::my_organization as needs;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;
use crate::routes::Routes;

page_of!(OrganizationLogPage, logs: OrganizationLog);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(write_out).service(get);
}

/// Which entries.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A search in Lucene's syntax over `type`, `user_id`, `client_id`, `action`, `ip` and `date`.
    #[param(max_length = 2000)]
    q: Option<String>,
}

impl Search {
    fn text(self) -> Result<Option<String>, Failure> {
        match self.q {
            Some(q) if q.len() > 2000 => {
                Err(Failure::query("Query validation error: 'At most 2000 characters' on property q."))
            }
            q => Ok(q),
        }
    }
}

/// In which order.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sorting {
    /// `date:1` or `date:-1`, which it is unless given.
    sort: Option<String>,
}

/// Lists or searches the organization's part of the log, the newest entry first.
#[utoipa::path(
    tag = "logs",
    operation_id = "get_logs",
    params(Taking, Search, Sorting),
    responses(
        (status = 200, description = "The entries.", body = OrganizationLogPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:logs"]))
)]
#[get("/logs")]
async fn list(call: Call<needs::ReadLogs>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, search, sorting): (Taking, Search, Sorting) = query.read3()?;
    let (after, take) = taking.checkpoint()?;
    let sought = logs::Sought { q: search.text()?, sort: sorting.sort, after, take };
    Ok(page("logs", logs::list(&call.app, &call.by, sought).await?))
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// An entry in each line, as JSON.
    Jsonl,
    /// A table, for spreadsheets.
    Csv,
}

/// In which form.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Form {
    /// `jsonl` or `csv`.
    #[param(inline)]
    format: Format,
}

/// Writes out the organization's part of the log, or what a search finds of it: the newest entry first, 100,000 at the most.
#[utoipa::path(
    tag = "logs",
    operation_id = "export_logs",
    params(Form, Search),
    responses(
        (status = 200, description = "The entries, as JSON lines or CSV.", content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:logs"]))
)]
#[get("/logs/export")]
async fn write_out(call: Call<needs::ReadLogs>, query: Query) -> Result<HttpResponse, Failure> {
    let (form, search): (Form, Search) = query.read2()?;
    let entries = logs::export(&call.app, &call.by, search.text()?.as_deref())?;
    Ok(export::answer(entries, form.format))
}

/// Returns an entry of the organization's part of the log.
#[utoipa::path(
    tag = "logs",
    operation_id = "get_log",
    params(("log_id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, description = "The entry.", body = OrganizationLog),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such entry.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:logs"]))
)]
#[get("/logs/{log_id}")]
async fn get(call: Call<needs::ReadLogs>, id: web::Path<LogId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(logs::get(&call.app, &call.by, &id).await?))
}
