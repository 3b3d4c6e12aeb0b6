//! Access tokens that are JWTs: in the API's dialect, signed as the API wants it.

use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{Algorithm, Dialect, ResourceServer};
use guildhall_domain::tenant::Tenant;
use guildhall_tokens::claims::{AccessToken, Dialect as TokenDialect};
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

/// Whether a token with this audience says in `org_id` which organization it is for (design section 5).
pub(crate) fn names_organization(tenant: &Tenant, api: &ResourceServer, audience: &str) -> bool {
    audience == api.identifier || tenant.settings.org_id_in_audience_tokens()
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
