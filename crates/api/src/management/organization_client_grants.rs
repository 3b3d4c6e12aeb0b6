//! `/organizations/{id}/client-grants`. Contract section 3.6.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::organization_client_grants::{self, Filter};
use guildhall_domain::client_grant::{
    AddedOrganizationClientGrant, NewOrganizationClientGrant, OrganizationClientGrant,
};
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

/// The most `grant_ids` of a request.
const MOST_GRANT_IDS: usize = 10;

listing!(OrganizationClientGrantList, client_grants: OrganizationClientGrant);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(remove);
}

/// What the grants of an organization are filtered by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// The API's identifier.
    #[param(max_length = 600)]
    audience: Option<String>,
    /// The client.
    client_id: Option<String>,
    /// The grants, each under this name.
    #[serde(default)]
    #[param(max_items = 10, required = false)]
    grant_ids: Vec<String>,
}

impl Filters {
    fn read(self) -> Result<Filter, Failure> {
        if self.grant_ids.len() > MOST_GRANT_IDS {
            return Err(Failure::query(format!(
                "Query validation error: 'Array is too long ({}), maximum {MOST_GRANT_IDS}' on property grant_ids.",
                self.grant_ids.len()
            )));
        }
        Ok(Filter {
            audience: self.audience,
            client_id: self.client_id.map(ClientId::new),
            grant_ids: self.grant_ids.into_iter().map(ClientGrantId::new).collect(),
        })
    }
}

/// Lists the client grants of an organization. Those that hold in every organization are listed when associated.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_client_grants",
    params(("id" = String, Path, description = "The organization."), Paging, Filters),
    responses(
        (status = 200, description = "The grants.", body = OrganizationClientGrantList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_client_grants"]))
)]
#[get("/organizations/{id}/client-grants")]
async fn list(
    call: Call<needs::ReadOrganizationClientGrants>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (paging, filters): (Paging, Filters) = query.read2()?;
    let request = paging.request()?;
    let page = organization_client_grants::list(&call.app, &call.by, &id, &filters.read()?, &request).await?;
    Ok(listing::listing("client_grants", &request, &page))
}

/// Associates a client grant with an organization. Beyond the contract, `scope` narrows the grant there and `roles` are
/// what the client holds there.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_organization_client_grants",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewOrganizationClientGrant,
    responses(
        (status = 201, description = "The grant.", body = AddedOrganizationClientGrant),
        (status = 400, description = "A field cannot be, or a role does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization or grant.", body = ErrorBody),
        (status = 409, description = "It is associated already, and not by the organization itself, or the organization has enough.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_client_grants"]))
)]
#[post("/organizations/{id}/client-grants")]
async fn add(
    call: Call<needs::CreateOrganizationClientGrants>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewOrganizationClientGrant = body.read()?;
    let grant = organization_client_grants::add(&call.app, &call.by, &id, new).await?;
    Ok(HttpResponse::Created().json(AddedOrganizationClientGrant::from(grant)))
}

/// Ends the association of a client grant with an organization. Tokens stay valid until they expire.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_organization_client_grants_by_grant_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("grant_id" = String, Path, description = "The grant."),
    ),
    responses(
        (status = 204, description = "It is not associated any more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or the grant is not associated with it.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_client_grants"]))
)]
#[delete("/organizations/{id}/client-grants/{grant_id}")]
async fn remove(
    call: Call<needs::DeleteOrganizationClientGrants>,
    path: web::Path<(OrganizationId, ClientGrantId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, grant) = path.into_inner();
    organization_client_grants::remove(&call.app, &call.by, &organization, &grant).await?;
    Ok(HttpResponse::NoContent().finish())
}
