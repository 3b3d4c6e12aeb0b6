//! Permissions that APIs define, found by name and described for those who hold them.

use std::collections::{HashMap, HashSet};

use guildhall_domain::id::ResourceServerId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{Permission, PermissionName};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::entity::{permissions as table, resource_servers};
use crate::error::Result;
use crate::paging;
use crate::store::Db;

/// How many names are looked up by one query.
const AT_ONCE: usize = 500;

/// How many permissions [`any_of`] may name: SQLite limits how deep a condition nests.
pub(crate) const NAMED_AT_ONCE: usize = 100;

/// A permission as it is stored where it is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PermissionKey {
    /// The API.
    pub resource_server_id: ResourceServerId,
    /// The scope.
    pub permission: String,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn apis_in_tenant(scope: &TenantScope) -> Select<resource_servers::Entity> {
    resource_servers::Entity::find().filter(resource_servers::Column::TenantId.eq(scope.tenant().as_str()))
}

/// Those of the permissions that an API defines.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn resolve(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    names: &[PermissionName],
) -> Result<HashMap<PermissionName, PermissionKey>> {
    let db = db.into();
    let mut resolved = HashMap::new();
    for names in names.chunks(AT_ONCE) {
        let asked: HashSet<&PermissionName> = names.iter().collect();
        let identifiers = names.iter().map(|name| name.resource_server_identifier.as_str());
        let apis: HashMap<String, String> = apis_in_tenant(scope)
            .select_only()
            .columns([resource_servers::Column::Id, resource_servers::Column::Identifier])
            .filter(resource_servers::Column::Identifier.is_in(identifiers))
            .into_tuple()
            .all(&db.0)
            .await?
            .into_iter()
            .collect();
        let defined: Vec<(String, String)> = in_tenant(scope)
            .select_only()
            .columns([table::Column::ResourceServerId, table::Column::Value])
            .filter(table::Column::ResourceServerId.is_in(apis.keys()))
            .filter(table::Column::Value.is_in(names.iter().map(|name| name.permission_name.as_str())))
            .into_tuple()
            .all(&db.0)
            .await?;
        for (api, value) in defined {
            let Some(identifier) = apis.get(&api) else {
                continue;
            };
            let name = PermissionName {
                resource_server_identifier: identifier.clone(),
                permission_name: value.clone(),
            };
            // The two lists cross, so more may have been found than was asked for.
            if asked.contains(&name) {
                let key = PermissionKey { resource_server_id: ResourceServerId::new(api), permission: value };
                resolved.insert(name, key);
            }
        }
    }
    Ok(resolved)
}

/// A page of the permissions that `held` selects as pairs of API and scope, in the order of their names.
pub(crate) async fn page(
    db: &Db<'_>,
    scope: &TenantScope,
    held: SelectStatement,
    page: &PageRequest,
) -> Result<Page<(PermissionKey, Permission)>> {
    let key = Expr::tuple([Expr::col(table::Column::ResourceServerId), Expr::col(table::Column::Value)]);
    let mut query = in_tenant(scope).filter(key.in_subquery(held));
    let total = match page.totals() {
        true => Some(query.clone().count(&db.0).await?),
        false => None,
    };
    let mut limit = page.limit();
    if let PageRequest::Checkpoint { after, .. } = page {
        limit += 1;
        if let Some(after) = after {
            query = query.filter(follows(after));
        }
    }
    let query = query.order_by_asc(table::Column::Value).order_by_asc(table::Column::ResourceServerId);
    let rows = query.offset(page.offset()).limit(limit).all(&db.0).await?;
    let rows = paging::cut(rows, total, page, |row| format!("{}\n{}", row.value, row.resource_server_id));
    let items = described(db, scope, rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// Any of the permissions, as a condition on the columns of a table that holds some.
pub(crate) fn any_of(
    api: impl ColumnTrait,
    permission: impl ColumnTrait,
    keys: &[PermissionKey],
) -> Condition {
    keys.iter().fold(Condition::any(), |any, key| {
        any.add(api.eq(key.resource_server_id.as_str()).and(permission.eq(key.permission.as_str())))
    })
}

/// What comes after the scope and API of a cursor.
fn follows(cursor: &str) -> Condition {
    let (value, api) = cursor.split_once('\n').unwrap_or((cursor, ""));
    let later_of_same = table::Column::Value.eq(value).and(table::Column::ResourceServerId.gt(api));
    Condition::any().add(table::Column::Value.gt(value)).add(later_of_same)
}

/// Adds each permission's API.
async fn described(
    db: &Db<'_>,
    scope: &TenantScope,
    rows: Vec<table::Model>,
) -> Result<Vec<(PermissionKey, Permission)>> {
    let query = apis_in_tenant(scope)
        .select_only()
        .columns([
            resource_servers::Column::Id,
            resource_servers::Column::Identifier,
            resource_servers::Column::Name,
        ])
        .filter(resource_servers::Column::Id.is_in(rows.iter().map(|row| row.resource_server_id.as_str())));
    let apis: Vec<(String, String, Option<String>)> = query.into_tuple().all(&db.0).await?;
    let apis: HashMap<String, (String, Option<String>)> =
        apis.into_iter().map(|(id, identifier, name)| (id, (identifier, name))).collect();
    let items = rows.into_iter().filter_map(|row| {
        let (identifier, name) = apis.get(&row.resource_server_id)?;
        let permission = Permission {
            permission_name: row.value.clone(),
            description: row.description.unwrap_or_default(),
            resource_server_name: name.clone().unwrap_or_default(),
            resource_server_identifier: identifier.clone(),
        };
        let id = ResourceServerId::new(row.resource_server_id);
        Some((PermissionKey { resource_server_id: id, permission: row.value }, permission))
    });
    Ok(items.collect())
}
