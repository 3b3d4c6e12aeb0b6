//! The tokens that a person would get through a client: of someone who has just signed in, and consents to what is asked.

use chrono::Duration;
use guildhall_domain::access_policy::Whence;
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::SessionId;
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::{Lifetimes, Method, Session};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_domain::token_preview::{NewTokenPreview, PreviewedGrant, TokenPreview};
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::{Parameters, words};
use serde_json::json;

use super::shown;
use crate::access_policies::{self, Standing};
use crate::access_tokens::Purpose;
use crate::client_authentication::KnownClient;
use crate::context::App;
use crate::person::{self, Access, Answered, Asked, Use};
use crate::refusal::Refusal;
use crate::sign_in::{self, Foreseen, step};
use crate::triggers::{HttpRequest, Login, Occasion, Outcome, Sent, SignIn, foresee_login};
use crate::{codes, device_codes, refresh_tokens, sessions};

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
            Some(sign_in::foresee(app, tenant, scope, client, user, parameters(client, new)).await?)
        }
        _ => {
            may_use(client, new)?;
            None
        }
    };
    let asked_scope = words(new.scope.as_deref());
    let asked = asked(app, tenant, scope, client, (new, sign_in.as_ref()), user).await?;
    // A device asks from elsewhere than the person.
    let whence = if grant_type == PreviewedGrant::DeviceCode { Whence::AskedBefore } else { whence };
    let sought = asked.sought(&client.client_id);
    let standing = Standing::load(app.store(), tenant, scope, sought, std::slice::from_ref(user)).await?;
    preview.access_policies = standing.verdicts(sought, whence, user);
    let allowed = standing.decide(sought, whence, user, Some(Duration::zero()));
    let allowed = allowed.map_err(|denied| access_policies::refusal(&denied));
    // Who signs in is turned away before the client is looked at, and before they join; exchanges ask policies last.
    if let Some(sign_in) = &sign_in {
        allowed.clone()?;
        if sign_in.joins {
            let reason = "Signing in makes the person a member first.";
            return Err(OAuthError::new(ErrorCode::InteractionRequired, reason).into());
        }
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
    // A sign-in is counted before Actions are asked.
    let counted = User { logins_count: Some(user.logins_count.unwrap_or_default() + 1), ..user.clone() };
    let told = if grant_type == PreviewedGrant::RefreshToken { user } else { &counted };
    let login = Login { client, user: told, access: &access, http, session: Some(session.clone()), occasion };
    let foreseen = foresee_login(app, tenant, scope, login).await?;
    preview.actions = foreseen.results;
    (preview.user_metadata, preview.app_metadata) = (foreseen.user_metadata, foreseen.app_metadata);
    access.change(changes(grant_type, foreseen.outcome?)?)?;

    let is_in_browser = grant_type == PreviewedGrant::Implicit;
    let used = match grant_type {
        PreviewedGrant::Implicit => Use::Browser,
        PreviewedGrant::RefreshToken => Use::Refresh,
        _ => Use::Code,
    };
    let used = (used, Purpose::Preview);
    let (access_token, expires_in) =
        person::access_token(app, tenant, scope, client, user, &access, used).await?;
    preview.refresh_token = match used.0 {
        Use::Browser => false,
        Use::Refresh => token.rotating,
        Use::Code => access.grants("offline_access"),
    };
    // Through the browser comes what the request names, whatever Actions do to the scope.
    let named = sign_in.as_ref().filter(|_| is_in_browser).map(|it| it.request.response_type.id_token);
    if named.unwrap_or_else(|| access.grants("openid")) {
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

/// What the tokens would be for, as each way to them says it.
async fn asked(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    (new, sign_in): (&NewTokenPreview, Option<&Foreseen>),
    user: &User,
) -> Result<Asked, Refusal> {
    let organization = match sign_in {
        Some(sign_in) => sign_in.organization.as_ref().map(AsRef::as_ref),
        None => new.organization.as_deref(),
    };
    let asked = person::asked(app, tenant, scope, client, new.audience.as_deref(), organization).await;
    match (new.grant_type, asked) {
        // Of a sign-in that could not be made again there is nothing left to refresh.
        (PreviewedGrant::RefreshToken, Err(Refusal::OAuth(_))) => Err(refresh_tokens::invalid().into()),
        (PreviewedGrant::RefreshToken, Ok(_)) if user.is_blocked() => Err(refresh_tokens::invalid().into()),
        (PreviewedGrant::DeviceCode, Ok(asked)) if asked.organization.is_some() => {
            Err(device_codes::to_no_organization().into())
        }
        (PreviewedGrant::DeviceCode, Ok(_)) if user.is_blocked() => Err(codes::invalid().into()),
        (_, asked) => asked,
    }
}

/// The request that the client would send the browser with, but for the address that it comes back to.
fn parameters(client: &Client, new: &NewTokenPreview) -> Parameters {
    let scope = new.scope.as_deref().unwrap_or_default();
    let mut parameters = Parameters::default().with("client_id", client.client_id.as_str());
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
        Some(_) => Err(device_codes::to_no_organization()),
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
    let (clock, mode) = (app.clock(), sessions::cookie_mode(tenant));
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
