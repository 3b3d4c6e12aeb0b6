//! Effective permissions of members and clients (an addition to the contract).

use actix_web::{HttpResponse, get, web};
use guildhall_app::my_organization::effective_permissions;
use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::my_organization::ShownRole;
use guildhall_domain::policy::my_organization as needs;
use guildhall_domain::rights::EffectivePermission;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::failure::Failure;
use crate::management::effective_permissions::{OfApi, Which, told};
use crate::my_organization::call::Call;
use crate::my_organization::paging::Taking;
use crate::my_organization::problem::ProblemBody;
use crate::query::Query;
use crate::routes::Routes;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(of_member).service(of_client);
}

/// Effective permissions.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
struct EffectivePermissionPage<'a> {
    /// The permissions, in the API's order.
    permissions: Vec<EffectivePermission<'a>>,
    /// The roles that hold the permission of `permission_name` and can be given here, where a member does not hold it: any of
    /// them would do.
    roles: Option<Vec<ShownRole>>,
    /// Where to go on; absent when this is the last page.
    next: Option<String>,
}

/// Lists what a member may do with an API, and through what; with `permission_name`, why or why not. Nobody needs a
/// permission to ask about themselves; about others `read:my_org:effective_permissions` is needed.
#[utoipa::path(
    tag = "members",
    operation_id = "get_member_effective_permissions",
    params(("user_id" = String, Path, description = "The member."), OfApi, Which, Taking),
    responses(
        (status = 200, description = "The permissions.", body = EffectivePermissionPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member, API or client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("bearer" = ["read:my_org:effective_permissions"]))
)]
#[get("/members/{user_id}/effective-permissions")]
async fn of_member(
    call: Call<needs::Belong>,
    user: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (api, which, taking): (OfApi, Which, Taking) = query.read3()?;
    let request = taking.request()?;
    let (through, api) = (api.client_id.as_ref(), &api.resource_server_identifier);
    let snapshot = effective_permissions::of_member(&call.app, &call.by, &user, through, api).await?;
    let mut answer = told(&snapshot, &which, &request);
    if let Some(name) = &which.permission_name
        && snapshot.explain(name).is_some_and(|explained| !explained.right.held)
    {
        answer["roles"] =
            json!(effective_permissions::roles_with(&call.app, &call.by, &snapshot, name).await?);
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// Which API.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfItself {
    /// The API's identifier.
    #[param(min_length = 1, max_length = 600)]
    resource_server_identifier: String,
}

/// Lists what a client may do by itself with an API in the organization, and through what.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_client_effective_permissions",
    params(("client_id" = String, Path, description = "The client."), OfItself, Which, Taking),
    responses(
        (status = 200, description = "The permissions.", body = EffectivePermissionPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such API, or no such client of the organization, nor one of the vendor's that has access to the API here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:effective_permissions"]))
)]
#[get("/clients/{client_id}/effective-permissions")]
async fn of_client(
    call: Call<needs::ReadEffectivePermissions>,
    client: web::Path<ClientId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (api, which, taking): (OfItself, Which, Taking) = query.read3()?;
    let request = taking.request()?;
    let api = &api.resource_server_identifier;
    let snapshot = effective_permissions::of_client(&call.app, &call.by, &client, api).await?;
    let nothing = || json!({ "permissions": [] });
    let answer = snapshot.map_or_else(nothing, |snapshot| told(&snapshot, &which, &request));
    Ok(HttpResponse::Ok().json(answer))
}
