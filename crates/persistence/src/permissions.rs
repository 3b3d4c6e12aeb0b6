//! Permissions that APIs define, found by name and described for those who hold them.

use std::collections::{BTreeSet, HashMap, HashSet};

use guildhall_domain::id::ResourceServerId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{Permission, PermissionName};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::entity::{permissions as table, resource_servers};
use crate::error::Result;
use crate::resource_servers::id_of;
use crate::store::Db;
use crate::{dialect, paging};

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
    resolved(&db.into(), scope, names).await
}

async fn resolved(
    db: &Db<'_>,
    scope: &TenantScope,
    names: &[PermissionName],
) -> Result<HashMap<PermissionName, PermissionKey>> {
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

/// The names of permissions, in their order; those whose API is gone are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn names(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    keys: impl IntoIterator<Item = &PermissionKey>,
) -> Result<Vec<PermissionName>> {
    let db = db.into();
    let keys: Vec<&PermissionKey> = keys.into_iter().collect();
    let ids: BTreeSet<&str> = keys.iter().map(|key| key.resource_server_id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut identifiers: HashMap<String, String> = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let query = apis_in_tenant(scope)
            .select_only()
            .columns([resource_servers::Column::Id, resource_servers::Column::Identifier])
            .filter(resource_servers::Column::Id.is_in(ids.iter().copied()));
        identifiers.extend(query.into_tuple::<(String, String)>().all(&db.0).await?);
    }
    let name = |key: &PermissionKey| {
        let resource_server_identifier = identifiers.get(key.resource_server_id.as_str())?.clone();
        Some(PermissionName { resource_server_identifier, permission_name: key.permission.clone() })
    };
    let mut names: Vec<PermissionName> = keys.into_iter().filter_map(name).collect();
    names.sort_unstable();
    Ok(names)
}

/// Which of the permissions that APIs define are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// All but those of the API with this identifier.
    pub except: Option<String>,
    /// These alone; all when absent.
    pub among: Option<Vec<PermissionName>>,
    /// A part of the name or of the description, in capitals or not.
    pub text: Option<String>,
}

/// A page of the permissions that APIs define, in the order of their names.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    request: &PageRequest,
) -> Result<Page<(PermissionKey, Permission)>> {
    let db = db.into();
    let mut query = in_tenant(scope);
    if let Some(identifier) = &filter.except {
        let except = table::Column::ResourceServerId.not_in_subquery(id_of(scope, identifier));
        query = query.filter(except);
    }
    if let Some(names) = &filter.among {
        let keys = resolved(&db, scope, names).await?;
        query = query.filter(among(db.0.get_database_backend(), keys.values()));
    }
    if let Some(part) = &filter.text {
        let columns = [table::Column::Value, table::Column::Description];
        let holding = columns.map(|column| dialect::contains(column.into_expr(), part));
        query = query.filter(holding.into_iter().fold(Condition::any(), Condition::add));
    }
    of_query(&db, scope, query, request).await
}

/// Whether it is one of many permissions: more than [`any_of`] can name.
fn among<'a>(backend: DatabaseBackend, keys: impl Iterator<Item = &'a PermissionKey> + Clone) -> Condition {
    let apis: BTreeSet<&str> = keys.clone().map(|key| key.resource_server_id.as_str()).collect();
    let apis = dialect::texts(backend, apis);
    let pairs: Vec<String> =
        keys.map(|key| format!("{}\n{}", key.permission, key.resource_server_id)).collect();
    let pairs = dialect::texts(backend, pairs.iter().map(String::as_str));
    let (value, api) = (table::Column::Value.into_expr(), table::Column::ResourceServerId.into_expr());
    let joined = dialect::joined(dialect::joined(value, "\n".into()), api.clone());
    Condition::all().add(api.in_subquery(apis)).add(joined.in_subquery(pairs))
}

/// A page of the permissions that `held` selects as pairs of API and scope, in the order of their names.
pub(crate) async fn page(
    db: &Db<'_>,
    scope: &TenantScope,
    held: SelectStatement,
    page: &PageRequest,
) -> Result<Page<(PermissionKey, Permission)>> {
    let key = Expr::tuple([Expr::col(table::Column::ResourceServerId), Expr::col(table::Column::Value)]);
    of_query(db, scope, in_tenant(scope).filter(key.in_subquery(held)), page).await
}

async fn of_query(
    db: &Db<'_>,
    scope: &TenantScope,
    mut query: Select<table::Entity>,
    page: &PageRequest,
) -> Result<Page<(PermissionKey, Permission)>> {
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
