//! Members of organizations. Contract section 3.3.

use std::collections::BTreeSet;

use guildhall_domain::id::{OrganizationId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::member::Member;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, TenantScope, needs};
use guildhall_persistence::{Db, membership_roles, memberships, organizations, profiles};
use serde_json::json;

use crate::context::{App, found, tenant};
use crate::problem::{Problem, Thing, missing};
use crate::seats;
use crate::user_roles::existing_user;

/// A page of the organization's members, with the roles they hold there when asked for.
///
/// # Errors
/// [`Problem::Denied`] when roles are asked for and may not be read, [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadMembers>,
    id: &OrganizationId,
    page: &PageRequest,
    with_roles: bool,
) -> Result<Page<Member>, Problem> {
    if with_roles {
        by.also::<needs::ReadMemberRoles>()?;
    }
    let scope = existing_organization(app.store(), by.scope(), id).await?;
    let mut members = memberships::list(app.store(), &scope, page).await?;
    if with_roles {
        membership_roles::name_roles(app.store(), &scope, &mut members.items).await?;
    }
    Ok(members)
}

/// Adds members; those who are members already stay so.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Users`], [`crate::Limit::Members`],
/// [`crate::Limit::Seats`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::CreateMembers>,
    id: &OrganizationId,
    users: Vec<UserId>,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let organization = organizations::find(&unit, by.scope(), id).await?;
    let organization = found(organization, Thing::Organization)?;
    let scope = by.scope().organization(organization.id.clone());
    existing_users(&unit, by.scope(), &users).await?;
    let members = memberships::members_among(&unit, &scope, &users).await?;
    let new: Vec<UserId> = users
        .iter()
        .filter(|user| !members.contains(user))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .cloned()
        .collect();
    let tenant = tenant(&unit, by.scope()).await?;
    seats::room_for(&unit, by.scope(), &tenant, &organization, new.len() as u64).await?;
    let now = app.clock().now();
    memberships::insert(&unit, &scope, &new, now).await.map_err(missing(Thing::Organization))?;
    let change = Change::new("organization.members_added", id.as_str()).within(id);
    unit.record(change.after(&json!({ "members": users }))).await?;
    unit.commit().await?;
    Ok(())
}

/// Removes members with the roles they hold in the organization; those who are none are passed over.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::DeleteMembers>,
    id: &OrganizationId,
    users: Vec<UserId>,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let scope = existing_organization(&unit, by.scope(), id).await?;
    memberships::delete(&unit, &scope, &users).await?;
    let change = Change::new("organization.members_removed", id.as_str()).within(id);
    unit.record(change.before(&json!({ "members": users }))).await?;
    unit.commit().await?;
    Ok(())
}

/// A page of the organizations that the user belongs to. Contract section 3.10.
///
/// # Errors
/// [`Thing::User`].
pub async fn organizations_of(
    app: &App,
    by: &Authorized<needs::ReadOrganizationsWhole>,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Organization>, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    Ok(memberships::organizations_of(app.store(), by.scope(), user, page).await?)
}

/// The key to an organization that exists.
pub(crate) async fn existing_organization(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &OrganizationId,
) -> Result<OrgScope, Problem> {
    match organizations::find(db, scope, id).await? {
        Some(organization) => Ok(scope.organization(organization.id)),
        None => Err(Problem::NoSuch(Thing::Organization)),
    }
}

/// Refuses users who do not exist, by name.
pub(crate) async fn existing_users(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    users: &[UserId],
) -> Result<(), Problem> {
    let unknown = profiles::unknown(db, scope, users).await?;
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(Problem::NoSuch(Thing::Users(unknown.into_iter().map(UserId::into_string).collect()))),
    }
}
