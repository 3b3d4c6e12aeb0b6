//! Links into the portal, by the keyed hash of their ticket.

use chrono::{DateTime, Utc};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::portal::Link;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::portal_links as table;
use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

const OPEN: &str = "open";
const USED: &str = "used";

/// Adds a link.
///
/// # Errors
/// [`crate::Error::Missing`] when the person is no member.
pub async fn insert(unit: &UnitOfWork, scope: &OrgScope, hash: &str, link: &Link) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        organization_id: Set(scope.organization().to_string()),
        user_id: Set(link.user_id.to_string()),
        state: Set(OPEN.to_owned()),
        body: Set(serde_json::to_value(link)?),
        expires_at: Set(link.expires_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// The link, unless it was used or has expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Link>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), hash.to_owned()))
        .filter(table::Column::State.eq(OPEN))
        .filter(table::Column::ExpiresAt.gt(now.timestamp_millis()));
    let row = query.one(&db.into().0).await?;
    Ok(row.map(|row| serde_json::from_value(row.body)).transpose()?)
}

/// Uses a link up. False when it was used already or has expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn consume(store: &Store, scope: &TenantScope, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(USED))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .filter(table::Column::State.eq(OPEN))
        .filter(table::Column::ExpiresAt.gt(now.timestamp_millis()))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets those that have expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store) -> Result<u64> {
    let now = store.clock().now().timestamp_millis();
    let expired = table::Column::ExpiresAt.lt(now);
    Ok(table::Entity::delete_many().filter(expired).exec(store.writer()).await?.rows_affected)
}
