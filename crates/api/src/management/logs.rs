//! `/logs` and `/users/{id}/logs`. Contract section 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, web};
use guildhall_app::logs;
use guildhall_domain::id::{LogId, UserId};
use guildhall_domain::log::Log;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Query, bounded, offset};

listing!(LogList, logs: Log);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get).service(of_user);
}

/// A page by offset, and its order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Offset {
    /// Zero-based number of the page.
    #[param(minimum = 0, maximum = 1000)]
    page: Option<u64>,
    /// Entries on a page, 50 unless given.
    #[param(minimum = 0, maximum = 100)]
    per_page: Option<u64>,
    /// Whether the answer is an object that states the total.
    include_totals: Option<bool>,
    /// `date`, `type`, `client_id`, `user_id` or `ip`, then `:1` or `:-1`; `date:-1` unless given.
    #[param(max_length = 20, pattern = "^(date|type|client_id|user_id|ip):-?1$")]
    sort: Option<String>,
}

impl Offset {
    fn request(&self) -> Result<PageRequest, Failure> {
        let page = bounded("page", self.page, 0, 0, 1000)?;
        let per_page = bounded("per_page", self.per_page, 50, 0, 100)?;
        offset(page, per_page, self.include_totals.unwrap_or_default())
    }
}

/// What follows an entry, and what is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// The `log_id` of the last entry already seen: what follows it, in the order of time, as an array.
    #[param(max_length = 64, pattern = "^[0-9]+$")]
    from: Option<String>,
    /// The most entries to return, with `from` or from the beginning; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    take: Option<u64>,
    /// A search in a subset of Lucene's syntax, over the fields of an entry and `details.…`.
    #[param(max_length = 2000)]
    search: Option<String>,
    /// The same, as older callers name it; not together with `search`.
    #[param(max_length = 2000)]
    q: Option<String>,
}

impl Search {
    fn checkpoint(&self) -> Result<Option<PageRequest>, Failure> {
        let take = bounded("take", self.take, 50, 1, 100)?;
        let digits =
            |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        match &self.from {
            Some(from) if !digits(from) => {
                Err(Failure::query("Query validation error: 'from is a log_id' on property from."))
            }
            None if self.take.is_none() => Ok(None),
            from => Ok(Some(PageRequest::Checkpoint { after: from.clone(), take })),
        }
    }

    fn text(&self) -> Result<Option<&str>, Failure> {
        match (&self.search, &self.q) {
            (Some(_), Some(_)) => {
                Err(Failure::query("Query validation error: 'q and search mean the same' on property q."))
            }
            (search, q) => Ok(search.as_deref().or(q.as_deref())),
        }
    }
}

/// Lists or searches the log: changes, each with its epoch, and token events.
#[utoipa::path(
    tag = "logs",
    operation_id = "get_logs",
    params(Offset, Fields, Search),
    responses(
        (status = 200, description = "The entries.", body = LogList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:logs"]))
)]
#[get("/logs")]
async fn list(call: Call<needs::ReadLogs>, query: Query) -> Result<HttpResponse, Failure> {
    let (by_offset, fields, search): (Offset, Fields, Search) = query.read3()?;
    let request = match search.checkpoint()? {
        Some(checkpoint) => checkpoint,
        None => by_offset.request()?,
    };
    let page = logs::list(&call.app, &call.by, &request, search.text()?, by_offset.sort.as_deref()).await?;
    let page = page.map(|entry| fields.of(&entry));
    Ok(match request {
        PageRequest::Checkpoint { .. } => HttpResponse::Ok().json(page.items),
        PageRequest::Offset { .. } => listing::with_length("logs", &request, &page),
    })
}

/// Returns an entry of the log.
#[utoipa::path(
    tag = "logs",
    operation_id = "get_logs_by_id",
    params(("id" = String, Path, description = "The entry.")),
    responses(
        (status = 200, description = "The entry.", body = Log),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such entry.", body = ErrorBody),
    ),
    security(("bearer" = ["read:logs"]))
)]
#[get("/logs/{id}")]
async fn get(call: Call<needs::ReadLogs>, id: web::Path<LogId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(logs::get(&call.app, &call.by, &id).await?))
}

/// Lists what concerns a user, or was done by them.
#[utoipa::path(
    tag = "users",
    operation_id = "get_logs_by_user",
    params(("id" = String, Path, description = "The user."), Offset),
    responses(
        (status = 200, description = "The entries.", body = LogList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:logs_users"]), ("bearer" = ["read:logs"]))
)]
#[get("/users/{id}/logs")]
async fn of_user(
    call: Call<needs::ReadUserLogs>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let by_offset: Offset = query.read()?;
    let request = by_offset.request()?;
    let page = logs::of_user(&call.app, &call.by, &id, &request, by_offset.sort.as_deref()).await?;
    Ok(listing::with_length("logs", &request, &page))
}
