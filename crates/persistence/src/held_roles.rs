//! Roles with what they permit on one API, as rights are computed from them.

use std::collections::{HashMap, HashSet};

use guildhall_domain::id::{ResourceServerId, RoleId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::HeldRole;
use guildhall_domain::role::RoleType;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{role_permissions as table, roles};
use crate::error::Result;
use crate::store::Db;

/// Of the roles whose ids the query yields and that are `assignable`, those that permit anything on the API, by one query.
pub(crate) async fn on_api(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: SelectStatement,
    assignable: Condition,
    api: &ResourceServerId,
) -> Result<Vec<HeldRole>> {
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
    let mut held: Vec<HeldRole> = Vec::new();
    let rows = query.into_tuple::<(String, String, Option<String>, String)>().all(&db.0).await?;
    for (id, name, owner, permission) in rows {
        match held.last_mut() {
            Some(role) if role.id.as_str() == id => drop(role.permissions.insert(permission)),
            _ => held.push(HeldRole {
                id: RoleId::new(id),
                name,
                kind: if owner.is_some() { RoleType::Organization } else { RoleType::Tenant },
                permissions: HashSet::from([permission]),
            }),
        }
    }
    Ok(held)
}

/// The roles of each of the users; `held` says whose they are.
pub(crate) fn given_out(
    roles: &[HeldRole],
    users: &[UserId],
    held: &HashMap<UserId, Vec<RoleId>>,
) -> Vec<Vec<HeldRole>> {
    let by_id: HashMap<&RoleId, &HeldRole> = roles.iter().map(|role| (&role.id, role)).collect();
    let of_user = |user| held.get(user).into_iter().flatten().filter_map(|id| by_id.get(id));
    users.iter().map(|user| of_user(user).map(|role| (*role).clone()).collect()).collect()
}
