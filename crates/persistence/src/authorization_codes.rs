//! Authorization codes, by keyed hash.

use chrono::{DateTime, Utc};
use guildhall_domain::authorization_code::{CodeGrant, CodeState, StoredCode};
use guildhall_domain::id::RefreshTokenId;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::{self, authorization_codes as table};
use crate::error::Result;
use crate::records::Writer;
use crate::store::{Db, Store};

/// Adds a code.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn insert(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    hash: &str,
    grant: &CodeGrant,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        state: Set(entity::text(&CodeState::Issued)?),
        refresh_token_id: Set(None),
        expires_at: Set(expires_at.timestamp_millis()),
        body: Set(serde_json::to_value(grant)?),
    };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// The code with this hash.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, hash: &str) -> Result<Option<StoredCode>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), hash.to_owned()));
    let row = query.one(&db.into().0).await?;
    row.map(|row| {
        Ok(StoredCode {
            grant: serde_json::from_value(row.body)?,
            state: entity::value(row.state)?,
            refresh_token_id: row.refresh_token_id.map(RefreshTokenId::new),
            expires_at: entity::time(row.expires_at)?,
        })
    })
    .transpose()
}

/// Uses a code up, for the refresh token that its exchange leads to, if any. False when it was used before.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn use_once(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    hash: &str,
    refresh_token: Option<&RefreshTokenId>,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, entity::text(&CodeState::Used)?.into())
        .col_expr(table::Column::RefreshTokenId, refresh_token.map(ToString::to_string).into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .filter(table::Column::State.eq(entity::text(&CodeState::Issued)?))
        .exec(&writer.into().0)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets those that expired a day ago: until then a replay is recognised.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store) -> Result<u64> {
    let end = store.clock().now() - chrono::Duration::days(1);
    let done = table::Entity::delete_many()
        .filter(table::Column::ExpiresAt.lt(end.timestamp_millis()))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected)
}
