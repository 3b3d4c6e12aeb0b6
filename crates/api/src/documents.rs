//! The OpenAPI documents, generated from the routes.

use std::sync::LazyLock;

use actix_web::App as Actix;
use utoipa::OpenApi;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use guildhall_domain::policy::{my_organization as my_org, needs};

use crate::{access, authentication, management, my_organization};

/// The names of the documents: those of the files in `openapi/`.
pub const NAMES: [&str; 4] = ["management", "authentication", "my-organization", "access"];

/// Where a document is served.
pub fn url(name: &str) -> String {
    format!("/openapi/{name}.json")
}

/// A document as JSON, generated when it is first asked for.
pub fn json(name: &str) -> Option<&'static str> {
    static MANAGEMENT: LazyLock<String> = LazyLock::new(|| pretty(&management()));
    static AUTHENTICATION: LazyLock<String> = LazyLock::new(|| pretty(&authentication()));
    static MY_ORGANIZATION: LazyLock<String> = LazyLock::new(|| pretty(&my_organization()));
    static ACCESS: LazyLock<String> = LazyLock::new(|| pretty(&access()));
    match name {
        "access" => Some(&ACCESS),
        "management" => Some(&MANAGEMENT),
        "my-organization" => Some(&MY_ORGANIZATION),
        "authentication" => Some(&AUTHENTICATION),
        _ => None,
    }
}

fn pretty(document: &Document) -> String {
    document.to_pretty_json().unwrap_or_else(|error| unreachable!("a document of ours: {error}")) + "\n"
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Guildhall Management API",
    description = "Organizations, members, roles, APIs, clients and their grants. The paths, bodies and answers are those of the Auth0 Management API v2; what is added says so."
))]
struct Management;

#[derive(OpenApi)]
#[openapi(info(
    title = "Guildhall Authentication API",
    description = "Tokens by OAuth 2.0, discovery and keys."
))]
struct Authentication;

#[derive(OpenApi)]
#[openapi(info(
    title = "Guildhall Access Evaluation API",
    description = "May this subject do this here, now? OpenID AuthZEN Authorization API 1.0, with a token for the Management API."
))]
struct Access;

#[derive(OpenApi)]
#[openapi(info(
    title = "Guildhall My Organization API",
    description = "An organization in the hands of its own people and machines. The paths, bodies and answers are those of the Auth0 My Organization API; what is added says so. The token names the organization."
))]
struct MyOrganization;

fn management() -> Document {
    let (_, mut document) = Actix::new()
        .into_utoipa_app()
        .openapi(Management::openapi())
        .service(scope("/api/v2").configure(|config: &mut ServiceConfig| management::routes(config)))
        .split_for_parts();
    let components = document.components.get_or_insert_default();
    components.schemas.extend(management::lists());
    for name in management::SELECTABLE {
        if let Some(RefOr::T(schema)) = components.schemas.get_mut(*name) {
            require_nothing(schema);
        }
    }
    components.security_schemes.insert("bearer".to_owned(), bearer(needs::all_scopes(), "api/v2/"));
    document
}

fn my_organization() -> Document {
    let (_, mut document) = Actix::new()
        .into_utoipa_app()
        .openapi(MyOrganization::openapi())
        .service(scope("/my-org/v1").configure(|config: &mut ServiceConfig| my_organization::routes(config)))
        .split_for_parts();
    let components = document.components.get_or_insert_default();
    for name in my_organization::SELECTABLE {
        if let Some(RefOr::T(schema)) = components.schemas.get_mut(*name) {
            require_nothing(schema);
        }
    }
    let scheme = bearer(my_org::all_scopes(), "my-org/");
    components.security_schemes.insert("bearer".to_owned(), scheme);
    document
}

fn bearer(scopes: Vec<&str>, audience: &str) -> RefOr<SecurityScheme> {
    let scopes = scopes.into_iter().map(|scope| (scope, scope));
    let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes)));
    let audience = format!("A token for the audience `{{issuer}}{audience}`.");
    RefOr::T(SecurityScheme::OAuth2(OAuth2::with_description([flow], audience)))
}

/// A schema, or what it is made up of, without required fields.
fn require_nothing(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => object.required.clear(),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(|part| {
            if let RefOr::T(schema) = part {
                require_nothing(schema);
            }
        }),
        _ => {}
    }
}

fn access() -> Document {
    let (_, mut document) = Actix::new()
        .into_utoipa_app()
        .openapi(Access::openapi())
        .service(scope("/access/v1").configure(|config: &mut ServiceConfig| access::routes(config)))
        .configure(|config: &mut ServiceConfig| access::discovery(config))
        .split_for_parts();
    let scheme = bearer(needs::all_scopes(), "api/v2/");
    document.components.get_or_insert_default().security_schemes.insert("bearer".to_owned(), scheme);
    document
}

fn authentication() -> Document {
    Actix::new()
        .into_utoipa_app()
        .openapi(Authentication::openapi())
        .configure(|config: &mut ServiceConfig| authentication::routes(config))
        .split_for_parts()
        .1
}
