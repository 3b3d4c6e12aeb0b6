//! The roles that users hold in the tenant, outside organizations. Contract section 4.

use std::collections::HashSet;

use guildhall_domain::effect::Holder;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::member::Member;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::role::Role;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Db, UnitOfWork, profiles, roles, user_roles};
use serde_json::json;

use crate::context::{App, limits};
use crate::effects::{self, Concern, Made};
use crate::members::existing_users;
use crate::problem::{Limit, Problem, Thing, missing};
use crate::roles::role;

/// A page of the roles that the user holds.
///
/// # Errors
/// [`Thing::User`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadUserRoles>,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Role>, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    Ok(user_roles::list(app.store(), by.scope(), user, page).await?)
}

/// Gives a user roles; those held already stay.
///
/// # Errors
/// [`Thing::User`], [`Thing::Roles`], [`Problem::NotNow`] for an organization's own role, [`Limit::UserRoles`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::AssignUserRoles>,
    user: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = add_within(&unit, by, user, &ids).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn add_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::AssignUserRoles>,
    user: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    let most = limits(unit, by.scope()).await?.roles_per_user;
    existing_user(unit, by.scope(), user).await?;
    let found = roles::find_all(unit, by.scope(), ids).await?;
    let known: HashSet<&RoleId> = found.iter().map(|role| &role.id).collect();
    let unknown: Vec<String> = ids.iter().filter(|id| !known.contains(id)).map(ToString::to_string).collect();
    if !unknown.is_empty() {
        return Err(Problem::NoSuch(Thing::Roles(unknown)));
    }
    found.iter().try_for_each(of_tenant)?;
    let users = std::slice::from_ref(user);
    within_limit(unit, by.scope(), users, ids, most).await?;
    user_roles::insert(unit, by.scope(), users, ids).await.map_err(missing(Thing::User))?;
    let change = Change::new("user.roles_added", user.as_str()).after(&json!({ "roles": ids }));
    Ok(Made::new(change, of_users(std::slice::from_ref(user))))
}

/// Takes roles from a user; those not held are passed over.
///
/// # Errors
/// [`Thing::User`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::RemoveUserRoles>,
    user: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = remove_within(&unit, by, user, &ids).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn remove_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::RemoveUserRoles>,
    user: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    existing_user(unit, by.scope(), user).await?;
    user_roles::delete(unit, by.scope(), user, ids).await?;
    let change = Change::new("user.roles_removed", user.as_str()).before(&json!({ "roles": ids }));
    Ok(Made::new(change, of_users(std::slice::from_ref(user))))
}

fn of_users(users: &[UserId]) -> Concern {
    Concern::Rights(Concerned::These(users.iter().cloned().map(Holder::User).collect()), None)
}

/// A page of the users who hold the role in the tenant.
///
/// # Errors
/// [`Thing::Role`].
pub async fn users(
    app: &App,
    by: &Authorized<needs::ReadRoleUsers>,
    id: &RoleId,
    page: &PageRequest,
) -> Result<Page<Member>, Problem> {
    role(app.store(), by.scope(), id).await?;
    Ok(user_roles::users(app.store(), by.scope(), id, page).await?)
}

/// Gives the role to users; those who hold it already keep it.
///
/// # Errors
/// [`Thing::Role`], [`Thing::Users`], [`Problem::NotNow`] for an organization's own role, [`Limit::UserRoles`].
pub async fn assign(
    app: &App,
    by: &Authorized<needs::AssignRoleUsers>,
    id: &RoleId,
    users: Vec<UserId>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = assign_within(&unit, by, id, &users).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn assign_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::AssignRoleUsers>,
    id: &RoleId,
    users: &[UserId],
) -> Result<Made, Problem> {
    let most = limits(unit, by.scope()).await?.roles_per_user;
    of_tenant(&role(unit, by.scope(), id).await?)?;
    existing_users(unit, by.scope(), users).await?;
    let ids = std::slice::from_ref(id);
    within_limit(unit, by.scope(), users, ids, most).await?;
    user_roles::insert(unit, by.scope(), users, ids).await.map_err(missing(Thing::Role))?;
    let change = Change::new("role.users_added", id.as_str()).after(&json!({ "users": users }));
    Ok(Made::new(change, of_users(users)))
}

/// Refuses roles that can be held only in their organization.
fn of_tenant(role: &Role) -> Result<(), Problem> {
    match &role.owner_id {
        None => Ok(()),
        Some(owner) => Err(Problem::NotNow(format!(
            "The role {} belongs to the organization {owner} and can be assigned only to its members.",
            role.id
        ))),
    }
}

/// Refuses when any of the users would hold more roles than a user may.
async fn within_limit(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    users: &[UserId],
    added: &[RoleId],
    most: u64,
) -> Result<(), Problem> {
    let held = user_roles::held(db, scope, users).await?;
    let after = |user| held.get(user).into_iter().flatten().chain(added).collect::<HashSet<_>>().len() as u64;
    match users.iter().all(|user| after(user) <= most) {
        true => Ok(()),
        false => Err(Problem::LimitReached(Limit::UserRoles)),
    }
}

/// Refuses a user who does not exist.
pub(crate) async fn existing_user(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
) -> Result<(), Problem> {
    match profiles::unknown(db, scope, std::slice::from_ref(user)).await?.is_empty() {
        true => Ok(()),
        false => Err(Problem::NoSuch(Thing::User)),
    }
}
