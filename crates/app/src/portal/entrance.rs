//! Into the portal: through the same sign-in as into any application of the vendor's, with the portal as its client.

use chrono::{DateTime, Duration, Utc};
use guildhall_domain::policy::issuance;
use guildhall_domain::portal::{CLIENT, Visit};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authorize_response::with_query;
use guildhall_oauth::client_authentication::Presented;
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::token_request::AuthorizationCode;
use guildhall_persistence::portal_visits;
use guildhall_tokens::digest;
use guildhall_tokens::secret::{Secret, random_token};
use serde::{Deserialize, Serialize};

use super::client::callback;
use super::visits;
use crate::codes;
use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::sign_in::{Browser, Lost, Stopped};

/// How long a person may take to sign in.
const LIFETIME: Duration = Duration::hours(1);

/// Someone on the way in: sealed into the `state` of the request, and bound to the browser that brought it.
#[derive(Serialize, Deserialize)]
struct Entry {
    verifier: String,
    to: String,
    began_at: DateTime<Utc>,
    browser: String,
}

fn context(tenant: &Tenant) -> String {
    format!("portal/{}", tenant.id)
}

/// Where a person goes to sign in who wants to see the page `to` of the portal: of one organization, where it is named, and
/// to accept an invitation, where there is one.
///
/// # Errors
/// None but the unforeseen.
pub fn begin(
    app: &App,
    tenant: &Tenant,
    browser: &Browser,
    (organization, invitation): (Option<&str>, Option<&str>),
    to: &str,
) -> Result<String, Problem> {
    let verifier = random_token().expose().to_owned();
    let challenge = digest::s256(&verifier);
    let began_at = app.clock().now();
    let entry = Entry { verifier, to: to.to_owned(), began_at, browser: browser.mark(app) };
    let entry = serde_json::to_vec(&entry).map_err(Problem::internal)?;
    let state = app.0.vault.seal(&context(tenant), &entry).map_err(Problem::internal)?;
    let (callback, audience) = (callback(tenant), tenant.my_organization_audience());
    let mut parameters = vec![
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", &callback),
        ("scope", "openid"),
        ("audience", &audience),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", &state),
    ];
    parameters.extend(organization.map(|organization| ("organization", organization)));
    parameters.extend(invitation.map(|ticket| ("invitation", ticket)));
    Ok(with_query("/authorize", &parameters))
}

/// A person who came back from the sign-in.
#[derive(Debug)]
pub struct Entered {
    /// The value of the visit's cookie.
    pub cookie: Secret,
    /// The page that was asked for.
    pub to: String,
}

/// Where a person wanted to go who was refused.
///
/// # Errors
/// [`Lost`].
pub fn wanted(app: &App, tenant: &Tenant, browser: &Browser, state: &str) -> Result<String, Lost> {
    open(app, tenant, browser, state).map(|entry| entry.to)
}

fn open(app: &App, tenant: &Tenant, browser: &Browser, state: &str) -> Result<Entry, Lost> {
    let entry = app.0.vault.open(&context(tenant), state).map_err(|_| Lost::Altered)?;
    let entry: Entry = serde_json::from_slice(&entry).map_err(|_| Lost::Altered)?;
    if entry.browser != browser.mark(app) {
        return Err(Lost::AnotherBrowser);
    }
    match entry.began_at + LIFETIME > app.clock().now() {
        true => Ok(entry),
        false => Err(Lost::Expired),
    }
}

/// Begins the visit of a person who came back from the sign-in with a code.
///
/// # Errors
/// [`Stopped`].
pub async fn enter(
    app: &App,
    tenant: &Tenant,
    browser: &Browser,
    state: &str,
    code: &str,
) -> Result<Entered, Stopped> {
    let entry = open(app, tenant, browser, state)?;
    let request = AuthorizationCode {
        client: Presented::Nothing { client_id: CLIENT.to_owned() },
        code: code.to_owned(),
        redirect_uri: Some(callback(tenant)),
        code_verifier: Some(entry.verifier),
    };
    let grant = match codes::redeem(app, tenant, CLIENT, &request).await {
        Ok(grant) => grant,
        Err(Refusal::OAuth(error)) => return Err(error.into()),
        Err(Refusal::Internal(problem)) => return Err(problem.into()),
    };
    let (Some(organization), Some(session)) = (grant.organization_id, grant.session_id) else {
        return Err(OAuthError::invalid_request("The portal is an organization's.").into());
    };
    let visit = Visit::begin(organization, grant.user_id, session, false, app.clock().now());
    let (cookie, hash) = visits::cookie(app);
    portal_visits::insert(app.store(), &issuance(&tenant.id), &hash, &visit).await?;
    Ok(Entered { cookie, to: entry.to })
}
