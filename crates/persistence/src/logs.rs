//! The log, as it is read.

mod in_organization;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use guildhall_domain::id::{ClientId, LogId, UserId};
use guildhall_domain::log::{EventType, Log, LogEntry, LogNames};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::search::{Expression, LogField, Test};
use sea_orm::sea_query::{Expr, IntoIden};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::entity::{self, clients, logs as table, organizations, users};
use crate::error::Result;
use crate::search::{self, Case};
use crate::store::Db;
use crate::{dialect, paging};

pub use in_organization::{WantedInOrganization, find_in_organization, list_in_organization};

/// A column that the log can be listed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The date.
    Date,
    /// The type.
    Type,
    /// The client.
    ClientId,
    /// The user.
    UserId,
    /// The address it came from.
    Ip,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Whether the last comes first.
    pub descending: bool,
}

impl Sort {
    /// The newest entry first.
    pub const NEWEST: Self = Self { by: SortBy::Date, descending: true };
}

/// Which entries a list holds.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is searched for.
    pub search: Expression<LogField>,
    /// Of this user only.
    pub user: Option<UserId>,
    /// In this order, by offset; what follows an entry is in the order of time.
    pub sort: Sort,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's log.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
    wanted: &Wanted,
) -> Result<Page<Log>> {
    let db = db.into();
    let mut query = in_tenant(scope).filter(condition(db.0.get_database_backend(), &wanted.search));
    if let Some(user) = &wanted.user {
        query = query.filter(table::Column::UserId.eq(user.as_str()));
    }
    if let PageRequest::Offset { .. } = page {
        query = sorted(query, wanted.sort);
    }
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_names(&db, scope, rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The entry with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &LogId) -> Result<Option<Log>> {
    let db = db.into();
    let row = in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(with_names(&db, scope, row.into_iter().collect()).await?.pop())
}

/// When and from where the client last got a token of its own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn last_use(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
) -> Result<Option<(DateTime<Utc>, Option<String>)>> {
    let query = in_tenant(scope)
        .filter(table::Column::ClientId.eq(client.as_str()))
        .filter(table::Column::Kind.eq(EventType::ClientCredentials.as_str()))
        .order_by_desc(table::Column::Id);
    let row = query.one(&db.into().0).await?;
    row.map(|row| Ok((entity::time(row.date)?, row.ip))).transpose()
}

fn sorted(query: Select<table::Entity>, sort: Sort) -> Select<table::Entity> {
    let order = if sort.descending { Order::Desc } else { Order::Asc };
    let column = match sort.by {
        SortBy::Date => table::Column::Date,
        SortBy::Type => table::Column::Kind,
        SortBy::ClientId => table::Column::ClientId,
        SortBy::UserId => table::Column::UserId,
        SortBy::Ip => table::Column::Ip,
    };
    let query = match sort.by {
        SortBy::Date | SortBy::Type => query,
        _ => query.order_by(column.is_null(), Order::Asc),
    };
    // Entries of one millisecond follow each other in the order of their ids.
    query.order_by(column, order.clone()).order_by(table::Column::Id, order)
}

fn condition(backend: DatabaseBackend, expression: &Expression<LogField>) -> Condition {
    search::condition(expression, &|field, test| {
        let text =
            |column: table::Column, case, test: &Test| search::text(backend, column.into_expr(), case, test);
        match field {
            LogField::Id => text(table::Column::Id, Case::Exact, test),
            LogField::Date => search::time(table::Column::Date.into_expr(), test),
            LogField::Type => text(table::Column::Kind, Case::Exact, test),
            LogField::Description => text(table::Column::Description, Case::Folded, test),
            LogField::ClientId => text(table::Column::ClientId, Case::Exact, test),
            LogField::UserId => text(table::Column::UserId, Case::Exact, test),
            LogField::OrganizationId => text(table::Column::OrganizationId, Case::Exact, test),
            LogField::Ip => text(table::Column::Ip, Case::Exact, test),
            LogField::UserAgent => text(table::Column::UserAgent, Case::Folded, test),
            LogField::Details(keys) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let details: Expr = table::Column::Details.into_expr();
                search::json(backend, details, &dialect::path(&keys), Case::Exact, test)
            }
        }
    })
}

/// Adds the names of what the entries refer to.
async fn with_names(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<Log>> {
    let ids =
        |id: fn(&table::Model) -> &Option<String>| rows.iter().filter_map(|row| id(row).as_deref()).collect();
    let of_clients = (clients::Column::TenantId, clients::Column::Id, clients::Column::Name);
    let of_users = (users::Column::TenantId, users::Column::Id, users::Column::Name);
    let of_organizations =
        (organizations::Column::TenantId, organizations::Column::Id, organizations::Column::Name);
    let names = LogNames {
        clients: names::<clients::Entity>(db, scope, of_clients, ids(|row| &row.client_id)).await?,
        users: names::<users::Entity>(db, scope, of_users, ids(|row| &row.user_id)).await?,
        organizations: names::<organizations::Entity>(
            db,
            scope,
            of_organizations,
            ids(|row| &row.organization_id),
        )
        .await?,
    };
    rows.into_iter().map(|row| Ok(entry(row)?.shown(&names))).collect()
}

async fn names<E: EntityTrait>(
    db: &Db<'_>,
    scope: &TenantScope,
    (tenant, id, name): (E::Column, E::Column, E::Column),
    ids: BTreeSet<&str>,
) -> Result<HashMap<String, String>>
where
    E::Column: IntoIden,
{
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = E::find()
        .select_only()
        .columns([id, name])
        .filter(tenant.eq(scope.tenant().as_str()))
        .filter(name.is_not_null())
        .filter(id.is_in(ids));
    Ok(query.into_tuple::<(String, String)>().all(&db.0).await?.into_iter().collect())
}

fn entry(row: table::Model) -> Result<LogEntry> {
    Ok(LogEntry {
        id: LogId::new(row.id),
        date: entity::time(row.date)?,
        kind: row.kind,
        description: row.description,
        epoch: row.epoch,
        client_id: row.client_id,
        user_id: row.user_id,
        organization_id: row.organization_id,
        ip: row.ip,
        user_agent: row.user_agent,
        details: row.details,
    })
}
