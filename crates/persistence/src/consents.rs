//! What people allowed clients.

use guildhall_domain::consent::Consent;
use guildhall_domain::id::{ClientId, ConsentId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select, Set};

use crate::entity::consents as table;
use crate::error::Result;
use crate::paging;
use crate::records::Writer;
use crate::store::Db;

/// Which consents a list holds.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// For this client.
    pub client_id: Option<ClientId>,
    /// For this API.
    pub audience: Option<String>,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of consents.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    wanted: &Wanted,
    page: &PageRequest,
) -> Result<Page<Consent>> {
    let mut query = in_tenant(scope);
    if let Some(user) = &wanted.user_id {
        query = query.filter(table::Column::UserId.eq(user.as_str()));
    }
    if let Some(client) = &wanted.client_id {
        query = query.filter(table::Column::ClientId.eq(client.as_str()));
    }
    if let Some(audience) = &wanted.audience {
        query = query.filter(table::Column::Audience.eq(audience.as_str()));
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(consent).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The consent with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &ConsentId) -> Result<Option<Consent>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(consent).transpose()
}

/// What the user allowed the client for the API.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_for(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    client: &ClientId,
    audience: &str,
) -> Result<Option<Consent>> {
    let query = in_tenant(scope)
        .filter(table::Column::UserId.eq(user.as_str()))
        .filter(table::Column::ClientId.eq(client.as_str()))
        .filter(table::Column::Audience.eq(audience));
    query.one(&db.into().0).await?.map(consent).transpose()
}

/// Adds a consent.
///
/// # Errors
/// [`crate::Error::Conflict`] when there is one for the same user, client and API.
pub async fn insert(writer: impl Into<Writer<'_>>, scope: &TenantScope, consent: &Consent) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(consent.id.to_string()),
        user_id: Set(consent.user_id.to_string()),
        client_id: Set(consent.client_id.to_string()),
        audience: Set(consent.audience.clone()),
        scope: Set(serde_json::to_value(&consent.scope)?),
    };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// Puts another scope in the place of the consent's.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn set_scope(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    id: &ConsentId,
    allowed: &[String],
) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::Scope, serde_json::to_value(allowed)?.into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .exec(&writer.into().0)
        .await?;
    Ok(())
}

/// Takes a consent back. False when there was none.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(writer: impl Into<Writer<'_>>, scope: &TenantScope, id: &ConsentId) -> Result<bool> {
    let key = (scope.tenant().to_string(), id.to_string());
    Ok(table::Entity::delete_by_id(key).exec(&writer.into().0).await?.rows_affected == 1)
}

/// Takes the consents of a user back, all of them or those for one client.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete_of_user(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    user: &UserId,
    client: Option<&ClientId>,
) -> Result<u64> {
    let mut query = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()));
    if let Some(client) = client {
        query = query.filter(table::Column::ClientId.eq(client.as_str()));
    }
    Ok(query.exec(&writer.into().0).await?.rows_affected)
}

fn consent(row: table::Model) -> Result<Consent> {
    Ok(Consent {
        id: ConsentId::new(row.id),
        client_id: ClientId::new(row.client_id),
        user_id: UserId::new(row.user_id),
        audience: row.audience,
        scope: serde_json::from_value(row.scope)?,
    })
}
