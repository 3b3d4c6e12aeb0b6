//! Access tokens that are JWTs: in the API's dialect, signed as the API wants it.

use guildhall_domain::field::Object;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{Algorithm, Dialect, ResourceServer};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_tokens::claims::{AccessToken, Dialect as TokenDialect};
use guildhall_tokens::custom_claims::{CustomClaims, Names};
use guildhall_tokens::jws;
use guildhall_tokens::key::SigningKey;

use crate::context::App;
use crate::keys;
use crate::problem::Problem;
use crate::resource_servers::signing_secret;

/// The API's dialect in the words of the tokens crate.
pub(crate) fn dialect(api: &ResourceServer) -> TokenDialect {
    match api.dialect() {
        Dialect::AccessToken => TokenDialect::AccessToken,
        Dialect::AccessTokenAuthz => TokenDialect::AccessTokenAuthz,
        Dialect::Rfc9068 => TokenDialect::Rfc9068,
        Dialect::Rfc9068Authz => TokenDialect::Rfc9068Authz,
    }
}

/// A token's id, in the dialects that have one.
pub(crate) fn id(app: &App, api: &ResourceServer) -> String {
    match api.dialect() {
        Dialect::Rfc9068 | Dialect::Rfc9068Authz => app.clock().uuid().simple().to_string(),
        Dialect::AccessToken | Dialect::AccessTokenAuthz => String::new(),
    }
}

/// The claims that Actions add, as far as their names are allowed (contract section 14.3). Tokens of our own API and of
/// none take only those with a namespace.
///
/// # Errors
/// `server_error` when they are larger than tokens may be.
pub(crate) fn custom(
    tenant: &Tenant,
    api: Option<&ResourceServer>,
    claims: &Object,
) -> Result<Option<CustomClaims>, OAuthError> {
    if claims.is_empty() {
        return Ok(None);
    }
    let is_own = api.is_some_and(|api| api.identifier == tenant.management_audience());
    let names = if is_own { Names::Namespaced } else { Names::Any };
    let custom = CustomClaims::new(claims.clone(), names);
    custom.map(Some).map_err(|error| OAuthError::new(ErrorCode::ServerError, error.to_string()))
}

/// The API's own secret, where its tokens are signed with one.
///
/// # Errors
/// None but the unforeseen.
pub(crate) fn secret(
    app: &App,
    scope: &TenantScope,
    api: &ResourceServer,
) -> Result<Option<SigningKey>, Problem> {
    match api.signing_alg {
        Algorithm::HS256 => Ok(Some(SigningKey::secret(None, signing_secret(app, scope, api)?.as_bytes()))),
        _ => Ok(None),
    }
}

/// Signs a token for the API; `secret` is the API's own, where it has one.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn sign(
    app: &App,
    scope: &TenantScope,
    api: &ResourceServer,
    secret: Option<&SigningKey>,
    token: &AccessToken<'_>,
) -> Result<String, Problem> {
    let typ = token.dialect.typ();
    let signed = match secret {
        Some(secret) => jws::sign(secret, typ, token),
        None => {
            let ring = keys::ring(app, scope).await?;
            let key = ring.signing(api.signing_alg);
            jws::sign(key.ok_or_else(|| Problem::internal("no key for the API's algorithm"))?, typ, token)
        }
    };
    signed.map_err(Problem::internal)
}
