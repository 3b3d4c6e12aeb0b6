//! The tokens that a person would get through a client: of someone who has just signed in, and consents to what is asked.

use guildhall_domain::access_policy::Whence;
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::SessionId;
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::{Lifetimes, Method, Session};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::tenant_settings::CookieMode;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_domain::token_preview::{NewTokenPreview, PreviewedGrant, TokenPreview};
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::{Parameters, words};
use serde_json::json;

use super::shown;
use crate::access_policies::{self, Standing};
use crate::client_authentication::KnownClient;
use crate::context::App;
use crate::device_codes;
use crate::person::{self, Access, Answered, Use};
use crate::refresh_tokens;
use crate::refusal::Refusal;
use crate::sign_in::{self, step};
use crate::triggers::{HttpRequest, Login, Occasion, Outcome, Sent, SignIn, foresee_login};

/// As long as a challenge must be (RFC 7636 section 4.2). Nobody will have to answer it.
const CHALLENGE: &str = "0000000000000000000000000000000000000000000";

/// Stands for what the application would bring along.
const NONCE: &str = "nonce";

/// Fills the preview in.
///
/// # Errors
/// The refusals of contract sections 13.2 and 13.3.
pub(super) async fn preview(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    known: &KnownClient,
    (new, whence): (&NewTokenPreview, Whence),
    user: &User,
    preview: &mut TokenPreview,
) -> Result<(), Refusal> {
    let (client, grant_type) = (&known.client, new.grant_type);
    let sign_in = match grant_type {
        PreviewedGrant::AuthorizationCode | PreviewedGrant::Implicit => {
            let parameters = parameters(client, new);
            Some(sign_in::foresee(app, tenant, scope, client, user, &parameters).await?)
        }
        _ => {
            may_use(client, new)?;
            if grant_type == PreviewedGrant::RefreshToken && user.blocked == Some(true) {
                return Err(refresh_tokens::invalid().into());
            }
            None
        }
    };
    let asked_scope = words(new.scope.as_deref());
    let (audience, organization) = (new.audience.as_deref(), new.organization.as_deref());
    let asked = person::asked(app, tenant, scope, client, audience, organization).await?;
    // A device asks from elsewhere than the person.
    let whence = if grant_type == PreviewedGrant::DeviceCode { Whence::AskedBefore } else { whence };
    let sought = asked.sought(&client.client_id);
    let standing = Standing::load(app.store(), tenant, scope, sought, std::slice::from_ref(user)).await?;
    preview.access_policies = standing.verdicts(sought, whence, user);
    let who = (user, Some(app.clock().now()));
    let allowed = access_policies::check_person(app, tenant, scope, sought, who, whence).await?;
    let allowed = allowed.map_err(|denied| access_policies::refusal(&denied));
    // A refresh asks them last; people are turned away before the client is looked at.
    if grant_type != PreviewedGrant::RefreshToken {
        allowed.clone()?;
    }
    let access = person::resolve_access(app, tenant, scope, client, user, asked, &asked_scope).await;
    let mut access = access.map_err(|refusal| as_told(grant_type, refusal))?;
    allowed?;

    let origin = Origin { ip: new.ip.map(|ip| ip.to_string()), ..Origin::default() };
    let session = session(app, tenant, user, &origin);
    let grant = grant(&session, client, &access, asked_scope);
    let (token, _) = refresh_tokens::begin(app, client, &grant, &access, &origin);
    let query = sign_in.as_ref().map(|it| it.request.parameters()).unwrap_or_default();
    let body = json!({"grant_type": grant_type, "client_id": client.client_id}).to_string();
    let silent = HttpRequest::silent(&origin);
    let (occasion, http) = match &sign_in {
        Some(it) => {
            let occasion = SignIn { request: &it.request, redirect_uri: &it.redirect_uri, away: None };
            (Occasion::SignIn(occasion), HttpRequest { method: "GET", sent: Sent::Query(&query), ..silent })
        }
        None => {
            let http = HttpRequest { sent: Sent::Json(body.as_bytes()), ..silent };
            match grant_type {
                PreviewedGrant::DeviceCode => (Occasion::Device(&grant), http),
                _ => (Occasion::Refresh(&token), http),
            }
        }
    };
    let login = Login { client, user, access: &access, http, session: Some(session.clone()), occasion };
    let foreseen = foresee_login(app, tenant, scope, login).await?;
    preview.actions = foreseen.results;
    (preview.user_metadata, preview.app_metadata) = (foreseen.user_metadata, foreseen.app_metadata);
    access.change(changes(grant_type, foreseen.outcome?)?)?;

    let used = match grant_type {
        PreviewedGrant::Implicit => Use::Browser,
        PreviewedGrant::RefreshToken => Use::Refresh,
        _ => Use::Code,
    };
    let (access_token, expires_in) =
        person::access_token(app, tenant, scope, client, user, &access, used).await?;
    preview.refresh_token = match used {
        Use::Browser => false,
        Use::Refresh => token.rotating,
        Use::Code => access.grants("offline_access"),
    };
    if access.grants("openid") {
        let is_in_browser = used == Use::Browser;
        let with = Answered {
            nonce: is_in_browser.then_some(NONCE),
            session_id: Some(session.id.as_str()),
            signed_in: Some(&grant.signed_in),
            access_token: is_in_browser.then_some(access_token.as_str()),
            // As long as one, where the client's own secret is known to the client alone.
            client_secret: (known.has_secret() && !is_in_browser).then_some(CHALLENGE),
            ..Answered::default()
        };
        let id_token = person::id_token(app, tenant, scope, client, user, &access, with).await?;
        let lifetime = client.settings.jwt_configuration.clone().unwrap_or_default().lifetime_in_seconds;
        preview.id_token = Some(shown(&id_token, lifetime));
    }
    preview.access_token = Some(shown(&access_token, expires_in));
    preview.scope = Some(access.scope.join(" "));
    Ok(())
}

/// The request that the client would send the browser with, to its first callback.
fn parameters(client: &Client, new: &NewTokenPreview) -> Parameters {
    let scope = new.scope.as_deref().unwrap_or_default();
    let mut parameters = Parameters::default().with("client_id", client.client_id.as_str());
    if let Some(callback) = client.settings.callbacks.iter().flatten().next() {
        parameters = parameters.with("redirect_uri", callback);
    }
    parameters = match (new.grant_type, words(Some(scope)).iter().any(|word| word == "openid")) {
        (PreviewedGrant::Implicit, true) => {
            parameters.with("response_type", "id_token token").with("nonce", NONCE)
        }
        (PreviewedGrant::Implicit, false) => parameters.with("response_type", "token"),
        _ => parameters
            .with("response_type", "code")
            .with("code_challenge", CHALLENGE)
            .with("code_challenge_method", "S256"),
    };
    let more = [("scope", &new.scope), ("audience", &new.audience), ("organization", &new.organization)];
    for (name, value) in more {
        if let Some(value) = value {
            parameters = parameters.with(name, value);
        }
    }
    parameters
}

/// Whether the client may use a refresh token, or connect a device.
fn may_use(client: &Client, new: &NewTokenPreview) -> Result<(), OAuthError> {
    let grant_type = match new.grant_type {
        PreviewedGrant::DeviceCode => device_codes::GRANT_TYPE,
        _ => "refresh_token",
    };
    let unauthorized = |reason: String| Err(OAuthError::new(ErrorCode::UnauthorizedClient, reason));
    if !client.allows_grant(grant_type) {
        return unauthorized(format!("Grant type '{grant_type}' not allowed for the client."));
    }
    if new.grant_type != PreviewedGrant::DeviceCode {
        return Ok(());
    }
    if step::usage(client) == OrganizationUsage::Require {
        return unauthorized("The device flow is not for clients that require an organization.".to_owned());
    }
    match new.organization {
        Some(_) => Err(OAuthError::invalid_request("The device flow is to no organization.")),
        None => Ok(()),
    }
}

/// RFC 6749 section 5.2: what the sign-in was for is over.
fn as_told(grant_type: PreviewedGrant, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::OAuth(error)
            if grant_type == PreviewedGrant::RefreshToken && error.code == ErrorCode::AccessDenied =>
        {
            OAuthError::new(ErrorCode::InvalidGrant, error.description).into()
        }
        other => other,
    }
}

fn session(app: &App, tenant: &Tenant, user: &User, origin: &Origin) -> Session {
    let (clock, mode) = (app.clock(), CookieMode::Persistent);
    let methods = vec![Method { name: "pwd".to_owned(), timestamp: clock.now(), kind: None }];
    let lifetimes = (mode, Lifetimes::of(&tenant.settings, mode));
    let id = SessionId::generate(clock);
    Session::begin(id, user.user_id.clone(), methods, origin, lifetimes, clock.now())
}

/// What the sign-in would be worth.
fn grant(session: &Session, client: &Client, access: &Access, scope: Vec<String>) -> CodeGrant {
    CodeGrant {
        client_id: client.client_id.clone(),
        user_id: session.user_id.clone(),
        session_id: Some(session.id.clone()),
        redirect_uri: None,
        scope,
        audience: access.api.as_ref().map(|api| api.identifier.clone()),
        organization_id: access.organization.as_ref().map(|organization| organization.id.clone()),
        nonce: None,
        challenge: None,
        signed_in: SignedIn { authenticated_at: Some(session.authenticated_at), ..SignedIn::default() },
        changes: TokenChanges::default(),
    }
}

/// What Actions change of the tokens, or why there are none.
fn changes(grant_type: PreviewedGrant, outcome: Outcome) -> Result<TokenChanges, Refusal> {
    match outcome {
        Outcome::Go(changes, _)
            if grant_type == PreviewedGrant::RefreshToken && changes.refresh_token.revoked =>
        {
            Err(refresh_tokens::invalid().into())
        }
        Outcome::Go(changes, _) => Ok(*changes),
        Outcome::Refuse(error, _) => Err(error.into()),
        Outcome::SendAway(url, _) => {
            let reason = format!("An Action sends the person to {url} first.");
            Err(OAuthError::new(ErrorCode::InteractionRequired, reason).into())
        }
    }
}
