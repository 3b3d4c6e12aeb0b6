//! Members of the caller's organization.

use guildhall_domain::id::UserId;
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{OrganizationMember, ShownRole};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, Need, my_organization as needs};
use guildhall_domain::role::Role;
pub use guildhall_persistence::memberships::Filter;
use guildhall_persistence::{UnitOfWork, membership_roles, memberships, users};
use serde_json::json;

use super::admins::Admins;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};

/// How many roles are shown with a member.
const ROLES_SHOWN: u64 = 10;

/// A page of the members, with their roles for those who may read them.
///
/// # Errors
/// [`Problem::Denied`] when they are sought by role and roles may not be read.
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadMembers>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<OrganizationMember>, Problem> {
    if filter.role.is_some() {
        by.also::<needs::ReadMemberRoles>()?;
    }
    let found = memberships::find_all(app.store(), by.scope(), filter, page).await?;
    let mut members = found.map(OrganizationMember::from);
    if by.may::<needs::ReadMemberRoles>() {
        let ids: Vec<UserId> = members.items.iter().map(|member| member.user_id.clone()).collect();
        let mut roles = membership_roles::of_members(app.store(), by.scope(), &ids).await?;
        for member in &mut members.items {
            member.roles = Some(shown(roles.remove(&member.user_id).unwrap_or_default()));
        }
    }
    Ok(members)
}

/// A member, with roles for those who may read them.
///
/// # Errors
/// [`Thing::Member`].
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadMembers>,
    user: &UserId,
) -> Result<OrganizationMember, Problem> {
    if !memberships::exists(app.store(), by.scope(), user).await? {
        return Err(Problem::NoSuch(Thing::Member));
    }
    let known = found(users::find(app.store(), by.scope().within(), user).await?, Thing::Member)?;
    let mut member = OrganizationMember::from(known);
    if by.may::<needs::ReadMemberRoles>() {
        let page = PageRequest::first(ROLES_SHOWN);
        member.roles = Some(shown(membership_roles::list(app.store(), by.scope(), user, &page).await?.items));
    }
    Ok(member)
}

fn shown(roles: Vec<Role>) -> Vec<ShownRole> {
    roles.into_iter().take(ROLES_SHOWN as usize).map(ShownRole::from).collect()
}

/// Ends the membership of someone, with the roles held there.
///
/// # Errors
/// [`Thing::Member`], [`Problem::LastAdmin`].
pub async fn remove(
    app: &App,
    by: &AuthorizedIn<needs::DeleteMemberships>,
    user: &UserId,
) -> Result<(), Problem> {
    let unit = app.begin_in(by).await?;
    end(unit, by, user, "organization.members_removed").await
}

/// Ends the caller's own membership.
///
/// # Errors
/// [`Thing::Member`] when the caller is a machine client, [`Problem::LastAdmin`].
pub async fn leave(app: &App, by: &AuthorizedIn<needs::Belong>) -> Result<(), Problem> {
    let user = super::me::user(by)?.clone();
    let unit = app.begin_in(by).await?;
    end(unit, by, &user, "organization.member_left").await
}

async fn end<N: Need>(
    mut unit: UnitOfWork,
    by: &AuthorizedIn<N>,
    user: &UserId,
    action: &'static str,
) -> Result<(), Problem> {
    let (inside, id) = (by.scope(), by.organization());
    if !memberships::exists(&unit, inside, user).await? {
        return Err(Problem::NoSuch(Thing::Member));
    }
    let admins = Admins::of(&unit, inside).await?;
    let was_admin = admins.include(user).await?;
    memberships::delete(&unit, inside, std::slice::from_ref(user)).await?;
    if was_admin {
        admins.still_there().await?;
    }
    let change = Change::new(action, id.as_str()).within(id).about(user);
    unit.record(change.before(&json!({ "members": [user] }))).await?;
    unit.commit().await?;
    Ok(())
}
