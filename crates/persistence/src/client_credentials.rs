//! Public keys of clients.

use guildhall_domain::credential::Credential;
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity::client_credentials as table;
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;

/// The credentials of a client, in the order they were made.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_client(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
) -> Result<Vec<Credential>> {
    let query = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ClientId.eq(client.as_str()))
        .order_by_asc(table::Column::Id);
    query.all(&db.into().0).await?.into_iter().map(credential).collect()
}

/// The credential of a client with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
    id: &CredentialId,
) -> Result<Option<Credential>> {
    let key = (scope.tenant().to_string(), client.to_string(), id.to_string());
    table::Entity::find_by_id(key).one(&db.into().0).await?.map(credential).transpose()
}

/// Adds a credential.
///
/// # Errors
/// [`crate::Error::Conflict`] when the client has one with this `kid`.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, credential: &Credential) -> Result<()> {
    table::Entity::insert(row(scope, credential)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a credential.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, credential: &Credential) -> Result<()> {
    table::Entity::update(row(scope, credential)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a credential.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, credential: &Credential) -> Result<()> {
    let key = (scope.tenant().to_string(), credential.client_id.to_string(), credential.id.to_string());
    table::Entity::delete_by_id(key).exec(unit.transaction()).await?;
    Ok(())
}

fn row(scope: &TenantScope, credential: &Credential) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        client_id: Set(credential.client_id.to_string()),
        id: Set(credential.id.to_string()),
        kid: Set(credential.kid.clone()),
        body: Set(serde_json::to_value(credential)?),
        pem: Set(credential.pem.clone()),
        created_at: Set(credential.created_at.timestamp_millis()),
    })
}

fn credential(row: table::Model) -> Result<Credential> {
    let mut credential: Credential = serde_json::from_value(row.body)?;
    credential.client_id = ClientId::new(row.client_id);
    credential.pem = row.pem;
    Ok(credential)
}
