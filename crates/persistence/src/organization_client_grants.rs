//! Client grants of organizations: where a grant is associated, what narrows it there, and the roles held with it.

mod list;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::client_grant::Association;
use guildhall_domain::id::{ClientGrantId, OrganizationId, ResourceServerId, RoleId};
use guildhall_domain::policy::OrgScope;
use guildhall_domain::rights::HeldRole;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::client_grants::machines;
use crate::entity::{
    client_grants, organization_client_grant_roles as roles_of, organization_client_grants as table, roles,
};
use crate::error::Result;
use crate::roles as all_roles;
use crate::store::Db;
use crate::unit::UnitOfWork;

pub use list::{Filter, list, organization_ids_of, organizations_of};

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// The ids of the grants that are associated with the organization, as a query.
pub(crate) fn grant_ids_in(scope: &OrgScope) -> SelectStatement {
    in_organization(scope).select_only().column(table::Column::GrantId).into_query()
}

fn roles_in_organization(scope: &OrgScope) -> Select<roles_of::Entity> {
    roles_of::Entity::find()
        .filter(roles_of::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(roles_of::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// What associates the grant with the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    grant: &ClientGrantId,
) -> Result<Option<Association>> {
    let db = db.into();
    let query = in_organization(scope).filter(table::Column::GrantId.eq(grant.as_str()));
    let Some(row) = query.one(&db.0).await? else {
        return Ok(None);
    };
    let held = roles_held(&db, scope, std::slice::from_ref(&row)).await?.remove(grant.as_str());
    Ok(Some(association(row, held)?))
}

/// What associates each of the grants with the organization, of those that are; name fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    grants: &[ClientGrantId],
) -> Result<HashMap<ClientGrantId, Association>> {
    all_of(&db.into(), scope, grants).await
}

async fn all_of(
    db: &Db<'_>,
    scope: &OrgScope,
    grants: &[ClientGrantId],
) -> Result<HashMap<ClientGrantId, Association>> {
    let ids = grants.iter().map(ClientGrantId::as_str);
    let rows = in_organization(scope).filter(table::Column::GrantId.is_in(ids)).all(&db.0).await?;
    let mut held = roles_held(db, scope, &rows).await?;
    let mut associations = HashMap::new();
    for row in rows {
        let roles = held.remove(&row.grant_id);
        let association = association(row, roles)?;
        associations.insert(association.grant_id.clone(), association);
    }
    Ok(associations)
}

/// The tenant's roles and the organization's own.
fn assignable_roles(scope: &OrgScope) -> Select<roles::Entity> {
    all_roles::in_tenant(scope.within()).filter(all_roles::assignable_in(scope.organization()))
}

/// Those of the roles that do not exist in the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn unknown_roles(db: impl Into<Db<'_>>, scope: &OrgScope, ids: &[RoleId]) -> Result<Vec<String>> {
    let query = assignable_roles(scope)
        .filter(roles::Column::Id.is_in(ids.iter().map(RoleId::as_str)))
        .select_only()
        .column(roles::Column::Id);
    let known: HashSet<String> = query.into_tuple::<String>().all(&db.into().0).await?.into_iter().collect();
    Ok(ids.iter().map(RoleId::to_string).filter(|id| !known.contains(id)).collect())
}

/// What the client holds on an API by the roles that it has in the organization with the grant: the tenant's roles and
/// the organization's own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn held_roles(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    grant: &ClientGrantId,
    api: &ResourceServerId,
) -> Result<Vec<Arc<HeldRole>>> {
    let held = roles_in_organization(scope)
        .filter(roles_of::Column::GrantId.eq(grant.as_str()))
        .select_only()
        .column(roles_of::Column::RoleId)
        .into_query();
    let assignable = all_roles::assignable_in(scope.organization());
    crate::held_roles::on_api(&db.into(), scope.within(), held, assignable, api).await
}

/// The roles by grant, of those associations that have any.
async fn roles_held(
    db: &Db<'_>,
    scope: &OrgScope,
    rows: &[table::Model],
) -> Result<HashMap<String, Vec<RoleId>>> {
    let mut held: HashMap<String, Vec<RoleId>> = HashMap::new();
    let ids: Vec<&str> = rows.iter().filter(|row| row.has_roles).map(|row| row.grant_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(held);
    }
    let query = roles_in_organization(scope).filter(roles_of::Column::GrantId.is_in(ids));
    for row in query.order_by_asc(roles_of::Column::RoleId).all(&db.0).await? {
        held.entry(row.grant_id).or_default().push(RoleId::new(row.role_id));
    }
    Ok(held)
}

/// How many grants are associated with the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(in_organization(scope).count(&db.into().0).await?)
}

/// How many of them are for machine clients themselves.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count_machines(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    let machines = machines(scope.within()).select_only().column(client_grants::Column::Id);
    let query = in_organization(scope).filter(table::Column::GrantId.in_subquery(machines.into_query()));
    Ok(query.count(&db.into().0).await?)
}

/// Associates a grant with the organization.
///
/// # Errors
/// [`crate::Error::Conflict`] when it is already, [`crate::Error::Missing`] when grant or organization are gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    association: &Association,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        grant_id: Set(association.grant_id.to_string()),
        scope: Set(association.scope.as_ref().map(serde_json::to_value).transpose()?),
        has_roles: Set(association.roles.is_some()),
        by_organization: Set(association.by_organization),
        created_at: Set(now.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    let roles = association.roles.iter().flatten().map(|role| roles_of::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        grant_id: Set(association.grant_id.to_string()),
        role_id: Set(role.to_string()),
    });
    let roles: Vec<roles_of::ActiveModel> = roles.collect();
    if !roles.is_empty() {
        roles_of::Entity::insert_many(roles).exec_without_returning(unit.transaction()).await?;
    }
    Ok(())
}

/// Ends the association of a grant with the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, grant: &ClientGrantId) -> Result<()> {
    let key = (scope.tenant().to_string(), scope.organization().to_string(), grant.to_string());
    table::Entity::delete_by_id(key).exec(unit.transaction()).await?;
    Ok(())
}

pub(crate) fn association(row: table::Model, roles: Option<Vec<RoleId>>) -> Result<Association> {
    Ok(Association {
        organization_id: OrganizationId::new(row.organization_id),
        grant_id: ClientGrantId::new(row.grant_id),
        scope: row.scope.map(serde_json::from_value).transpose()?,
        // An association whose roles were all deleted still has roles: none, and so no permissions.
        roles: row.has_roles.then(|| roles.unwrap_or_default()),
        by_organization: row.by_organization,
    })
}
