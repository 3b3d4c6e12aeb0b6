//! What people allowed clients, as the vendor sees it and takes it back. Contract section 11 (`grants`).

use guildhall_domain::consent::Consent;
use guildhall_domain::id::{ConsentId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::consents::{self, Wanted};
use serde_json::json;

use crate::context::App;
use crate::problem::{Problem, Thing};
use crate::user_roles::existing_user;

/// A page of what people allowed clients.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadGrants>,
    wanted: Filter,
    page: &PageRequest,
) -> Result<Page<Consent>, Problem> {
    let wanted = Wanted { user_id: wanted.user_id, client_id: wanted.client_id, audience: wanted.audience };
    Ok(consents::list(app.store(), by.scope(), &wanted, page).await?)
}

/// Which consents a list holds.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// For this client.
    pub client_id: Option<guildhall_domain::id::ClientId>,
    /// For this API.
    pub audience: Option<String>,
}

/// Takes a consent back.
///
/// # Errors
/// [`Thing::Consent`].
pub async fn delete(app: &App, by: &Authorized<needs::DeleteGrants>, id: &ConsentId) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let found = consents::find(&unit, by.scope(), id).await?;
    let before = found.ok_or(Problem::NoSuch(Thing::Consent))?;
    consents::delete(&unit, by.scope(), id).await?;
    unit.record(Change::new("grant.deleted", id.as_str()).about(&before.user_id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// Takes everything back that a user allowed clients.
///
/// # Errors
/// [`Thing::User`].
pub async fn delete_of_user(
    app: &App,
    by: &Authorized<needs::DeleteGrants>,
    user: &UserId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    existing_user(&unit, by.scope(), user).await?;
    let taken = consents::delete_of_user(&unit, by.scope(), user, None).await?;
    let change = Change::new("user.grants_deleted", user.as_str()).about(user);
    unit.record(change.before(&json!({ "grants": taken }))).await?;
    unit.commit().await?;
    Ok(())
}
