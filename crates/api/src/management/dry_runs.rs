//! `/dry-runs` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, post};
use guildhall_app::dry_runs;
use guildhall_domain::dry_run::{DryRun, ProposedChange};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::{Checkpoint, Query, write_cursor};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(run);
}

/// Tells who would gain and lose what by a change, without making it: nothing is stored, no epoch moves, no entry is written.
///
/// **The change** is the request that would make it: what its path names, and its body. It is refused where that request would
/// be refused, and needs that request's scope.
///
/// **Rights** are those of effective permissions. Policies count where they refuse whenever a token is asked for: their
/// networks and the age of sessions do not. People count without regard to clients, so what applies to one client alone does
/// not concern them. `any_organization` is about every organization that the grant is not associated with, and that no policy
/// names: neither what one applies to nor its `allowed_organizations`.
///
/// **Effects** are listed, by page, to callers who may read what everybody holds: to tokens with
/// `read:user_effective_permissions`, `read:organization_member_effective_permissions` and
/// `read:organization_client_grants`. Others get the numbers alone.
///
/// **Numbers** are of the whole change, and on every page those of the first. `concerned` counts a client once with each of its
/// grants in each organization, and lists have clients in the order of grants; `subjects` counts everybody once in each
/// organization. Where more than 10,000 rights would have to be looked at, which are those of one subject on one API in one
/// organization, `concerned` is there alone; effects are listed even so, perhaps fewer on a page than were asked for. The entry
/// that the change itself leaves in the log has the same numbers in `details.effect`.
///
/// A tenant's dry runs go one by one. Where too many wait already, the answer is 503.
///
/// **A token strategy** changes no right: `audiences` has the audiences that change, each before and after, and `concerned` is
/// how many members and grants of machine clients the organization has.
#[utoipa::path(
    tag = "dry-runs",
    operation_id = "post_dry_runs",
    params(Checkpoint),
    request_body = ProposedChange,
    responses(
        (status = 200, description = "What the change would do.", body = DryRun),
        (status = 400, description = "A field or a parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope of the change, or the change is refused to everyone.", body = ErrorBody),
        (status = 404, description = "What the change names does not exist.", body = ErrorBody),
        (status = 409, description = "The change conflicts with what is there.", body = ErrorBody),
        (status = 503, description = "Too many dry runs at once.", body = ErrorBody),
    ),
    security(
        ("bearer" = ["update:roles"]),
        ("bearer" = ["create:organization_member_roles"]),
        ("bearer" = ["delete:organization_member_roles"]),
        ("bearer" = ["update:users"]),
        ("bearer" = ["create:role_members"]),
        ("bearer" = ["delete:role_members"]),
        ("bearer" = ["create:client_grants"]),
        ("bearer" = ["update:client_grants"]),
        ("bearer" = ["delete:client_grants"]),
        ("bearer" = ["create:organization_client_grants"]),
        ("bearer" = ["delete:organization_client_grants"]),
        ("bearer" = ["update:organizations"]),
        ("bearer" = ["create:access_policies"]),
        ("bearer" = ["update:access_policies"]),
        ("bearer" = ["delete:access_policies"]),
    )
)]
#[post("/dry-runs")]
async fn run(call: Call<needs::DryRun>, query: Query, body: Body) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let change: ProposedChange = body.read()?;
    let told = dry_runs::run(&call.app, &call.by, change, &request).await?;
    Ok(HttpResponse::Ok().json(DryRun { next: told.next.as_deref().map(write_cursor), ..told }))
}
