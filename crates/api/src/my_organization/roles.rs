//! `/roles`: those that the organization can give, and those of its own.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, web};
use guildhall_app::my_organization::roles;
use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::{
    CreatedOrganizationRole, NewOrganizationRole, OrganizationRole, OrganizationRoleDetails,
};
use guildhall_domain::policy::my_organization as needs;
use guildhall_domain::role::{RolePatch, RoleType};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page, short};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(OrganizationRolePage, roles: OrganizationRole);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update);
}

/// Which roles are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A part of the name, in capitals or not.
    #[param(max_length = 300)]
    name: Option<String>,
    /// Whose roles: the vendor's (`tenant`) or the organization's own; both unless given (an addition to the contract).
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<RoleType>,
}

/// Lists the roles that the organization can give: its own, and those of the vendor's that the vendor lets it give.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_roles",
    params(Taking, Sought),
    responses(
        (status = 200, description = "The roles.", body = OrganizationRolePage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:member_roles"]))
)]
#[get("/roles")]
async fn list(call: Call<needs::ReadMemberRoles>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, sought): (Taking, Sought) = query.read2()?;
    let name = short("name", sought.name)?;
    let request = taking.request()?;
    let found = roles::list(&call.app, &call.by, sought.kind, name, &request).await?;
    Ok(page("roles", found))
}

/// Makes a role of the organization's own (an addition to the contract).
///
/// **Permissions** are those that are named, each of which the caller must hold and the vendor let the organization confer: any
/// other, and one that does not exist, is refused as not held. **With a template**, a role of the vendor's, and no permissions
/// named, they are those of the template that the caller can confer; `omitted` has the others.
#[utoipa::path(
    tag = "roles",
    operation_id = "post_roles",
    request_body = NewOrganizationRole,
    responses(
        (status = 201, description = "The role.", body = CreatedOrganizationRole),
        (status = 400, description = "A field cannot be, or the template is no role that can be given here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, a permission is not held, or the organization has enough roles of its own.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The organization has a role of that name, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:roles"]))
)]
#[post("/roles")]
async fn create(call: Call<needs::CreateRoles>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewOrganizationRole = body.read()?;
    Ok(HttpResponse::Created().json(roles::create(&call.app, &call.by, new).await?))
}

/// Returns a role that the organization can give, with how one of its own has come to differ from the role of the vendor's that
/// it was made from (an addition to the contract).
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role",
    params(("role_id" = String, Path, description = "The role.")),
    responses(
        (status = 200, description = "The role.", body = OrganizationRoleDetails),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:roles"]))
)]
#[get("/roles/{role_id}")]
async fn get(call: Call<needs::ReadRoles>, id: web::Path<RoleId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(roles::get(&call.app, &call.by, &id).await?))
}

/// Changes the name or the description of a role of the organization's own (an addition to the contract).
#[utoipa::path(
    tag = "roles",
    operation_id = "patch_role",
    params(("role_id" = String, Path, description = "The role.")),
    request_body = RolePatch,
    responses(
        (status = 200, description = "The role after the change.", body = OrganizationRoleDetails),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the role is the vendor's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The organization has another role of that name, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:roles"]))
)]
#[patch("/roles/{role_id}")]
async fn update(
    call: Call<needs::UpdateRoles>,
    id: web::Path<RoleId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: RolePatch = body.read()?;
    Ok(HttpResponse::Ok().json(roles::update(&call.app, &call.by, &id, patch).await?))
}
