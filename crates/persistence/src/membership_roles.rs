//! The roles that members hold in an organization.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::id::{ResourceServerId, RoleId, UserId};
use guildhall_domain::member::{Member, MemberRoleName};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::OrgScope;
use guildhall_domain::rights::{HeldRole, Holding, PersonHoldings};
use guildhall_domain::role::{ConferredBy, Role};
use sea_orm::sea_query::{OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    Set,
};

use crate::entity::{membership_roles as table, roles as roles_table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{dialect, held_roles, paging, profiles, roles};

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// A page of the roles that the member holds.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    member: &UserId,
    page: &PageRequest,
) -> Result<Page<Role>> {
    let held = in_organization(scope).filter(table::Column::UserId.eq(member.as_str()));
    let held = held.select_only().column(table::Column::RoleId).into_query();
    let query = roles::in_tenant(scope.within())
        .filter(roles_table::Column::Id.in_subquery(held))
        .filter(roles::assignable_in(scope.organization()));
    roles::of_query(&db.into(), query, page).await
}

/// The members who hold the role, as a query.
pub(crate) fn holders(scope: &OrgScope, role: &RoleId) -> SelectStatement {
    let query = in_organization(scope).filter(table::Column::RoleId.eq(role.as_str()));
    query.select_only().column(table::Column::UserId).into_query()
}

/// How many members hold the role.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope, role: &RoleId) -> Result<u64> {
    let query = in_organization(scope).filter(table::Column::RoleId.eq(role.as_str()));
    Ok(query.count(&db.into().0).await?)
}

/// A page of the members who hold the role.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn members(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    role: &RoleId,
    page: &PageRequest,
) -> Result<Page<Member>> {
    let db = db.into();
    let query = in_organization(scope).filter(table::Column::RoleId.eq(role.as_str()));
    let rows = paging::page(&db, query, page, table::Column::UserId, |row| row.user_id.clone()).await?;
    profiles::page(&db, scope.within(), rows.map(|row| row.user_id)).await
}

/// Adds the names of the roles that each member holds, by two queries for all of them.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn name_roles(db: impl Into<Db<'_>>, scope: &OrgScope, members: &mut [Member]) -> Result<()> {
    let db = db.into();
    let users = || members.iter().map(|member| member.user_id.as_str());
    let held = in_organization(scope).filter(table::Column::UserId.is_in(users()));
    let ids = held.clone().select_only().column(table::Column::RoleId).into_query();
    let named: Vec<(String, String)> = roles::in_tenant(scope.within())
        .select_only()
        .columns([roles_table::Column::Id, roles_table::Column::Name])
        .filter(roles_table::Column::Id.in_subquery(ids))
        .filter(roles::assignable_in(scope.organization()))
        .into_tuple()
        .all(&db.0)
        .await?;
    let named: HashMap<String, String> = named.into_iter().collect();
    let mut by_user: HashMap<String, Vec<MemberRoleName>> = HashMap::new();
    for row in held.all(&db.0).await? {
        if let Some(name) = named.get(&row.role_id) {
            let role = MemberRoleName { id: RoleId::new(row.role_id), name: name.clone() };
            by_user.entry(row.user_id).or_default().push(role);
        }
    }
    for member in members {
        // Ordered here: asked for in order, SQLite looks through all members for the users.
        let mut roles = by_user.remove(member.user_id.as_str()).unwrap_or_default();
        roles.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        member.roles = Some(roles);
    }
    Ok(())
}

/// The roles that each of the members holds, in the order of their ids; name fewer than 1,000 members.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_members(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    members: &[UserId],
) -> Result<HashMap<UserId, Vec<Role>>> {
    let db = db.into();
    let held = in_organization(scope).filter(table::Column::UserId.is_in(members.iter().map(UserId::as_str)));
    let ids = held.clone().select_only().column(table::Column::RoleId).into_query();
    let query = roles::in_tenant(scope.within())
        .filter(roles_table::Column::Id.in_subquery(ids))
        .filter(roles::assignable_in(scope.organization()));
    let known = roles::all_of(&db, query).await?;
    let known: HashMap<&str, &Role> = known.iter().map(|role| (role.id.as_str(), role)).collect();
    let mut by_user: HashMap<UserId, Vec<Role>> = HashMap::new();
    for row in held.all(&db.0).await? {
        if let Some(role) = known.get(row.role_id.as_str()) {
            by_user.entry(UserId::new(row.user_id)).or_default().push((*role).clone());
        }
    }
    for roles in by_user.values_mut() {
        roles.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    }
    Ok(by_user)
}

/// The ids of the roles that the member holds.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn held(db: impl Into<Db<'_>>, scope: &OrgScope, member: &UserId) -> Result<Vec<RoleId>> {
    let query = in_organization(scope).filter(table::Column::UserId.eq(member.as_str()));
    Ok(query.all(&db.into().0).await?.into_iter().map(|row| RoleId::new(row.role_id)).collect())
}

/// The roles that the member holds, each with by whose word, in the order of their ids.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn conferred(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    member: &UserId,
) -> Result<Vec<(Role, ConferredBy)>> {
    let db = db.into();
    let by = words(&db, scope, member).await?;
    let ids = Vec::from_iter(by.keys().cloned());
    let found = roles::find_all(db, scope.within(), &ids).await?.into_iter();
    let held = found.filter(|role| role.assignable_in(scope.organization()));
    let held = held.filter_map(|role| by.get(&role.id).map(|by| (role, *by)));
    let mut held: Vec<(Role, ConferredBy)> = held.collect();
    held.sort_unstable_by(|(one, _), (other, _)| one.id.cmp(&other.id));
    Ok(held)
}

/// By whose word the member holds each role.
async fn words(db: &Db<'_>, scope: &OrgScope, member: &UserId) -> Result<HashMap<RoleId, ConferredBy>> {
    let held = in_organization(scope).filter(table::Column::UserId.eq(member.as_str()));
    let word = |row: table::Model| (RoleId::new(row.role_id), ConferredBy::of(row.by_organization));
    Ok(held.all(&db.0).await?.into_iter().map(word).collect())
}

/// What the member holds on an API: by the tenant's roles and the organization's own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn holdings(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    member: &UserId,
    api: &ResourceServerId,
) -> Result<PersonHoldings> {
    let db = db.into();
    let by = words(&db, scope, member).await?;
    if by.is_empty() {
        return Ok(PersonHoldings::default());
    }
    // Of these alone, so that none is there without its word.
    let held = dialect::texts(db.0.get_database_backend(), by.keys().map(RoleId::as_str));
    let assignable = roles::assignable_in(scope.organization());
    let roles = held_roles::on_api(&db, scope.within(), held, assignable, api).await?;
    let holding = |role: Arc<HeldRole>| by.get(&role.id).map(|by| Holding { by: *by, role: role.clone() });
    Ok(PersonHoldings { roles: roles.into_iter().filter_map(holding).collect(), direct: HashSet::new() })
}

/// Gives roles to a member; those held already stay. What the vendor gives is then held by the vendor's word, whoever gave it
/// before; the organization takes over nothing.
///
/// # Errors
/// [`crate::Error::Missing`] when the member or a role is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    member: &UserId,
    roles: &[RoleId],
    by: ConferredBy,
) -> Result<()> {
    // PostgreSQL changes no row twice.
    let roles: BTreeSet<&RoleId> = roles.iter().collect();
    let rows = roles.into_iter().map(|role| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        user_id: Set(member.to_string()),
        role_id: Set(role.to_string()),
        by_organization: Set(by.is_organization()),
    });
    use table::Column::{ByOrganization, OrganizationId, RoleId as Role, TenantId, UserId as User};
    let mut held = OnConflict::columns([TenantId, OrganizationId, User, Role]);
    match by {
        ConferredBy::Vendor => held.update_column(ByOrganization),
        ConferredBy::Organization => held.do_nothing(),
    };
    let insert = table::Entity::insert_many(rows).on_conflict(held);
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Takes roles from a member; those not held are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, member: &UserId, roles: &[RoleId]) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::UserId.eq(member.as_str()))
        .filter(table::Column::RoleId.is_in(roles.iter().map(RoleId::as_str)))
        .exec(unit.transaction())
        .await?;
    Ok(())
}
