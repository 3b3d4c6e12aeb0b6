//! Tenants and the hosts that lead to them. These queries come before any scope: they are how one is found.

use guildhall_domain::id::TenantId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::{Tenant, TenantSettings};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use crate::entity::{tenant_hosts, tenants};
use crate::error::{Error, Result};
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// The epoch of every tenant.
pub(crate) async fn epochs(store: &Store) -> Result<Vec<(TenantId, i64)>> {
    let query = tenants::Entity::find().select_only().columns([tenants::Column::Id, tenants::Column::Epoch]);
    let rows: Vec<(String, i64)> = query.into_tuple().all(&Db::from(store).0).await?;
    Ok(rows.into_iter().map(|(id, epoch)| (TenantId::new(id), epoch)).collect())
}

/// Which hosts lead to which tenants, and the tenant of all other hosts.
pub(crate) async fn routes(store: &Store) -> Result<(Vec<(String, TenantId)>, Option<TenantId>)> {
    let db = Db::from(store);
    let hosts = tenant_hosts::Entity::find().all(&db.0).await?;
    let default = tenants::Entity::find().filter(tenants::Column::IsDefault.eq(true)).one(&db.0).await?;
    let hosts = hosts.into_iter().map(|row| (row.host, TenantId::new(row.tenant_id))).collect();
    Ok((hosts, default.map(|row| TenantId::new(row.id))))
}

/// The tenant of a host (with port), or the default tenant for a host that none registered.
///
/// # Errors
/// [`Error::Database`].
pub async fn of_host(db: impl Into<Db<'_>>, host: &str) -> Result<Option<Tenant>> {
    let db = db.into();
    let registered = tenant_hosts::Entity::find_by_id(host.to_owned()).one(&db.0).await?;
    let query = match registered {
        Some(host) => tenants::Entity::find_by_id(host.tenant_id),
        None => tenants::Entity::find().filter(tenants::Column::IsDefault.eq(true)),
    };
    query.one(&db.0).await?.map(tenant).transpose()
}

/// The tenant of a scope.
///
/// # Errors
/// [`Error::Database`].
pub async fn get(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<Option<Tenant>> {
    tenants::Entity::find_by_id(scope.tenant().as_str()).one(&db.into().0).await?.map(tenant).transpose()
}

/// All tenants, the default one first.
///
/// # Errors
/// [`Error::Database`].
pub async fn all(db: impl Into<Db<'_>>) -> Result<Vec<Tenant>> {
    let query =
        tenants::Entity::find().order_by_desc(tenants::Column::IsDefault).order_by_asc(tenants::Column::Name);
    query.all(&db.into().0).await?.into_iter().map(tenant).collect()
}

/// Adds a tenant and the host of its issuer.
///
/// # Errors
/// [`Error::Conflict`] when its name, issuer or host is taken.
pub async fn insert(unit: &UnitOfWork, tenant: &Tenant, created_at: i64) -> Result<()> {
    let row = tenants::ActiveModel {
        id: Set(tenant.id.to_string()),
        name: Set(tenant.name.clone()),
        issuer: Set(tenant.issuer.clone()),
        is_default: Set(tenant.is_default),
        settings: Set(serde_json::to_value(&tenant.settings)?),
        epoch: Set(tenant.epoch),
        created_at: Set(created_at),
    };
    tenants::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    set_host(unit, &tenant.id, &tenant.issuer).await
}

/// Changes the settings and the issuer of the tenant.
///
/// # Errors
/// [`Error::Conflict`] when the issuer or its host is taken.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, tenant: &Tenant) -> Result<()> {
    let row = tenants::ActiveModel {
        id: Set(scope.tenant().to_string()),
        issuer: Set(tenant.issuer.clone()),
        settings: Set(serde_json::to_value(&tenant.settings)?),
        ..Default::default()
    };
    row.update(unit.transaction()).await?;
    set_host(unit, scope.tenant(), &tenant.issuer).await
}

async fn set_host(unit: &UnitOfWork, tenant: &TenantId, issuer: &str) -> Result<()> {
    let host = host_of(issuer).ok_or_else(|| Error::Unusable(format!("the issuer {issuer} has no host")))?;
    let known = tenant_hosts::Entity::find_by_id(host.clone()).one(unit.transaction()).await?;
    match known {
        Some(known) if known.tenant_id == tenant.as_str() => return Ok(()),
        Some(_) => {
            return Err(Error::Conflict(format!("the host {host} belongs to another tenant")));
        }
        None => {}
    }
    tenant_hosts::Entity::delete_many()
        .filter(tenant_hosts::Column::TenantId.eq(tenant.as_str()))
        .exec(unit.transaction())
        .await?;
    let row = tenant_hosts::ActiveModel { host: Set(host), tenant_id: Set(tenant.to_string()) };
    tenant_hosts::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// The host, with its port where it is not the scheme's own, in lower case: as requests name it.
fn host_of(issuer: &str) -> Option<String> {
    let (_, rest) = issuer.split_once("://")?;
    let host = rest.split('/').next()?;
    (!host.is_empty()).then(|| host.to_lowercase())
}

fn tenant(row: tenants::Model) -> Result<Tenant> {
    let settings: TenantSettings = serde_json::from_value(row.settings)?;
    Ok(Tenant {
        id: TenantId::new(row.id),
        name: row.name,
        issuer: row.issuer,
        is_default: row.is_default,
        settings,
        epoch: row.epoch,
    })
}
