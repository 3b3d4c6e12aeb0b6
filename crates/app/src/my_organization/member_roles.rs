//! The roles that members hold, given and taken by people and machines of their organization.

use std::collections::HashSet;

use guildhall_domain::effect::Holder;
use guildhall_domain::id::{OrganizationId, RoleId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::ShownRole;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_domain::role::ConferredBy;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Db, UnitOfWork, membership_roles, memberships};
use serde_json::json;

use super::admins::Admins;
use super::conferring::Conferrer;
use crate::context::App;
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Thing, missing};

/// A page of the roles that a member holds.
///
/// # Errors
/// [`Thing::Member`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberRoles>,
    member: &UserId,
    page: &PageRequest,
) -> Result<Page<ShownRole>, Problem> {
    existing(app.store(), by.scope(), member).await?;
    Ok(membership_roles::list(app.store(), by.scope(), member, page).await?.map(ShownRole::from))
}

/// Gives a member roles; those held already stay.
///
/// # Errors
/// [`Thing::Member`], [`Thing::Roles`] for roles that do not exist, are another organization's, or that the envelope
/// excludes, [`Problem::NotHeld`], [`Limit::MemberRoles`].
pub async fn add(
    app: &App,
    by: &AuthorizedIn<needs::CreateMemberRoles>,
    member: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin_in(by).await?;
    existing(&unit, by.scope(), member).await?;
    Conferrer::new(&unit, by).await?.roles(&ids).await?;
    let made = give(&unit, by.scope(), member, &ids).await?;
    effects::save(app, unit, by.scope().within(), made).await
}

/// Gives roles that may be conferred.
///
/// # Errors
/// [`Thing::Member`], [`Limit::MemberRoles`].
pub(super) async fn give(
    unit: &UnitOfWork,
    inside: &OrgScope,
    member: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    let most = crate::context::limits(unit, inside.within()).await?.roles_per_member;
    let held = membership_roles::held(unit, inside, member).await?;
    if held.iter().chain(ids).collect::<HashSet<_>>().len() as u64 > most {
        return Err(Problem::LimitReached(Limit::MemberRoles));
    }
    let inserted = membership_roles::insert(unit, inside, member, ids, ConferredBy::Organization).await;
    inserted.map_err(missing(Thing::Member))?;
    let change = Change::new("organization.member_roles_added", inside.organization().as_str());
    let change = change.within(inside.organization()).about(member);
    let change = change.after(&json!({ "user_id": member, "roles": ids }));
    Ok(Made::new(change, of_member(inside.organization(), member)))
}

/// Takes roles from a member; those not held are passed over.
///
/// # Errors
/// [`Thing::Member`], [`Problem::LastAdmin`].
pub async fn remove(
    app: &App,
    by: &AuthorizedIn<needs::DeleteMemberRoles>,
    member: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin_in(by).await?;
    existing(&unit, by.scope(), member).await?;
    let made = take(&unit, by.scope(), member, &ids).await?;
    effects::save(app, unit, by.scope().within(), made).await
}

/// Takes roles.
///
/// # Errors
/// [`Problem::LastAdmin`].
pub(super) async fn take(
    unit: &UnitOfWork,
    inside: &OrgScope,
    member: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    let admins = Admins::of(unit, inside).await?;
    let was_admin = admins.include(member).await?;
    membership_roles::delete(unit, inside, member, ids).await?;
    if was_admin {
        admins.still_there().await?;
    }
    let change = Change::new("organization.member_roles_removed", inside.organization().as_str());
    let change = change.within(inside.organization()).about(member);
    let change = change.before(&json!({ "user_id": member, "roles": ids }));
    Ok(Made::new(change, of_member(inside.organization(), member)))
}

fn of_member(id: &OrganizationId, member: &UserId) -> Concern {
    Concern::Rights(Concerned::one(Holder::Member(id.clone(), member.clone())), None)
}

/// Refuses a user who is no member.
pub(super) async fn existing(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    member: &UserId,
) -> Result<(), Problem> {
    match memberships::exists(db, inside, member).await? {
        true => Ok(()),
        false => Err(Problem::NoSuch(Thing::Member)),
    }
}
