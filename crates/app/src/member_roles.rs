//! The roles that members hold in an organization. Contract section 3.3.

use std::collections::HashSet;

use guildhall_domain::effect::Holder;
use guildhall_domain::id::{OrganizationId, RoleId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::member::Member;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, TenantScope, needs};
use guildhall_domain::role::{ConferredBy, Role};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Db, UnitOfWork, membership_roles, memberships, roles};
use serde_json::json;

use crate::context::{App, limits};
use crate::effects::{self, Concern, Made};
use crate::members::existing_organization;
use crate::problem::{Limit, Problem, Thing, missing};
use crate::roles::role;

/// A page of the roles that a member holds in the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadMemberRoles>,
    id: &OrganizationId,
    member: &UserId,
    page: &PageRequest,
) -> Result<Page<Role>, Problem> {
    let scope = existing_member(app.store(), by.scope(), id, member).await?;
    Ok(membership_roles::list(app.store(), &scope, member, page).await?)
}

/// The roles by which a member holds anything in the organization now: those that the envelope suspends are not among them.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn counting(
    db: impl Into<Db<'_>>,
    tenant: &Tenant,
    scope: &TenantScope,
    organization: &Organization,
    member: &UserId,
) -> Result<Vec<Role>, Problem> {
    let envelope = tenant.settings.envelope_of(organization);
    let inside = scope.organization(organization.id.clone());
    let held = membership_roles::conferred(db, &inside, member).await?.into_iter();
    let counting = held.filter(|(role, by)| !envelope.suspends(&role.id, role.kind, *by));
    Ok(counting.map(|(role, _)| role).collect())
}

/// Gives a member roles in the organization; those held already stay, and are the vendor's word from now on.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`], [`Thing::Roles`] for roles that do not exist or are another
/// organization's, [`Limit::MemberRoles`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::CreateMemberRoles>,
    id: &OrganizationId,
    member: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = add_within(&unit, by, id, member, &ids).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn add_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::CreateMemberRoles>,
    id: &OrganizationId,
    member: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    let most = limits(unit, by.scope()).await?.roles_per_member;
    let scope = existing_member(unit, by.scope(), id, member).await?;
    let found = roles::find_all(unit, by.scope(), ids).await?;
    let assignable: HashSet<&RoleId> =
        found.iter().filter(|role| role.assignable_in(id)).map(|role| &role.id).collect();
    let unknown: Vec<String> =
        ids.iter().filter(|id| !assignable.contains(id)).map(ToString::to_string).collect();
    if !unknown.is_empty() {
        return Err(Problem::NoSuch(Thing::Roles(unknown)));
    }
    let held = membership_roles::held(unit, &scope, member).await?;
    if held.iter().chain(ids).collect::<HashSet<_>>().len() as u64 > most {
        return Err(Problem::LimitReached(Limit::MemberRoles));
    }
    let inserted = membership_roles::insert(unit, &scope, member, ids, ConferredBy::Vendor).await;
    inserted.map_err(missing(Thing::Member))?;
    let change = Change::new("organization.member_roles_added", id.as_str()).within(id);
    let change = change.after(&json!({ "user_id": member, "roles": ids }));
    Ok(Made::new(change, of_member(id, member)))
}

/// Takes roles in the organization from a member; those not held are passed over.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::DeleteMemberRoles>,
    id: &OrganizationId,
    member: &UserId,
    ids: Vec<RoleId>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = remove_within(&unit, by, id, member, &ids).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn remove_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::DeleteMemberRoles>,
    id: &OrganizationId,
    member: &UserId,
    ids: &[RoleId],
) -> Result<Made, Problem> {
    let scope = existing_member(unit, by.scope(), id, member).await?;
    membership_roles::delete(unit, &scope, member, ids).await?;
    let change = Change::new("organization.member_roles_removed", id.as_str()).within(id);
    let change = change.before(&json!({ "user_id": member, "roles": ids }));
    Ok(Made::new(change, of_member(id, member)))
}

fn of_member(id: &OrganizationId, member: &UserId) -> Concern {
    Concern::Rights(Concerned::one(Holder::Member(id.clone(), member.clone())), None)
}

/// A page of the members who hold a role in the organization.
///
/// # Errors
/// [`Thing::Organization`]; [`Thing::Role`] also for a role of another organization.
pub async fn members(
    app: &App,
    by: &Authorized<needs::ReadRoleMembers>,
    id: &OrganizationId,
    role_id: &RoleId,
    page: &PageRequest,
) -> Result<Page<Member>, Problem> {
    let scope = existing_organization(app.store(), by.scope(), id).await?;
    if !role(app.store(), by.scope(), role_id).await?.assignable_in(id) {
        return Err(Problem::NoSuch(Thing::Role));
    }
    Ok(membership_roles::members(app.store(), &scope, role_id, page).await?)
}

/// The key to an organization that exists and has the member.
pub(crate) async fn existing_member<'a>(
    db: impl Into<Db<'a>> + Copy,
    scope: &TenantScope,
    id: &OrganizationId,
    member: &UserId,
) -> Result<OrgScope, Problem> {
    let scope = existing_organization(db, scope, id).await?;
    match memberships::exists(db, &scope, member).await? {
        true => Ok(scope),
        false => Err(Problem::NoSuch(Thing::Member)),
    }
}
