//! Signing out: the session of a browser ends, and the clients that it was used for are told. OpenID Connect
//! RP-Initiated Logout 1.0 and Back-Channel Logout 1.0, contract section 13.4.

use guildhall_domain::client::Client;
use guildhall_domain::id::{ClientId, LogoutNoticeId};
use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::logout_notice::LogoutNotice;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_response::with_query;
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::logout_request::LogoutRequest;
use guildhall_oauth::redirect_uri::is_logout_url;
use guildhall_persistence::{clients, logout_notices, users};
use guildhall_tokens::jws::{Expectations, Typ, unverified_audience, verify};
use serde::Deserialize;
use serde_json::json;

use crate::context::App;
use crate::passwords::note;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::sign_in::{Lost, Visitor};
use crate::{keys, sessions};

/// What a request to sign out comes to.
#[derive(Debug)]
pub struct SignOut {
    /// Where to go afterwards.
    pub return_to: Option<String>,
    /// Who is signed in.
    pub person: Option<(Session, User)>,
    /// Whether the request proves that it comes from a client of that session.
    pub is_proven: bool,
}

/// What an ID token says of whom it was issued to.
#[derive(Debug, Deserialize)]
struct Hint {
    sub: String,
    sid: Option<String>,
}

/// Reads a request to sign out.
///
/// # Errors
/// `invalid_request` for an address that is not registered, or a hint that is none of ours.
pub async fn read(
    app: &App,
    tenant: &Tenant,
    request: &LogoutRequest,
    visitor: &Visitor,
) -> Result<SignOut, Refusal> {
    let scope = issuance(&tenant.id);
    let hint = match &request.id_token_hint {
        Some(token) => Some(hint(app, tenant, &scope, token).await?),
        None => None,
    };
    let client_id = match (&request.client_id, &hint) {
        (Some(named), Some((audience, _))) if named != audience => {
            return Err(OAuthError::invalid_request("client_id is not the audience of id_token_hint").into());
        }
        (Some(named), _) => Some(named.clone()),
        (None, hint) => hint.as_ref().map(|(audience, _)| audience.clone()),
    };
    let client = match client_id {
        Some(id) => {
            let found = clients::find(app.store(), &scope, &ClientId::new(id)).await?;
            Some(found.ok_or_else(|| OAuthError::invalid_request("Unknown client."))?)
        }
        None => None,
    };
    let return_to = return_to(tenant, client.as_ref(), request)?;
    let person = person(app, &scope, visitor).await?;
    let is_proven = person.as_ref().is_some_and(|(session, user)| {
        let by_token = hint.as_ref().is_some_and(|(_, hint)| {
            hint.sub == user.user_id.as_str()
                && hint.sid.as_ref().is_none_or(|sid| sid == session.id.as_str())
        });
        // Only a client of the session knows its id.
        by_token || request.logout_hint.as_deref() == Some(session.id.as_str())
    });
    Ok(SignOut { return_to, person, is_proven })
}

async fn person(
    app: &App,
    scope: &TenantScope,
    visitor: &Visitor,
) -> Result<Option<(Session, User)>, Problem> {
    let Some(cookie) = &visitor.session else { return Ok(None) };
    let Some(session) = sessions::find_by_cookie(app, scope, cookie).await? else { return Ok(None) };
    let user = users::find(app.store(), scope, &session.user_id).await?;
    Ok(user.map(|user| (session, user)))
}

/// The client that an ID token of ours was issued to, however long ago, and what it says.
async fn hint(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    token: &str,
) -> Result<(String, Hint), Refusal> {
    let refused = || OAuthError::invalid_request("id_token_hint is none of this server's ID tokens");
    let audience = unverified_audience(token).ok_or_else(refused)?;
    let ring = keys::ring(app, scope).await?;
    let expected = Expectations {
        issuer: &tenant.issuer,
        audience: &audience,
        typ: &[Typ::Jwt],
        // An ID token that has expired is as good a hint as any other (RP-Initiated Logout section 4).
        now: chrono::DateTime::UNIX_EPOCH,
        leeway: 0,
    };
    let hint: Hint = verify(token, ring.verifying(), &expected).map_err(|_| refused())?;
    Ok((audience, hint))
}

fn return_to(
    tenant: &Tenant,
    client: Option<&Client>,
    request: &LogoutRequest,
) -> Result<Option<String>, OAuthError> {
    let Some(asked) = &request.return_to else { return Ok(None) };
    let registered: Vec<String> = match client {
        Some(client) => client.settings.allowed_logout_urls.clone().unwrap_or_default(),
        None => {
            let urls = tenant.settings.other("allowed_logout_urls").and_then(|urls| urls.as_array());
            urls.into_iter().flatten().filter_map(|url| url.as_str()).map(str::to_owned).collect()
        }
    };
    if !is_logout_url(&registered, asked) {
        let description =
            "The address to return to is not in the list of allowed logout URLs: it must be registered.";
        return Err(OAuthError::invalid_request(description));
    }
    Ok(Some(match &request.state {
        Some(state) => with_query(asked, &[("state", state)]),
        None => asked.clone(),
    }))
}

/// Where to go afterwards, as text for the page that asks.
///
/// # Errors
/// None but the unforeseen.
pub fn seal(app: &App, tenant: &Tenant, return_to: Option<&str>) -> Result<String, Problem> {
    let text = return_to.unwrap_or_default();
    app.0.vault.seal(&format!("sign-out/{}", tenant.id), text.as_bytes()).map_err(Problem::internal)
}

/// Where to go afterwards, as the page was given it.
///
/// # Errors
/// [`Lost::Altered`].
pub fn open(app: &App, tenant: &Tenant, state: &str) -> Result<Option<String>, Lost> {
    let text = app.0.vault.open(&format!("sign-out/{}", tenant.id), state).map_err(|_| Lost::Altered)?;
    let text = String::from_utf8(text.to_vec()).map_err(|_| Lost::Altered)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Ends the session of a browser. Clients that want to know are told, one after the other.
///
/// # Errors
/// None but the unforeseen.
pub async fn end(app: &App, tenant: &Tenant, visitor: &Visitor) -> Result<(), Problem> {
    let scope = issuance(&tenant.id);
    match person(app, &scope, visitor).await? {
        Some((session, user)) => end_session(app, tenant, &session, &user, &visitor.origin).await,
        None => Ok(()),
    }
}

/// Ends a session, as [`end`] does.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn end_session(
    app: &App,
    tenant: &Tenant,
    session: &Session,
    user: &User,
    origin: &Origin,
) -> Result<(), Problem> {
    let scope = issuance(&tenant.id);
    let mut notices = Vec::new();
    for used in &session.clients {
        let Some(client) = clients::find(app.store(), &scope, &used.client_id).await? else { continue };
        notices.extend(client.logout_notice_urls().into_iter().map(|url| LogoutNotice {
            id: LogoutNoticeId::generate(app.clock()),
            client_id: client.client_id.clone(),
            url,
            user_id: user.user_id.clone(),
            session_id: session.id.to_string(),
            attempts: 0,
            due_at: app.clock().now(),
        }));
    }
    // Before the session ends: what is lost in between is a notice too many, not one too few.
    logout_notices::insert(app.store(), &scope, notices).await?;
    sessions::end(app, &scope, &session.id).await?;
    let details = json!({"session_id": session.id, "description": ""});
    note(app, tenant, EventType::SignedOut, Some(user), details, origin);
    Ok(())
}
