//! `/clients`. Contract section 6.

mod filters;

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::clients;
use guildhall_domain::client::{Client, ClientPatch, NewClient};
use guildhall_domain::id::ClientId;
use guildhall_domain::page::Page;
use guildhall_domain::policy::needs;
use guildhall_domain::tenant::Tenant;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::filters::Filters;
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(ClientList, clients: ClientAnswer);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete).service(rotate_secret);
}

/// A client as it is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientAnswer {
    /// The name of the tenant.
    tenant: String,
    /// Whether it stands for all clients of the tenant.
    global: bool,
    /// The secret, only in the answer to the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// The rest.
    #[serde(flatten)]
    client: Client,
}

impl ClientAnswer {
    fn new(tenant: &Tenant, client: Client) -> Self {
        Self { tenant: tenant.name.clone(), global: false, client_secret: None, client }
    }

    /// The fields that were asked for; the tenant is always among them (contract section 2.4).
    fn fields(self, fields: &Fields) -> Value {
        let mut value = fields.of(&self);
        if fields.include_fields.unwrap_or(true) {
            value["tenant"] = self.tenant.into();
        }
        value
    }
}

/// Lists clients.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_clients",
    params(Paging, Fields, Filters),
    responses(
        (status = 200, description = "The clients.", body = ClientList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:clients"]))
)]
#[get("/clients")]
async fn list(call: Call<needs::ReadClients>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, fields, filters): (Paging, Fields, Filters) = query.read3()?;
    let request = paging.within(0, 50, 100)?;
    let page = match filters.read(&request)? {
        Some(filter) => {
            let page = clients::list(&call.app, &call.by, &filter, &request).await?;
            page.map(|client| ClientAnswer::new(&call.tenant, client))
        }
        None => {
            let client = ClientAnswer::new(&call.tenant, Client::of_all(&call.tenant));
            let all = vec![ClientAnswer { global: true, ..client }];
            Page::of(all, &request, |answer| answer.client.client_id.to_string())
        }
    };
    let page = page.map(|answer| answer.fields(&fields));
    Ok(listing::listing("clients", &request, &page))
}

/// Creates a client. The answer is the only one that holds its secret.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_clients",
    request_body = NewClient,
    responses(
        (status = 201, description = "The client.", body = ClientAnswer),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, the tenant holds enough, or a third-party client asks for what it cannot have.", body = ErrorBody),
        (status = 409, description = "Two credentials have the same kid.", body = ErrorBody),
    ),
    security(("bearer" = ["create:clients"]))
)]
#[post("/clients")]
async fn create(call: Call<needs::CreateClients>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewClient = body.read()?;
    let (client, secret) = clients::create(&call.app, &call.by, new).await?;
    let answer = ClientAnswer::new(&call.tenant, client);
    Ok(HttpResponse::Created()
        .json(ClientAnswer { client_secret: Some(secret.expose().to_owned()), ..answer }))
}

/// Returns a client, without its secret.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_clients_by_id",
    params(("id" = String, Path, description = "The client."), Fields),
    responses(
        (status = 200, description = "The client.", body = ClientAnswer),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["read:clients"]))
)]
#[get("/clients/{id}")]
async fn get(
    call: Call<needs::ReadClients>,
    id: web::Path<ClientId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    let client = clients::get(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(ClientAnswer::new(&call.tenant, client).fields(&fields)))
}

/// Changes a client.
#[utoipa::path(
    tag = "clients",
    operation_id = "patch_clients_by_id",
    params(("id" = String, Path, description = "The client.")),
    request_body = ClientPatch,
    responses(
        (status = 200, description = "The client after the change.", body = ClientAnswer),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or a third-party client asks for what it cannot have.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["update:clients"]))
)]
#[patch("/clients/{id}")]
async fn update(
    call: Call<needs::UpdateClients>,
    id: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ClientPatch = body.read()?;
    let client = clients::update(&call.app, &call.by, &id, patch).await?;
    Ok(HttpResponse::Ok().json(ClientAnswer::new(&call.tenant, client)))
}

/// Deletes a client with its secrets, credentials and grants.
#[utoipa::path(
    tag = "clients",
    operation_id = "delete_clients_by_id",
    params(("id" = String, Path, description = "The client.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:clients"]))
)]
#[delete("/clients/{id}")]
async fn delete(call: Call<needs::DeleteClients>, id: web::Path<ClientId>) -> Result<HttpResponse, Failure> {
    clients::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret. The one before stays valid for 24 hours or until the next rotation.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_rotate_secret",
    params(("id" = String, Path, description = "The client.")),
    responses(
        (status = 200, description = "The client with its new secret, which is not told again.", body = ClientAnswer),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["update:client_keys"]))
)]
#[post("/clients/{id}/rotate-secret")]
async fn rotate_secret(
    call: Call<needs::UpdateClientKeys>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, Failure> {
    let (client, secret) = clients::rotate_secret(&call.app, &call.by, &id).await?;
    let answer = ClientAnswer::new(&call.tenant, client);
    Ok(HttpResponse::Ok().json(ClientAnswer { client_secret: Some(secret.expose().to_owned()), ..answer }))
}
