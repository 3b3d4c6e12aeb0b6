//! `/roles/{role_id}` deleted, and `/roles/{role_id}/deletion` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, web};
use guildhall_app::my_organization::role_deletion;
use guildhall_domain::dry_run::DryRun;
use guildhall_domain::id::RoleId;
use guildhall_domain::policy::my_organization as needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;
use crate::query::{Checkpoint, Query, write_cursor};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(foresee).service(remove);
}

/// Whether a role is deleted that is held.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Confirmation {
    /// Deletes a role that members or clients hold; without it only one that nobody holds.
    confirm: Option<bool>,
}

/// Tells who would lose what by the deletion of a role of the organization's own, without deleting it. It is refused where the
/// deletion would be refused, confirmed.
///
/// `effects` are listed, by page, to those who hold `read:my_org:effective_permissions`; others get the numbers alone. The numbers
/// are of the whole on every page: `concerned` is how many hold the role, members and clients, and `subjects` how many of them
/// would lose anything, as others can hold the same by other roles. Where too many rights would have to be looked at, `concerned`
/// is there alone.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role_deletion",
    params(("role_id" = String, Path, description = "The role."), Checkpoint),
    responses(
        (status = 200, description = "What the deletion would do.", body = DryRun),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the role is the vendor's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It would leave nobody who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too much of this at once.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:roles"]))
)]
#[get("/roles/{role_id}/deletion")]
async fn foresee(
    call: Call<needs::DeleteRoles>,
    id: web::Path<RoleId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let told = role_deletion::foresee(&call.app, &call.by, &id, &request).await?;
    Ok(HttpResponse::Ok().json(DryRun { next: told.next.as_deref().map(write_cursor), ..told }))
}

/// Deletes a role of the organization's own; whoever held it holds it no more. One that members or clients hold is deleted with
/// `confirm=true` alone.
#[utoipa::path(
    tag = "roles",
    operation_id = "delete_role",
    params(("role_id" = String, Path, description = "The role."), Confirmation),
    responses(
        (status = 204, description = "It is gone."),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the role is the vendor's.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such role here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is held and the deletion not confirmed, it would leave nobody who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:roles"]))
)]
#[delete("/roles/{role_id}")]
async fn remove(
    call: Call<needs::DeleteRoles>,
    id: web::Path<RoleId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let confirmation: Confirmation = query.read()?;
    role_deletion::delete(&call.app, &call.by, &id, confirmation.confirm.unwrap_or_default()).await?;
    Ok(HttpResponse::NoContent().finish())
}
