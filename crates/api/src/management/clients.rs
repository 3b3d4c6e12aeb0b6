//! `/clients`. Contract section 6.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::clients::{self, Filter, Search};
use guildhall_domain::client::{AppType, Client, ClientPatch, NewClient};
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::needs;
use guildhall_domain::tenant::Tenant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(ClientList, clients: ClientAnswer);

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(create).service(get).service(update).service(delete).service(rotate_secret);
}

/// A client as it is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientAnswer {
    /// The name of the tenant.
    tenant: String,
    /// Whether it belongs to all tenants: none does.
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

/// What clients are filtered by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// Whether they belong to all tenants: none does.
    is_global: Option<bool>,
    /// Whether the vendor owns them.
    is_first_party: Option<bool>,
    /// Kinds, separated by commas.
    #[param(max_length = 200, pattern = "^(native|spa|regular_web|non_interactive|resource_server)(,(native|spa|regular_web|non_interactive|resource_server))*$")]
    app_type: Option<String>,
    /// `client_grant.organization_id:{id}` or `client_grant.allow_any_organization:true`, only with `from` or `take` and
    /// without another filter.
    #[param(max_length = 1100)]
    q: Option<String>,
}

impl Filters {
    /// The filter for the page asked for; nothing when no client can pass it.
    fn read(&self, page: &PageRequest) -> Result<Option<Filter>, Failure> {
        let kind = |name: &str| {
            serde_json::from_value::<AppType>(name.into())
                .map_err(|_| invalid(&format!("No enum match for: {name}"), "app_type"))
        };
        let app_types = self.app_type.iter().flat_map(|kinds| kinds.split(',')).map(kind);
        let app_types = app_types.collect::<Result<Vec<_>, _>>()?;
        let search = self.q.as_deref().map(search).transpose()?;
        let alone = self.is_global.is_none() && self.is_first_party.is_none() && self.app_type.is_none();
        if search.is_some() && !(alone && matches!(page, PageRequest::Checkpoint { .. })) {
            return Err(invalid("q is only allowed with from or take, and without another filter", "q"));
        }
        let filter = Filter { is_first_party: self.is_first_party, app_types, search };
        Ok((self.is_global != Some(true)).then_some(filter))
    }
}

fn search(text: &str) -> Result<Search, Failure> {
    let text = text.trim();
    if text == "client_grant.allow_any_organization:true" {
        return Ok(Search::GrantOfAnyOrganization);
    }
    let id = text.strip_prefix("client_grant.organization_id:").map(|id| id.trim_matches('"'));
    match id.filter(|id| !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || c == '"')) {
        Some(id) => Ok(Search::GrantOfOrganization(OrganizationId::new(id))),
        None => Err(invalid(
            "q is client_grant.organization_id:{id} or client_grant.allow_any_organization:true",
            "q",
        )),
    }
}

fn invalid(reason: &str, parameter: &str) -> Failure {
    Failure::query(format!("Query validation error: '{reason}' on property {parameter}."))
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
        Some(filter) => clients::list(&call.app, &call.by, &filter, &request).await?,
        None => Page { items: Vec::new(), total: request.totals().then_some(0), next: None },
    };
    let page = page.map(|client| ClientAnswer::new(&call.tenant, client).fields(&fields));
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
    Ok(HttpResponse::Created().json(ClientAnswer { client_secret: Some(secret.expose().to_owned()), ..answer }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_searches_are_known() {
        let organization = Search::GrantOfOrganization(OrganizationId::new("org_1"));
        assert_eq!(search("client_grant.organization_id:org_1").ok(), Some(organization.clone()));
        assert_eq!(search("client_grant.organization_id:\"org_1\"").ok(), Some(organization));
        assert_eq!(search("client_grant.allow_any_organization:true").ok(), Some(Search::GrantOfAnyOrganization));
        for unknown in ["", "name:x", "client_grant.organization_id:", "client_grant.organization_id:a b", "client_grant.allow_any_organization:false"] {
            assert!(search(unknown).is_err(), "{unknown}");
        }
    }
}
