//! Requests to let clients into organizations. A request is stored as long as it is open.

use guildhall_domain::client_grant::ClientGrantRequest;
use guildhall_domain::id::{ClientGrantId, ClientGrantRequestId, OrganizationId, RoleId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::OrgScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};
use serde::{Deserialize, Serialize};

use crate::entity::{self, client_grant_requests as table};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{client_grants, paging};

/// What is asked for, as it is stored.
#[derive(Serialize, Deserialize)]
struct Asked {
    scope: Option<Vec<String>>,
    roles: Option<Vec<RoleId>>,
    message: Option<String>,
}

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// A page of the requests that the organization has not answered.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
) -> Result<Page<ClientGrantRequest>> {
    let db = db.into();
    let key = table::Column::Id;
    let rows = paging::page(&db, in_organization(scope), page, key, |row| row.id.clone()).await?;
    Ok(Page { items: described(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// A request that the organization has not answered.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    id: &ClientGrantRequestId,
) -> Result<Option<ClientGrantRequest>> {
    let db = db.into();
    let row = in_organization(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(described(&db, scope, row.into_iter().collect()).await?.pop())
}

/// How many requests the organization has not answered.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(in_organization(scope).count(&db.into().0).await?)
}

/// Adds each request's client and API.
async fn described(
    db: &Db<'_>,
    scope: &OrgScope,
    rows: Vec<table::Model>,
) -> Result<Vec<ClientGrantRequest>> {
    let ids: Vec<ClientGrantId> = rows.iter().map(|row| ClientGrantId::new(&row.grant_id)).collect();
    let grants = client_grants::of_ids(db, scope.within(), &ids).await?;
    let request = |row: table::Model| {
        let grant = grants.iter().find(|grant| grant.id.as_str() == row.grant_id);
        let grant = grant.ok_or_else(|| Error::Corrupt("a request of no grant".to_owned()))?;
        let asked: Asked = serde_json::from_value(row.body)?;
        Ok(ClientGrantRequest {
            id: ClientGrantRequestId::new(row.id),
            organization_id: OrganizationId::new(row.organization_id),
            grant_id: grant.id.clone(),
            client_id: grant.client_id.clone(),
            audience: grant.audience.clone(),
            scope: asked.scope,
            roles: asked.roles,
            message: asked.message,
            created_at: entity::time(row.created_at)?,
        })
    };
    rows.into_iter().map(request).collect()
}

/// Adds a request.
///
/// # Errors
/// [`crate::Error::Conflict`] when one of the grant is open, [`crate::Error::Missing`] when grant or organization are gone.
pub async fn insert(unit: &UnitOfWork, scope: &OrgScope, request: &ClientGrantRequest) -> Result<()> {
    let asked = Asked {
        scope: request.scope.clone(),
        roles: request.roles.clone(),
        message: request.message.clone(),
    };
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(request.id.to_string()),
        organization_id: Set(scope.organization().to_string()),
        grant_id: Set(request.grant_id.to_string()),
        body: Set(serde_json::to_value(asked)?),
        created_at: Set(request.created_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Ends the request of a grant, where one is open. False where none was.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, grant: &ClientGrantId) -> Result<bool> {
    let done = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::GrantId.eq(grant.as_str()))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected == 1)
}
