//! Notices of sign-outs that are still to be sent.

use guildhall_domain::id::{ClientId, LogoutNoticeId, TenantId, UserId};
use guildhall_domain::logout_notice::LogoutNotice;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::entity::{self, logout_notices as table};
use crate::error::Result;
use crate::store::{Db, Store};

/// Adds notices.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn insert(store: &Store, scope: &TenantScope, notices: Vec<LogoutNotice>) -> Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let rows = notices.into_iter().map(|notice| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(notice.id.into_string()),
        client_id: Set(notice.client_id.into_string()),
        url: Set(notice.url),
        user_id: Set(notice.user_id.into_string()),
        session_id: Set(notice.session_id),
        attempts: Set(notice.attempts),
        due_at: Set(notice.due_at.timestamp_millis()),
    });
    table::Entity::insert_many(rows).exec_without_returning(store.writer()).await?;
    Ok(())
}

/// Notices of any tenant that are due, oldest first, at most `most`.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn due(store: &Store, most: u64) -> Result<Vec<(TenantId, LogoutNotice)>> {
    let rows = table::Entity::find()
        .filter(table::Column::DueAt.lte(store.clock().now().timestamp_millis()))
        .order_by_asc(table::Column::DueAt)
        .limit(most)
        .all(&Db::from(store).0)
        .await?;
    rows.into_iter().map(notice).collect()
}

/// Puts a notice off until its new time, on behalf of the one node that does. False when another node did.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn postpone(
    store: &Store,
    scope: &TenantScope,
    attempts: i64,
    next: &LogoutNotice,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::Attempts, next.attempts.into())
        .col_expr(table::Column::DueAt, next.due_at.timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.eq(next.id.as_str()))
        .filter(table::Column::Attempts.eq(attempts))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets a notice.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(store: &Store, scope: &TenantScope, id: &LogoutNoticeId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string())).exec(store.writer()).await?;
    Ok(())
}

fn notice(row: table::Model) -> Result<(TenantId, LogoutNotice)> {
    let notice = LogoutNotice {
        id: LogoutNoticeId::new(row.id),
        client_id: ClientId::new(row.client_id),
        url: row.url,
        user_id: UserId::new(row.user_id),
        session_id: row.session_id,
        attempts: row.attempts,
        due_at: entity::time(row.due_at)?,
    };
    Ok((TenantId::new(row.tenant_id), notice))
}
