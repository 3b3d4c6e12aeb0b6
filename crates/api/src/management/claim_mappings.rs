//! `/claim-mappings` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::claim_mappings;
use guildhall_domain::claim_mapping::{ClaimMapping, ClaimMappingPatch, NewClaimMapping};
use guildhall_domain::id::ClaimMappingId;
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(ClaimMappingList, claim_mappings: ClaimMapping);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// Lists claim mappings.
#[utoipa::path(
    tag = "claim-mappings",
    operation_id = "get_claim_mappings",
    params(Paging),
    responses(
        (status = 200, description = "The mappings.", body = ClaimMappingList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:claim_mappings"]))
)]
#[get("/claim-mappings")]
async fn list(call: Call<needs::ReadClaimMappings>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = claim_mappings::list(&call.app, &call.by, &request).await?;
    Ok(listing::listing("claim_mappings", &request, &page))
}

/// Makes a claim mapping: a claim that is added to tokens, or to the answers of `/userinfo`.
///
/// **To which tokens.** Those of which `applies_to` is true: their client, their organization, their API. What is absent from
/// `applies_to` does not matter; an empty one applies to the whole tenant.
///
/// **The most specific wins.** Where several mappings for one claim apply, an organization weighs more than a client, a
/// client more than an API, and of equals the one that was made last counts. It decides alone: where its source has
/// nothing, the claim is left out.
///
/// **Names** that mean something already, such as `sub`, `scope`, `org_id` or `permissions`, are refused, as are namespaces
/// of the contract's owner. Tokens of the Management API take names in a namespace only (an `http(s)` URL or a URN). All
/// claims that are added to a token have at most 100 KB; where they would have more, no token is issued.
#[utoipa::path(
    tag = "claim-mappings",
    operation_id = "post_claim_mappings",
    request_body = NewClaimMapping,
    responses(
        (status = 201, description = "The mapping.", body = ClaimMapping),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "Enough mappings apply to the same.", body = ErrorBody),
    ),
    security(("bearer" = ["create:claim_mappings"]))
)]
#[post("/claim-mappings")]
async fn create(call: Call<needs::CreateClaimMappings>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewClaimMapping = body.read()?;
    Ok(HttpResponse::Created().json(claim_mappings::create(&call.app, &call.by, new).await?))
}

/// Returns a claim mapping.
#[utoipa::path(
    tag = "claim-mappings",
    operation_id = "get_claim_mappings_by_id",
    params(("id" = String, Path, description = "The mapping.")),
    responses(
        (status = 200, description = "The mapping.", body = ClaimMapping),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such mapping.", body = ErrorBody),
    ),
    security(("bearer" = ["read:claim_mappings"]))
)]
#[get("/claim-mappings/{id}")]
async fn get(
    call: Call<needs::ReadClaimMappings>,
    id: web::Path<ClaimMappingId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(claim_mappings::get(&call.app, &call.by, &id).await?))
}

/// Changes a claim mapping. What is given replaces what was there.
#[utoipa::path(
    tag = "claim-mappings",
    operation_id = "patch_claim_mappings_by_id",
    params(("id" = String, Path, description = "The mapping.")),
    request_body = ClaimMappingPatch,
    responses(
        (status = 200, description = "The mapping after the change.", body = ClaimMapping),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such mapping.", body = ErrorBody),
        (status = 409, description = "Enough mappings apply to the same.", body = ErrorBody),
    ),
    security(("bearer" = ["update:claim_mappings"]))
)]
#[patch("/claim-mappings/{id}")]
async fn update(
    call: Call<needs::UpdateClaimMappings>,
    id: web::Path<ClaimMappingId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ClaimMappingPatch = body.read()?;
    Ok(HttpResponse::Ok().json(claim_mappings::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes a claim mapping.
#[utoipa::path(
    tag = "claim-mappings",
    operation_id = "delete_claim_mappings_by_id",
    params(("id" = String, Path, description = "The mapping.")),
    responses(
        (status = 204, description = "There is no such mapping any more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such mapping.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:claim_mappings"]))
)]
#[delete("/claim-mappings/{id}")]
async fn delete(
    call: Call<needs::DeleteClaimMappings>,
    id: web::Path<ClaimMappingId>,
) -> Result<HttpResponse, Failure> {
    claim_mappings::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
