//! `/oauth/par`: authorization requests that clients push before they send the browser (RFC 9126).

use chrono::Duration;
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authorize_request::PUSHED;
use guildhall_oauth::client_authentication::Presented;
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::parameters::Parameters;
use guildhall_persistence::pushed_requests;

use crate::client_authentication::authenticate;
use crate::context::App;
use crate::refusal::Refusal;
use crate::sign_in;

/// Seconds in which a pushed request can be used.
const LIFETIME: i64 = 90;

/// A request that was pushed.
#[derive(Debug)]
pub struct Pushed {
    /// What it is called.
    pub request_uri: String,
    /// Seconds in which it can be used.
    pub expires_in: i64,
}

/// Takes a request of an authenticated client, after the checks that need nobody.
///
/// # Errors
/// The refusals of RFC 9126 section 2.3.
pub async fn push(
    app: &App,
    tenant: &Tenant,
    presented: &Presented,
    parameters: Parameters,
) -> Result<Pushed, Refusal> {
    let scope = issuance(&tenant.id);
    let known = authenticate(app, tenant, &scope, presented).await?;
    let client = &known.client;
    let parameters = parameters.with("client_id", client.client_id.as_str());
    if parameters.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("parameter request_uri is not allowed here").into());
    }
    sign_in::check(app, tenant, client, &parameters).await?;
    let (value, hash) = app.hashed_token();
    let expires_at = app.clock().now() + Duration::seconds(LIFETIME);
    let map = parameters.into_map();
    pushed_requests::insert(app.store(), &scope, &hash, &client.client_id, &map, expires_at).await?;
    Ok(Pushed { request_uri: format!("{PUSHED}{}", value.expose()), expires_in: LIFETIME })
}
