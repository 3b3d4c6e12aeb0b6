//! What people's tokens hold: rights by role in an organization or in the tenant, and who the person is.
//! Contract section 14.

mod access;
mod asked;
pub(crate) mod opaque;
mod tokens;

pub use access::{Access, resolve_access};
pub(crate) use asked::leads_to;
pub use asked::{Asked, asked};
pub(crate) use tokens::access_token;
pub use tokens::{Answered, Use, id_token};

use std::sync::Arc;

use guildhall_domain::client_grant::ClientGrant;
use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{self, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::users;

use crate::context::App;
use crate::problem::Problem;
use crate::snapshots::{self, ForPeople};

/// What a token is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Worth {
    /// All that is held on its API; nothing while a policy refuses tokens for it.
    pub(crate) held: Vec<String>,
    /// What is left of its scope.
    pub(crate) scope: Vec<String>,
}

/// What a person's token of this scope is worth now on the API, in the organization or in none; none where the API lets
/// nobody in through the client that has it.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn worth_now(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    (user, client): (&User, Option<&ClientId>),
    organization: Option<&Organization>,
    (api, said): (ResourceServer, &[String]),
) -> Result<Option<Worth>, Problem> {
    let store = app.store();
    let mut allowed = None;
    if let Some(client) = client {
        allowed = match snapshots::for_people(store, scope, client, &api).await? {
            ForPeople::Everything => None,
            ForPeople::Granted(grant) => Some(grant),
            ForPeople::Nothing | ForPeople::Closed => return Ok(None),
        };
    }
    let (user_id, api) = (&user.user_id, Arc::new(api));
    let snapshot = snapshots::of_person(store, tenant, scope, user_id, organization, api).await?;
    let through_client = allowed.as_ref().and_then(ClientGrant::permissions);
    let snapshot = Snapshot { through_client, ..snapshot };
    let subject = (client, Some(user));
    let snapshot = snapshots::under_policies(store, tenant, scope, snapshot, organization, subject).await?;
    let held = snapshot.held();
    // Where the API does not enforce policies, its scopes are for everyone whom policies do not refuse.
    let is_refused = !snapshot.denials.is_empty();
    let api = Some(snapshot.api.as_ref()).filter(|_| !is_refused);
    let scope = rights::granted_to_person(api, &held, allowed.as_ref(), said);
    Ok(Some(Worth { held, scope }))
}

/// The user, unless deleted or blocked.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn live_user(app: &App, scope: &TenantScope, id: &UserId) -> Result<Option<User>, Problem> {
    Ok(users::find(app.store(), scope, id).await?.filter(|user| !user.is_blocked()))
}
