//! The deletion of roles of an organization's own, and what it would do.

use guildhall_domain::dry_run::DryRun;
use guildhall_domain::id::RoleId;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_domain::role::Role;
use guildhall_persistence::concerned::{self, Concerned};
use guildhall_persistence::{UnitOfWork, role_permissions};

use super::admins::Admins;
use super::roles::{envelope, own};
use crate::context::App;
use crate::effects::{self, Made};
use crate::problem::Problem;
use crate::roles::delete_within;

/// How many of an organization's trials wait for one another on a node, with the one whose turn it is.
const WAITING: usize = 4;

/// A page of who would lose what by the deletion; the numbers alone for callers who may not read what everybody holds.
///
/// # Errors
/// The refusals of the deletion but [`Problem::RoleHeld`], and [`Problem::Busy`].
pub async fn foresee(
    app: &App,
    by: &AuthorizedIn<needs::DeleteRoles>,
    id: &RoleId,
    page: &PageRequest,
) -> Result<DryRun, Problem> {
    let scope = by.scope().within();
    let key = format!("deletions {} {}", scope.tenant(), by.organization());
    let _turn = app.0.turns.take(&key, WAITING).await.ok_or(Problem::Busy)?;
    let unit = app.begin_in(by).await?;
    let role = own(&unit, by.scope(), &envelope(&unit, by.scope()).await?, id).await?;
    let concern = remove(&unit, by, &role).await?.concern();
    effects::tell(app, &unit, scope, &concern, page, by.may::<needs::ReadEffectivePermissions>()).await
}

/// Deletes a role of the organization's own; whoever held it holds it no more, which must be confirmed.
///
/// # Errors
/// [`crate::Thing::Role`], [`Problem::Forbidden`] for the vendor's, [`Problem::RoleHeld`], [`Problem::LastAdmin`].
pub async fn delete(
    app: &App,
    by: &AuthorizedIn<needs::DeleteRoles>,
    id: &RoleId,
    is_confirmed: bool,
) -> Result<(), Problem> {
    let scope = by.scope().within();
    let unit = app.begin_in(by).await?;
    let role = own(&unit, by.scope(), &envelope(&unit, by.scope()).await?, id).await?;
    let holders = concerned::count(&unit, scope, &Concerned::Role(role.id.clone())).await?;
    if holders > 0 && !is_confirmed {
        return Err(Problem::RoleHeld(holders));
    }
    let made = remove(&unit, by, &role).await?;
    effects::save(app, unit, scope, made).await
}

async fn remove(
    unit: &UnitOfWork,
    by: &AuthorizedIn<needs::DeleteRoles>,
    role: &Role,
) -> Result<Made, Problem> {
    let scope = by.scope().within();
    let held = role_permissions::held(unit, scope, &role.id).await?;
    let admins = Admins::of(unit, by.scope()).await?;
    let was_watched = admins.are_made_by(&held) && admins.are_any().await?;
    let made = delete_within(unit, scope, role, &held).await?;
    if was_watched {
        admins.still_there().await?;
    }
    Ok(made)
}
