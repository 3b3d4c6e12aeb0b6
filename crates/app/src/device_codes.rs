//! The device flow (RFC 8628): something without a browser asks, a person answers in one. Contract section 13.4. Such
//! sign-ins are to no organization.

use std::sync::Arc;

use chrono::Duration;
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::device_code::{
    DeviceCode, DeviceCodeState, DeviceRequest, INTERVAL, LENGTH, LIFETIME, Poll, normalized, user_code,
};
use guildhall_domain::id::SessionId;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::{DeviceAuthorization, DeviceCode as DeviceCodeRequest};
use guildhall_persistence::{Error, device_codes};
use guildhall_tokens::secret::random_bytes;

use crate::client_authentication::authenticate;
use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::sign_in::step::usage;
use crate::token_requests::{Facts, TokenAnswer};
use crate::triggers::HttpRequest;
use crate::{codes, person, sessions};

/// The grant type.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How many user codes are tried before it is taken for a fault that all are taken.
const TRIES: usize = 5;

/// What a device is given.
#[derive(Debug)]
pub struct Issued {
    /// What it asks with.
    pub device_code: String,
    /// What it shows.
    pub user_code: String,
    /// Where the person goes.
    pub verification_uri: String,
    /// The same, with the code in it.
    pub verification_uri_complete: String,
    /// Seconds in which the person must answer.
    pub expires_in: i64,
    /// Seconds that it waits between questions.
    pub interval: i64,
}

/// Gives a device its codes.
///
/// # Errors
/// The refusals of RFC 8628 section 3.2.
pub async fn issue(app: &App, tenant: &Tenant, request: &DeviceAuthorization) -> Result<Issued, Refusal> {
    let scope = issuance(&tenant.id);
    let known = authenticate(app, tenant, &scope, &request.client).await?;
    let client = &known.client;
    let unauthorized = |text: String| Refusal::from(OAuthError::new(ErrorCode::UnauthorizedClient, text));
    if !client.allows_grant(GRANT_TYPE) {
        return Err(unauthorized(format!("Grant type '{GRANT_TYPE}' not allowed for the client.")));
    }
    if usage(client) == OrganizationUsage::Require {
        let text = "The device flow is not for clients that require an organization.";
        return Err(unauthorized(text.to_owned()));
    }
    let asked = person::asked(app, tenant, &scope, client, request.audience.as_deref(), None).await?;
    if asked.organization.is_some() {
        return Err(to_no_organization().into());
    }
    let audience = asked.api.map(|api| api.identifier);
    let code = DeviceCode {
        client_id: client.client_id.clone(),
        state: DeviceCodeState::Pending,
        request: DeviceRequest { scope: request.scope.clone(), audience },
        user_id: None,
        session_id: None,
        polled_at: None,
        expires_at: app.clock().now() + Duration::seconds(LIFETIME),
    };
    for _ in 0..TRIES {
        let (device_code, hash) = app.hashed_token();
        let shown = user_code(&random_bytes::<{ LENGTH * 2 }>());
        match device_codes::insert(app.store(), &scope, &hash, &hash_of(app, &shown), &code).await {
            Ok(()) => {
                let verification_uri = format!("{}activate", tenant.issuer);
                return Ok(Issued {
                    device_code: device_code.expose().to_owned(),
                    verification_uri_complete: format!("{verification_uri}?user_code={shown}"),
                    user_code: shown,
                    verification_uri,
                    expires_in: LIFETIME,
                    interval: INTERVAL,
                });
            }
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::internal("every user code that was tried is taken").into())
}

/// How a user code is stored: a keyed hash of its letters, however it was typed.
fn hash_of(app: &App, typed: &str) -> String {
    app.0.pepper.hash(&format!("user code {}", normalized(typed))).into()
}

/// The device that shows a user code, as long as nobody answered.
///
/// # Errors
/// None but the unforeseen.
pub async fn waiting(app: &App, scope: &TenantScope, typed: &str) -> Result<Option<DeviceCode>, Problem> {
    let found = device_codes::find_by_user_code(app.store(), scope, &hash_of(app, typed)).await?;
    let now = app.clock().now();
    Ok(found.filter(|code| code.state == DeviceCodeState::Pending && code.expires_at > now))
}

/// A person answers. False when someone did before, or it took too long.
///
/// # Errors
/// None but the unforeseen.
pub async fn answer(
    app: &App,
    tenant: &Tenant,
    typed: &str,
    allowed: bool,
    session: &Session,
) -> Result<bool, Problem> {
    let state = if allowed { DeviceCodeState::Allowed } else { DeviceCodeState::Denied };
    let (scope, hash) = (issuance(&tenant.id), hash_of(app, typed));
    let id = session.id.as_str();
    Ok(device_codes::answer(app.store(), &scope, &hash, state, &session.user_id, id).await?)
}

/// A device code that is unknown or another client's, or that someone else was first to use.
pub(crate) fn invalid() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant, "Invalid or expired device code.")
}

/// That an organization is named, or an audience of one.
pub(crate) fn to_no_organization() -> OAuthError {
    OAuthError::invalid_request("The device flow is to no organization.")
}

/// Exchanges a device code for tokens.
///
/// # Errors
/// The refusals of RFC 8628 section 3.5.
pub(crate) async fn exchange(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &DeviceCodeRequest,
    http: HttpRequest<'_>,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    let known = authenticate(app, tenant, &scope, &request.client).await?;
    facts.client = Some(known.clone());
    let refuse = |code, text: &str| Err(Refusal::from(OAuthError::new(code, text)));
    let hash = String::from(app.0.pepper.hash(&request.device_code));
    let found = device_codes::find(app.store(), &scope, &hash).await?.ok_or_else(invalid)?;
    if found.client_id != known.client.client_id {
        return Err(invalid().into());
    }
    let now = app.clock().now();
    let poll = found.poll(now);
    device_codes::polled(app.store(), &scope, &hash).await?;
    match poll {
        Poll::Pending => {
            return refuse(ErrorCode::AuthorizationPending, "User has yet to authorize device code.");
        }
        Poll::TooSoon => {
            return refuse(
                ErrorCode::SlowDown,
                "You are polling faster than the specified interval of 5 seconds.",
            );
        }
        Poll::Expired => return refuse(ErrorCode::ExpiredToken, "The device code has expired or was used."),
        Poll::Denied => return refuse(ErrorCode::AccessDenied, "User cancelled the confirmation prompt"),
        Poll::Allowed => {}
    }
    let session_id = found.session_id.map(SessionId::new);
    let session = match &session_id {
        Some(id) => sessions::find(app, &scope, id).await?,
        None => None,
    };
    let grant = CodeGrant {
        client_id: found.client_id,
        user_id: found.user_id.ok_or_else(invalid)?,
        session_id,
        redirect_uri: None,
        scope: found.request.scope,
        audience: found.request.audience,
        organization_id: None,
        nonce: None,
        challenge: None,
        changes: TokenChanges::default(),
        signed_in: SignedIn {
            authenticated_at: session.map(|session| session.authenticated_at),
            ..SignedIn::default()
        },
    };
    codes::for_device(app, tenant, &known, (&grant, &hash), &request.client, http, facts).await
}
