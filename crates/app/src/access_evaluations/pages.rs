//! Pages of a search. A token says where the page before ended and how long pages are, sealed together with the search, so
//! that it is good for this one alone.

use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_oauth::authzen::Object;
use guildhall_oauth::authzen::page::PageRequest as Asked;
use guildhall_oauth::authzen::search::SearchResponse;
use serde::{Deserialize, Serialize};

use super::EPOCH;
use crate::context::App;
use crate::problem::Problem;

/// The most results on a page, and as many as there are unless fewer are asked for.
const MOST: usize = 100;

/// How many batches of candidates are looked through for one page.
const BATCHES: usize = 10;

#[derive(Serialize, Deserialize)]
struct Position {
    after: String,
    limit: u64,
}

/// The pages of one search.
pub(super) struct Pages<'a> {
    app: &'a App,
    search: String,
    request: PageRequest,
}

impl<'a> Pages<'a> {
    /// Begins with the page that is asked for. A request with a token may leave out the limit (section 8.2.3).
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a token of another search and for another limit than that of the page before (section 8.2).
    pub(super) fn of(app: &'a App, scope: &TenantScope, query: &str, asked: &Asked) -> Result<Self, Problem> {
        let search = format!("access search\n{}\n{query}", scope.tenant());
        let limit = asked.results(MOST) as u64;
        let Some(token) = &asked.token else {
            return Ok(Self { app, search, request: PageRequest::first(limit) });
        };
        let position = app.0.vault.open(&search, token).ok();
        let position = position.and_then(|opened| serde_json::from_slice::<Position>(&opened).ok());
        let unknown = || Problem::invalid("page.token", "The token is not one of this search");
        let position = position.ok_or_else(unknown)?;
        // After a page of none, nothing says yet how long pages are.
        let take = if position.limit == 0 { limit } else { position.limit };
        if asked.limit.is_some() && limit != take {
            return Err(Problem::invalid("page.limit", "The limit must be that of the page before"));
        }
        let request = PageRequest::Checkpoint { after: Some(position.after), take };
        Ok(Self { app, search, request })
    }

    /// Looks through candidates, batch by batch, until there are enough for the page. Of each batch `decide` says which are
    /// results. A page can have fewer than asked for, even none, and still not be the last: what it costs is bounded.
    pub(super) async fn sift<C>(
        &self,
        mut read: impl AsyncFnMut(&PageRequest) -> Result<Page<C>, Problem>,
        mut decide: impl AsyncFnMut(&[C]) -> Result<Vec<bool>, Problem>,
        key: impl Fn(&C) -> &str,
    ) -> Result<Page<C>, Problem> {
        let (mut after, most) = (self.after().to_owned(), self.request.limit());
        let mut items = Vec::new();
        for _ in 0..BATCHES {
            let request = PageRequest::Checkpoint { after: Some(after.clone()), take: most + 1 };
            let batch = read(&request).await?;
            let results = decide(&batch.items).await?;
            for (candidate, is_result) in batch.items.into_iter().zip(results) {
                if items.len() as u64 == most {
                    return Ok(Page { items, total: None, next: Some(after) });
                }
                after = key(&candidate).to_owned();
                if is_result {
                    items.push(candidate);
                }
            }
            match batch.next {
                None => return Ok(Page { items, total: None, next: None }),
                Some(next) => after = next,
            }
        }
        Ok(Page { items, total: None, next: Some(after) })
    }

    fn after(&self) -> &str {
        match &self.request {
            PageRequest::Checkpoint { after: Some(after), .. } => after,
            _ => "",
        }
    }

    /// The answer: the page as entities, and the epoch that it was computed at.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(super) fn answer<E>(self, page: Page<E>, epoch: i64) -> Result<SearchResponse<E>, Problem> {
        let next = page.next.map(|after| self.token(after)).transpose()?;
        let context = Object::from_iter([(EPOCH.to_owned(), epoch.into())]);
        Ok(SearchResponse { context, ..SearchResponse::page(page.items, next) })
    }

    fn token(&self, after: String) -> Result<String, Problem> {
        let position = Position { after, limit: self.request.limit() };
        let position = serde_json::to_vec(&position).map_err(Problem::internal)?;
        self.app.0.vault.seal(&self.search, &position).map_err(Problem::internal)
    }
}
