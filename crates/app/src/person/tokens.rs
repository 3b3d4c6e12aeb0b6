//! The tokens themselves.

use guildhall_domain::authorization_code::SignedIn;
use guildhall_domain::client::Client;
use guildhall_domain::log::Actor;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::Algorithm;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_tokens::claims::{AccessToken, Grant, OrganizationClaims};
use guildhall_tokens::digest::half_hash;
use guildhall_tokens::id_token::IdToken;
use guildhall_tokens::jws::{self, Typ};
use guildhall_tokens::key::SigningKey;

use super::Access;
use super::opaque::{LIFETIME, Opaque};
use crate::access_tokens::{self, Purpose};
use crate::context::App;
use crate::keys;
use crate::my_organization;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// By what way an access token reaches the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Use {
    /// From the token endpoint, for a code.
    #[default]
    Code,
    /// From the token endpoint, for a refresh token.
    Refresh,
    /// Through the browser (implicit and hybrid).
    Browser,
}

/// An access token, by what way and for what, and the seconds that it is valid.
///
/// # Errors
/// `invalid_request` where custom claims are too large.
pub(crate) async fn access_token(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    access: &Access,
    (used, purpose): (Use, Purpose),
) -> Result<(String, i64), Refusal> {
    let now = app.clock().now();
    let (Some(api), Some(audience)) = (&access.api, &access.audience) else {
        let opaque = Opaque {
            sub: user.user_id.clone(),
            client_id: client.client_id.clone(),
            org_id: access.organization.as_ref().map(|organization| organization.id.clone()),
            scope: access.scope.clone(),
            iat: now.timestamp(),
            exp: now.timestamp() + LIFETIME,
            claims: access.changes.id_token.clone(),
        };
        return Ok((opaque.seal(app, scope)?, LIFETIME));
    };
    let mut audiences = vec![audience.clone()];
    // What is signed with the API's own secret cannot be believed by anyone else.
    if access.grants("openid") && access.secret.is_none() {
        audiences.push(format!("{}userinfo", tenant.issuer));
    }
    let lifetime = match used {
        Use::Browser => api.token_lifetime_for_web,
        Use::Code | Use::Refresh => api.token_lifetime,
    };
    let token_id = access_tokens::id(app, api);
    let named = access_tokens::names_organization(tenant, api, audience);
    let custom = access.admitted_in_access_token()?;
    let token = AccessToken {
        issuer: &tenant.issuer,
        subject: user.user_id.as_str(),
        audience: &audiences,
        client_id: client.client_id.as_str(),
        issued_at: now,
        lifetime,
        scope: &access.scope,
        grant: (used == Use::Refresh).then_some(Grant::RefreshToken),
        permissions: access_tokens::permissions(api, &access.held),
        organization: access.organization.as_ref().map(|organization| claims(tenant, organization, named)),
        token_id: &token_id,
        dialect: access_tokens::dialect(api),
        custom: Some(&custom),
    };
    let signed = access_tokens::sign(app, scope, api, access.secret.as_ref(), &token, purpose).await?;
    Ok((signed, lifetime))
}

/// What an ID token goes with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered<'a> {
    /// As the application sent it.
    pub nonce: Option<&'a str>,
    /// The session.
    pub session_id: Option<&'a str>,
    /// How and when the person signed in.
    pub signed_in: Option<&'a SignedIn>,
    /// The access token that goes through the browser with it.
    pub access_token: Option<&'a str>,
    /// The code that goes through the browser with it.
    pub code: Option<&'a str>,
    /// The secret that the client presented. An ID token by `HS256` is signed with it; without it, as with a client that
    /// has none, ID tokens are signed by `RS256`.
    pub client_secret: Option<&'a str>,
}

/// An ID token, with the claims that the granted scope asks for.
///
/// # Errors
/// `invalid_request` where custom claims are too large.
pub async fn id_token(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    access: &Access,
    with: Answered<'_>,
) -> Result<String, Refusal> {
    let configuration = client.settings.jwt_configuration.clone().unwrap_or_default();
    let ring = keys::ring(app, scope).await?;
    let asked = configuration.alg.unwrap_or_default();
    let (algorithm, key) = match (asked, with.client_secret) {
        (Algorithm::HS256, Some(secret)) => (asked, Some(SigningKey::secret(None, secret.as_bytes()))),
        // An algorithm that the tenant has no key of yet does not keep people out.
        _ => match ring.signing(asked) {
            Some(key) => (asked, Some(key.clone())),
            None => (Algorithm::RS256, ring.signing(Algorithm::RS256).cloned()),
        },
    };
    let key = key.ok_or_else(|| Problem::internal("no key for ID tokens"))?;
    let hash = |text: &str| half_hash(keys::token_algorithm(algorithm), text);
    let (access_token_hash, code_hash) = (with.access_token.map(hash), with.code.map(hash));
    let profile = user.claims(&access.scope);
    let none = SignedIn::default();
    let signed_in = with.signed_in.unwrap_or(&none);
    let custom = access.admitted_in_id_token()?;
    let my_organization_permissions = of_my_organization(app, tenant, scope, client, user, access).await?;
    let token = IdToken {
        profile: &profile,
        issuer: &tenant.issuer,
        subject: user.user_id.as_str(),
        client_id: client.client_id.as_str(),
        issued_at: app.clock().now(),
        lifetime: configuration.lifetime_in_seconds,
        auth_time: signed_in.auth_time,
        session_id: with.session_id,
        nonce: with.nonce,
        amr: &signed_in.amr,
        acr: signed_in.acr.as_deref(),
        access_token_hash: access_token_hash.as_deref(),
        code_hash: code_hash.as_deref(),
        organization: access.organization.as_ref().map(|organization| claims(tenant, organization, true)),
        my_organization_permissions: my_organization_permissions.as_deref(),
        custom: Some(&custom),
    };
    Ok(jws::sign(&key, Typ::Jwt, &token).map_err(Problem::internal)?)
}

/// What the person may do by the My Organization API through a client that is made for it, in the organization of the token.
async fn of_my_organization(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    access: &Access,
) -> Result<Option<Vec<String>>, Problem> {
    let Some(organization) = &access.organization else { return Ok(None) };
    if client.settings.my_organization_configuration.is_none() {
        return Ok(None);
    }
    let inside = scope.organization(organization.id.clone());
    let actor = Actor::User(user.user_id.clone(), client.client_id.clone());
    let held = my_organization::caller::held(app.store(), tenant, &inside, &actor).await?;
    Ok(Some(held.unwrap_or_default()))
}

/// What tokens say of the organization; the epoch alone where the audience names it.
fn claims<'a>(tenant: &Tenant, organization: &'a Organization, named: bool) -> OrganizationClaims<'a> {
    let names = tenant.settings.allow_organization_name_in_authentication_api;
    OrganizationClaims {
        id: named.then_some(organization.id.as_str()),
        name: (named && names).then_some(organization.name.as_str()),
        epoch: organization.epoch,
    }
}
