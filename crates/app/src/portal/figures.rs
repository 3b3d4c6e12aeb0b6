//! What pages tell of an organization in numbers.

use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::{membership_roles, memberships};

use crate::context::App;
use crate::my_organization::admins::Admins;
use crate::my_organization::me;
use crate::my_organization::members::Filter;
use crate::problem::Problem;

/// How many members the organization has.
///
/// # Errors
/// None but the unforeseen.
pub async fn members(app: &App, by: &AuthorizedIn<needs::ReadMembers>) -> Result<u64, Problem> {
    Ok(memberships::count(app.store(), by.scope()).await?)
}

/// How many members a list holds; nothing where it would take reading all of them to know.
///
/// # Errors
/// [`Problem::Denied`] when they are sought by role and roles may not be read.
pub async fn listed(
    app: &App,
    by: &AuthorizedIn<needs::ReadMembers>,
    filter: &Filter,
) -> Result<Option<u64>, Problem> {
    match (&filter.text, &filter.role) {
        (Some(_), _) => Ok(None),
        (None, None) => members(app, by).await.map(Some),
        (None, Some(role)) => {
            by.also::<needs::ReadMemberRoles>()?;
            Ok(Some(membership_roles::count(app.store(), by.scope(), role).await?))
        }
    }
}

/// Whether the person is the last who can give roles, and so stays.
///
/// # Errors
/// None but the unforeseen.
pub async fn is_last_admin(app: &App, by: &AuthorizedIn<needs::Belong>) -> Result<bool, Problem> {
    let user = me::user(by)?;
    let unit = app.begin_in(by).await?;
    let admins = Admins::of(&unit, by.scope()).await?;
    Ok(admins.include(user).await? && !admins.is_another(user).await?)
}
