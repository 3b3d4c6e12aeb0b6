//! Signing keys of a tenant, sealed.

use chrono::{DateTime, Utc};
use guildhall_domain::id::KeyId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::signing_key::StoredKey;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity::{self, signing_keys};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;

/// All keys of the tenant, in the order they were made.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn all(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<Vec<StoredKey>> {
    let query = signing_keys::Entity::find()
        .filter(signing_keys::Column::TenantId.eq(scope.tenant().as_str()))
        .order_by_asc(signing_keys::Column::CreatedAt)
        .order_by_asc(signing_keys::Column::Kid);
    query.all(&db.into().0).await?.into_iter().map(stored).collect()
}

/// Adds a key.
///
/// # Errors
/// [`crate::Error::Conflict`] when the algorithm has a key in that state already.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, key: &StoredKey) -> Result<()> {
    signing_keys::Entity::insert(row(scope, key)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a key's state and its times.
///
/// # Errors
/// [`crate::Error::Conflict`] when the algorithm has a key in that state already.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, key: &StoredKey) -> Result<()> {
    signing_keys::Entity::update(row(scope, key)?).exec(unit.transaction()).await?;
    Ok(())
}

fn row(scope: &TenantScope, key: &StoredKey) -> Result<signing_keys::ActiveModel> {
    let millis = |time: Option<DateTime<Utc>>| time.map(|time| time.timestamp_millis());
    Ok(signing_keys::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        kid: Set(key.kid.to_string()),
        algorithm: Set(entity::text(&key.algorithm)?),
        state: Set(entity::text(&key.state)?),
        sealed: Set(key.sealed.clone()),
        certificate: Set(key.certificate.clone()),
        jwk: Set(key.jwk.clone()),
        created_at: Set(key.created_at.timestamp_millis()),
        current_since: Set(millis(key.current_since)),
        current_until: Set(millis(key.current_until)),
        revoked_at: Set(millis(key.revoked_at)),
    })
}

fn stored(row: signing_keys::Model) -> Result<StoredKey> {
    Ok(StoredKey {
        kid: KeyId::new(row.kid),
        algorithm: entity::value(row.algorithm)?,
        state: entity::value(row.state)?,
        sealed: row.sealed,
        certificate: row.certificate,
        jwk: row.jwk,
        created_at: entity::time(row.created_at)?,
        current_since: row.current_since.map(entity::time).transpose()?,
        current_until: row.current_until.map(entity::time).transpose()?,
        revoked_at: row.revoked_at.map(entity::time).transpose()?,
    })
}
