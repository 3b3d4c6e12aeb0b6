//! `/access-policies` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::access_policies;
use guildhall_domain::access_policy::{AccessPolicy, AccessPolicyPatch, NewAccessPolicy};
use guildhall_domain::id::AccessPolicyId;
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(AccessPolicyList, access_policies: AccessPolicy);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// Lists access policies.
#[utoipa::path(
    tag = "access-policies",
    operation_id = "get_access_policies",
    params(Paging),
    responses(
        (status = 200, description = "The policies.", body = AccessPolicyList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:access_policies"]))
)]
#[get("/access-policies")]
async fn list(call: Call<needs::ReadAccessPolicies>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = access_policies::list(&call.app, &call.by, &request).await?;
    Ok(listing::listing("access_policies", &request, &page))
}

/// Makes an access policy: rules that must hold for a token to be issued, by which no token is issued that would not be
/// without them.
///
/// **Which policies apply.** All whose `applies_to` is true of the token: its client, its organization, its API. What is
/// absent from `applies_to` does not matter; an empty one applies to the whole tenant. A policy applies to tokens of the
/// Management API only if its `audience` names that API, so that none keeps its author out.
///
/// **The strictest wins.** Every rule of every policy that applies must hold; there is no order among policies and no
/// exception by a more specific one. Rules about people leave machine clients alone.
///
/// **When they are asked.** With client credentials, and with each refresh. When people sign in: before they become members
/// by signing in, before an invitation is accepted, and before the application is answered; again when a code or a
/// device's code is exchanged, but for the networks, since the application's server comes then. Where `max_session_age`
/// alone does not hold, people are asked to sign in again.
///
/// **Refusals** are `access_denied` with the reason. In the log they have the policy and the rule in `details.policy`.
#[utoipa::path(
    tag = "access-policies",
    operation_id = "post_access_policies",
    request_body = NewAccessPolicy,
    responses(
        (status = 201, description = "The policy.", body = AccessPolicy),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "Enough policies apply to the same.", body = ErrorBody),
    ),
    security(("bearer" = ["create:access_policies"]))
)]
#[post("/access-policies")]
async fn create(call: Call<needs::CreateAccessPolicies>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewAccessPolicy = body.read()?;
    Ok(HttpResponse::Created().json(access_policies::create(&call.app, &call.by, new).await?))
}

/// Returns an access policy.
#[utoipa::path(
    tag = "access-policies",
    operation_id = "get_access_policies_by_id",
    params(("id" = String, Path, description = "The policy.")),
    responses(
        (status = 200, description = "The policy.", body = AccessPolicy),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such policy.", body = ErrorBody),
    ),
    security(("bearer" = ["read:access_policies"]))
)]
#[get("/access-policies/{id}")]
async fn get(
    call: Call<needs::ReadAccessPolicies>,
    id: web::Path<AccessPolicyId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(access_policies::get(&call.app, &call.by, &id).await?))
}

/// Changes an access policy. `applies_to` and `rules`, where given, replace what was there.
#[utoipa::path(
    tag = "access-policies",
    operation_id = "patch_access_policies_by_id",
    params(("id" = String, Path, description = "The policy.")),
    request_body = AccessPolicyPatch,
    responses(
        (status = 200, description = "The policy after the change.", body = AccessPolicy),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such policy.", body = ErrorBody),
        (status = 409, description = "Enough policies apply to the same.", body = ErrorBody),
    ),
    security(("bearer" = ["update:access_policies"]))
)]
#[patch("/access-policies/{id}")]
async fn update(
    call: Call<needs::UpdateAccessPolicies>,
    id: web::Path<AccessPolicyId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: AccessPolicyPatch = body.read()?;
    Ok(HttpResponse::Ok().json(access_policies::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes an access policy.
#[utoipa::path(
    tag = "access-policies",
    operation_id = "delete_access_policies_by_id",
    params(("id" = String, Path, description = "The policy.")),
    responses(
        (status = 204, description = "There is no such policy any more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such policy.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:access_policies"]))
)]
#[delete("/access-policies/{id}")]
async fn delete(
    call: Call<needs::DeleteAccessPolicies>,
    id: web::Path<AccessPolicyId>,
) -> Result<HttpResponse, Failure> {
    access_policies::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
