//! Notices of sign-outs, on their way to clients: what is sent, and what became of it. Who sends them sees no database.

use guildhall_domain::logout_notice::LogoutNotice;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::resource_server::Algorithm;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{logout_notices, tenants};
use guildhall_tokens::jws::{Typ, sign};
use serde_json::json;

use crate::context::App;
use crate::keys;
use crate::problem::Problem;

/// What makes a token a notice (OpenID Connect Back-Channel Logout 1.0 section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Seconds that a token is valid.
const LIFETIME: i64 = 120;

/// A notice, ready to be sent.
#[derive(Debug)]
pub struct Ready {
    scope: TenantScope,
    notice: LogoutNotice,
    /// The signed token, which is sent as `logout_token` in a form.
    pub token: String,
}

impl Ready {
    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.notice.url
    }
}

/// Takes notices that are due, for this node to send: another one does not take them while it tries.
///
/// # Errors
/// None but the unforeseen.
pub async fn take(app: &App, most: u64) -> Result<Vec<Ready>, Problem> {
    let mut ready = Vec::new();
    for (tenant, notice) in logout_notices::due(app.store(), most).await? {
        let scope = issuance(&tenant);
        let Some(tenant) = tenants::get(app.store(), &scope).await? else { continue };
        let Some(next) = notice.clone().failed(app.clock().now()) else {
            logout_notices::delete(app.store(), &scope, &notice.id).await?;
            continue;
        };
        // Put off first: a node that ends while it sends has only postponed.
        if logout_notices::postpone(app.store(), &scope, notice.attempts, &next).await? {
            let token = token(app, &tenant, &scope, &notice).await?;
            ready.push(Ready { scope, notice: next, token });
        }
    }
    Ok(ready)
}

/// Notes that a notice has arrived, or that trying again is in vain.
///
/// # Errors
/// None but the unforeseen.
pub async fn done(app: &App, ready: &Ready) -> Result<(), Problem> {
    Ok(logout_notices::delete(app.store(), &ready.scope, &ready.notice.id).await?)
}

async fn token(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    notice: &LogoutNotice,
) -> Result<String, Problem> {
    let ring = keys::ring(app, scope).await?;
    let key = ring.signing(Algorithm::RS256).ok_or_else(|| Problem::internal("no key for notices"))?;
    let now = app.clock().now().timestamp();
    let claims = json!({
        "iss": tenant.issuer,
        "sub": notice.user_id,
        "aud": notice.client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": app.clock().uuid().simple().to_string(),
        "events": {EVENT: {}},
        "sid": notice.session_id,
    });
    sign(key, Typ::LogoutToken, &claims).map_err(Problem::internal)
}
