//! `/clients/{client_id}/rotate-secret` and `/clients/{client_id}/credentials` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::client_credentials;
use guildhall_domain::credential::{Credential, NewCredential};
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::my_organization::{OrganizationClient, SecretRotation};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(rotate_secret).service(list).service(create).service(remove);
}

/// Makes a new secret for a client. The one before is accepted for 24 hours or until the next rotation, unless it is to be
/// revoked now. The caller needs to hold all that the client may have. The answer is the only one that holds the secret.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_organization_client_rotate_secret",
    params(("client_id" = String, Path, description = "The client.")),
    request_body = SecretRotation,
    responses(
        (status = 200, description = "The client.", body = OrganizationClient),
        (status = 400, description = "A field cannot be, or the client proves itself by keys.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the caller does not hold what the client may have.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:clients"]))
)]
#[post("/clients/{client_id}/rotate-secret")]
async fn rotate_secret(
    call: Call<needs::UpdateClients>,
    id: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let SecretRotation { revoke_now } = body.read_or_default()?;
    let client = client_credentials::rotate_secret(&call.app, &call.by, &id, revoke_now).await?;
    Ok(HttpResponse::Ok().json(client))
}

/// Lists the public keys of a client.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_organization_client_credentials",
    params(("client_id" = String, Path, description = "The client.")),
    responses(
        (status = 200, description = "The keys.", body = [Credential]),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:clients"]))
)]
#[get("/clients/{client_id}/credentials")]
async fn list(call: Call<needs::ReadClients>, id: web::Path<ClientId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(client_credentials::list(&call.app, &call.by, &id).await?))
}

/// Adds a public key to a client, which counts at once; with the first, its secrets are gone. The caller needs to hold all
/// that the client may have.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_organization_client_credentials",
    params(("client_id" = String, Path, description = "The client.")),
    request_body = NewCredential,
    responses(
        (status = 201, description = "The key.", body = Credential),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, the caller does not hold what the client may have, or the client has enough keys.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client has one with this kid, or is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:clients"]))
)]
#[post("/clients/{client_id}/credentials")]
async fn create(
    call: Call<needs::UpdateClients>,
    id: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewCredential = body.read()?;
    Ok(HttpResponse::Created().json(client_credentials::create(&call.app, &call.by, &id, new).await?))
}

/// Deletes a public key of a client, which is refused at once. Without the last, the client gets no tokens until it has a key
/// or a secret again.
#[utoipa::path(
    tag = "clients",
    operation_id = "delete_organization_client_credential",
    params(
        ("client_id" = String, Path, description = "The client."),
        ("credential_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client or key.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:clients"]))
)]
#[delete("/clients/{client_id}/credentials/{credential_id}")]
async fn remove(
    call: Call<needs::UpdateClients>,
    path: web::Path<(ClientId, CredentialId)>,
) -> Result<HttpResponse, Failure> {
    let (client, id) = path.into_inner();
    client_credentials::delete(&call.app, &call.by, &client, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
