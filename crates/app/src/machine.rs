//! Tokens for machine clients: the client credentials grant, from the request to the signed token (design section 3).

mod access;
mod authenticate;
mod quota;

use std::sync::Arc;

use guildhall_domain::id::LogId;
use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::resource_server::{Algorithm, Dialect};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::ClientCredentials;
use guildhall_persistence::Event;
use guildhall_tokens::claims::{AccessToken, Dialect as TokenDialect, Grant, OrganizationClaims};
use guildhall_tokens::jws::sign;
use serde::Serialize;

pub use access::{Access, held_now};
pub use authenticate::MachineClient;
pub(crate) use quota::Quotas;

use self::quota::Holder;
use crate::context::App;
use crate::keys;
use crate::problem::Problem;

/// The scopes of OpenID Connect, which mean nothing for a machine.
const OIDC_SCOPES: &[&str] = &["openid", "profile", "email", "address", "phone", "offline_access"];

/// The answer of RFC 6749 section 5.1.
#[derive(Clone, Debug, Serialize)]
pub struct TokenAnswer {
    /// The token.
    pub access_token: String,
    /// What it permits, left out when nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Seconds that it is valid.
    pub expires_in: i64,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// What is left of the quotas, as headers: name and value.
    #[serde(skip)]
    pub quotas: Vec<(&'static str, String)>,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The client asked for what it cannot have.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

impl From<guildhall_persistence::Error> for Refusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// Issues a token to a machine client, or says why not, and notes either in the log.
///
/// # Errors
/// The refusals of contract section 13.3.
pub async fn issue(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &ClientCredentials,
    origin: &Origin,
) -> Result<TokenAnswer, Refusal> {
    let mut facts = Facts::default();
    let result = try_issue(app, tenant, request, &mut facts).await;
    let (kind, description) = match &result {
        Ok(_) => (EventType::ClientCredentials, String::new()),
        Err(Refusal::OAuth(error)) => (EventType::ClientCredentialsRefused, error.description.clone()),
        Err(Refusal::Internal(_)) => return result,
    };
    note(app, tenant, kind, description, facts, origin);
    result
}

/// What is known of a request by the time it is answered.
#[derive(Default)]
struct Facts {
    client: Option<Arc<MachineClient>>,
    access: Option<Arc<Access>>,
    scope: String,
}

async fn try_issue(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &ClientCredentials,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    let client = authenticate::authenticate(app, tenant, &scope, &request.client).await?;
    facts.client = Some(client.clone());
    if !client.client.allows_grant("client_credentials") {
        let description = "Grant type 'client_credentials' not allowed for the client.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into());
    }
    let access = access::resolve(app, tenant, &scope, &client.client, request).await?;
    facts.access = Some(access.clone());
    let granted = narrowed(&access.held, &request.scope)?;
    let quotas = spend(app, tenant, &client, &access)?;
    let answer = TokenAnswer { quotas, ..assemble(app, tenant, &scope, &client, &access, &granted).await? };
    facts.scope.clone_from(&answer.scope);
    Ok(answer)
}

/// Counts the token against the quotas of the client and the organization.
fn spend(
    app: &App,
    tenant: &Tenant,
    client: &MachineClient,
    access: &Access,
) -> Result<Vec<(&'static str, String)>, OAuthError> {
    let mut headers = Vec::new();
    let now = app.clock().now();
    if let Some(quota) = &client.client.settings.token_quota {
        let id = format!("{}/{}", tenant.id, client.client.client_id);
        headers.push(app.0.quotas.spend(Holder::Client, &id, quota, now)?);
    }
    if let Some((organization, quota)) = access
        .organization
        .as_ref()
        .and_then(|organization| Some((organization, organization.token_quota.as_ref()?)))
    {
        let id = format!("{}/{}", tenant.id, organization.id);
        headers.push(app.0.quotas.spend(Holder::Organization, &id, quota, now)?);
    }
    Ok(headers)
}

/// The part of what is held that was asked for (RFC 6749 section 3.3).
fn narrowed(held: &[String], asked: &[String]) -> Result<Vec<String>, OAuthError> {
    let asked: Vec<&str> =
        asked.iter().map(String::as_str).filter(|scope| !OIDC_SCOPES.contains(scope)).collect();
    let granted = guildhall_domain::rights::requested(held, &asked);
    if granted.is_empty() && !asked.is_empty() {
        let description = "None of the requested scopes is granted to the client.";
        return Err(OAuthError::new(ErrorCode::InvalidScope, description));
    }
    Ok(granted)
}

async fn assemble(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &MachineClient,
    access: &Access,
    granted: &[String],
) -> Result<TokenAnswer, Refusal> {
    let api = &access.api;
    let names = tenant.settings.allow_organization_name_in_authentication_api;
    let dialect = dialect(api.dialect());
    let token_id =
        if dialect_has_id(api.dialect()) { app.clock().uuid().simple().to_string() } else { String::new() };
    let token = AccessToken {
        issuer: &tenant.issuer,
        subject: &client.subject,
        audience: std::slice::from_ref(&access.audience),
        client_id: client.client.client_id.as_str(),
        issued_at: app.clock().now(),
        lifetime: api.token_lifetime,
        scope: granted,
        grant: Some(Grant::ClientCredentials),
        permissions: api.enforces_policies().then_some(access.held.as_slice()),
        organization: access.organization.as_ref().map(|organization| OrganizationClaims {
            id: organization.id.as_str(),
            name: names.then_some(organization.name.as_str()),
            epoch: organization.epoch,
        }),
        token_id: &token_id,
        dialect,
        custom: None,
    };
    let access_token = match (&access.secret, api.signing_alg) {
        (Some(secret), Algorithm::HS256) => sign(secret, dialect.typ(), &token),
        _ => {
            let ring = keys::ring(app, scope).await?;
            let key = ring
                .signing(api.signing_alg)
                .ok_or_else(|| Problem::internal("no key for the API's algorithm"))?;
            sign(key, dialect.typ(), &token)
        }
    };
    let access_token = access_token.map_err(Problem::internal)?;
    Ok(TokenAnswer {
        access_token,
        scope: granted.join(" "),
        expires_in: api.token_lifetime,
        token_type: "Bearer",
        quotas: Vec::new(),
    })
}

fn dialect(dialect: Dialect) -> TokenDialect {
    match dialect {
        Dialect::AccessToken => TokenDialect::AccessToken,
        Dialect::AccessTokenAuthz => TokenDialect::AccessTokenAuthz,
        Dialect::Rfc9068 => TokenDialect::Rfc9068,
        Dialect::Rfc9068Authz => TokenDialect::Rfc9068Authz,
    }
}

fn dialect_has_id(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Rfc9068 | Dialect::Rfc9068Authz)
}

/// What else the log says of a token request.
#[derive(Serialize)]
struct EventDetails<'a> {
    request_id: &'a str,
    client_name: Option<&'a str>,
    organization_name: Option<&'a str>,
    audience: Option<&'a str>,
    scope: &'a str,
}

fn note(app: &App, tenant: &Tenant, kind: EventType, description: String, facts: Facts, origin: &Origin) {
    let client = facts.client.as_ref().map(|client| &client.client);
    let organization = facts.access.as_ref().and_then(|access| access.organization.as_ref());
    let details = EventDetails {
        request_id: &origin.request_id,
        client_name: client.map(|client| client.name.as_str()),
        organization_name: organization.map(|organization| organization.name.as_str()),
        audience: facts.access.as_ref().map(|access| access.audience.as_str()),
        scope: &facts.scope,
    };
    let event = Event {
        id: LogId::generate(app.clock()),
        date: app.clock().now(),
        kind: kind.as_str().to_owned(),
        description,
        epoch: None,
        client_id: client.map(|client| client.client_id.to_string()),
        user_id: None,
        organization_id: organization.map(|organization| organization.id.to_string()),
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.clone(),
        details: serde_json::to_string(&details).unwrap_or_else(|_| "{}".to_owned()),
    };
    metrics::counter!("guildhall_token_requests_total", "result" => kind.as_str()).increment(1);
    if !app.0.events.append(&tenant.id, event) {
        metrics::counter!("guildhall_token_events_lost_total").increment(1);
    }
}
