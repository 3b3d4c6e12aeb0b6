//! What many hold at once, in whatever organizations they are; ask for fewer than 1,000 holders.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use guildhall_domain::client_grant::Association;
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, OrganizationId, ResourceServerId, RoleId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::{HeldRole, Holding};
use guildhall_domain::role::ConferredBy;
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::entity::{
    client_grants, membership_roles, organization_client_grant_roles as client_roles,
    organization_client_grants as associations, role_permissions, user_permissions, user_roles,
};
use crate::error::Result;
use crate::held_roles;
use crate::organization_client_grants::association;
use crate::store::Db;

/// The ids by which holders are found; in organizations, with the organization's.
#[derive(Default)]
struct Ids<'a> {
    users: Vec<&'a str>,
    members: Vec<(&'a str, &'a str)>,
    grants: BTreeSet<&'a str>,
    clients: Vec<(&'a str, &'a str)>,
}

impl<'a> Ids<'a> {
    fn of(holders: &'a [Holder]) -> Self {
        let mut ids = Self::default();
        for holder in holders {
            ids.grants.extend(holder.grant().map(ClientGrantId::as_str));
            match holder {
                Holder::User(user) => ids.users.push(user.as_str()),
                Holder::Member(organization, user) => {
                    ids.members.push((organization.as_str(), user.as_str()));
                }
                Holder::ClientIn(organization, grant) => {
                    ids.clients.push((organization.as_str(), grant.as_str()));
                }
                Holder::Client(_) | Holder::ClientAnywhere(_) => {}
            }
        }
        ids
    }

    fn of_members(&self, scope: &TenantScope) -> Select<membership_roles::Entity> {
        use membership_roles::Column::{OrganizationId, TenantId, UserId};
        membership_roles::Entity::find().filter(any(scope, &self.members, (TenantId, OrganizationId, UserId)))
    }

    fn of_users(&self, scope: &TenantScope) -> Select<user_roles::Entity> {
        user_roles::Entity::find()
            .filter(user_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(user_roles::Column::UserId.is_in(self.users.iter().copied()))
    }

    /// The APIs on which users hold permissions directly, each with the user, as [`of_roles`] has the role.
    fn direct(&self, scope: &TenantScope) -> Select<user_permissions::Entity> {
        user_permissions::Entity::find()
            .select_only()
            .columns([user_permissions::Column::UserId, user_permissions::Column::ResourceServerId])
            .distinct()
            .filter(user_permissions::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(user_permissions::Column::UserId.is_in(self.users.iter().copied()))
    }

    fn of_clients(&self, scope: &TenantScope) -> Select<client_roles::Entity> {
        use client_roles::Column::{GrantId, OrganizationId, TenantId};
        client_roles::Entity::find().filter(any(scope, &self.clients, (TenantId, OrganizationId, GrantId)))
    }

    fn associated(&self, scope: &TenantScope) -> Select<associations::Entity> {
        use associations::Column::{GrantId, OrganizationId, TenantId};
        associations::Entity::find().filter(any(scope, &self.clients, (TenantId, OrganizationId, GrantId)))
    }
}

/// Any of the pairs of organization and id. SQLite looks each up in its index only where each names the tenant as well, and
/// PostgreSQL plans long alternatives slowly.
fn any<C: ColumnTrait>(
    scope: &TenantScope,
    pairs: &[(&str, &str)],
    (tenant, organization, id): (C, C, C),
) -> Condition {
    let mut of_organizations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (of, it) in pairs {
        of_organizations.entry(of).or_default().push(it);
    }
    of_organizations.into_iter().fold(Condition::any(), |any, (of, ids)| {
        any.add(tenant.eq(scope.tenant().as_str()).and(organization.eq(of)).and(id.is_in(ids)))
    })
}

/// The APIs on which any of the people among the holders holds anything.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn apis(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
) -> Result<BTreeSet<ResourceServerId>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    let mut found = BTreeSet::new();
    if !ids.members.is_empty() {
        let roles = ids.of_members(scope).select_only().column(membership_roles::Column::RoleId);
        found.extend(seconds(&db, of_roles(scope, roles.into_query())).await?);
    }
    if !ids.users.is_empty() {
        let roles = ids.of_users(scope).select_only().column(user_roles::Column::RoleId);
        found.extend(seconds(&db, of_roles(scope, roles.into_query())).await?);
        found.extend(seconds(&db, ids.direct(scope)).await?);
    }
    Ok(found)
}

/// The APIs of roles, each with the role: for distinct APIs alone, SQLite looks through all that the tenant's roles permit.
fn of_roles(scope: &TenantScope, roles: SelectStatement) -> Select<role_permissions::Entity> {
    role_permissions::Entity::find()
        .select_only()
        .columns([role_permissions::Column::RoleId, role_permissions::Column::ResourceServerId])
        .distinct()
        .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(role_permissions::Column::RoleId.in_subquery(roles))
}

async fn seconds<E: EntityTrait>(
    db: &Db<'_>,
    pairs: Select<E>,
) -> Result<impl Iterator<Item = ResourceServerId>> {
    let pairs: Vec<(String, String)> = pairs.into_tuple().all(&db.0).await?;
    Ok(pairs.into_iter().map(|(_, api)| ResourceServerId::new(api)))
}

/// The API that each grant of clients among the holders is on.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn apis_of_grants(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
) -> Result<HashMap<ClientGrantId, ResourceServerId>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    if ids.grants.is_empty() {
        return Ok(HashMap::new());
    }
    let query = client_grants::Entity::find()
        .select_only()
        .columns([client_grants::Column::Id, client_grants::Column::ResourceServerId])
        .filter(client_grants::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(client_grants::Column::Id.is_in(ids.grants.iter().copied()));
    let pairs: Vec<(String, String)> = query.into_tuple().all(&db.0).await?;
    Ok(pairs.into_iter().map(|(id, api)| (ClientGrantId::new(id), ResourceServerId::new(api))).collect())
}

/// The roles that members hold and that permit anything on the API, by member: the tenant's and the organization's own, each
/// with by whose word it is held.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_members(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
    api: &ResourceServerId,
) -> Result<HashMap<Holder, Vec<Holding>>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    if ids.members.is_empty() {
        return Ok(HashMap::new());
    }
    let query = ids.of_members(scope);
    let roles = query.clone().select_only().column(membership_roles::Column::RoleId).into_query();
    let roles = held_roles::owned_on_api(&db, scope, roles, api).await?;
    let mut held: HashMap<Holder, Vec<Holding>> = HashMap::new();
    for row in query.order_by_asc(membership_roles::Column::RoleId).all(&db.0).await? {
        let organization = OrganizationId::new(row.organization_id);
        if let Some(role) = held_roles::in_organization(&roles, &row.role_id, &organization) {
            let holding = Holding { role: role.clone(), by: ConferredBy::of(row.by_organization) };
            held.entry(Holder::Member(organization, UserId::new(row.user_id))).or_default().push(holding);
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
) -> Result<HashMap<Holder, (Association, Vec<Arc<HeldRole>>)>> {
    let (db, ids) = (db.into(), Ids::of(holders));
    if ids.clients.is_empty() {
        return Ok(HashMap::new());
    }
    let query = ids.of_clients(scope);
    let roles = query.clone().select_only().column(client_roles::Column::RoleId).into_query();
    let roles = held_roles::owned_on_api(&db, scope, roles, api).await?;
    let mut held: HashMap<Holder, (Vec<RoleId>, Vec<Arc<HeldRole>>)> = HashMap::new();
    for row in query.order_by_asc(client_roles::Column::RoleId).all(&db.0).await? {
        let organization = OrganizationId::new(row.organization_id);
        let role = held_roles::in_organization(&roles, &row.role_id, &organization).cloned();
        let holder = Holder::ClientIn(organization, ClientGrantId::new(row.grant_id));
        let (roles, permitting) = held.entry(holder).or_default();
        roles.push(RoleId::new(row.role_id));
        permitting.extend(role);
    }
    let mut found = HashMap::new();
    for row in ids.associated(scope).all(&db.0).await? {
        let (organization, grant) = (row.organization_id.as_str().into(), row.grant_id.as_str().into());
        let holder = Holder::ClientIn(organization, grant);
        let (roles, permitting) = held.remove(&holder).unwrap_or_default();
        found.insert(holder, (association(row, Some(roles))?, permitting));
    }
    Ok(found)
}
