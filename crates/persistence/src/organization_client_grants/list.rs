//! Lists of associations: the grants of an organization, the organizations of a grant.

use guildhall_domain::client_grant::{ClientGrant, OrganizationClientGrant};
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId};
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::{all_of, in_organization};
use crate::entity::{client_grants, organization_client_grants as table};
use crate::error::Result;
use crate::store::Db;
use crate::{client_grants as grants, organizations as orgs, paging, resource_servers as apis};

/// What the grants of an organization are filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The API's identifier.
    pub audience: Option<String>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The grants, unless empty.
    pub grant_ids: Vec<ClientGrantId>,
}

/// A page of the grants that are associated with the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<OrganizationClientGrant>> {
    let db = db.into();
    let associated = in_organization(scope).select_only().column(table::Column::GrantId).into_query();
    let mut query =
        grants::in_tenant(scope.within()).filter(client_grants::Column::Id.in_subquery(associated));
    if let Some(audience) = &filter.audience {
        query = query.filter(
            client_grants::Column::ResourceServerId.in_subquery(apis::id_of(scope.within(), audience)),
        );
    }
    if let Some(client) = &filter.client_id {
        query = query.filter(client_grants::Column::ClientId.eq(client.as_str()));
    }
    if !filter.grant_ids.is_empty() {
        query =
            query.filter(client_grants::Column::Id.is_in(filter.grant_ids.iter().map(ClientGrantId::as_str)));
    }
    let rows = paging::page(&db, query, page, client_grants::Column::Id, |row| row.id.clone()).await?;
    let items = grants::with_audience(&db, scope.within(), rows.items).await?;
    Ok(Page { items: with_association(&db, scope, items).await?, total: rows.total, next: rows.next })
}

/// Adds what the organization narrows each grant to, and the roles held with it.
async fn with_association(
    db: &Db<'_>,
    scope: &OrgScope,
    grants: Vec<ClientGrant>,
) -> Result<Vec<OrganizationClientGrant>> {
    let ids: Vec<ClientGrantId> = grants.iter().map(|grant| grant.id.clone()).collect();
    let mut associations = all_of(db, scope, &ids).await?;
    let associated = grants
        .into_iter()
        .filter_map(|grant| associations.remove(&grant.id).map(|with| with.describe(grant)));
    Ok(associated.collect())
}

/// A page of the organizations that a grant is associated with.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organizations_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    grant: &ClientGrantId,
    page: &PageRequest,
) -> Result<Page<Organization>> {
    let (db, key) = (db.into(), table::Column::OrganizationId);
    let rows =
        paging::page(&db, of_grant(scope, grant), page, key, |row| row.organization_id.clone()).await?;
    orgs::page(&db, scope, rows.map(|row| row.organization_id)).await
}

/// The organizations that a grant is associated with, at most `most` of them.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organization_ids_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    grant: &ClientGrantId,
    most: u64,
) -> Result<Vec<OrganizationId>> {
    let query = of_grant(scope, grant).select_only().column(table::Column::OrganizationId).limit(most);
    let ids: Vec<String> = query.into_tuple().all(&db.into().0).await?;
    Ok(ids.into_iter().map(OrganizationId::new).collect())
}

fn of_grant(scope: &TenantScope, grant: &ClientGrantId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::GrantId.eq(grant.as_str()))
}
