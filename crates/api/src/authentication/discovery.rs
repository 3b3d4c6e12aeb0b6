//! Discovery and keys: OpenID Connect Discovery 1.0, RFC 8414, RFC 7517. Contract section 13.1.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::keys;
use guildhall_domain::policy::issuance;
use guildhall_domain::rights::OPENID_SCOPES;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::failure::{ErrorBody, Failure};
use crate::pages::Language;
use crate::request;

/// How long clients may keep these answers: short enough that a rotated key is known before it signs.
const CACHING: &str = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400";

/// What the server offers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Discovery {
    /// The issuer of tokens.
    pub issuer: String,
    /// Where people are sent to sign in.
    pub authorization_endpoint: String,
    /// Where devices ask for codes.
    pub device_authorization_endpoint: String,
    /// Where people are sent to sign out; absent where the tenant turns it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// Where authorization requests are pushed; absent where the tenant turns it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where it is told who a person is.
    pub userinfo_endpoint: String,
    /// Where refresh tokens are revoked.
    pub revocation_endpoint: String,
    /// Where it is told what a token is worth.
    pub introspection_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where the Authentication API's documents are.
    pub service_documentation: String,
    /// The grants that are offered.
    pub grant_types_supported: Vec<String>,
    /// The response types that are offered.
    pub response_types_supported: Vec<String>,
    /// How answers to sign-ins travel.
    pub response_modes_supported: Vec<String>,
    /// How codes are bound to who asked for them (RFC 7636).
    pub code_challenge_methods_supported: Vec<String>,
    /// The scopes that mean something by themselves.
    pub scopes_supported: Vec<String>,
    /// Languages of the pages.
    pub ui_locales_supported: Vec<String>,
    /// The authentication that can be asked for; absent where the tenant names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_values_supported: Option<Vec<String>>,
    /// Whether answers to sign-ins name the issuer (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether clients are told of sign-outs.
    pub backchannel_logout_supported: bool,
    /// Whether they are told of which session.
    pub backchannel_logout_session_supported: bool,
    /// Whether users are known to all clients by the same subject.
    pub subject_types_supported: Vec<String>,
    /// How tokens are signed.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How clients authenticate.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// How clients sign assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// The claims that tokens may hold.
    pub claims_supported: Vec<String>,
    /// Whether `request_uri` is read.
    pub request_uri_parameter_supported: bool,
    /// Whether `request` is read.
    pub request_parameter_supported: bool,
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

async fn discovery(request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let app = request::app(request)?;
    let tenant = request::tenant(&app, request).await?;
    let issuer = tenant.issuer.clone();
    let is_set = |name: &str| tenant.settings.other(name).and_then(Value::as_bool);
    let discovers_logout = tenant.settings.other("oidc_logout");
    let discovers_logout =
        discovers_logout.and_then(|logout| logout.get("rp_logout_end_session_endpoint_discovery"));
    let acr = tenant.settings.other("acr_values_supported").cloned();
    let body = Discovery {
        authorization_endpoint: format!("{issuer}authorize"),
        device_authorization_endpoint: format!("{issuer}oauth/device/code"),
        end_session_endpoint: (discovers_logout.and_then(Value::as_bool) != Some(false))
            .then(|| format!("{issuer}oidc/logout")),
        pushed_authorization_request_endpoint: (is_set("pushed_authorization_requests_supported")
            != Some(false))
        .then(|| format!("{issuer}oauth/par")),
        token_endpoint: format!("{issuer}oauth/token"),
        userinfo_endpoint: format!("{issuer}userinfo"),
        revocation_endpoint: format!("{issuer}oauth/revoke"),
        introspection_endpoint: format!("{issuer}oauth/introspect"),
        jwks_uri: format!("{issuer}.well-known/jwks.json"),
        service_documentation: format!("{issuer}docs/"),
        issuer,
        grant_types_supported: list(&[
            "client_credentials",
            "authorization_code",
            "implicit",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ]),
        response_types_supported: list(&[
            "code",
            "token",
            "id_token",
            "code token",
            "code id_token",
            "token id_token",
            "code token id_token",
        ]),
        response_modes_supported: list(&["query", "fragment", "form_post"]),
        code_challenge_methods_supported: list(&["S256", "plain"]),
        scopes_supported: list(OPENID_SCOPES),
        ui_locales_supported: Language::ALL.iter().map(|language| language.tag().to_owned()).collect(),
        acr_values_supported: acr.and_then(|values| serde_json::from_value(values).ok()),
        authorization_response_iss_parameter_supported: is_set(
            "authorization_response_iss_parameter_supported",
        )
        .unwrap_or_default(),
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        subject_types_supported: list(&["public"]),
        id_token_signing_alg_values_supported: list(&["HS256", "RS256", "RS512", "PS256", "ES256", "EdDSA"]),
        token_endpoint_auth_methods_supported: list(&[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ]),
        token_endpoint_auth_signing_alg_values_supported: list(&["RS256", "RS384", "PS256"]),
        claims_supported: list(&[
            "aud",
            "auth_time",
            "created_at",
            "email",
            "email_verified",
            "exp",
            "family_name",
            "given_name",
            "iat",
            "iss",
            "name",
            "nickname",
            "org_id",
            "org_name",
            "phone_number",
            "picture",
            "sub",
        ]),
        request_uri_parameter_supported: false,
        request_parameter_supported: false,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(body))
}

/// Returns what the server offers, for OpenID Connect clients.
#[utoipa::path(
    tag = "discovery",
    operation_id = "get_openid_configuration",
    responses(
        (status = 200, description = "What the server offers.", body = Discovery),
        (status = 404, description = "No tenant answers to the host.", body = ErrorBody),
    )
)]
#[get("/.well-known/openid-configuration")]
pub async fn openid_configuration(request: HttpRequest) -> Result<HttpResponse, Failure> {
    discovery(&request).await
}

/// Returns what the server offers, for OAuth 2.0 clients (RFC 8414).
#[utoipa::path(
    tag = "discovery",
    operation_id = "get_oauth_authorization_server",
    responses(
        (status = 200, description = "What the server offers.", body = Discovery),
        (status = 404, description = "No tenant answers to the host.", body = ErrorBody),
    )
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn oauth_authorization_server(request: HttpRequest) -> Result<HttpResponse, Failure> {
    discovery(&request).await
}

/// A set of keys (RFC 7517 section 5).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Jwks {
    /// The keys: current, next and previous ones of each algorithm.
    pub keys: Vec<Jwk>,
}

/// A public key.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub use_: String,
    /// The key's id, as in the header of tokens.
    pub kid: String,
    /// SHA-1 of the certificate.
    pub x5t: String,
    /// The certificate.
    pub x5c: Vec<String>,
    /// How the key signs.
    pub alg: String,
}

/// Returns the keys that tokens are verified with.
#[utoipa::path(
    tag = "discovery",
    operation_id = "get_jwks",
    responses(
        (status = 200, description = "The keys.", body = Jwks),
        (status = 404, description = "No tenant answers to the host.", body = ErrorBody),
    )
)]
#[get("/.well-known/jwks.json")]
pub async fn jwks(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let app = request::app(&request)?;
    let tenant = request::tenant(&app, &request).await?;
    let ring = keys::ring(&app, &issuance(&tenant.id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .content_type("application/json")
        .body(ring.jwks().to_owned()))
}
