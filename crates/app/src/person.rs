//! What people's tokens hold: rights by role in an organization or in the tenant, and who the person is.
//! Contract section 14.

mod access;
mod asked;
pub(crate) mod opaque;
mod tokens;

pub use access::{Access, resolve_access};
pub use asked::{Asked, asked};
pub use tokens::{Answered, Use, access_token, id_token};

use std::sync::Arc;

use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::users;

use crate::context::App;
use crate::problem::Problem;
use crate::snapshots::{self, ForPeople};

/// What a person holds on an API now, in the organization or in none; none where the API lets nobody in through the client
/// that has their token.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn held_now(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    (user, client): (&User, Option<&ClientId>),
    organization: Option<&Organization>,
    api: ResourceServer,
) -> Result<Option<Vec<String>>, Problem> {
    let store = app.store();
    let mut through_client = None;
    if let Some(client) = client {
        let for_people = snapshots::for_people(store, scope, client, &api).await?;
        if matches!(for_people, ForPeople::Nothing | ForPeople::Closed) {
            return Ok(None);
        }
        through_client = for_people.permissions();
    }
    let (user_id, api) = (&user.user_id, Arc::new(api));
    let snapshot = snapshots::of_person(store, tenant, scope, user_id, organization, api).await?;
    let snapshot = Snapshot { through_client, ..snapshot };
    let subject = (client, Some(user));
    let snapshot = snapshots::under_policies(store, tenant, scope, snapshot, organization, subject).await?;
    Ok(Some(snapshot.held()))
}

/// The user, unless deleted or blocked.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn live_user(app: &App, scope: &TenantScope, id: &UserId) -> Result<Option<User>, Problem> {
    Ok(users::find(app.store(), scope, id).await?.filter(|user| !user.is_blocked()))
}
