//! Refresh tokens: begun with the exchange of a code, bound to client, person, APIs and organization.
//! Contract sections 11 and 14.4.

pub mod admin;
mod exchange;
mod narrowing;

use guildhall_domain::authorization_code::CodeGrant;
use guildhall_domain::client::Client;
use guildhall_domain::id::RefreshTokenId;
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::refresh_token::{GrantedApi, MOST_PER_USER_AND_CLIENT, RefreshToken};
use guildhall_domain::session::Device;
use guildhall_persistence::{Records, refresh_token_values, refresh_tokens};
use guildhall_tokens::secret::{Secret, random_token};

use crate::context::App;
use crate::person::Access;
use crate::problem::Problem;

pub(crate) use exchange::{exchange, invalid};

/// The refresh token that the exchange of a code leads to, and its first value.
pub(crate) fn begin(
    app: &App,
    client: &Client,
    grant: &CodeGrant,
    access: &Access,
    origin: &Origin,
) -> (RefreshToken, Secret) {
    let settings = client.settings.refresh_token.clone().unwrap_or_default();
    let now = app.clock().now();
    let expires_at = settings.ends(now);
    let api = access
        .api
        .as_ref()
        .map(|api| GrantedApi { audience: api.identifier.clone(), scopes: access.scope.join(" ") });
    let token = RefreshToken {
        id: RefreshTokenId::generate(app.clock()),
        user_id: grant.user_id.clone(),
        created_at: now,
        idle_expires_at: settings.ends_idle(now, expires_at),
        expires_at,
        device: Device::first(origin),
        client_id: grant.client_id.clone(),
        session_id: grant.session_id.clone(),
        rotating: settings.rotates(),
        resource_servers: api.into_iter().collect(),
        refresh_token_metadata: None,
        last_exchanged_at: None,
        organization_id: grant.organization_id.clone(),
        scope: grant.scope.clone(),
        signed_in: grant.signed_in.clone(),
    };
    (token.changed(&access.changes.refresh_token), random_token())
}

/// Stores a new refresh token with its first value; the oldest of too many gives way.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn store(
    app: &App,
    records: &Records,
    scope: &TenantScope,
    token: &RefreshToken,
    value: &Secret,
) -> Result<(), Problem> {
    let keep = MOST_PER_USER_AND_CLIENT - 1;
    refresh_tokens::drop_oldest(records, scope, &token.user_id, &token.client_id, keep).await?;
    refresh_tokens::insert(records, scope, token).await?;
    let hash = app.0.pepper.hash(value.expose());
    refresh_token_values::insert(records, scope, &token.id, hash.as_str()).await?;
    Ok(())
}
