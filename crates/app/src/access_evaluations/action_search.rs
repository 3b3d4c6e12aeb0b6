//! What a subject may do to a resource (section 8.6).

use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_oauth::authzen::entity::Action;
use guildhall_oauth::authzen::search::{ActionSearch, SearchResponse};

use super::named::Who;
use super::pages::Pages;
use super::reading::Reading;
use crate::context::App;
use crate::problem::Problem;

/// The actions that the subject may do, in the order of their names.
///
/// # Errors
/// [`Problem::EpochNotReached`], [`Problem::Invalid`] for what is wrong with the page. Of what does not exist there are no
/// results.
pub async fn actions(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    asked: &ActionSearch,
) -> Result<SearchResponse<Action>, Problem> {
    let mut reading = Reading::begin(app, by.scope(), &asked.context).await?;
    let pages = Pages::of(app, by.scope(), &asked.query(), &asked.page)?;
    let mut names = permitted(&mut reading, asked).await?.unwrap_or_default();
    names.sort_unstable();
    let read = async |page: &PageRequest| Ok(Page::of(names.clone(), page, String::clone));
    let found = pages.sift(read, async |names| Ok(vec![true; names.len()]), String::as_str).await?;
    pages.answer(found.map(Action::new), reading.epoch())
}

async fn permitted(reading: &mut Reading<'_>, asked: &ActionSearch) -> Result<Option<Vec<String>>, Problem> {
    let Some(who) = Who::of(&asked.subject) else { return Ok(None) };
    let Some(place) = reading.place(&asked.resource).await? else { return Ok(None) };
    let found = reading.snapshot(&who, &place).await?;
    Ok(found.map(|snapshot| place.actions(snapshot.held())))
}
