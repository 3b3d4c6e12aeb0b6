//! The OpenAPI documents, generated from the routes.

use actix_web::App as Actix;
use utoipa::OpenApi;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa_actix_web::{AppExt, scope};

use crate::{authentication, management};

/// The document of an API, under the name of its file.
pub struct Named {
    /// The file in `openapi/`, without its ending.
    pub name: &'static str,
    /// Where it is served.
    pub url: &'static str,
    /// The document.
    pub document: Document,
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

/// All documents.
pub fn all() -> Vec<Named> {
    vec![
        Named { name: "management", url: "/docs/management.json", document: management() },
        Named { name: "authentication", url: "/docs/authentication.json", document: authentication() },
    ]
}

fn management() -> Document {
    let (_, mut document) = Actix::new()
        .into_utoipa_app()
        .openapi(Management::openapi())
        .service(scope("/api/v2").configure(management::routes))
        .split_for_parts();
    let components = document.components.get_or_insert_default();
    components.schemas.extend(management::lists());
    for name in management::SELECTABLE {
        if let Some(RefOr::T(schema)) = components.schemas.get_mut(*name) {
            require_nothing(schema);
        }
    }
    let scopes = guildhall_domain::policy::needs::all_scopes().into_iter().map(|scope| (scope, scope));
    let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes)));
    let scheme = SecurityScheme::OAuth2(OAuth2::with_description([flow], "A token for the audience `{issuer}api/v2/`."));
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(scheme));
    document
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

fn authentication() -> Document {
    Actix::new()
        .into_utoipa_app()
        .openapi(Authentication::openapi())
        .configure(authentication::routes)
        .split_for_parts()
        .1
}
