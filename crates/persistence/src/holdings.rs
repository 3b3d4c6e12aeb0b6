//! What many hold at once, in whatever organizations they are; ask for fewer than 1,000 holders.

use std::collections::{BTreeSet, HashMap, HashSet};

use guildhall_domain::client_grant::Association;
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, OrganizationId, ResourceServerId, RoleId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::HeldRole;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use crate::entity::{
    client_grants, membership_roles, organization_client_grant_roles as client_roles,
    organization_client_grants as associations, role_permissions, user_permissions, user_roles,
};
use crate::error::Result;
use crate::held_roles;
use crate::organization_client_grants::association;
use crate::store::Db;

/// The ids by which holders are found.
struct Ids<'a> {
    organizations: BTreeSet<&'a str>,
    users: BTreeSet<&'a str>,
    members: BTreeSet<&'a str>,
    grants: BTreeSet<&'a str>,
}

impl<'a> Ids<'a> {
    fn of(holders: &'a [Holder]) -> Self {
        let (users, members): (Vec<_>, Vec<_>) =
            holders.iter().filter(|it| it.user().is_some()).partition(|it| it.organization().is_none());
        let ids = |holders: Vec<&'a Holder>| {
            holders.into_iter().filter_map(Holder::user).map(UserId::as_str).collect()
        };
        Self {
            organizations: holders
                .iter()
                .filter_map(Holder::organization)
                .map(OrganizationId::as_str)
                .collect(),
            users: ids(users),
            members: ids(members),
            grants: holders.iter().filter_map(Holder::grant).map(ClientGrantId::as_str).collect(),
        }
    }

    /// Organizations and members cross, so more may be found than was asked for.
    fn of_members(&self, scope: &TenantScope) -> Select<membership_roles::Entity> {
        membership_roles::Entity::find()
            .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(membership_roles::Column::OrganizationId.is_in(self.organizations.iter().copied()))
            .filter(membership_roles::Column::UserId.is_in(self.members.iter().copied()))
    }

    fn of_users(&self, scope: &TenantScope) -> Select<user_roles::Entity> {
        user_roles::Entity::find()
            .filter(user_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(user_roles::Column::UserId.is_in(self.users.iter().copied()))
    }

    fn of_clients(&self, scope: &TenantScope) -> Select<client_roles::Entity> {
        client_roles::Entity::find()
            .filter(client_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(client_roles::Column::OrganizationId.is_in(self.organizations.iter().copied()))
            .filter(client_roles::Column::GrantId.is_in(self.grants.iter().copied()))
    }
}

/// The APIs on which any of the holders holds anything.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn apis(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
) -> Result<BTreeSet<ResourceServerId>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    let by_roles = |roles: SelectStatement| {
        role_permissions::Entity::find()
            .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(role_permissions::Column::RoleId.in_subquery(roles))
    };
    let of_members = ids.of_members(scope).select_only().column(membership_roles::Column::RoleId);
    let of_users = ids.of_users(scope).select_only().column(user_roles::Column::RoleId);
    let direct = user_permissions::Entity::find()
        .filter(user_permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(user_permissions::Column::UserId.is_in(ids.users.iter().copied()));
    let granted = client_grants::Entity::find()
        .filter(client_grants::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(client_grants::Column::Id.is_in(ids.grants.iter().copied()));
    let mut found = HashSet::new();
    let by_role = role_permissions::Column::ResourceServerId;
    if !ids.members.is_empty() {
        found.extend(distinct(&db, by_roles(of_members.into_query()), by_role).await?);
    }
    if !ids.users.is_empty() {
        found.extend(distinct(&db, by_roles(of_users.into_query()), by_role).await?);
        found.extend(distinct(&db, direct, user_permissions::Column::ResourceServerId).await?);
    }
    if !ids.grants.is_empty() {
        found.extend(distinct(&db, granted, client_grants::Column::ResourceServerId).await?);
    }
    Ok(found.into_iter().map(ResourceServerId::new).collect())
}

async fn distinct<E: EntityTrait>(db: &Db<'_>, query: Select<E>, column: E::Column) -> Result<Vec<String>> {
    Ok(query.select_only().column(column).distinct().into_tuple().all(&db.0).await?)
}

/// The roles that members hold and that permit anything on the API, by member: the tenant's and the organization's own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_members(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
    api: &ResourceServerId,
) -> Result<HashMap<Holder, Vec<HeldRole>>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    if ids.members.is_empty() {
        return Ok(HashMap::new());
    }
    let query = ids.of_members(scope);
    let roles = query.clone().select_only().column(membership_roles::Column::RoleId).into_query();
    let roles = held_roles::owned_on_api(&db, scope, roles, api).await?;
    let mut held: HashMap<Holder, Vec<HeldRole>> = HashMap::new();
    for row in query.order_by_asc(membership_roles::Column::RoleId).all(&db.0).await? {
        let organization = OrganizationId::new(row.organization_id);
        if let Some(role) = held_roles::in_organization(&roles, &row.role_id, &organization) {
            held.entry(Holder::Member(organization, UserId::new(row.user_id)))
                .or_default()
                .push(role.clone());
        }
    }
    Ok(held)
}

/// What associates clients' grants with organizations, with the roles that permit anything on the API where a client holds
/// any.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_clients(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
    api: &ResourceServerId,
) -> Result<HashMap<Holder, (Association, Vec<HeldRole>)>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    if ids.grants.is_empty() {
        return Ok(HashMap::new());
    }
    let query = ids.of_clients(scope);
    let roles = query.clone().select_only().column(client_roles::Column::RoleId).into_query();
    let roles = held_roles::owned_on_api(&db, scope, roles, api).await?;
    let mut held: HashMap<Holder, (Vec<RoleId>, Vec<HeldRole>)> = HashMap::new();
    for row in query.order_by_asc(client_roles::Column::RoleId).all(&db.0).await? {
        let organization = OrganizationId::new(row.organization_id);
        let role = held_roles::in_organization(&roles, &row.role_id, &organization).cloned();
        let holder = Holder::ClientIn(organization, ClientGrantId::new(row.grant_id));
        let (ids, permitting) = held.entry(holder).or_default();
        ids.push(RoleId::new(row.role_id));
        permitting.extend(role);
    }
    let rows = associations::Entity::find()
        .filter(associations::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(associations::Column::OrganizationId.is_in(ids.organizations.iter().copied()))
        .filter(associations::Column::GrantId.is_in(ids.grants.iter().copied()));
    let mut found = HashMap::new();
    for row in rows.all(&db.0).await? {
        let (organization, grant) = (row.organization_id.as_str().into(), row.grant_id.as_str().into());
        let holder = Holder::ClientIn(organization, grant);
        let (ids, permitting) = held.remove(&holder).unwrap_or_default();
        found.insert(holder, (association(row, Some(ids))?, permitting));
    }
    Ok(found)
}
