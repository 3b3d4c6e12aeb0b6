//! Clients.

use guildhall_domain::client::{AppType, Client};
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::portal;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select, Set};

use crate::entity::{self, client_grants, clients as table, organization_client_grants};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{client_grants as grants, dialect, paging};

/// What clients can be searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// A grant of theirs is associated with the organization.
    GrantOfOrganization(OrganizationId),
    /// A grant of theirs holds in every organization.
    GrantOfAnyOrganization,
}

/// What clients are filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whether the vendor owns them.
    pub is_first_party: Option<bool>,
    /// Their kinds, unless empty.
    pub app_types: Vec<AppType>,
    /// Which grants they have.
    pub search: Option<Search>,
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// Those besides Guildhall's own, which tools would take for one of the vendor's: they carry every client that they find to
/// other tenants.
fn vendors(scope: &TenantScope) -> Select<table::Entity> {
    in_tenant(scope).filter(table::Column::Id.ne(portal::CLIENT))
}

/// Whether the client that a column names belongs to an organization, as a condition: looked up for each row, since there are
/// many such clients.
pub(crate) fn is_owned(scope: &TenantScope, id: impl ColumnTrait) -> Expr {
    let is_named = Expr::col((table::Entity, table::Column::Id)).equals(id.as_column_ref());
    let owned = in_tenant(scope).filter(table::Column::OwnerId.is_not_null()).filter(is_named);
    Expr::exists(owned.select_only().column(table::Column::Id).into_query())
}

/// The client with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &ClientId) -> Result<Option<Client>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(client).transpose()
}

/// The clients with these ids, in no order; name fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(db: impl Into<Db<'_>>, scope: &TenantScope, ids: &[ClientId]) -> Result<Vec<Client>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(ClientId::as_str)));
    query.all(&db.into().0).await?.into_iter().map(client).collect()
}

/// A page of the tenant's clients.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Client>> {
    let mut query = vendors(scope);
    if let Some(is_first_party) = filter.is_first_party {
        query = query.filter(table::Column::IsFirstParty.eq(is_first_party));
    }
    if !filter.app_types.is_empty() {
        let kinds = filter.app_types.iter().map(entity::text).collect::<Result<Vec<_>>>()?;
        query = query.filter(table::Column::AppType.is_in(kinds));
    }
    if let Some(search) = &filter.search {
        let granted = match search {
            Search::GrantOfOrganization(organization) => {
                let associated = organization_client_grants::Entity::find()
                    .filter(organization_client_grants::Column::TenantId.eq(scope.tenant().as_str()))
                    .filter(organization_client_grants::Column::OrganizationId.eq(organization.as_str()))
                    .select_only()
                    .column(organization_client_grants::Column::GrantId);
                grants::in_tenant(scope)
                    .filter(client_grants::Column::Id.in_subquery(associated.into_query()))
            }
            Search::GrantOfAnyOrganization => {
                grants::in_tenant(scope).filter(client_grants::Column::AllowAnyOrganization.eq(true))
            }
        };
        let granted = granted.select_only().column(client_grants::Column::ClientId).into_query();
        query = query.filter(table::Column::Id.in_subquery(granted));
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(client).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// How many there are in the tenant, besides Guildhall's own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(vendors(scope).count(&db.into().0).await?)
}

fn owned(scope: &OrgScope) -> Select<table::Entity> {
    in_tenant(scope.within()).filter(table::Column::OwnerId.eq(scope.organization().as_str()))
}

/// A page of the organization's own clients: those whose name has the text, in capitals or not.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_owned(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    text: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Client>> {
    let mut query = owned(scope);
    if let Some(text) = text {
        query = query.filter(dialect::contains(table::Column::Name.into_expr(), text));
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(client).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The organization's own client with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_owned(db: impl Into<Db<'_>>, scope: &OrgScope, id: &ClientId) -> Result<Option<Client>> {
    let query = owned(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(client).transpose()
}

/// How many clients of its own the organization has.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count_owned(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(owned(scope).count(&db.into().0).await?)
}

/// Adds a client.
///
/// # Errors
/// [`crate::Error::Conflict`] when its id is taken, [`crate::Error::Missing`] when its organization is gone.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, client: &Client) -> Result<()> {
    table::Entity::insert(row(scope, client)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a client.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, client: &Client) -> Result<()> {
    table::Entity::update(row(scope, client)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a client with its secrets, credentials, grants and their associations.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ClientId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, client: &Client) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(client.client_id.to_string()),
        name: Set(client.name.clone()),
        app_type: Set(client.settings.app_type.as_ref().map(entity::text).transpose()?),
        is_first_party: Set(client.is_first_party()),
        body: Set(serde_json::to_value(&client.settings)?),
        owner_id: Set(client.owner_id.as_ref().map(ToString::to_string)),
        disabled: Set(client.disabled),
        expires_at: Set(client.expires_at.map(|time| time.timestamp_millis())),
        created_by: Set(client.created_by.as_ref().map(serde_json::to_value).transpose()?),
        created_at: Set(client.created_at.timestamp_millis()),
    })
}

pub(crate) fn client(row: table::Model) -> Result<Client> {
    Ok(Client {
        client_id: ClientId::new(row.id),
        name: row.name,
        settings: serde_json::from_value(row.body)?,
        owner_id: row.owner_id.map(OrganizationId::new),
        disabled: row.disabled,
        expires_at: row.expires_at.map(entity::time).transpose()?,
        created_by: row.created_by.map(serde_json::from_value).transpose()?,
        created_at: entity::time(row.created_at)?,
    })
}
