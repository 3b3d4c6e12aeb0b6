//! Visits to the portal, by the keyed hash of their cookie.

use chrono::{DateTime, Utc};
use guildhall_domain::id::{OrganizationId, SessionId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::portal::Visit;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::{self, portal_visits as table};
use crate::error::Result;
use crate::records::Writer;
use crate::store::{Db, Store};

/// Adds a visit whose cookie has this hash.
///
/// # Errors
/// [`crate::Error::Missing`] when the session has ended, or the person is no member.
pub async fn insert(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    hash: &str,
    visit: &Visit,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        hash: Set(hash.to_owned()),
        organization_id: Set(visit.organization_id.to_string()),
        user_id: Set(visit.user_id.to_string()),
        session_id: Set(visit.session_id.to_string()),
        is_framed: Set(visit.is_framed),
        created_at: Set(visit.created_at.timestamp_millis()),
        used_at: Set(visit.used_at.timestamp_millis()),
        expires_at: Set(visit.expires_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// The visit whose cookie has this hash, over or not.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, hash: &str) -> Result<Option<Visit>> {
    let key = (scope.tenant().to_string(), hash.to_owned());
    table::Entity::find_by_id(key).one(&db.into().0).await?.map(visit).transpose()
}

/// Notes that a visit was used.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn touch(store: &Store, scope: &TenantScope, hash: &str, now: DateTime<Utc>) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::UsedAt, Expr::value(now.timestamp_millis()))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Hash.eq(hash))
        .exec(store.writer())
        .await?;
    Ok(())
}

/// Ends a visit.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(writer: impl Into<Writer<'_>>, scope: &TenantScope, hash: &str) -> Result<()> {
    let key = (scope.tenant().to_string(), hash.to_owned());
    table::Entity::delete_by_id(key).exec(&writer.into().0).await?;
    Ok(())
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

fn visit(row: table::Model) -> Result<Visit> {
    Ok(Visit {
        organization_id: OrganizationId::new(row.organization_id),
        user_id: UserId::new(row.user_id),
        session_id: SessionId::new(row.session_id),
        is_framed: row.is_framed,
        created_at: entity::time(row.created_at)?,
        used_at: entity::time(row.used_at)?,
        expires_at: entity::time(row.expires_at)?,
    })
}
