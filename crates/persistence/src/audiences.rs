//! Organizations' own audiences of APIs: those that were set explicitly, and who has any.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use guildhall_domain::audience::{self, Audience, AudienceStatus, ExplicitAudience};
use guildhall_domain::id::{OrganizationId, ResourceServerId};
use guildhall_domain::organization::{Organization, TokenStrategy};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::resource_server::ResourceServer;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set};

use crate::entity::{self, organization_audiences as table, organizations, resource_servers};
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    in_tenant(scope.within()).filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// The API and the organization that an explicit audience stands for, and when it retires if it was left.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    audience: &str,
) -> Result<Option<(ResourceServerId, OrganizationId, Option<DateTime<Utc>>)>> {
    let row = in_tenant(scope).filter(table::Column::Audience.eq(audience)).one(&db.into().0).await?;
    row.map(|row| {
        let retires_at = row.retires_at.map(entity::time).transpose()?;
        Ok((
            ResourceServerId::new(row.resource_server_id),
            OrganizationId::new(row.organization_id),
            retires_at,
        ))
    })
    .transpose()
}

/// The audience that was set explicitly for the organization and the API, unless it was left.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn current(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    api: &ResourceServerId,
) -> Result<Option<String>> {
    let query = in_organization(scope)
        .select_only()
        .column(table::Column::Audience)
        .filter(table::Column::ResourceServerId.eq(api.as_str()))
        .filter(table::Column::RetiresAt.is_null());
    Ok(query.into_tuple().one(&db.into().0).await?)
}

/// The same of several APIs, of those where one was set; name 1,000 at the most.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn all_current(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    apis: impl Iterator<Item = &ResourceServerId>,
) -> Result<HashMap<ResourceServerId, String>> {
    let query = in_organization(scope)
        .select_only()
        .columns([table::Column::ResourceServerId, table::Column::Audience])
        .filter(table::Column::ResourceServerId.is_in(apis.map(ResourceServerId::as_str)))
        .filter(table::Column::RetiresAt.is_null());
    let pairs: Vec<(String, String)> = query.into_tuple().all(&db.into().0).await?;
    Ok(pairs.into_iter().map(|(api, audience)| (ResourceServerId::new(api), audience)).collect())
}

/// A page of the organization's explicit audiences that are current or retire after `now`.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_organization(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<ExplicitAudience>> {
    let db = db.into();
    let query = in_organization(scope).filter(in_use(now));
    let rows = paging::page(&db, query, page, table::Column::Audience, |row| row.audience.clone()).await?;
    let ids: Vec<&str> = rows.items.iter().map(|row| row.resource_server_id.as_str()).collect();
    let identifiers = resource_servers::Entity::find()
        .select_only()
        .columns([resource_servers::Column::Id, resource_servers::Column::Identifier])
        .filter(resource_servers::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(resource_servers::Column::Id.is_in(ids));
    let identifiers: HashMap<String, String> =
        identifiers.into_tuple::<(String, String)>().all(&db.0).await?.into_iter().collect();
    let items = rows.items.into_iter().map(|row| {
        let retires_at = row.retires_at.map(entity::time).transpose()?;
        Ok(ExplicitAudience {
            resource_server_identifier: identifiers.get(&row.resource_server_id).cloned().unwrap_or_default(),
            resource_server_id: ResourceServerId::new(row.resource_server_id),
            audience: row.audience,
            status: status(retires_at),
            retires_at,
        })
    });
    Ok(Page { items: items.collect::<Result<_>>()?, total: rows.total, next: rows.next })
}

fn status(retires_at: Option<DateTime<Utc>>) -> AudienceStatus {
    match retires_at {
        None => AudienceStatus::Current,
        Some(_) => AudienceStatus::Retiring,
    }
}

fn in_use(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(table::Column::RetiresAt.is_null())
        .add(table::Column::RetiresAt.gt(now.timestamp_millis()))
}

/// The audiences of an API that are current or retire after `now`, explicit and derived, of at most `take`
/// organizations with ids after `after`. `next` is the last organization of the page.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_api(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    api: &ResourceServer,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<Audience>> {
    let db = db.into();
    let retiring = in_tenant(scope)
        .select_only()
        .column(table::Column::OrganizationId)
        .filter(table::Column::ResourceServerId.eq(api.id.as_str()))
        .filter(table::Column::RetiresAt.gt(now.timestamp_millis()));
    let any = Condition::any()
        .add(organizations::Column::TokenStrategy.eq(entity::text(&TokenStrategy::Audience)?))
        .add(organizations::Column::AudiencesRetireAt.gt(now.timestamp_millis()))
        .add(organizations::Column::Id.in_subquery(retiring.into_query()));
    let query = crate::organizations::in_tenant(scope).filter(any);
    let rows = paging::page(&db, query, page, organizations::Column::Id, |row| row.id.clone()).await?;
    let (Some(first), Some(last)) = (rows.items.first(), rows.items.last()) else {
        return Ok(Page { items: Vec::new(), total: rows.total, next: None });
    };
    let explicit = in_tenant(scope)
        .filter(table::Column::ResourceServerId.eq(api.id.as_str()))
        .filter(table::Column::OrganizationId.between(first.id.as_str(), last.id.as_str()))
        .filter(in_use(now))
        .order_by_asc(table::Column::Audience);
    let mut rows_of: HashMap<String, Vec<table::Model>> = HashMap::new();
    for row in explicit.all(&db.0).await? {
        rows_of.entry(row.organization_id.clone()).or_default().push(row);
    }
    let mut items = Vec::new();
    for row in rows.items {
        let explicit = rows_of.remove(&row.id).unwrap_or_default();
        items.extend(of_one(&crate::organizations::organization(row)?, explicit, api, now)?);
    }
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The audience that an organization's strategy leads to or led to, then those that were replaced.
fn of_one(
    organization: &Organization,
    rows: Vec<table::Model>,
    api: &ResourceServer,
    now: DateTime<Utc>,
) -> Result<Vec<Audience>> {
    let entry = |audience: String, retires_at: Option<DateTime<Utc>>| Audience {
        audience,
        organization_id: organization.id.clone(),
        status: status(retires_at),
        retires_at,
    };
    let (set, left): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.retires_at.is_none());
    let own = set
        .into_iter()
        .next()
        .map_or_else(|| audience::derived(&api.identifier, &organization.id), |row| row.audience);
    let mut audiences = Vec::new();
    match (organization.token_strategy, organization.audiences_retire_at) {
        (TokenStrategy::Audience, _) => audiences.push(entry(own.clone(), None)),
        (TokenStrategy::Claim, Some(end)) if end > now => audiences.push(entry(own.clone(), Some(end))),
        _ => {}
    }
    for row in left.into_iter().filter(|row| row.audience != own) {
        audiences.push(entry(row.audience, row.retires_at.map(entity::time).transpose()?));
    }
    Ok(audiences)
}

/// Sets the organization's audience of the API. What it was before must have been left.
///
/// # Errors
/// [`crate::Error::Conflict`] when the audience is in use, [`crate::Error::Missing`].
pub async fn set(unit: &UnitOfWork, scope: &OrgScope, api: &ResourceServerId, audience: &str) -> Result<()> {
    insert(unit, scope, api, audience, None).await
}

/// Notes an audience that was derived until now and retires at `retires_at`.
///
/// # Errors
/// [`crate::Error::Conflict`] when the audience is in use, [`crate::Error::Missing`].
pub async fn note_left(
    unit: &UnitOfWork,
    scope: &OrgScope,
    api: &ResourceServerId,
    audience: &str,
    retires_at: DateTime<Utc>,
) -> Result<()> {
    insert(unit, scope, api, audience, Some(retires_at)).await
}

async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    api: &ResourceServerId,
    audience: &str,
    retires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        resource_server_id: Set(api.to_string()),
        audience: Set(audience.to_owned()),
        retires_at: Set(retires_at.map(|time| time.timestamp_millis())),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Lets one of the organization's audiences retire.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn leave(
    unit: &UnitOfWork,
    scope: &OrgScope,
    audience: &str,
    retires_at: DateTime<Utc>,
) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::RetiresAt, retires_at.timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Audience.eq(audience))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// Forgets one of the organization's audiences.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget(unit: &UnitOfWork, scope: &OrgScope, audience: &str) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Audience.eq(audience))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// Forgets the tenant's audiences whose last token has expired, so that they can be used again.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_retired(unit: &UnitOfWork, scope: &TenantScope, now: DateTime<Utc>) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::RetiresAt.lte(now.timestamp_millis()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// Whether an API identifier or an explicit audience of the tenant reads like an audience derived from this identifier.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn like_derived(db: impl Into<Db<'_>>, scope: &TenantScope, identifier: &str) -> Result<bool> {
    let db = db.into();
    let (from, to) = audience::derived_range(identifier);
    let apis = crate::resource_servers::in_tenant(scope)
        .filter(resource_servers::Column::Identifier.gte(from.as_str()))
        .filter(resource_servers::Column::Identifier.lt(to.as_str()));
    if apis.limit(1).one(&db.0).await?.is_some() {
        return Ok(true);
    }
    let explicit =
        in_tenant(scope).filter(table::Column::Audience.gte(from)).filter(table::Column::Audience.lt(to));
    Ok(explicit.limit(1).one(&db.0).await?.is_some())
}
