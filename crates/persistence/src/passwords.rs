//! Hashes of passwords: the current one of a user, and former ones where the connection keeps a history.

use chrono::{DateTime, Utc};
use guildhall_domain::id::UserId;
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::entity::passwords as table;
use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// What is stored of a user's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPassword {
    /// The hash.
    pub hash: String,
    /// Those of former passwords, the last one first.
    pub former: Vec<String>,
}

/// The password of a user, if there is one.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
) -> Result<Option<StoredPassword>> {
    let key = (scope.tenant().to_string(), user.to_string());
    let row = table::Entity::find_by_id(key).one(&db.into().0).await?;
    row.map(|row| Ok(StoredPassword { hash: row.hash, former: serde_json::from_value(row.former)? }))
        .transpose()
}

/// Sets the password of a user.
///
/// # Errors
/// [`crate::Error::Missing`] when the user is gone.
pub async fn set(
    unit: &UnitOfWork,
    scope: &TenantScope,
    user: &UserId,
    password: &StoredPassword,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        user_id: Set(user.to_string()),
        hash: Set(password.hash.clone()),
        former: Set(serde_json::to_value(&password.former)?),
        updated_at: Set(now.timestamp_millis()),
    };
    let columns = [table::Column::Hash, table::Column::Former, table::Column::UpdatedAt];
    let replace = OnConflict::columns([table::Column::TenantId, table::Column::UserId])
        .update_columns(columns)
        .to_owned();
    table::Entity::insert(row).on_conflict(replace).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Replaces the hash of a password by another hash of the same password, unless it was changed meanwhile. It is no change
/// to who may do what, so it has no unit of work.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn rehash(store: &Store, scope: &TenantScope, user: &UserId, old: &str, new: &str) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::Hash, Expr::value(new))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
        .filter(table::Column::Hash.eq(old))
        .exec(store.writer())
        .await?;
    Ok(())
}
