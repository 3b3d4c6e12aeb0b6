//! Access tokens that are JWTs: in the API's dialect, signed as the API wants it.

use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{Algorithm, Dialect, ResourceServer};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_budget::OnExceeded;
use guildhall_oauth::error::OAuthError;
use guildhall_tokens::claims::{AccessToken, Dialect as TokenDialect, Permissions};
use guildhall_tokens::jws;
use guildhall_tokens::key::SigningKey;

use crate::context::App;
use crate::keys;
use crate::problem::Problem;
use crate::refusal::Refusal;
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

/// What the token says of what is held, where the API enforces policies.
pub(crate) fn permissions<'a>(api: &ResourceServer, held: &'a [String]) -> Permissions<'a> {
    match api.enforces_policies() {
        true => Permissions::Listed(held),
        false => Permissions::None,
    }
}

/// What a token is signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be issued, which is counted.
    Issuance,
    /// To be looked at.
    Preview,
}

/// Signs a token for the API, within its budget; `secret` is the API's own, where it has one.
///
/// # Errors
/// `invalid_request` where the token would be too long.
pub(crate) async fn sign(
    app: &App,
    scope: &TenantScope,
    api: &ResourceServer,
    secret: Option<&SigningKey>,
    token: &AccessToken<'_>,
    purpose: Purpose,
) -> Result<String, Refusal> {
    let mut signed = signed(app, scope, api, secret, token).await?;
    let is_issued = purpose == Purpose::Issuance;
    if let Some(budget) = api.token_budget {
        let most = budget.max_bytes as usize;
        let omits = budget.on_exceeded == OnExceeded::OmitPermissions && token.lists_permissions();
        let is_shortened = signed.len() > most && omits;
        if is_shortened {
            let shorter = AccessToken { permissions: Permissions::Omitted, ..*token };
            signed = self::signed(app, scope, api, secret, &shorter).await?;
        }
        if signed.len() > most {
            if is_issued {
                metrics::counter!("guildhall_access_tokens_too_long_total").increment(1);
            }
            return Err(too_long(signed.len(), most).into());
        }
        if is_shortened && is_issued {
            metrics::counter!("guildhall_access_tokens_without_permissions_total").increment(1);
        }
    }
    if is_issued {
        metrics::histogram!("guildhall_access_token_bytes").record(signed.len() as f64);
    }
    Ok(signed)
}

fn too_long(length: usize, most: usize) -> OAuthError {
    OAuthError::invalid_request(format!(
        "The access token would have {length} bytes, and the API takes {most}. Ask for less scope, or have the API's token_budget changed."
    ))
}

async fn signed(
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
