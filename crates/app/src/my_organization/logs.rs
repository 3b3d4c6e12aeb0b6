//! The log of the caller's organization: changes there, and what happened at its doors (an addition to the contract).

use guildhall_domain::id::LogId;
use guildhall_domain::log::OrganizationLog;
use guildhall_domain::page::Page;
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_persistence::logs::{self, WantedInOrganization};

use crate::context::{App, found};
use crate::problem::{Problem, Thing};
use crate::searches;

/// How many entries an export holds at the most.
const MOST_EXPORTED: u64 = 100_000;

/// How many entries are read at once for an export.
const BATCH: u64 = 500;

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// What they are searched by.
    pub q: Option<String>,
    /// `date:1` or `date:-1`; the newest first when absent.
    pub sort: Option<String>,
    /// The last entry already seen.
    pub after: Option<String>,
    /// The most entries to return.
    pub take: u64,
}

/// A page of the log.
///
/// # Errors
/// [`Problem::InvalidQuery`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadLogs>,
    sought: Sought,
) -> Result<Page<OrganizationLog>, Problem> {
    let wanted = WantedInOrganization {
        search: searches::read("q", sought.q.as_deref())?,
        newest_first: newest_first(sought.sort.as_deref())?,
        after: sought.after,
        take: sought.take,
    };
    Ok(logs::list_in_organization(app.store(), by.scope(), &wanted).await?)
}

/// The entry with this id.
///
/// # Errors
/// [`Thing::Log`].
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadLogs>,
    id: &LogId,
) -> Result<OrganizationLog, Problem> {
    found(logs::find_in_organization(app.store(), by.scope(), id).await?, Thing::Log)
}

/// The log from the newest entry on, read piece by piece while it is written out.
pub struct Export {
    app: App,
    scope: OrgScope,
    wanted: WantedInOrganization,
    left: u64,
}

/// Begins an export.
///
/// # Errors
/// [`Problem::InvalidQuery`].
pub fn export(app: &App, by: &AuthorizedIn<needs::ReadLogs>, q: Option<&str>) -> Result<Export, Problem> {
    let search = searches::read("q", q)?;
    let wanted = WantedInOrganization { search, newest_first: true, after: None, take: BATCH };
    Ok(Export { app: app.clone(), scope: by.scope().clone(), wanted, left: MOST_EXPORTED })
}

impl Export {
    /// What follows; nothing at the end.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub async fn next(&mut self) -> Result<Vec<OrganizationLog>, Problem> {
        if self.left == 0 {
            return Ok(Vec::new());
        }
        self.wanted.take = BATCH.min(self.left);
        let page = logs::list_in_organization(self.app.store(), &self.scope, &self.wanted).await?;
        self.left = match page.next {
            Some(_) => self.left - page.items.len() as u64,
            None => 0,
        };
        self.wanted.after = page.next;
        Ok(page.items)
    }
}

fn newest_first(sort: Option<&str>) -> Result<bool, Problem> {
    match sort.map(searches::sort).transpose()? {
        None => Ok(true),
        Some(("date", descending)) => Ok(descending),
        Some((name, _)) => Err(searches::refused("sort", &format!("The log cannot be sorted by {name}"))),
    }
}
