//! The log: changes and token events. Contract section 11.

use guildhall_domain::id::{LogId, UserId};
use guildhall_domain::log::Log;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::search::Expression;
use guildhall_persistence::logs::{Sort, SortBy, Wanted};
use guildhall_persistence::{logs, users};

use crate::context::App;
use crate::problem::{Problem, Thing};
use crate::searches;

/// A page of the log that a search finds: by offset the newest entry first unless `order` says otherwise, or what
/// follows an entry, in the order of time.
///
/// # Errors
/// [`Problem::InvalidQuery`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadLogs>,
    page: &PageRequest,
    q: Option<&str>,
    order: Option<&str>,
) -> Result<Page<Log>, Problem> {
    let wanted = Wanted { search: searches::read("search", q)?, user: None, sort: sort(order)? };
    Ok(logs::list(app.store(), by.scope(), page, &wanted).await?)
}

/// A page of what concerns a user.
///
/// # Errors
/// [`Thing::User`], [`Problem::InvalidQuery`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadUserLogs>,
    user: &UserId,
    page: &PageRequest,
    order: Option<&str>,
) -> Result<Page<Log>, Problem> {
    let wanted = Wanted { search: Expression::All, user: Some(user.clone()), sort: sort(order)? };
    if users::find(app.store(), by.scope(), user).await?.is_none() {
        return Err(Problem::NoSuch(Thing::User));
    }
    Ok(logs::list(app.store(), by.scope(), page, &wanted).await?)
}

/// The entry with this id.
///
/// # Errors
/// [`Thing::Log`].
pub async fn get(app: &App, by: &Authorized<needs::ReadLogs>, id: &LogId) -> Result<Log, Problem> {
    logs::find(app.store(), by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::Log))
}

fn sort(text: Option<&str>) -> Result<Sort, Problem> {
    let Some(text) = text else { return Ok(Sort::NEWEST) };
    let (name, descending) = searches::sort(text)?;
    let by = match name {
        "date" => SortBy::Date,
        "type" => SortBy::Type,
        "client_id" => SortBy::ClientId,
        "user_id" => SortBy::UserId,
        "ip" => SortBy::Ip,
        _ => {
            return Err(searches::refused("sort", &format!("The log cannot be sorted by {name}")));
        }
    };
    Ok(Sort { by, descending })
}
