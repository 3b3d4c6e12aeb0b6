//! The APIs that rights are looked at on.

use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::resource_servers;

use crate::context::App;
use crate::problem::Problem;

/// The most APIs to choose from.
const MOST: u64 = 100;

/// The tenant's APIs, by identifier and name; not the Management API, on which nobody of an organization holds anything.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(app: &App, by: &AuthorizedIn<needs::Belong>) -> Result<Vec<(String, String)>, Problem> {
    let scope = by.scope().within();
    let management = app.tenant(scope).await?.management_audience();
    let page = resource_servers::list(app.store(), scope, &PageRequest::first(MOST), &[]).await?;
    let others = page.items.into_iter().filter(|api| api.identifier != management);
    let mut named: Vec<(String, String)> = others
        .map(|api| {
            (api.identifier.clone(), api.name.filter(|name| !name.is_empty()).unwrap_or(api.identifier))
        })
        .collect();
    named.sort_by_cached_key(|(_, name)| name.to_lowercase());
    Ok(named)
}
