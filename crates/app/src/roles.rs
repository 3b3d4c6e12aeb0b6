//! Roles. Contract section 4.

use std::collections::HashSet;

use guildhall_domain::id::RoleId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::role::{NewRole, Role, RolePatch};
use guildhall_persistence::permissions::PermissionKey;
pub use guildhall_persistence::roles::Filter;
use guildhall_persistence::{Db, UnitOfWork, organizations, role_permissions, roles};

use crate::context::{App, found};
use crate::effects::{self, Made};
use crate::problem::{Limit, Problem, Taken, Thing, taken};
use crate::role_permissions::of_holders;

/// Creates a role of the tenant or of one organization.
///
/// # Errors
/// [`Problem::Invalid`] for an unknown owner, [`Taken::RoleName`], [`Limit::Entities`].
pub async fn create(app: &App, by: &Authorized<needs::CreateRoles>, new: NewRole) -> Result<Role, Problem> {
    let limits = app.tenant(by.scope()).await?.settings.limits;
    let mut unit = app.begin(by).await?;
    let most = match &new.owner_id {
        None => limits.roles,
        Some(owner) => {
            if organizations::find(&unit, by.scope(), owner).await?.is_none() {
                return Err(Problem::invalid("owner_id", "The specified organization does not exist"));
            }
            limits.roles_per_organization
        }
    };
    if roles::count(&unit, by.scope(), new.owner_id.as_ref()).await? >= most {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    let role = new.create(RoleId::generate(app.clock()), app.clock().now());
    roles::insert(&unit, by.scope(), &role).await.map_err(taken(Taken::RoleName))?;
    unit.record(change("role.created", &role).after(&role)).await?;
    unit.commit().await?;
    Ok(role)
}

/// A page of the tenant's roles, or of one organization's own.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadRoles>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Role>, Problem> {
    Ok(roles::list(app.store(), by.scope(), filter, page).await?)
}

/// The role with this id.
///
/// # Errors
/// [`Thing::Role`].
pub async fn get(app: &App, by: &Authorized<needs::ReadRoles>, id: &RoleId) -> Result<Role, Problem> {
    role(app.store(), by.scope(), id).await
}

/// Changes a role's name or description.
///
/// # Errors
/// [`Thing::Role`], [`Taken::RoleName`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateRoles>,
    id: &RoleId,
    patch: RolePatch,
) -> Result<Role, Problem> {
    let mut unit = app.begin(by).await?;
    let before = role(&unit, by.scope(), id).await?;
    let after = update_within(&mut unit, by.scope(), before, patch).await?;
    unit.commit().await?;
    Ok(after)
}

/// Changes and records it.
///
/// # Errors
/// [`Taken::RoleName`].
pub(crate) async fn update_within(
    unit: &mut UnitOfWork,
    scope: &TenantScope,
    before: Role,
    patch: RolePatch,
) -> Result<Role, Problem> {
    let after = before.clone().patched(patch);
    roles::update(unit, scope, &after).await.map_err(taken(Taken::RoleName))?;
    unit.record(change("role.updated", &after).before(&before).after(&after)).await?;
    Ok(after)
}

/// Deletes a role; whoever held it holds it no more.
///
/// # Errors
/// [`Thing::Role`].
pub async fn delete(app: &App, by: &Authorized<needs::DeleteRoles>, id: &RoleId) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let role = role(&unit, by.scope(), id).await?;
    let held = role_permissions::held(&unit, by.scope(), &role.id).await?;
    let made = delete_within(&unit, by.scope(), &role, &held).await?;
    effects::save(app, unit, by.scope(), made).await
}

/// Deletes the role, which permitted what it `held`.
pub(crate) async fn delete_within(
    unit: &UnitOfWork,
    scope: &TenantScope,
    role: &Role,
    held: &HashSet<PermissionKey>,
) -> Result<Made, Problem> {
    roles::delete(unit, scope, &role.id).await?;
    let change = change("role.deleted", role).before(role);
    Ok(Made::new(change, of_holders(&role.id, held)))
}

/// The role, or the refusal that names it.
pub(crate) async fn role(db: impl Into<Db<'_>>, scope: &TenantScope, id: &RoleId) -> Result<Role, Problem> {
    found(roles::find(db, scope, id).await?, Thing::Role)
}

/// A change to a role: the whole tenant's, or within the organization whose own role it is.
pub(crate) fn change(action: &'static str, role: &Role) -> Change {
    let change = Change::new(action, role.id.as_str());
    match &role.owner_id {
        Some(organization) => change.within(organization),
        None => change,
    }
}
