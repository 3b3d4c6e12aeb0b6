//! The part of the log that is an organization's own.

use std::collections::{BTreeSet, HashMap};

use guildhall_domain::id::LogId;
use guildhall_domain::log::{EventType, KnownInOrganization, LogEntry, OrganizationLog, REFUSALS};
use guildhall_domain::page::Page;
use guildhall_domain::policy::OrgScope;
use guildhall_domain::search::{Expression, OrganizationLogField, Test};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use super::entry;
use crate::entity::{clients, logs as table, memberships, users};
use crate::error::Result;
use crate::paging;
use crate::search::{self, Case};
use crate::store::Db;

/// Which entries a list holds.
#[derive(Clone, Debug)]
pub struct WantedInOrganization {
    /// What is searched for.
    pub search: Expression<OrganizationLogField>,
    /// Whether the newest comes first.
    pub newest_first: bool,
    /// The last entry already seen; from the beginning when absent.
    pub after: Option<String>,
    /// The most entries to return.
    pub take: u64,
}

/// The action of a change, which the database itself reads from the details. What is called an action in entries that are no
/// changes is the vendor's.
const ACTION: (&str, &str) = ("logs", "action");

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// A page of the organization's log, in the order of time or the other way round.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_in_organization(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    wanted: &WantedInOrganization,
) -> Result<Page<OrganizationLog>> {
    let (db, id) = (db.into(), table::Column::Id);
    let condition = condition(db.0.get_database_backend(), scope, &wanted.search);
    let mut query = in_organization(scope).filter(condition);
    if let Some(after) = &wanted.after {
        query = query.filter(if wanted.newest_first { id.lt(after.as_str()) } else { id.gt(after.as_str()) });
    }
    let order = if wanted.newest_first { Order::Desc } else { Order::Asc };
    // Found within an index that holds all that is searched by; the entries themselves are read of the page alone.
    let found =
        query.select_only().column(id).order_by(id, order.clone()).limit(wanted.take + 1).into_query();
    let rows = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(id.in_subquery(found))
        .order_by(id, order)
        .all(&db.0)
        .await?;
    let page = paging::cut_after(rows, wanted.take, |row| row.id.clone());
    let items = shown(&db, scope, page.items).await?;
    Ok(Page { items, total: None, next: page.next })
}

/// The organization's entry with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_in_organization(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    id: &LogId,
) -> Result<Option<OrganizationLog>> {
    let db = db.into();
    let row = in_organization(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(shown(&db, scope, row.into_iter().collect()).await?.pop())
}

fn condition(
    backend: DatabaseBackend,
    scope: &OrgScope,
    expression: &Expression<OrganizationLogField>,
) -> Condition {
    search::condition(expression, &|field, test| {
        let text =
            |column: table::Column, test: &Test| search::text(backend, column.into_expr(), Case::Exact, test);
        match field {
            OrganizationLogField::Id => text(table::Column::Id, test),
            OrganizationLogField::Date => search::time(table::Column::Date.into_expr(), test),
            OrganizationLogField::Type => text(table::Column::Kind, test),
            OrganizationLogField::UserId => text(table::Column::UserId, test).and(shows_user(scope)),
            OrganizationLogField::ClientId => text(table::Column::ClientId, test).and(shows_client(scope)),
            OrganizationLogField::Ip => text(table::Column::Ip, test),
            OrganizationLogField::Action => search::text(backend, Expr::col(ACTION), Case::Exact, test),
        }
    })
}

/// What is not shown cannot be found either: whoever was refused and is no member.
fn shows_user(scope: &OrgScope) -> Expr {
    let refused = table::Column::Kind.is_in(REFUSALS.map(EventType::as_str));
    let this = Expr::col((memberships::Entity, memberships::Column::UserId))
        .equals((table::Entity, table::Column::UserId));
    refused.not().or(Expr::exists(members(scope).filter(this).into_query()))
}

/// The same of clients: those that were refused and are another organization's.
fn shows_client(scope: &OrgScope) -> Expr {
    let refused = table::Column::Kind.is_in(REFUSALS.map(EventType::as_str));
    let this =
        Expr::col((clients::Entity, clients::Column::Id)).equals((table::Entity, table::Column::ClientId));
    let ours = known_clients(scope).select_only().column(clients::Column::Id).filter(this);
    refused.not().or(Expr::exists(ours.into_query()))
}

/// The organization's own clients, and the vendor's.
fn known_clients(scope: &OrgScope) -> Select<clients::Entity> {
    let owner = clients::Column::OwnerId;
    clients::Entity::find()
        .filter(clients::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(Condition::any().add(owner.is_null()).add(owner.eq(scope.organization().as_str())))
}

/// The members, by id.
fn members(scope: &OrgScope) -> Select<memberships::Entity> {
    memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(memberships::Column::OrganizationId.eq(scope.organization().as_str()))
}

async fn shown(db: &Db<'_>, scope: &OrgScope, rows: Vec<table::Model>) -> Result<Vec<OrganizationLog>> {
    let entries = rows.into_iter().map(entry).collect::<Result<Vec<LogEntry>>>()?;
    let (mut people, mut machines) = (BTreeSet::new(), BTreeSet::new());
    for entry in &entries {
        let (users, clients) = entry.mentioned();
        people.extend(users);
        machines.extend(clients);
    }
    let known = KnownInOrganization {
        clients: names_of_clients(db, scope, &machines).await?,
        members: names_of_members(db, scope, &people).await?,
    };
    Ok(entries.into_iter().map(|entry| entry.shown_in(scope.organization(), &known)).collect())
}

async fn names_of_clients(
    db: &Db<'_>,
    scope: &OrgScope,
    ids: &BTreeSet<String>,
) -> Result<HashMap<String, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = known_clients(scope)
        .select_only()
        .columns([clients::Column::Id, clients::Column::Name])
        .filter(clients::Column::Id.is_in(ids));
    Ok(query.into_tuple::<(String, String)>().all(&db.0).await?.into_iter().collect())
}

async fn names_of_members(
    db: &Db<'_>,
    scope: &OrgScope,
    ids: &BTreeSet<String>,
) -> Result<HashMap<String, Option<String>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of_them = members(scope).filter(memberships::Column::UserId.is_in(ids)).into_query();
    let query = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::Name])
        .filter(users::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(users::Column::Id.in_subquery(of_them));
    Ok(query.into_tuple::<(String, Option<String>)>().all(&db.0).await?.into_iter().collect())
}
