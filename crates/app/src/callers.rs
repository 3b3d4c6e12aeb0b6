//! Who calls the Management API: a token of the tenant's own, and what its client may still do.

use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::policy::{Caller, issuance};
use guildhall_domain::tenant::Tenant;
use guildhall_tokens::jws::{Expectations, Typ, verify};
use serde::Deserialize;

use crate::context::App;
use crate::problem::Problem;
use crate::{keys, machine};

/// Why a token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not one of this tenant for this API, it has expired, or its client is gone.
    #[error("invalid token")]
    InvalidToken,
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    scope: String,
    org_id: Option<OrganizationId>,
}

/// Verifies a token for the tenant's Management API. Its scopes count as far as the client still holds them, where the token
/// is for, so that taking a grant away takes effect at once.
///
/// # Errors
/// [`Refusal::InvalidToken`].
pub async fn authenticate(
    app: &App,
    tenant: &Tenant,
    token: &str,
    origin: Origin,
) -> Result<Caller, Refusal> {
    let scope = issuance(&tenant.id);
    let ring = keys::ring(app, &scope).await?;
    let audience = tenant.management_audience();
    let expected = Expectations {
        issuer: &tenant.issuer,
        audience: &audience,
        typ: &[Typ::Jwt, Typ::AccessToken],
        now: app.clock().now(),
        leeway: 0,
    };
    let claims: Claims = verify(token, ring.verifying(), &expected).map_err(|_| Refusal::InvalidToken)?;
    let client = claims.sub.strip_suffix("@clients").map(ClientId::new).ok_or(Refusal::InvalidToken)?;
    let held = machine::held_now(app, tenant, &scope, &client, &audience, claims.org_id.as_ref()).await?;
    let held = held.ok_or(Refusal::InvalidToken)?;
    let scopes =
        claims.scope.split(' ').filter(|scope| held.iter().any(|held| held == scope)).map(str::to_owned);
    Ok(Caller { tenant: tenant.id.clone(), actor: Actor::Client(client), scopes: scopes.collect(), origin })
}
