//! Effective permissions: what subjects may do, and through what. Contract section 4; those in organizations, `paths` and
//! `withheld` are an addition.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, web};
use guildhall_app::effective_permissions;
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId, UserId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::needs;
use guildhall_domain::rights::{EffectivePermission, Snapshot};
use guildhall_domain::role::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(of_user).service(of_member).service(of_client);
}

/// Effective permissions.
#[derive(ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
pub struct EffectivePermissionList<'a> {
    /// The permissions, in the API's order.
    permissions: Vec<EffectivePermission<'a>>,
    /// The roles that hold the permission of `permission_name` and can be held here, where a member does not hold it: any
    /// of them would do.
    roles: Option<Vec<Role>>,
    /// What to pass as `from` to go on; absent on the last page.
    next: Option<String>,
}

/// Which API, and through what.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfApi {
    /// The API's identifier.
    #[param(min_length = 1, max_length = 600)]
    pub(crate) resource_server_identifier: String,
    /// The client through which the person comes: its grant for people and the policies about it count as well.
    #[param(min_length = 1, max_length = 255)]
    pub(crate) client_id: Option<ClientId>,
}

/// Which of its permissions.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// This one alone, held or not.
    #[param(min_length = 1, max_length = 280)]
    pub(crate) permission_name: Option<String>,
    /// Whether those are listed as well that something withholds.
    include_withheld: Option<bool>,
}

/// Lists what a user may do outside organizations with an API, and through what.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user_effective_permissions",
    params(("id" = String, Path, description = "The user."), OfApi, Which, Checkpoint),
    responses(
        (status = 200, description = "The permissions.", body = EffectivePermissionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user, API or client.", body = ErrorBody),
    ),
    security(("bearer" = ["read:user_effective_permissions"]))
)]
#[get("/users/{id}/effective-permissions")]
async fn of_user(
    call: Call<needs::ReadUserEffectivePermissions>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (api, which, page) = query.read3::<OfApi, Which, Checkpoint>()?;
    let request = page.request()?;
    let (through, api) = (api.client_id.as_ref(), &api.resource_server_identifier);
    let snapshot = effective_permissions::of_user(&call.app, &call.by, &id, through, api).await?;
    Ok(HttpResponse::Ok().json(told(&snapshot, &which, &request)))
}

/// Lists what a member may do in an organization with an API, and through what; with `permission_name`, why or why not.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_member_effective_permissions",
    params(
        ("id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member."),
        OfApi,
        Which,
        Checkpoint,
    ),
    responses(
        (status = 200, description = "The permissions.", body = EffectivePermissionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, member, API or client.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_member_effective_permissions"]))
)]
#[get("/organizations/{id}/members/{user_id}/effective-permissions")]
async fn of_member(
    call: Call<needs::ReadMemberEffectivePermissions>,
    path: web::Path<(OrganizationId, UserId)>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (organization, member) = path.into_inner();
    let (api, which, page) = query.read3::<OfApi, Which, Checkpoint>()?;
    let request = page.request()?;
    let (through, api) = (api.client_id.as_ref(), &api.resource_server_identifier);
    let snapshot =
        effective_permissions::of_member(&call.app, &call.by, &organization, &member, through, api).await?;
    let mut answer = told(&snapshot, &which, &request);
    if let Some(name) = &which.permission_name
        && snapshot.explain(name).is_some_and(|explained| !explained.right.held)
    {
        let roles =
            effective_permissions::roles_with(&call.app, &call.by, &organization, &snapshot, name).await?;
        answer["roles"] = json!(roles);
    }
    Ok(HttpResponse::Ok().json(answer))
}

/// Lists what the client of a grant may do in an organization with the grant's API, and through what.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_client_grant_effective_permissions",
    params(
        ("id" = String, Path, description = "The organization."),
        ("grant_id" = String, Path, description = "The client grant."),
        Which,
        Checkpoint,
    ),
    responses(
        (status = 200, description = "The permissions.", body = EffectivePermissionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such grant there.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_client_grants"]))
)]
#[get("/organizations/{id}/client-grants/{grant_id}/effective-permissions")]
async fn of_client(
    call: Call<needs::ReadOrganizationClientGrants>,
    path: web::Path<(OrganizationId, ClientGrantId)>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (organization, grant) = path.into_inner();
    let (which, page) = query.read2::<Which, Checkpoint>()?;
    let request = page.request()?;
    let snapshot = effective_permissions::of_client(&call.app, &call.by, &organization, &grant).await?;
    Ok(HttpResponse::Ok().json(told(&snapshot, &which, &request)))
}

/// The body of an answer: one permission, or a page of them.
pub(crate) fn told(snapshot: &Snapshot, which: &Which, request: &PageRequest) -> Value {
    match &which.permission_name {
        Some(name) => json!({"permissions": Vec::from_iter(snapshot.explain(name))}),
        None => {
            let page = snapshot.effective(which.include_withheld.unwrap_or_default(), request);
            listing::shape("permissions", request, &page)
        }
    }
}
