//! `/clients/{client_id}/credentials`. Contract section 6.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::client_credentials;
use guildhall_domain::credential::{Credential, CredentialPatch, NewCredential};
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// Lists the credentials of a client.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_credentials",
    params(("client_id" = String, Path, description = "The client.")),
    responses(
        (status = 200, description = "The credentials.", body = [Credential]),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["read:client_credentials"]))
)]
#[get("/clients/{client_id}/credentials")]
async fn list(
    call: Call<needs::ReadClientCredentials>,
    client: web::Path<ClientId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(client_credentials::list(&call.app, &call.by, &client).await?))
}

/// Adds a public key to a client. It counts once `client_authentication_methods` of the client refers to it.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_credentials",
    params(("client_id" = String, Path, description = "The client.")),
    request_body = NewCredential,
    responses(
        (status = 201, description = "The credential.", body = Credential),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the client has enough.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
        (status = 409, description = "The client has one with this kid.", body = ErrorBody),
    ),
    security(("bearer" = ["create:client_credentials"]))
)]
#[post("/clients/{client_id}/credentials")]
async fn create(
    call: Call<needs::CreateClientCredentials>,
    client: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewCredential = body.read()?;
    Ok(HttpResponse::Created().json(client_credentials::create(&call.app, &call.by, &client, new).await?))
}

/// Returns a credential of a client.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_credentials_by_credential_id",
    params(
        ("client_id" = String, Path, description = "The client."),
        ("credential_id" = String, Path, description = "The credential."),
    ),
    responses(
        (status = 200, description = "The credential.", body = Credential),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client or credential.", body = ErrorBody),
    ),
    security(("bearer" = ["read:client_credentials"]))
)]
#[get("/clients/{client_id}/credentials/{credential_id}")]
async fn get(
    call: Call<needs::ReadClientCredentials>,
    path: web::Path<(ClientId, CredentialId)>,
) -> Result<HttpResponse, Failure> {
    let (client, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(client_credentials::get(&call.app, &call.by, &client, &id).await?))
}

/// Changes when a credential expires.
#[utoipa::path(
    tag = "clients",
    operation_id = "patch_credentials_by_credential_id",
    params(
        ("client_id" = String, Path, description = "The client."),
        ("credential_id" = String, Path, description = "The credential."),
    ),
    request_body = CredentialPatch,
    responses(
        (status = 201, description = "The credential after the change.", body = Credential),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client or credential.", body = ErrorBody),
    ),
    security(("bearer" = ["update:client_credentials"]))
)]
#[patch("/clients/{client_id}/credentials/{credential_id}")]
async fn update(
    call: Call<needs::UpdateClientCredentials>,
    path: web::Path<(ClientId, CredentialId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: CredentialPatch = body.read()?;
    let (client, id) = path.into_inner();
    // 201 is the only status that the contract knows for this operation (section 2.9).
    Ok(HttpResponse::Created()
        .json(client_credentials::update(&call.app, &call.by, &client, &id, patch).await?))
}

/// Deletes a credential that the client does not authenticate by.
#[utoipa::path(
    tag = "clients",
    operation_id = "delete_credentials_by_credential_id",
    params(
        ("client_id" = String, Path, description = "The client."),
        ("credential_id" = String, Path, description = "The credential."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 400, description = "The client authenticates by it.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client or credential.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:client_credentials"]))
)]
#[delete("/clients/{client_id}/credentials/{credential_id}")]
async fn delete(
    call: Call<needs::DeleteClientCredentials>,
    path: web::Path<(ClientId, CredentialId)>,
) -> Result<HttpResponse, Failure> {
    let (client, id) = path.into_inner();
    client_credentials::delete(&call.app, &call.by, &client, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
