//! Authorization requests that clients pushed (RFC 9126), by keyed hash.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use guildhall_domain::id::ClientId;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::pushed_requests as table;
use crate::error::Result;
use crate::store::{Db, Store};

/// Adds a request.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn insert(
    store: &Store,
    scope: &TenantScope,
    hash: &str,
    client: &ClientId,
    parameters: &BTreeMap<String, String>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        client_id: Set(client.to_string()),
        expires_at: Set(expires_at.timestamp_millis()),
        body: Set(serde_json::to_value(parameters)?),
    };
    table::Entity::insert(row).exec_without_returning(store.writer()).await?;
    Ok(())
}

/// Takes a request of the client that has not expired: it can be taken once (RFC 9126 section 4).
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn take(
    store: &Store,
    scope: &TenantScope,
    hash: &str,
    client: &ClientId,
) -> Result<Option<BTreeMap<String, String>>> {
    let key = (scope.tenant().to_string(), hash.to_owned());
    let found = table::Entity::find_by_id(key.clone()).one(&Db::from(store).0).await?;
    let now = store.clock().now().timestamp_millis();
    let Some(row) = found.filter(|row| row.client_id == client.as_str() && row.expires_at > now) else {
        return Ok(None);
    };
    let taken = table::Entity::delete_by_id(key).exec(store.writer()).await?;
    match taken.rows_affected {
        1 => Ok(Some(serde_json::from_value(row.body)?)),
        _ => Ok(None),
    }
}

/// Forgets those that have expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store) -> Result<u64> {
    let now = store.clock().now().timestamp_millis();
    let done =
        table::Entity::delete_many().filter(table::Column::ExpiresAt.lt(now)).exec(store.writer()).await?;
    Ok(done.rows_affected)
}
