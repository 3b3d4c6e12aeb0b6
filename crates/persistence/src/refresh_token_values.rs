//! The values that refresh tokens have had, by keyed hash.

use chrono::{DateTime, Utc};
use guildhall_domain::id::RefreshTokenId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::refresh_token::RefreshTokenValue;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use crate::entity::{self, refresh_token_values as table};
use crate::error::{Error, Result};
use crate::records::Writer;
use crate::store::Db;

const CURRENT: &str = "current";
const USED: &str = "used";

/// The refresh token that a value is of, and whether it can be used.
///
/// # Errors
/// [`Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    hash: &str,
) -> Result<Option<(RefreshTokenId, RefreshTokenValue)>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), hash.to_owned()));
    let Some(row) = query.one(&db.into().0).await? else {
        return Ok(None);
    };
    let value = match (row.state.as_str(), row.used_at) {
        (CURRENT, _) => RefreshTokenValue::Current,
        (USED, Some(at)) => RefreshTokenValue::Used(entity::time(at)?),
        (state, _) => return Err(Error::Corrupt(format!("{state} is no state of a refresh token"))),
    };
    Ok(Some((RefreshTokenId::new(row.refresh_token_id), value)))
}

/// Adds a value.
///
/// # Errors
/// [`Error::Missing`] when the refresh token was revoked.
pub async fn insert(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    id: &RefreshTokenId,
    hash: &str,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        refresh_token_id: Set(id.to_string()),
        state: Set(CURRENT.to_owned()),
        used_at: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// Uses a value up. False when it was used before.
///
/// # Errors
/// [`Error::Database`].
pub async fn use_once(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, USED.into())
        .col_expr(table::Column::UsedAt, now.timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .filter(table::Column::State.eq(CURRENT))
        .exec(&writer.into().0)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Whether a value of the refresh token was used after this time.
///
/// # Errors
/// [`Error::Database`].
pub async fn used_after(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &RefreshTokenId,
    time: DateTime<Utc>,
) -> Result<bool> {
    let query = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::RefreshTokenId.eq(id.as_str()))
        .filter(table::Column::UsedAt.gt(time.timestamp_millis()));
    Ok(query.count(&db.into().0).await? > 0)
}
