//! Device codes, by keyed hash.

use guildhall_domain::device_code::{DeviceCode, DeviceCodeState};
use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::{self, device_codes as table};
use crate::error::Result;
use crate::records::Writer;
use crate::store::{Db, Store};

/// Adds a device code.
///
/// # Errors
/// [`crate::Error::Conflict`] when another one has the user code.
pub async fn insert(
    store: &Store,
    scope: &TenantScope,
    hash: &str,
    user_code_hash: &str,
    code: &DeviceCode,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        user_code_hash: Set(user_code_hash.to_owned()),
        client_id: Set(code.client_id.to_string()),
        state: Set(entity::text(&code.state)?),
        user_id: Set(None),
        session_id: Set(None),
        polled_at: Set(None),
        expires_at: Set(code.expires_at.timestamp_millis()),
        body: Set(serde_json::to_value(&code.request)?),
    };
    table::Entity::insert(row).exec_without_returning(store.writer()).await?;
    Ok(())
}

/// The code with this hash.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(store: &Store, scope: &TenantScope, hash: &str) -> Result<Option<DeviceCode>> {
    let row = table::Entity::find_by_id((scope.tenant().to_string(), hash.to_owned()));
    row.one(&Db::from(store).0).await?.map(code).transpose()
}

/// The code whose user code has this hash.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_user_code(
    store: &Store,
    scope: &TenantScope,
    user_code_hash: &str,
) -> Result<Option<DeviceCode>> {
    let row = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserCodeHash.eq(user_code_hash))
        .one(&Db::from(store).0)
        .await?;
    row.map(code).transpose()
}

/// Notes that the device asked.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn polled(store: &Store, scope: &TenantScope, hash: &str) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::PolledAt, store.clock().now().timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .exec(store.writer())
        .await?;
    Ok(())
}

/// Answers for a person. False when it was answered before, or has expired.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn answer(
    store: &Store,
    scope: &TenantScope,
    user_code_hash: &str,
    answer: DeviceCodeState,
    user: &UserId,
    session: &str,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, entity::text(&answer)?.into())
        .col_expr(table::Column::UserId, user.as_str().into())
        .col_expr(table::Column::SessionId, session.into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserCodeHash.eq(user_code_hash))
        .filter(table::Column::State.eq(entity::text(&DeviceCodeState::Pending)?))
        .filter(table::Column::ExpiresAt.gt(store.clock().now().timestamp_millis()))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Uses up a code that was allowed. False when it was used before.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn use_once(writer: impl Into<Writer<'_>>, scope: &TenantScope, hash: &str) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, entity::text(&DeviceCodeState::Used)?.into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .filter(table::Column::State.eq(entity::text(&DeviceCodeState::Allowed)?))
        .exec(&writer.into().0)
        .await?;
    Ok(done.rows_affected == 1)
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

fn code(row: table::Model) -> Result<DeviceCode> {
    Ok(DeviceCode {
        client_id: ClientId::new(row.client_id),
        state: entity::value(row.state)?,
        request: serde_json::from_value(row.body)?,
        user_id: row.user_id.map(UserId::new),
        session_id: row.session_id,
        polled_at: row.polled_at.map(entity::time).transpose()?,
        expires_at: entity::time(row.expires_at)?,
    })
}
