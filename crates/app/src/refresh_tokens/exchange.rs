//! The exchange of a refresh token (RFC 6749 section 6), which holds the rights of now.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use guildhall_domain::client::RefreshTokenSettings;
use guildhall_domain::id::RefreshTokenId;
use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::refresh_token::{RefreshToken, RefreshTokenValue};
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::{RecordChanges, TokenChanges};
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::RefreshToken as Request;
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{refresh_token_values as values, refresh_tokens as tokens};
use guildhall_tokens::secret::Secret;

use super::narrowing::narrowed;
use crate::access_policies::{self, whence};
use crate::access_tokens::Purpose;
use crate::client_authentication;
use crate::context::App;
use crate::person::{self, Answered, Use};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::sessions;
use crate::token_requests::{Facts, TokenAnswer};
use crate::triggers::{HttpRequest, Login, Occasion, Outcome, post_login};

/// A refresh token that is unknown, revoked, expired or another client's: the same answer for all.
pub(crate) fn invalid() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant, "Unknown or invalid refresh token.")
}

/// Exchanges a refresh token. A value that was used before takes the refresh token back with all its values.
pub(crate) async fn exchange(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &Request,
    http: HttpRequest<'_>,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    let client = client_authentication::authenticate(app, tenant, &scope, &request.client).await?;
    facts.client = Some(client.clone());
    let client = &client.client;
    if !client.allows_grant("refresh_token") {
        let description = "Grant type 'refresh_token' not allowed for the client.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into());
    }
    let hash = String::from(app.0.pepper.hash(&request.refresh_token));
    let now = app.clock().now();
    let (id, value) = values::find(app.store(), &scope, &hash).await?.ok_or_else(invalid)?;
    let token = tokens::find(app.store(), &scope, &id, now).await?.ok_or_else(invalid)?;
    if token.client_id != client.client_id {
        return Err(invalid().into());
    }
    facts.user_id = Some(token.user_id.clone());
    let settings = client.settings.refresh_token.clone().unwrap_or_default();
    if !may_be_used(app, &scope, &token, value, &settings, now).await? {
        facts.refused_as = Some(EventType::RefreshTokenReused);
        tokens::delete(app.store(), &scope, &Which::Ids(&[token.id])).await?;
        return Err(invalid().into());
    }
    let user = person::live_user(app, &scope, &token.user_id).await?.ok_or_else(invalid)?;
    let mut access = narrowed(app, tenant, &scope, client, &user, &token, request).await?;
    facts.organization.clone_from(&access.organization);
    facts.audience.clone_from(&access.audience);
    let session = session_of(app, &scope, &token).await?;
    let (sought, at) = (access.sought(&client.client_id), authenticated_at(session.as_ref(), &token));
    let who = (&user, Some(at));
    let decided =
        access_policies::check_person(app, tenant, &scope, sought, who, whence(http.origin)).await?;
    facts.allowed(decided)?;
    let occasion = Occasion::Refresh(&token);
    let login = Login { client, user: &user, access: &access, http, session, occasion };
    let changes = decide(app, tenant, &scope, login, &token, facts).await?;
    access.change(changes)?;

    // Before the value is used up: tokens that would be too long are refused.
    let (access_token, expires_in) =
        person::access_token(app, tenant, &scope, client, &user, &access, (Use::Refresh, Purpose::Issuance))
            .await?;
    let mut answer =
        TokenAnswer { access_token, expires_in, scope: access.scope.join(" "), ..TokenAnswer::default() };
    if access.grants("openid") {
        let with = Answered {
            session_id: token.session_id.as_ref().map(AsRef::as_ref),
            signed_in: Some(&token.signed_in),
            client_secret: request.client.secret(),
            ..Answered::default()
        };
        answer.id_token = Some(person::id_token(app, tenant, &scope, client, &user, &access, with).await?);
    }
    let changes = &access.changes.refresh_token;
    let Some(next) = used(app, &scope, token, (&hash, value), &settings, changes, http.origin).await? else {
        facts.refused_as = Some(EventType::RefreshTokenReused);
        return Err(invalid().into());
    };
    answer.refresh_token = next.map(|value| value.expose().to_owned());
    facts.scope.clone_from(&answer.scope);
    Ok(answer)
}

/// The session that it began in, as long as it lives.
async fn session_of(
    app: &App,
    scope: &TenantScope,
    token: &RefreshToken,
) -> Result<Option<Session>, Problem> {
    match &token.session_id {
        Some(id) => sessions::find(app, scope, id).await,
        None => Ok(None),
    }
}

/// When the person last proved who they are: in the session, as long as it lives.
fn authenticated_at(session: Option<&Session>, token: &RefreshToken) -> DateTime<Utc> {
    let last = session.map(|session| session.authenticated_at).or(token.signed_in.authenticated_at);
    last.unwrap_or(token.created_at)
}

/// Lets the vendor's Actions decide. What they revoke is gone, and what they change is of this once.
async fn decide(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: Login<'_>,
    token: &RefreshToken,
    facts: &mut Facts,
) -> Result<TokenChanges, Refusal> {
    match post_login(app, tenant, scope, login).await? {
        Outcome::Go(changes, _) if changes.refresh_token.revoked => {
            tokens::delete(app.store(), scope, &Which::Ids(std::slice::from_ref(&token.id))).await?;
            Err(invalid().into())
        }
        Outcome::Go(changes, _) => Ok(*changes),
        Outcome::Refuse(error, by) => {
            facts.refused_by = Some(by);
            Err(error.into())
        }
        Outcome::SendAway(..) => Err(Problem::internal("nobody can be sent away from a refresh").into()),
    }
}

/// Whether the value is a current one, or the last that was used, within the client's leeway.
async fn may_be_used(
    app: &App,
    scope: &TenantScope,
    token: &RefreshToken,
    value: RefreshTokenValue,
    settings: &RefreshTokenSettings,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let RefreshTokenValue::Used(at) = value else {
        return Ok(true);
    };
    let in_time = at + Duration::seconds(settings.leeway) > now;
    Ok(in_time && !values::used_after(app.store(), scope, &token.id, at).await?)
}

/// Uses the value. What comes back is the value that takes its place, where the token rotates; nothing at all when
/// someone else was first or the token was revoked meanwhile.
async fn used(
    app: &App,
    scope: &TenantScope,
    mut token: RefreshToken,
    (hash, value): (&str, RefreshTokenValue),
    settings: &RefreshTokenSettings,
    changes: &RecordChanges,
    origin: &Origin,
) -> Result<Option<Option<Secret>>, Problem> {
    let now = app.clock().now();
    token.last_exchanged_at = Some(now);
    token.idle_expires_at = settings.ends_idle(now, token.expires_at);
    token = token.changed(changes);
    token.device = token.device.again(origin);
    let records = app.store().begin_records().await?;
    if !tokens::exchanged(&records, scope, &token).await? {
        return Ok(None);
    }
    if changes.touches_metadata() {
        tokens::set_metadata(&records, scope, &token.id, token.refresh_token_metadata.as_ref()).await?;
    }
    let mut next = None;
    if token.rotating {
        let first =
            value == RefreshTokenValue::Current && values::use_once(&records, scope, hash, now).await?;
        let again = value != RefreshTokenValue::Current || settings.leeway > 0;
        if !first && !again {
            let id: &RefreshTokenId = &token.id;
            tokens::delete(&records, scope, &Which::Ids(std::slice::from_ref(id))).await?;
            records.commit().await?;
            return Ok(None);
        }
        let (value, hash) = app.hashed_token();
        values::insert(&records, scope, &token.id, &hash).await?;
        next = Some(value);
    }
    records.commit().await?;
    Ok(Some(next))
}
