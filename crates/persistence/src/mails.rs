//! Letters that wait to be sent, encrypted: they hold tickets.

use chrono::{DateTime, Utc};
use guildhall_domain::id::{MailId, TenantId};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::entity::mails as table;
use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// A letter that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The tenant.
    pub tenant: TenantId,
    /// The identifier.
    pub id: MailId,
    /// The letter, encrypted.
    pub sealed: String,
    /// How often it was tried to send it.
    pub attempts: i64,
    /// When it may be tried next, in milliseconds; whoever moves it on has it.
    pub due_at: i64,
}

/// Adds a letter.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    id: &MailId,
    sealed: String,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(id.to_string()),
        sealed: Set(sealed),
        attempts: Set(0),
        due_at: Set(now.timestamp_millis()),
        created_at: Set(now.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// The letters of all tenants that are due, the oldest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn due(store: &Store, now: DateTime<Utc>, most: u64) -> Result<Vec<Waiting>> {
    let query = table::Entity::find()
        .filter(table::Column::DueAt.lte(now.timestamp_millis()))
        .order_by_asc(table::Column::DueAt)
        .order_by_asc(table::Column::Id)
        .limit(most);
    let rows = query.all(&Db::from(store).0).await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            tenant: TenantId::new(row.tenant_id),
            id: MailId::new(row.id),
            sealed: row.sealed,
            attempts: row.attempts,
            due_at: row.due_at,
        })
        .collect())
}

/// Takes a letter in order to send it, until a time at which it is due again. False when another node has it.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn take(store: &Store, letter: &Waiting, until: DateTime<Utc>) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::DueAt, until.timestamp_millis().into())
        .col_expr(table::Column::Attempts, (letter.attempts + 1).into())
        .filter(table::Column::TenantId.eq(letter.tenant.as_str()))
        .filter(table::Column::Id.eq(letter.id.as_str()))
        .filter(table::Column::DueAt.eq(letter.due_at))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a letter that was sent, or given up.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn remove(store: &Store, letter: &Waiting) -> Result<()> {
    let key = (letter.tenant.to_string(), letter.id.to_string());
    table::Entity::delete_by_id(key).exec(store.writer()).await?;
    Ok(())
}
