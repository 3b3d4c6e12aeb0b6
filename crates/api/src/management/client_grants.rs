//! `/client-grants`. Contract section 7.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::client_grants::{self, Filter};
use guildhall_domain::client_grant::{ClientGrant, ClientGrantPatch, NewClientGrant, SubjectType};
use guildhall_domain::id::{ClientGrantId, ClientId};
use guildhall_domain::page::Page;
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::organizations::OrganizationList;
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(ClientGrantList, client_grants: ClientGrant);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete).service(organizations);
}

/// For which clients a grant is a default.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DefaultFor {
    /// Those of third parties.
    ThirdPartyClients,
}

/// What grants are filtered by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// The API's identifier.
    #[param(max_length = 600)]
    audience: Option<String>,
    /// The client.
    client_id: Option<String>,
    /// Only those that hold in every organization.
    #[param(schema_with = only_true)]
    allow_any_organization: Option<bool>,
    /// For whom they are.
    #[param(inline)]
    subject_type: Option<SubjectType>,
    /// For which clients they are a default: there are none.
    #[param(inline)]
    default_for: Option<DefaultFor>,
}

fn only_true() -> utoipa::openapi::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::Type::Boolean)
        .enum_values(Some([true]))
        .build()
}

impl Filters {
    /// The filter; nothing when no grant can pass it.
    fn read(self) -> Result<Option<Filter>, Failure> {
        if self.allow_any_organization == Some(false) {
            return Err(Failure::query(
                "Query validation error: 'Only true is allowed' on property allow_any_organization.",
            ));
        }
        if self.default_for.is_some() {
            return Ok(None);
        }
        Ok(Some(Filter {
            audience: self.audience,
            client_id: self.client_id.map(ClientId::new),
            subject_type: self.subject_type,
            allow_any_organization: self.allow_any_organization.unwrap_or_default(),
        }))
    }
}

/// Lists client grants.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "get_client_grants",
    params(Paging, Filters),
    responses(
        (status = 200, description = "The grants.", body = ClientGrantList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:client_grants"]))
)]
#[get("/client-grants")]
async fn list(call: Call<needs::ReadClientGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, filters): (Paging, Filters) = query.read2()?;
    let request = paging.request()?;
    let page = match filters.read()? {
        Some(filter) => client_grants::list(&call.app, &call.by, &filter, &request).await?,
        None => Page { items: Vec::new(), total: request.totals().then_some(0), next: None },
    };
    Ok(listing::listing("client_grants", &request, &page))
}

/// Grants a client permissions of an API.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "post_client_grants",
    request_body = NewClientGrant,
    responses(
        (status = 201, description = "The grant.", body = ClientGrant),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the tenant holds enough.", body = ErrorBody),
        (status = 404, description = "No such client or API.", body = ErrorBody),
        (status = 409, description = "The client has a grant on the API for this kind of subject.", body = ErrorBody),
    ),
    security(("bearer" = ["create:client_grants"]))
)]
#[post("/client-grants")]
async fn create(call: Call<needs::CreateClientGrants>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewClientGrant = body.read()?;
    Ok(HttpResponse::Created().json(client_grants::create(&call.app, &call.by, new).await?))
}

/// Returns a client grant.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "get_client_grants_by_id",
    params(("id" = String, Path, description = "The grant.")),
    responses(
        (status = 200, description = "The grant.", body = ClientGrant),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such grant.", body = ErrorBody),
    ),
    security(("bearer" = ["read:client_grants"]))
)]
#[get("/client-grants/{id}")]
async fn get(
    call: Call<needs::ReadClientGrants>,
    id: web::Path<ClientGrantId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(client_grants::get(&call.app, &call.by, &id).await?))
}

/// Changes a client grant.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "patch_client_grants_by_id",
    params(("id" = String, Path, description = "The grant.")),
    request_body = ClientGrantPatch,
    responses(
        (status = 200, description = "The grant after the change.", body = ClientGrant),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the grant is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such grant.", body = ErrorBody),
    ),
    security(("bearer" = ["update:client_grants"]))
)]
#[patch("/client-grants/{id}")]
async fn update(
    call: Call<needs::UpdateClientGrants>,
    id: web::Path<ClientGrantId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ClientGrantPatch = body.read()?;
    Ok(HttpResponse::Ok().json(client_grants::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes a client grant with its place in organizations.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "delete_client_grants_by_id",
    params(("id" = String, Path, description = "The grant.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the grant is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such grant.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:client_grants"]))
)]
#[delete("/client-grants/{id}")]
async fn delete(
    call: Call<needs::DeleteClientGrants>,
    id: web::Path<ClientGrantId>,
) -> Result<HttpResponse, Failure> {
    client_grants::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the organizations that a client grant is associated with.
#[utoipa::path(
    tag = "client-grants",
    operation_id = "get_client_grant_organizations",
    params(("id" = String, Path, description = "The grant."), Paging),
    responses(
        (status = 200, description = "The organizations.", body = OrganizationList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such grant.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_client_grants"]))
)]
#[get("/client-grants/{id}/organizations")]
async fn organizations(
    call: Call<needs::ReadOrganizationClientGrants>,
    id: web::Path<ClientGrantId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let paging: Paging = query.read()?;
    let request = paging.request()?;
    let page = client_grants::organizations(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("organizations", &request, &page))
}
