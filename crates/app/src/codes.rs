//! Authorization codes: issued at the end of a sign-in, exchanged once for tokens (RFC 6749 section 4.1, RFC 7636).

use std::sync::Arc;

use chrono::Duration;
use guildhall_domain::access_policy::Whence;
use guildhall_domain::authorization_code::{Challenge, ChallengeMethod, CodeGrant, CodeState, LIFETIME};
use guildhall_domain::log::Origin;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::client_authentication::Presented;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::AuthorizationCode;
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{
    authorization_codes, device_codes as used_devices, organizations, refresh_tokens as stored_tokens,
    resource_servers, sessions,
};
use guildhall_tokens::digest;
use guildhall_tokens::secret::{Secret, random_token};

use crate::access_policies;
use crate::access_tokens::Purpose;
use crate::client_authentication::{self, KnownClient};
use crate::context::App;
use crate::device_codes;
use crate::person::{self, Access, Answered, Asked, Use};
use crate::problem::Problem;
use crate::refresh_tokens;
use crate::refusal::Refusal;
use crate::token_requests::{Facts, TokenAnswer};
use crate::triggers::{HttpRequest, Login, Occasion, Outcome, post_login};

/// Issues a code, which is known to nobody but the browser that it is sent to.
///
/// # Errors
/// None but the unforeseen.
pub async fn issue(app: &App, tenant: &Tenant, grant: &CodeGrant) -> Result<Secret, Problem> {
    let scope = issuance(&tenant.id);
    let (code, hash) = app.hashed_token();
    let expires_at = app.clock().now() + Duration::seconds(LIFETIME);
    let records = app.store().begin_records().await?;
    authorization_codes::insert(&records, &scope, &hash, grant, expires_at).await?;
    if let Some(session) = &grant.session_id {
        sessions::add_client(&records, &scope, session, &grant.client_id).await?;
    }
    records.commit().await?;
    Ok(code)
}

impl App {
    /// A new random token, and the hash under which it is stored.
    pub(crate) fn hashed_token(&self) -> (Secret, String) {
        let token = random_token();
        let hash = String::from(self.0.pepper.hash(token.expose()));
        (token, hash)
    }
}

/// A code that is unknown, used, expired or another client's, or whose person is gone: the same answer for all.
pub(crate) fn invalid() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant, "Invalid authorization code")
}

/// Exchanges a code. A code that was exchanged before takes back what was issued for it.
pub(crate) async fn exchange(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &AuthorizationCode,
    origin: &Origin,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    let client = client_authentication::authenticate(app, tenant, &scope, &request.client).await?;
    facts.client = Some(client.clone());
    if !client.client.allows_grant("authorization_code") {
        let description = "Grant type 'authorization_code' not allowed for the client.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into());
    }
    let (hash, grant) = usable(app, &scope, &client, request, facts).await?;
    let (user, mut access) = what_for(app, tenant, &scope, &client, &grant, facts).await?;
    access.change(grant.changes.clone())?;
    // Before the code is used up: tokens that would be too long are refused.
    let answer = tokens(app, tenant, &scope, &client, (&user, &access), &grant, &request.client).await?;

    let refresh_token = access
        .grants("offline_access")
        .then(|| refresh_tokens::begin(app, &client.client, &grant, &access, origin));
    let records = app.store().begin_records().await?;
    let id = refresh_token.as_ref().map(|(token, _)| &token.id);
    if !authorization_codes::use_once(&records, &scope, &hash, id).await? {
        drop(records);
        return Err(replayed(app, &scope, &hash).await?.into());
    }
    let mut refresh_value = None;
    if let Some((token, value)) = refresh_token {
        refresh_tokens::store(app, &records, &scope, &token, &value).await?;
        refresh_value = Some(value);
    }
    records.commit().await?;
    facts.scope.clone_from(&answer.scope);
    Ok(TokenAnswer { refresh_token: refresh_value.map(|value| value.expose().to_owned()), ..answer })
}

/// Uses a code up for a client of this server's own, which needs no tokens: what the code is for, with everything looked at
/// that an exchange looks at.
pub(crate) async fn redeem(
    app: &App,
    tenant: &Tenant,
    client: &str,
    request: &AuthorizationCode,
) -> Result<CodeGrant, Refusal> {
    let scope = issuance(&tenant.id);
    let facts = &mut Facts::default();
    let client = client_authentication::find(app, &scope, client).await?.ok_or_else(invalid)?;
    let (hash, grant) = usable(app, &scope, &client, request, facts).await?;
    what_for(app, tenant, &scope, &client, &grant, facts).await?;
    let records = app.store().begin_records().await?;
    if !authorization_codes::use_once(&records, &scope, &hash, None).await? {
        drop(records);
        return Err(replayed(app, &scope, &hash).await?.into());
    }
    records.commit().await?;
    Ok(grant)
}

/// What a code is for that the client may still exchange, and its hash.
async fn usable(
    app: &App,
    scope: &TenantScope,
    client: &KnownClient,
    request: &AuthorizationCode,
    facts: &mut Facts,
) -> Result<(String, CodeGrant), Refusal> {
    let hash = String::from(app.0.pepper.hash(&request.code));
    let stored = authorization_codes::find(app.store(), scope, &hash).await?.ok_or_else(invalid)?;
    let grant = stored.grant;
    if grant.client_id != client.client.client_id {
        return Err(invalid().into());
    }
    facts.user_id = Some(grant.user_id.clone());
    if stored.state == CodeState::Used {
        return Err(replayed(app, scope, &hash).await?.into());
    }
    if stored.expires_at <= app.clock().now() {
        return Err(invalid().into());
    }
    bound(client, &grant, request)?;
    Ok((hash, grant))
}

/// Issues tokens for what a person allowed a device, whose code of this hash is used up by them.
pub(crate) async fn for_device(
    app: &App,
    tenant: &Arc<Tenant>,
    client: &Arc<KnownClient>,
    (grant, hash): (&CodeGrant, &str),
    presented: &Presented,
    http: HttpRequest<'_>,
    facts: &mut Facts,
) -> Result<TokenAnswer, Refusal> {
    let scope = issuance(&tenant.id);
    facts.user_id = Some(grant.user_id.clone());
    let (user, mut access) = what_for(app, tenant, &scope, client, grant, facts).await?;
    let session = match &grant.session_id {
        Some(id) => sessions::find(app.store(), &scope, id, app.clock().now()).await?,
        None => None,
    };
    let occasion = Occasion::Device(grant);
    let login = Login { client: &client.client, user: &user, access: &access, http, session, occasion };
    match post_login(app, tenant, &scope, login).await? {
        Outcome::Go(changes, _) => access.change(*changes)?,
        Outcome::Refuse(error, by) => {
            facts.refused_by = Some(by);
            return Err(error.into());
        }
        Outcome::SendAway(..) => return Err(Problem::internal("a device cannot be sent away").into()),
    }
    // Before the code is used up: tokens that would be too long are refused.
    let answer = tokens(app, tenant, &scope, client, (&user, &access), grant, presented).await?;

    let records = app.store().begin_records().await?;
    if !used_devices::use_once(&records, &scope, hash).await? {
        return Err(device_codes::invalid().into());
    }
    let mut refresh_value = None;
    if access.grants("offline_access") {
        let (token, value) = refresh_tokens::begin(app, &client.client, grant, &access, http.origin);
        refresh_tokens::store(app, &records, &scope, &token, &value).await?;
        refresh_value = Some(value.expose().to_owned());
    }
    records.commit().await?;
    facts.scope.clone_from(&answer.scope);
    Ok(TokenAnswer { refresh_token: refresh_value, ..answer })
}

/// Takes back what was issued for a code that comes a second time (RFC 6749 section 4.1.2).
async fn replayed(app: &App, scope: &TenantScope, hash: &str) -> Result<OAuthError, Problem> {
    let stored = authorization_codes::find(app.store(), scope, hash).await?;
    if let Some(id) = stored.and_then(|stored| stored.refresh_token_id) {
        stored_tokens::delete(app.store(), scope, &Which::Ids(&[id])).await?;
    }
    Ok(invalid())
}

/// The exchange comes from where the code was sent to, and from who began the sign-in.
fn bound(client: &KnownClient, grant: &CodeGrant, request: &AuthorizationCode) -> Result<(), OAuthError> {
    if grant.redirect_uri.is_some() && grant.redirect_uri != request.redirect_uri {
        return Err(OAuthError::new(ErrorCode::InvalidGrant, "The redirect URI is wrong."));
    }
    let verified = match (&grant.challenge, &request.code_verifier) {
        (Some(challenge), Some(verifier)) => verifies(challenge, verifier),
        // A client without a secret proves by the verifier alone that the code was meant for it.
        (None, None) => !client.client.is_public(),
        // RFC 9700 section 4.8.2: a verifier without a challenge means that the challenge was taken away.
        _ => false,
    };
    match verified {
        true => Ok(()),
        false => Err(OAuthError::new(ErrorCode::InvalidGrant, "Failed to verify code verifier")),
    }
}

fn verifies(challenge: &Challenge, verifier: &str) -> bool {
    match challenge.method {
        ChallengeMethod::S256 => digest::verifies_s256(&challenge.value, verifier),
        ChallengeMethod::Plain => digest::same(&challenge.value, verifier),
    }
}

/// Who the code is for, and what they may have now, if policies allow it still.
async fn what_for(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &KnownClient,
    grant: &CodeGrant,
    facts: &mut Facts,
) -> Result<(User, Access), Refusal> {
    let user = person::live_user(app, scope, &grant.user_id).await?.ok_or_else(invalid)?;
    let mut authenticated_at = grant.signed_in.authenticated_at;
    if let Some(session) = &grant.session_id {
        let live = sessions::find(app.store(), scope, session, app.clock().now()).await?;
        authenticated_at = Some(live.ok_or_else(invalid)?.authenticated_at);
    }
    let mut asked = Asked::default();
    if let Some(audience) = &grant.audience {
        let api = resource_servers::find_by_identifier(app.store(), scope, audience).await?;
        asked.api = Some(api.ok_or_else(invalid)?);
    }
    if let Some(organization) = &grant.organization_id {
        let found = organizations::find(app.store(), scope, organization).await?;
        asked.organization = Some(found.ok_or_else(invalid)?);
    }
    let access =
        person::resolve_access(app, tenant, scope, &client.client, &user, asked, &grant.scope).await?;
    facts.organization.clone_from(&access.organization);
    facts.audience.clone_from(&access.audience);
    let (sought, who) = (access.sought(&grant.client_id), (&user, authenticated_at));
    // The application's server comes from elsewhere than the person, whose network was looked at then.
    let whence = Whence::AskedBefore;
    facts.allowed(access_policies::check_person(app, tenant, scope, sought, who, whence).await?)?;
    Ok((user, access))
}

async fn tokens(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &KnownClient,
    (user, access): (&User, &Access),
    grant: &CodeGrant,
    presented: &Presented,
) -> Result<TokenAnswer, Refusal> {
    let client = &client.client;
    let (access_token, expires_in) =
        person::access_token(app, tenant, scope, client, user, access, (Use::Code, Purpose::Issuance))
            .await?;
    let mut answer =
        TokenAnswer { access_token, expires_in, scope: access.scope.join(" "), ..TokenAnswer::default() };
    if access.grants("openid") {
        let with = Answered {
            nonce: grant.nonce.as_deref(),
            session_id: grant.session_id.as_ref().map(AsRef::as_ref),
            signed_in: Some(&grant.signed_in),
            client_secret: presented.secret(),
            ..Answered::default()
        };
        answer.id_token = Some(person::id_token(app, tenant, scope, client, user, access, with).await?);
    }
    Ok(answer)
}
