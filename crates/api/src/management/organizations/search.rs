//! `/organizations/search`. Contract section 2.5.

use crate::routes::Routes;
use actix_web::{HttpResponse, get};
use guildhall_app::organizations::{SortBy, search};
use guildhall_domain::organization::Organization;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Query, bounded, read_cursor};

/// The routes. They come before `/organizations/{id}`, which would take `search` for an id.
pub fn routes(config: &mut impl Routes) {
    config.service(find);
}

/// The syntax of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Parser {
    Lucene,
    Scim,
}

/// What a search can be ordered by, in ascending order.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    Name,
    DisplayName,
    CreatedAt,
}

impl From<Order> for SortBy {
    fn from(order: Order) -> Self {
        match order {
            Order::Name => Self::Name,
            Order::DisplayName => Self::DisplayName,
            Order::CreatedAt => Self::CreatedAt,
        }
    }
}

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A search in a subset of Lucene's syntax with at most 5 terms, over `id`, `name`, `display_name`, `created_at` and
    /// `metadata.{key}`; a term without a field is looked for in both names.
    #[param(max_length = 2000)]
    q: Option<String>,
    /// The syntax: `lucene`. The other, `scim`, is refused.
    #[param(inline)]
    parser: Option<Parser>,
    /// The most organizations to return, 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    take: Option<u64>,
    /// Where to go on: `next` of the answer before.
    #[param(min_length = 1, max_length = 2048)]
    from: Option<String>,
    /// The field to order by, ascending; the oldest first unless given.
    #[param(inline)]
    sort: Option<Order>,
}

/// The organizations that a search finds.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
struct FoundOrganizations {
    /// The organizations.
    organizations: Vec<Organization>,
    /// Where to go on; absent when nothing follows.
    #[schema(required = false)]
    next: Option<String>,
}

/// Searches organizations.
#[utoipa::path(
    tag = "organizations",
    operation_id = "search_organizations",
    params(Search),
    responses(
        (status = 200, description = "The organizations.", body = FoundOrganizations),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]))
)]
#[get("/organizations/search")]
async fn find(call: Call<needs::ReadOrganizationsWhole>, query: Query) -> Result<HttpResponse, Failure> {
    let wanted: Search = query.read()?;
    if wanted.parser == Some(Parser::Scim) {
        return Err(Failure::query("Query validation error: 'Only lucene is supported' on property parser."));
    }
    let take = bounded("take", wanted.take, 50, 1, 100)?;
    let after = wanted.from.as_deref().map(read_cursor).transpose()?;
    let sort = wanted.sort.map(SortBy::from);
    let page = search::find(&call.app, &call.by, wanted.q.as_deref(), sort, after.as_deref(), take).await?;
    Ok(listing::listing("organizations", &PageRequest::Checkpoint { after, take }, &page))
}
