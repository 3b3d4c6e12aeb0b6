//! What a token is worth now, for APIs that ask (RFC 7662).

use guildhall_domain::client::Client;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::refresh_token::RefreshTokenValue;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::presented_token::PresentedToken;
use guildhall_persistence::{
    memberships, organizations, refresh_token_values, refresh_tokens, resource_servers,
};
use serde::Serialize;

use crate::client_authentication;
use crate::context::App;
use crate::person::{self, Worth};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::token_reading::ReadToken;

/// The answer of RFC 7662 section 2.2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Introspection {
    /// Whether the token counts: it is genuine, has not expired, and whoever it is about may still have it through its
    /// client. A token that an access policy refuses now counts, and permits nothing on the API.
    pub active: bool,
    /// What it permits now, separated by spaces: what it says, but for permissions of the API that it would not be issued
    /// with now. Scopes of OpenID Connect stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What is held on the API now, whatever the token says, which is nothing while an access policy refuses tokens for
    /// it; of a refresh token, on the first of its APIs (an addition to the RFC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// The client that it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer`, of an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Who it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The APIs that it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    /// The tenant's issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// The organization's name, where tokens carry it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_name: Option<String>,
}

/// What a token is worth now. Any client with a secret or a key may ask about access tokens, and about its own refresh
/// tokens.
///
/// # Errors
/// `access_denied`, `invalid_client` for a client that is not who it says or has nothing to prove it by.
pub async fn introspect(
    app: &App,
    tenant: &Tenant,
    request: &PresentedToken,
) -> Result<Introspection, Refusal> {
    let scope = issuance(&tenant.id);
    let client = client_authentication::authenticate(app, tenant, &scope, &request.client).await?;
    if client.client.is_public() {
        return Err(OAuthError::unauthorized().into());
    }
    if let Some(read) = ReadToken::read(app, tenant, &scope, &request.token).await? {
        let worth = read.worth_now(app, tenant, &scope).await?;
        return Ok(worth.map(|worth| of_access_token(tenant, read, worth)).unwrap_or_default());
    }
    let found = of_refresh_token(app, tenant, &scope, &client.client, &request.token).await?;
    Ok(found.unwrap_or_default())
}

fn of_access_token(tenant: &Tenant, read: ReadToken, worth: Worth) -> Introspection {
    let mut aud = read.audiences;
    if aud.is_empty() {
        aud.push(format!("{}userinfo", tenant.issuer));
    }
    Introspection {
        active: true,
        scope: Some(worth.scope.join(" ")),
        permissions: read.api.is_some().then_some(worth.held),
        client_id: read.client_id.map(|id| id.into_string()),
        token_type: Some("Bearer"),
        exp: Some(read.expires_at),
        iat: read.issued_at,
        sub: Some(read.subject),
        aud,
        iss: Some(tenant.issuer.clone()),
        jti: read.id,
        org_id: read.organization_id.map(|id| id.into_string()),
        org_name: read.organization_name,
    }
}

async fn of_refresh_token(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    token: &str,
) -> Result<Option<Introspection>, Problem> {
    let hash = app.0.pepper.hash(token);
    let Some((id, RefreshTokenValue::Current)) =
        refresh_token_values::find(app.store(), scope, hash.as_str()).await?
    else {
        return Ok(None);
    };
    let found = refresh_tokens::find(app.store(), scope, &id, app.clock().now()).await?;
    let is_usable = client.allows_grant("refresh_token");
    let Some(token) = found.filter(|token| is_usable && token.client_id == client.client_id) else {
        return Ok(None);
    };
    let Some(user) = person::live_user(app, scope, &token.user_id).await? else { return Ok(None) };
    let mut organization = None;
    if let Some(id) = &token.organization_id {
        organization = organizations::find(app.store(), scope, id).await?;
        let inside = scope.organization(id.clone());
        let is_reachable = organization.as_ref().is_some_and(|it| person::leads_to(client, it));
        if !is_reachable || !memberships::exists(app.store(), &inside, &token.user_id).await? {
            return Ok(None);
        }
    }
    let (mut permissions, mut asked) = (None, token.scope);
    if let Some(granted) = token.resource_servers.first() {
        let api = resource_servers::find_by_identifier(app.store(), scope, &granted.audience).await?;
        let Some(api) = api else { return Ok(None) };
        let subject = (&user, Some(&token.client_id));
        let of = (api, asked.as_slice());
        let worth = person::worth_now(app, tenant, scope, subject, organization.as_ref(), of).await?;
        let Some(worth) = worth else { return Ok(None) };
        (permissions, asked) = (Some(worth.held), worth.scope);
    }
    let names = tenant.settings.allow_organization_name_in_authentication_api;
    let ends = token.idle_expires_at.or(token.expires_at);
    Ok(Some(Introspection {
        active: true,
        scope: Some(asked.join(" ")),
        permissions,
        client_id: Some(token.client_id.into_string()),
        token_type: None,
        exp: ends.map(|end| end.timestamp()),
        iat: Some(token.created_at.timestamp()),
        sub: Some(token.user_id.into_string()),
        aud: token.resource_servers.into_iter().map(|api| api.audience).collect(),
        iss: Some(tenant.issuer.clone()),
        jti: None,
        org_id: token.organization_id.map(|id| id.into_string()),
        org_name: organization.filter(|_| names).map(|organization| organization.name),
    }))
}
