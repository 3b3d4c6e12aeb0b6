//! `/organizations/{id}/envelope` (an addition to the contract; design section 7).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, put, web};
use guildhall_app::envelopes;
use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(show).service(set).service(remove);
}

/// Shows what an organization may confer: by its own envelope, or else by `organization_envelope` of the tenant's settings.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_envelope",
    params(("id" = String, Path, description = "The organization.")),
    responses(
        (status = 200, description = "The envelope.", body = Envelope),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organizations"]))
)]
#[get("/organizations/{id}/envelope")]
async fn show(
    call: Call<needs::ReadOrganizationsWhole>,
    id: web::Path<OrganizationId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(envelopes::get(&call.app, &call.by, &id).await?))
}

/// Gives an organization an envelope of its own. What it excludes is suspended at once wherever the organization conferred it,
/// and there again once an envelope lets it in.
#[utoipa::path(
    tag = "organizations",
    operation_id = "put_organization_envelope",
    params(("id" = String, Path, description = "The organization.")),
    request_body = Envelope,
    responses(
        (status = 200, description = "The envelope.", body = Envelope),
        (status = 400, description = "A field cannot be, or a role is none of the tenant's.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no API defines one of the permissions.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organizations"]))
)]
#[put("/organizations/{id}/envelope")]
async fn set(
    call: Call<needs::UpdateOrganizations>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let envelope: Envelope = body.read()?;
    envelopes::set(&call.app, &call.by, &id, Some(envelope.clone())).await?;
    Ok(HttpResponse::Ok().json(envelope))
}

/// Takes an organization's own envelope away: that of the tenant's settings counts again.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_organization_envelope",
    params(("id" = String, Path, description = "The organization.")),
    responses(
        (status = 204, description = "It has none of its own."),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organizations"]))
)]
#[delete("/organizations/{id}/envelope")]
async fn remove(
    call: Call<needs::UpdateOrganizations>,
    id: web::Path<OrganizationId>,
) -> Result<HttpResponse, Failure> {
    envelopes::set(&call.app, &call.by, &id, None).await?;
    Ok(HttpResponse::NoContent().finish())
}
