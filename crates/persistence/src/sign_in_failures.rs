//! Failed attempts to sign in, counted per account and address, and per account. An account is known by a keyed hash of
//! what was typed: what people type there by mistake is not stored.

use chrono::{DateTime, Utc};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity;
use crate::entity::sign_in_failures as table;
use crate::error::Result;
use crate::store::{Db, Store};

/// The failures of an account, from an address or, where there is none, from anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The address.
    pub address: Option<String>,
    /// How many there were.
    pub count: i64,
    /// When the last one was.
    pub last: DateTime<Utc>,
}

/// The failures of an account that were not forgotten: followed by another since `since`.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_account(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    account: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Failures>> {
    let query = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Account.eq(account))
        .filter(table::Column::FailedAt.gte(since.timestamp_millis()))
        .order_by_asc(table::Column::Address);
    let rows = query.all(&db.into().0).await?;
    let failures = rows.into_iter().map(|row| {
        let address = (!row.address.is_empty()).then_some(row.address);
        Ok(Failures { address, count: row.failures, last: entity::time(row.failed_at)? })
    });
    failures.collect()
}

/// Counts a failure from an address, and from anywhere. A count that was last added to before `since` starts again.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(
    store: &Store,
    scope: &TenantScope,
    account: &str,
    address: &str,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<()> {
    let row = |address: &str| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        account: Set(account.to_owned()),
        address: Set(address.to_owned()),
        failures: Set(1),
        failed_at: Set(now.timestamp_millis()),
    };
    let held = |column: table::Column| Expr::col((table::Entity, column));
    let forgotten = held(table::Column::FailedAt).lt(since.timestamp_millis());
    let counted = Expr::case(forgotten, 1).finally(held(table::Column::Failures).add(1));
    let add = OnConflict::columns([table::Column::TenantId, table::Column::Account, table::Column::Address])
        .value(table::Column::Failures, counted)
        .update_column(table::Column::FailedAt)
        .to_owned();
    let mut addresses = vec![""];
    if !address.is_empty() {
        addresses.push(address);
    }
    table::Entity::insert_many(addresses.into_iter().map(row))
        .on_conflict(add)
        .exec_without_returning(store.writer())
        .await?;
    Ok(())
}

/// Forgets the failures of an account: those from one address, or all.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget(store: &Store, scope: &TenantScope, account: &str, address: Option<&str>) -> Result<()> {
    let mut query = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Account.eq(account));
    if let Some(address) = address {
        query = query.filter(table::Column::Address.eq(address));
    }
    query.exec(store.writer()).await?;
    Ok(())
}

/// Forgets the failures of all accounts that were followed by none since `since`.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_old(store: &Store, since: DateTime<Utc>) -> Result<u64> {
    let old = table::Column::FailedAt.lt(since.timestamp_millis());
    Ok(table::Entity::delete_many().filter(old).exec(store.writer()).await?.rows_affected)
}
