//! What people's tokens hold: rights by role in an organization or in the tenant, and who the person is.
//! Contract section 14.

mod access;
mod asked;
pub(crate) mod opaque;
mod tokens;

pub use access::{Access, resolve_access};
pub use asked::{Asked, asked};
pub use tokens::{Answered, Use, access_token, id_token};

use guildhall_domain::id::UserId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::user::User;
use guildhall_persistence::users;

use crate::context::App;
use crate::problem::Problem;

/// The user, unless deleted or blocked.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn live_user(app: &App, scope: &TenantScope, id: &UserId) -> Result<Option<User>, Problem> {
    Ok(users::find(app.store(), scope, id).await?.filter(is_live))
}

/// Those of the users who are neither deleted nor blocked, in the order of their ids; ask for fewer than 1,000.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn live_users(app: &App, scope: &TenantScope, ids: &[UserId]) -> Result<Vec<User>, Problem> {
    let mut users = users::find_all(app.store(), scope, ids).await?;
    users.retain(is_live);
    Ok(users)
}

fn is_live(user: &User) -> bool {
    user.blocked != Some(true)
}
