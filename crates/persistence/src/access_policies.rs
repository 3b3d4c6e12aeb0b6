//! Access policies.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use guildhall_domain::access_policy::{AccessPolicy, Rules};
use guildhall_domain::applies_to::{AppliesTo, Issuance};
use guildhall_domain::id::{AccessPolicyId, OrganizationId, ResourceServerId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use serde_json::{Value, json};

use crate::applies_to::{self, References};
use crate::entity::{self, access_policies as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{dialect, organizations, paging};

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's policies.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
) -> Result<Page<AccessPolicy>> {
    let db = db.into();
    let rows = paging::page(&db, in_tenant(scope), page, table::Column::Id, |row| row.id.clone()).await?;
    Ok(Page { items: policies(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// The policy with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &AccessPolicyId,
) -> Result<Option<AccessPolicy>> {
    let db = db.into();
    let row = in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(policies(&db, scope, row.into_iter().collect()).await?.pop())
}

/// The policies that apply to a token, the oldest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn applying(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    issuance: &Issuance<'_>,
) -> Result<Vec<AccessPolicy>> {
    let db = db.into();
    let query = in_tenant(scope).filter(table::Column::Target.is_in(applies_to::targets(issuance)));
    let rows = query.order_by_asc(table::Column::Id).all(&db.0).await?;
    policies(&db, scope, rows).await
}

/// The organizations that exist and that policies of the tenant name, or any of `others`.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn named(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    others: &[&AccessPolicy],
) -> Result<BTreeSet<OrganizationId>> {
    let db = db.into();
    let query = in_tenant(scope).select_only().columns([table::Column::OrganizationId, table::Column::Body]);
    let mut named: BTreeSet<String> =
        others.iter().flat_map(|policy| policy.organizations()).map(ToString::to_string).collect();
    for (organization, mut body) in query.into_tuple::<(Option<String>, Value)>().all(&db.0).await? {
        let rules: Rules = serde_json::from_value(body["rules"].take())?;
        let listed = rules.allowed_organizations.into_iter().flatten().map(OrganizationId::into_string);
        named.extend(organization.into_iter().chain(listed));
    }
    let named = dialect::texts(db.0.get_database_backend(), named.iter().map(String::as_str));
    let existing = organizations::in_tenant(scope).select_only().column(entity::organizations::Column::Id);
    let existing = existing.filter(entity::organizations::Column::Id.in_subquery(named));
    let ids: Vec<String> = existing.into_tuple().all(&db.0).await?;
    Ok(ids.into_iter().map(OrganizationId::new).collect())
}

/// The policies that apply to tokens of the API, for any client, in these organizations and outside, the oldest first; name
/// fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_api(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    api: &ResourceServerId,
    organizations: &[OrganizationId],
) -> Result<Vec<AccessPolicy>> {
    let db = db.into();
    let of_api = Condition::any()
        .add(table::Column::ResourceServerId.is_null())
        .add(table::Column::ResourceServerId.eq(api.as_str()));
    let query = in_tenant(scope).filter(of_api);
    // Two queries, ordered here: as one, or in order, databases look through all policies of the tenant.
    let organization = table::Column::OrganizationId;
    let mut rows = query.clone().filter(organization.is_null()).all(&db.0).await?;
    if !organizations.is_empty() {
        let ids = organizations.iter().map(OrganizationId::as_str);
        rows.extend(query.filter(organization.is_in(ids)).all(&db.0).await?);
    }
    rows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    policies(&db, scope, rows).await
}

/// How many policies apply to exactly this.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope, target: &AppliesTo) -> Result<u64> {
    let query = in_tenant(scope).filter(table::Column::Target.eq(applies_to::target(target)));
    Ok(query.count(&db.into().0).await?)
}

/// Adds a policy.
///
/// # Errors
/// [`crate::Error::Missing`] when what it applies to is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    policy: &AccessPolicy,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel { created_at: Set(now.timestamp_millis()), ..row(scope, policy) };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a policy.
///
/// # Errors
/// [`crate::Error::Missing`] when what it applies to is gone.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, policy: &AccessPolicy) -> Result<()> {
    table::Entity::update(row(scope, policy)).exec(unit.transaction()).await?;
    Ok(())
}

/// Removes a policy.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &AccessPolicyId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, policy: &AccessPolicy) -> table::ActiveModel {
    let references = References::of(&policy.applies_to);
    table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(policy.id.to_string()),
        target: Set(applies_to::target(&policy.applies_to)),
        client_id: Set(references.client_id),
        organization_id: Set(references.organization_id),
        resource_server_id: Set(references.resource_server_id),
        body: Set(json!({ "name": policy.name, "rules": policy.rules })),
        ..Default::default()
    }
}

async fn policies(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<AccessPolicy>> {
    let apis = rows.iter().filter_map(|row| row.resource_server_id.as_deref()).collect();
    let audiences = applies_to::audiences(db, scope, apis).await?;
    rows.into_iter()
        .map(|mut row| {
            let references = References {
                client_id: row.client_id,
                organization_id: row.organization_id,
                resource_server_id: row.resource_server_id,
            };
            Ok(AccessPolicy {
                id: AccessPolicyId::new(row.id),
                name: serde_json::from_value(row.body["name"].take())?,
                applies_to: references.read(&audiences)?,
                rules: serde_json::from_value(row.body["rules"].take())?,
            })
        })
        .collect()
}
