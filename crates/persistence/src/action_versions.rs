//! Versions of actions.

use std::collections::HashMap;

use guildhall_domain::action::ActionVersion;
use guildhall_domain::id::{ActionId, ActionVersionId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{
    ColumnTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};

use crate::entity::{self, action_versions as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn of_action(scope: &TenantScope, action: &ActionId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ActionId.eq(action.as_str()))
}

/// A page by offset of the action's versions, the newest first, with the total.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    action: &ActionId,
    page: &PageRequest,
) -> Result<Page<ActionVersion>> {
    let db = db.into();
    let total = Some(of_action(scope, action).count(&db.0).await?);
    let newest_first = of_action(scope, action).order_by(table::Column::Number, Order::Desc);
    let rows = newest_first.offset(page.offset()).limit(page.limit()).all(&db.0).await?;
    let items = rows.into_iter().map(version).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total, next: None })
}

/// The action's version with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    action: &ActionId,
    id: &ActionVersionId,
) -> Result<Option<ActionVersion>> {
    let query = of_action(scope, action).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(version).transpose()
}

/// The versions with these ids, by id.
pub(crate) async fn by_id(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: Vec<ActionVersionId>,
) -> Result<HashMap<ActionVersionId, ActionVersion>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.is_in(ids.into_iter().map(ActionVersionId::into_string)))
        .all(&db.0)
        .await?;
    let keyed = |row| version(row).map(|version| (version.id.clone(), version));
    rows.into_iter().map(keyed).collect()
}

/// The number of the action's newest version, 0 where it has none.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn newest(unit: &UnitOfWork, scope: &TenantScope, action: &ActionId) -> Result<i64> {
    let query = of_action(scope, action).select_only().column_as(table::Column::Number.max(), "newest");
    let newest: Option<Option<i64>> = query.into_tuple().one(unit.transaction()).await?;
    Ok(newest.flatten().unwrap_or_default())
}

/// Adds a version, and drops those whose number is `keep` or more below its own.
///
/// # Errors
/// [`crate::Error::Conflict`] when the action has one of its number, [`crate::Error::Missing`] when it is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    version: &ActionVersion,
    keep: u64,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(version.id.to_string()),
        action_id: Set(version.action_id.to_string()),
        number: Set(version.number),
        content: Set(serde_json::to_value(&version.content)?),
        created_at: Set(version.created_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    let keep = i64::try_from(keep.max(1)).unwrap_or(i64::MAX);
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ActionId.eq(version.action_id.as_str()))
        .filter(table::Column::Number.lte(version.number.saturating_sub(keep)))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn version(row: table::Model) -> Result<ActionVersion> {
    Ok(ActionVersion {
        id: ActionVersionId::new(row.id),
        action_id: ActionId::new(row.action_id),
        number: row.number,
        content: serde_json::from_value(row.content)?,
        created_at: entity::time(row.created_at)?,
    })
}
