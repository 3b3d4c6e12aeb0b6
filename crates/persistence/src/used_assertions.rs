//! Assertions of clients that were used already, until they have expired (RFC 7523 section 3, `jti`).

use chrono::{DateTime, Utc};
use guildhall_domain::id::ClientId;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::used_assertions as table;
use crate::error::{Error, Result};
use crate::store::Store;

/// Uses up an assertion. False when it was used before.
///
/// # Errors
/// [`Error::Database`].
pub async fn use_once(
    store: &Store,
    scope: &TenantScope,
    client: &ClientId,
    jti: &str,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        client_id: Set(client.to_string()),
        jti: Set(jti.to_owned()),
        expires_at: Set(expires_at.timestamp_millis()),
    };
    match table::Entity::insert(row).exec_without_returning(store.writer()).await.map_err(Error::from) {
        Ok(_) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Forgets those that have expired and could not be used again anyway.
///
/// # Errors
/// [`Error::Database`].
pub async fn forget_expired(store: &Store) -> Result<u64> {
    let now = store.clock().now().timestamp_millis();
    let done =
        table::Entity::delete_many().filter(table::Column::ExpiresAt.lt(now)).exec(store.writer()).await?;
    Ok(done.rows_affected)
}
