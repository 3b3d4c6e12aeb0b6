//! Tickets, by the keyed hash of what their owner holds.

use chrono::{DateTime, Utc};
use guildhall_domain::id::UserId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::ticket::{Ticket, TicketKind};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use crate::entity::{self, tickets as table};
use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

const OPEN: &str = "open";
const USED: &str = "used";

/// Adds a ticket.
///
/// # Errors
/// [`crate::Error::Missing`] when the user is gone.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, hash: &str, ticket: &Ticket) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        kind: Set(entity::text(&ticket.kind)?),
        user_id: Set(ticket.user_id.to_string()),
        state: Set(OPEN.to_owned()),
        body: Set(serde_json::to_value(ticket)?),
        created_at: Set(ticket.created_at.timestamp_millis()),
        expires_at: Set(ticket.expires_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// The ticket of this kind, unless it was used or has expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    kind: TicketKind,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Ticket>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), hash.to_owned()))
        .filter(table::Column::Kind.eq(entity::text(&kind)?))
        .filter(table::Column::State.eq(OPEN))
        .filter(table::Column::ExpiresAt.gt(now.timestamp_millis()));
    let row = query.one(&db.into().0).await?;
    Ok(row.map(|row| serde_json::from_value(row.body)).transpose()?)
}

/// Uses a ticket up. False when it was used already or has expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn consume(
    unit: &UnitOfWork,
    scope: &TenantScope,
    kind: TicketKind,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(USED))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .filter(table::Column::Kind.eq(entity::text(&kind)?))
        .filter(table::Column::State.eq(OPEN))
        .filter(table::Column::ExpiresAt.gt(now.timestamp_millis()))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends the other open tickets of a user of this kind.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn end(unit: &UnitOfWork, scope: &TenantScope, kind: TicketKind, user: &UserId) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(USED))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
        .filter(table::Column::Kind.eq(entity::text(&kind)?))
        .filter(table::Column::State.eq(OPEN))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// How many tickets of this kind were made for a user since a time.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn made_since(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    kind: TicketKind,
    user: &UserId,
    since: DateTime<Utc>,
) -> Result<u64> {
    let query = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
        .filter(table::Column::Kind.eq(entity::text(&kind)?))
        .filter(table::Column::CreatedAt.gte(since.timestamp_millis()));
    Ok(query.count(&db.into().0).await?)
}

/// Forgets those that have expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store, now: DateTime<Utc>) -> Result<u64> {
    let expired = table::Column::ExpiresAt.lt(now.timestamp_millis());
    Ok(table::Entity::delete_many().filter(expired).exec(store.writer()).await?.rows_affected)
}
