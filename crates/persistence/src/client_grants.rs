//! Client grants.

use guildhall_domain::client_grant::{ClientGrant, OrganizationUsage, SubjectType};
use guildhall_domain::id::{ClientGrantId, ClientId, ResourceServerId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::portal;
use sea_orm::sea_query::{ExprTrait, UnionType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Set,
};

use crate::entity::{self, client_grants as table, resource_servers};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{clients, organization_client_grants, paging, resource_servers as apis};

/// What grants are filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The API's identifier.
    pub audience: Option<String>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// For whom they are.
    pub subject_type: Option<SubjectType>,
    /// Only those that hold in every organization.
    pub allow_any_organization: bool,
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// Those for machine clients themselves, as a query.
pub(crate) fn machines(scope: &TenantScope) -> Select<table::Entity> {
    // SubjectType::Client, as it is stored.
    in_tenant(scope).filter(table::Column::SubjectType.eq("client"))
}

/// Those of the grants that exist; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    ids: &[ClientGrantId],
) -> Result<Vec<ClientGrant>> {
    of_ids(&db.into(), scope, ids).await
}

pub(crate) async fn of_ids(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: &[ClientGrantId],
) -> Result<Vec<ClientGrant>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(ClientGrantId::as_str)));
    let rows = query.all(&db.0).await?;
    with_audience(db, scope, rows).await
}

/// A page of the grants that the organization may approve: those that the vendor lets it, and that do not hold there already.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_available(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
) -> Result<Page<ClientGrant>> {
    let db = db.into();
    let associated = organization_client_grants::grant_ids_in(scope);
    let query = machines_in_organizations(scope.within())?
        .filter(table::Column::AllowOrganizationApproval.eq(true))
        .filter(table::Column::IsSystem.eq(false))
        .filter(Condition::any().add(anywhere().is_null()).add(anywhere().eq(false)))
        .filter(table::Column::Id.not_in_subquery(associated));
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_audience(&db, scope.within(), rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// A page of the grants by which clients are let into the organization for themselves: those that are associated with it, and
/// those that hold in every one.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_let_in(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
) -> Result<Page<ClientGrant>> {
    let db = db.into();
    // Not one or the other of each grant: most grants of a tenant are of organizations' own clients.
    let everywhere = in_tenant(scope.within()).filter(anywhere().eq(true)).select_only();
    let mut here = organization_client_grants::grant_ids_in(scope);
    here.union(UnionType::Distinct, everywhere.column(table::Column::Id).into_query());
    let query = machines_in_organizations(scope.within())?.filter(table::Column::Id.in_subquery(here));
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_audience(&db, scope.within(), rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

fn anywhere() -> table::Column {
    table::Column::AllowAnyOrganization
}

/// Those for machine clients themselves that can hold in organizations, and that are of no organization's own client.
fn machines_in_organizations(scope: &TenantScope) -> Result<Select<table::Entity>> {
    let usages = [entity::text(&OrganizationUsage::Allow)?, entity::text(&OrganizationUsage::Require)?];
    let machines = machines(scope).filter(table::Column::OrganizationUsage.is_in(usages));
    Ok(machines.filter(clients::is_owned(scope, table::Column::ClientId).not()))
}

/// The grant with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ClientGrantId,
) -> Result<Option<ClientGrant>> {
    let db = db.into();
    let row = in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(with_audience(&db, scope, row.into_iter().collect()).await?.pop())
}

/// The grant of a client on an API for a kind of subject.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_for(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
    api: &ResourceServerId,
    subject_type: SubjectType,
) -> Result<Option<ClientGrant>> {
    let db = db.into();
    let query = in_tenant(scope)
        .filter(table::Column::ClientId.eq(client.as_str()))
        .filter(table::Column::ResourceServerId.eq(api.as_str()))
        .filter(table::Column::SubjectType.eq(entity::text(&subject_type)?));
    let row = query.one(&db.0).await?;
    Ok(with_audience(&db, scope, row.into_iter().collect()).await?.pop())
}

/// The grants of a client for itself.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_client(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
) -> Result<Vec<ClientGrant>> {
    let db = db.into();
    let query = machines(scope).filter(table::Column::ClientId.eq(client.as_str()));
    let rows = query.order_by_asc(table::Column::Id).all(&db.0).await?;
    with_audience(&db, scope, rows).await
}

/// The grants of clients on an API for themselves; name fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    clients: &[ClientId],
    api: &ResourceServerId,
) -> Result<Vec<ClientGrant>> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let query = in_tenant(scope)
        .filter(table::Column::ClientId.is_in(clients.iter().map(ClientId::as_str)))
        .filter(table::Column::ResourceServerId.eq(api.as_str()))
        .filter(table::Column::SubjectType.eq(entity::text(&SubjectType::Client)?));
    let db = db.into();
    let rows = query.all(&db.0).await?;
    with_audience(&db, scope, rows).await
}

/// A page of the tenant's grants.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<ClientGrant>> {
    let db = db.into();
    let mut query = in_tenant(scope);
    if let Some(audience) = &filter.audience {
        query = query.filter(table::Column::ResourceServerId.in_subquery(apis::id_of(scope, audience)));
    }
    // The portal's is there for those who ask for it by name.
    query = query.filter(match &filter.client_id {
        Some(client) => table::Column::ClientId.eq(client.as_str()),
        None => table::Column::ClientId.ne(portal::CLIENT),
    });
    if let Some(subject_type) = &filter.subject_type {
        query = query.filter(table::Column::SubjectType.eq(entity::text(subject_type)?));
    }
    if filter.allow_any_organization {
        query = query.filter(table::Column::AllowAnyOrganization.eq(true));
    }
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    Ok(Page { items: with_audience(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// How many there are in the tenant.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(in_tenant(scope).filter(table::Column::IsSystem.eq(false)).count(&db.into().0).await?)
}

/// Adds each grant's audience: the identifier of its API.
pub(crate) async fn with_audience(
    db: &Db<'_>,
    scope: &TenantScope,
    rows: Vec<table::Model>,
) -> Result<Vec<ClientGrant>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.resource_server_id.as_str()).collect();
    let query = resource_servers::Entity::find()
        .select_only()
        .columns([resource_servers::Column::Id, resource_servers::Column::Identifier])
        .filter(resource_servers::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(resource_servers::Column::Id.is_in(ids));
    let identifiers: std::collections::HashMap<String, String> =
        query.into_tuple::<(String, String)>().all(&db.0).await?.into_iter().collect();
    rows.into_iter()
        .map(|row| {
            let audience = identifiers.get(&row.resource_server_id).cloned();
            grant(row, audience.ok_or_else(|| Error::Corrupt("a grant of no API".to_owned()))?)
        })
        .collect()
}

/// Adds a grant.
///
/// # Errors
/// [`crate::Error::Conflict`] when the client has one on the API, [`crate::Error::Missing`].
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, grant: &ClientGrant) -> Result<()> {
    table::Entity::insert(row(scope, grant)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a grant.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, grant: &ClientGrant) -> Result<()> {
    table::Entity::update(row(scope, grant)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a grant with its associations.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ClientGrantId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, grant: &ClientGrant) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(grant.id.to_string()),
        client_id: Set(grant.client_id.to_string()),
        resource_server_id: Set(grant.resource_server_id.to_string()),
        subject_type: Set(entity::text(&grant.subject_type)?),
        scope: Set(grant.scope.as_ref().map(serde_json::to_value).transpose()?),
        allow_all_scopes: Set(grant.allow_all_scopes),
        organization_usage: Set(grant.organization_usage.as_ref().map(entity::text).transpose()?),
        allow_any_organization: Set(grant.allow_any_organization),
        allow_organization_approval: Set(grant.allow_organization_approval),
        is_system: Set(grant.is_system),
        created_at: Set(grant.created_at.timestamp_millis()),
    })
}

pub(crate) fn grant(row: table::Model, audience: String) -> Result<ClientGrant> {
    Ok(ClientGrant {
        id: ClientGrantId::new(row.id),
        client_id: ClientId::new(row.client_id),
        audience,
        scope: row.scope.map(serde_json::from_value).transpose()?,
        allow_all_scopes: row.allow_all_scopes,
        subject_type: entity::value(row.subject_type)?,
        organization_usage: row.organization_usage.map(entity::value).transpose()?,
        allow_any_organization: row.allow_any_organization,
        allow_organization_approval: row.allow_organization_approval,
        is_system: row.is_system,
        resource_server_id: ResourceServerId::new(row.resource_server_id),
        created_at: entity::time(row.created_at)?,
    })
}
