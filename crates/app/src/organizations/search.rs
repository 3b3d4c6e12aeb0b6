//! Organizations, searched for. Contract section 2.5.

use guildhall_domain::organization::Organization;
use guildhall_domain::page::Page;
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::organizations;
use guildhall_persistence::organizations::SortBy;

use crate::context::App;
use crate::problem::Problem;
use crate::searches;

/// Up to `take` organizations that a search in the subset of Lucene's syntax finds: the oldest first, or in ascending
/// order of `sort`; `after` is where the part before ended.
///
/// # Errors
/// [`Problem::InvalidQuery`].
pub async fn find(
    app: &App,
    by: &Authorized<needs::ReadOrganizationsWhole>,
    q: Option<&str>,
    sort: Option<SortBy>,
    after: Option<&str>,
    take: u64,
) -> Result<Page<Organization>, Problem> {
    let wanted = searches::read("q", q)?;
    let found = organizations::search::find(app.store(), by.scope(), &wanted, sort, after, take).await?;
    found.ok_or_else(|| searches::refused("from", "from is not the next of an earlier answer in this order"))
}
