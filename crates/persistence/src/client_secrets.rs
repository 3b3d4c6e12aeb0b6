//! Secrets of clients, as keyed hashes. While one is rotated, two are live.

use chrono::{DateTime, Utc};
use guildhall_domain::id::ClientId;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select, Set};

use crate::entity::{self, client_secrets as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;

/// A secret that a client may present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// The keyed hash.
    pub hash: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops being accepted.
    pub expires_at: Option<DateTime<Utc>>,
}

fn of(scope: &TenantScope, client: &ClientId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ClientId.eq(client.as_str()))
}

/// The secrets of a client, the newest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_client(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
) -> Result<Vec<ClientSecret>> {
    let rows = of(scope, client).order_by_desc(table::Column::CreatedAt).all(&db.into().0).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ClientSecret {
                hash: row.hash,
                created_at: entity::time(row.created_at)?,
                expires_at: row.expires_at.map(entity::time).transpose()?,
            })
        })
        .collect()
}

/// Puts `secrets` in the place of all that the client had.
///
/// # Errors
/// [`crate::Error::Missing`] when there is no such client.
pub async fn replace(
    unit: &UnitOfWork,
    scope: &TenantScope,
    client: &ClientId,
    secrets: &[ClientSecret],
) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ClientId.eq(client.as_str()))
        .exec(unit.transaction())
        .await?;
    for secret in secrets {
        let row = table::ActiveModel {
            tenant_id: Set(scope.tenant().to_string()),
            client_id: Set(client.to_string()),
            hash: Set(secret.hash.clone()),
            created_at: Set(secret.created_at.timestamp_millis()),
            expires_at: Set(secret.expires_at.map(|time| time.timestamp_millis())),
        };
        table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    }
    Ok(())
}
