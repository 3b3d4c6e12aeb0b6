//! Tokens for machine clients: the client credentials grant, from the request to the signed token (design section 3).

mod access;
mod preview;
mod quota;

use std::sync::Arc;

use guildhall_domain::access_policy::Denied;
use guildhall_domain::client::Client;
use guildhall_domain::log::EventType;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::ClientCredentials;
use guildhall_tokens::claims::{AccessToken, Grant, OrganizationClaims};

pub use access::{Access, held_now};
pub(crate) use preview::preview;
pub(crate) use quota::Quotas;

use self::quota::Holder;
use crate::access_policies;
use crate::access_tokens::{self, Purpose};
use crate::client_authentication::{self, KnownClient};
use crate::context::App;
use crate::custom_claims;
use crate::refusal::Refusal;
use crate::token_events::{self, TokenEvent};
use crate::token_requests::TokenAnswer;
use crate::triggers::{Exchange, HttpRequest, RefusedBy, credentials_exchange};

/// The scopes of OpenID Connect, which mean nothing for a machine.
const OIDC_SCOPES: &[&str] = &["openid", "profile", "email", "address", "phone", "offline_access"];

/// Issues a token to a machine client, or says why not, and notes either in the log.
///
/// # Errors
/// The refusals of contract section 13.3.
pub async fn issue(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &ClientCredentials,
    http: HttpRequest<'_>,
) -> Result<TokenAnswer, Refusal> {
    let mut facts = Facts::default();
    let result = try_issue(app, tenant, request, http, &mut facts).await;
    let (kind, description) = match &result {
        Ok(_) => (EventType::ClientCredentials, String::new()),
        Err(Refusal::OAuth(error)) => (EventType::ClientCredentialsRefused, error.description.clone()),
        Err(Refusal::Internal(_)) => return result,
    };
    let access = facts.access.as_deref();
    let event = TokenEvent {
        kind,
        description,
        client: facts.client.as_ref().map(|client| &client.client),
        user_id: None,
        organization: access.and_then(|access| access.organization.as_ref()),
        audience: access.map(|access| access.audience.as_str()),
        scope: &facts.scope,
        refused_by: facts.refused_by.as_ref(),
        denied: facts.denied.as_ref(),
    };
    token_events::note(app, tenant, event, http.origin);
    result
}

/// What is known of a request by the time it is answered.
#[derive(Default)]
struct Facts {
    client: Option<Arc<KnownClient>>,
    access: Option<Arc<Access>>,
    scope: String,
    refused_by: Option<RefusedBy>,
    denied: Option<Denied>,
}

async fn try_issue(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &ClientCredentials,
    http: HttpRequest<'_>,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    let client = client_authentication::authenticate(app, tenant, &scope, &request.client).await?;
    facts.client = Some(client.clone());
    may_ask(&client.client)?;
    let (audience, organization) = (request.audience.as_deref(), request.organization.as_deref());
    let access = access::resolve(app, tenant, &scope, &client.client, audience, organization).await?;
    facts.access = Some(access.clone());
    if let Err(denied) = access.decide(&client.client, access_policies::whence(http.origin)) {
        access_policies::tell(&denied, access.sought(&client.client));
        let refusal = access_policies::refusal(&denied);
        facts.denied = Some(denied);
        return Err(refusal.into());
    }
    let granted = narrowed(&access.held, &request.scope)?;
    let quotas = spend(app, tenant, &client, &access)?;
    let exchange = Exchange {
        client: &client.client,
        api: &access.api,
        organization: access.organization.as_ref(),
        requested: &request.scope,
        granted,
        held: &access.held,
        http,
    };
    let decided = credentials_exchange(app, tenant, &scope, exchange).await?;
    let (granted, changes) = decided.map_err(|refused| {
        let (error, by) = *refused;
        facts.refused_by = Some(by);
        error
    })?;
    let issuance = Purpose::Issuance;
    let answer = assemble(app, tenant, &scope, &client, &access, (&granted, &changes), issuance).await?;
    let answer = TokenAnswer { quotas, ..answer };
    facts.scope.clone_from(&answer.scope);
    Ok(answer)
}

/// Whether machine clients get tokens: those that can prove who they are, with this grant.
///
/// # Errors
/// `access_denied`, `unauthorized_client`.
pub(crate) fn may_ask(client: &Client) -> Result<(), OAuthError> {
    if client.is_public() {
        return Err(OAuthError::unauthorized());
    }
    match client.allows_grant("client_credentials") {
        true => Ok(()),
        false => {
            let description = "Grant type 'client_credentials' not allowed for the client.";
            Err(OAuthError::new(ErrorCode::UnauthorizedClient, description))
        }
    }
}

/// Counts the token against the quotas of the client and the organization.
fn spend(
    app: &App,
    tenant: &Tenant,
    client: &KnownClient,
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
    client: &KnownClient,
    access: &Access,
    (granted, changes): (&[String], &TokenChanges),
    purpose: Purpose,
) -> Result<TokenAnswer, Refusal> {
    let api = &access.api;
    let names = tenant.settings.allow_organization_name_in_authentication_api;
    let named = access_tokens::names_organization(tenant, api, &access.audience);
    let token_id = access_tokens::id(app, api);
    let custom = custom_claims::with(&access.custom, &changes.access_token, api)?;
    let token = AccessToken {
        issuer: &tenant.issuer,
        subject: &client.subject,
        audience: std::slice::from_ref(&access.audience),
        client_id: client.client.client_id.as_str(),
        issued_at: app.clock().now(),
        lifetime: api.token_lifetime,
        scope: granted,
        grant: Some(Grant::ClientCredentials),
        permissions: access_tokens::permissions(api, &access.held),
        organization: access.organization.as_ref().map(|organization| OrganizationClaims {
            id: named.then_some(organization.id.as_str()),
            name: (named && names).then_some(organization.name.as_str()),
            epoch: organization.epoch,
        }),
        token_id: &token_id,
        dialect: access_tokens::dialect(api),
        custom: Some(&custom),
    };
    let access_token = access_tokens::sign(app, scope, api, access.secret.as_ref(), &token, purpose).await?;
    Ok(TokenAnswer {
        access_token,
        scope: granted.join(" "),
        expires_in: api.token_lifetime,
        ..TokenAnswer::default()
    })
}
