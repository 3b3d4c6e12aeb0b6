//! Actions of a tenant.

use std::collections::HashMap;

use guildhall_domain::action::{Action, ActionVersion};
use guildhall_domain::id::{ActionId, ActionVersionId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};

use crate::entity::{self, actions as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{action_versions, paging};

/// Which actions a list holds: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of the trigger of this name.
    pub trigger: Option<String>,
    /// The one of this name.
    pub name: Option<String>,
    /// Those that have a version that runs, or those that have none.
    pub deployed: Option<bool>,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's actions, the oldest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Action>> {
    let db = db.into();
    let mut query = in_tenant(scope);
    if let Some(trigger) = &filter.trigger {
        query = query.filter(table::Column::TriggerId.eq(trigger.as_str()));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::Column::Name.eq(name.as_str()));
    }
    query = match filter.deployed {
        Some(true) => query.filter(table::Column::DeployedVersionId.is_not_null()),
        Some(false) => query.filter(table::Column::DeployedVersionId.is_null()),
        None => query,
    };
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_versions(&db, scope, rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The action with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &ActionId) -> Result<Option<Action>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::Id.eq(id.as_str()))).await
}

/// The action with this name.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_name(db: impl Into<Db<'_>>, scope: &TenantScope, name: &str) -> Result<Option<Action>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::Name.eq(name))).await
}

async fn one(db: &Db<'_>, scope: &TenantScope, query: Select<table::Entity>) -> Result<Option<Action>> {
    let row = query.one(&db.0).await?;
    Ok(with_versions(db, scope, row.into_iter().collect()).await?.pop())
}

/// The actions with these ids, by id.
pub(crate) async fn by_id(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, Action>> {
    let rows = in_tenant(scope).filter(table::Column::Id.is_in(ids)).all(&db.0).await?;
    let actions = with_versions(db, scope, rows).await?;
    Ok(actions.into_iter().map(|action| (action.id.to_string(), action)).collect())
}

/// How many actions the tenant has.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(in_tenant(scope).count(&db.into().0).await?)
}

/// Adds an action. Its version, where it has one, is added beside it.
///
/// # Errors
/// [`crate::Error::Conflict`] when another has its name.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, action: &Action) -> Result<()> {
    table::Entity::insert(row(scope, action)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes an action.
///
/// # Errors
/// [`crate::Error::Conflict`] when another has its name.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, action: &Action) -> Result<()> {
    table::Entity::update(row(scope, action)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Removes an action with its versions and bindings.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ActionId) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, action: &Action) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(action.id.to_string()),
        name: Set(action.name.clone()),
        trigger_id: Set(action.draft.trigger.id.as_str().to_owned()),
        draft: Set(serde_json::to_value(&action.draft)?),
        deployed_version_id: Set(action.deployed.as_ref().map(|version| version.id.to_string())),
        created_at: Set(action.created_at.timestamp_millis()),
        updated_at: Set(action.updated_at.timestamp_millis()),
    })
}

/// The actions of rows, each with the version that runs.
async fn with_versions(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<Action>> {
    let deployed = rows.iter().filter_map(|row| row.deployed_version_id.clone()).map(ActionVersionId::new);
    let mut versions = action_versions::by_id(db, scope, deployed.collect()).await?;
    rows.into_iter()
        .map(|row| {
            let deployed: Option<ActionVersion> =
                row.deployed_version_id.and_then(|id| versions.remove(&ActionVersionId::new(id)));
            Ok(Action {
                id: ActionId::new(row.id),
                name: row.name,
                draft: serde_json::from_value(row.draft)?,
                deployed,
                created_at: entity::time(row.created_at)?,
                updated_at: entity::time(row.updated_at)?,
            })
        })
        .collect()
}
