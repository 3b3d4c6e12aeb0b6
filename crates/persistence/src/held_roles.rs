//! Roles with what they permit on one API, as rights are computed from them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::id::{OrganizationId, ResourceServerId, RoleId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::{HeldRole, Holding};
use guildhall_domain::role::{ConferredBy, RoleType};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{role_permissions as table, roles};
use crate::error::Result;
use crate::store::Db;

/// A role, and the organization whose own it is.
pub(crate) type Owned = (Arc<HeldRole>, Option<OrganizationId>);

/// Of the roles whose ids the query yields and that are `assignable`, those that permit anything on the API, by one query.
pub(crate) async fn on_api(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: SelectStatement,
    assignable: Condition,
    api: &ResourceServerId,
) -> Result<Vec<Arc<HeldRole>>> {
    let held = read(db, scope, ids, assignable, api).await?;
    Ok(held.into_iter().map(|(role, _)| role).collect())
}

/// The same of several organizations, by id.
pub(crate) async fn owned_on_api(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: SelectStatement,
    api: &ResourceServerId,
) -> Result<HashMap<RoleId, Owned>> {
    let held = read(db, scope, ids, Condition::all(), api).await?;
    Ok(held.into_iter().map(|held| (held.0.id.clone(), held)).collect())
}

/// The role, where it can be held in the organization.
pub(crate) fn in_organization<'a>(
    roles: &'a HashMap<RoleId, Owned>,
    role: &str,
    organization: &OrganizationId,
) -> Option<&'a Arc<HeldRole>> {
    let (role, owner) = roles.get(&RoleId::new(role))?;
    owner.as_ref().is_none_or(|owner| owner == organization).then_some(role)
}

async fn read(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: SelectStatement,
    assignable: Condition,
    api: &ResourceServerId,
) -> Result<Vec<Owned>> {
    let role = table::Entity::belongs_to(roles::Entity)
        .from((table::Column::TenantId, table::Column::RoleId))
        .to((roles::Column::TenantId, roles::Column::Id));
    let query = table::Entity::find()
        .join(JoinType::InnerJoin, role.into())
        .select_only()
        .columns([roles::Column::Id, roles::Column::Name, roles::Column::OwnerId])
        .column(table::Column::Permission)
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ResourceServerId.eq(api.as_str()))
        .filter(table::Column::RoleId.in_subquery(ids))
        .filter(assignable)
        .order_by_asc(table::Column::RoleId);
    let mut held: Vec<(HeldRole, Option<String>)> = Vec::new();
    let rows = query.into_tuple::<(String, String, Option<String>, String)>().all(&db.0).await?;
    for (id, name, owner, permission) in rows {
        match held.last_mut() {
            Some((role, _)) if role.id.as_str() == id => drop(role.permissions.insert(permission)),
            _ => {
                let kind = if owner.is_some() { RoleType::Organization } else { RoleType::Tenant };
                let permissions = HashSet::from([permission]);
                let role = HeldRole { id: RoleId::new(id), name, kind, permissions };
                held.push((role, owner));
            }
        }
    }
    Ok(held.into_iter().map(|(role, owner)| (Arc::new(role), owner.map(OrganizationId::new))).collect())
}

/// Roles that are held outside organizations, where only the vendor confers any.
pub(crate) fn by_vendor(roles: Vec<Arc<HeldRole>>) -> Vec<Holding> {
    roles.into_iter().map(|role| Holding { role, by: ConferredBy::Vendor }).collect()
}

/// The roles of each of the users, in the order of their ids; `held` says whose they are.
pub(crate) fn given_out(
    roles: &[Arc<HeldRole>],
    users: &[UserId],
    held: &HashMap<UserId, Vec<RoleId>>,
) -> Vec<Vec<Arc<HeldRole>>> {
    let by_id: HashMap<&RoleId, &Arc<HeldRole>> = roles.iter().map(|role| (&role.id, role)).collect();
    let of_user = |user| {
        let ids = held.get(user).into_iter().flatten();
        let mut roles: Vec<Arc<HeldRole>> = ids.filter_map(|id| by_id.get(id)).copied().cloned().collect();
        // Ordered here: asked for in order, SQLite looks through all holders of roles for the users.
        roles.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        roles
    };
    users.iter().map(of_user).collect()
}
