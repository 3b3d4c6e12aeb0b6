//! `/config`.

use crate::routes::Routes;
use actix_web::{HttpResponse, get};
use guildhall_app::my_organization::configuration;
use guildhall_domain::my_organization::{Configuration, EffectiveEnvelope, IdentityProviderConfiguration};
use guildhall_domain::policy::my_organization as needs;

use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(get).service(identity_providers).service(envelope);
}

/// Returns what the client that calls lets people do with connections.
#[utoipa::path(
    tag = "configuration",
    operation_id = "get_configuration",
    responses(
        (status = 200, description = "The configuration.", body = Configuration),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:configuration"]))
)]
#[get("/config")]
async fn get(call: Call<needs::ReadConfiguration>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(configuration::get(&call.app, &call.by).await?))
}

/// Returns what can be set of connections. They are the vendor's here, so that is nothing.
#[utoipa::path(
    tag = "configuration",
    operation_id = "get_identity_provider_configuration",
    responses(
        (status = 200, description = "What can be set.", body = IdentityProviderConfiguration),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:configuration"]))
)]
#[get("/config/identity-providers")]
async fn identity_providers(call: Call<needs::ReadConfiguration>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(configuration::identity_providers(&call.by)))
}

/// Returns what the organization may confer, and how much of it there is (an addition to the contract).
#[utoipa::path(
    tag = "configuration",
    operation_id = "get_effective_envelope",
    responses(
        (status = 200, description = "The envelope; what is absent is not limited.", body = EffectiveEnvelope),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:configuration"]))
)]
#[get("/config/envelope")]
async fn envelope(call: Call<needs::ReadConfiguration>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(configuration::envelope(&call.app, &call.by).await?))
}
