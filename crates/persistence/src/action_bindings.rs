//! What is bound to the triggers of a tenant.

use guildhall_domain::action::binding::ActionBinding;
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::id::{ActionBindingId, ActionId};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};

use crate::actions;
use crate::entity::{self, action_bindings as table};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::unit::UnitOfWork;

/// What is bound to the trigger, in the order that it runs.
///
/// # Errors
/// [`Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    trigger: Trigger,
) -> Result<Vec<ActionBinding>> {
    let db = db.into();
    let rows = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::TriggerId.eq(trigger.as_str()))
        .order_by_asc(table::Column::Position)
        .all(&db.0)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let actions = actions::by_id(&db, scope, rows.iter().map(|row| row.action_id.clone())).await?;
    rows.into_iter()
        .map(|row| {
            let action = actions.get(&row.action_id).cloned();
            Ok(ActionBinding {
                id: ActionBindingId::new(row.id),
                trigger,
                display_name: row.display_name,
                on_failure: entity::value(row.on_failure)?,
                action: action.ok_or_else(|| Error::Missing(format!("action {}", row.action_id)))?,
                created_at: entity::time(row.created_at)?,
                updated_at: entity::time(row.updated_at)?,
            })
        })
        .collect()
}

/// How often the action is bound.
///
/// # Errors
/// [`Error::Database`].
pub async fn count_of(db: impl Into<Db<'_>>, scope: &TenantScope, action: &ActionId) -> Result<u64> {
    let query = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ActionId.eq(action.as_str()));
    Ok(query.count(&db.into().0).await?)
}

/// Binds these to the trigger and nothing else, in this order.
///
/// # Errors
/// [`Error::Missing`] when one of the actions is gone.
pub async fn replace(
    unit: &UnitOfWork,
    scope: &TenantScope,
    trigger: Trigger,
    bindings: &[ActionBinding],
) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::TriggerId.eq(trigger.as_str()))
        .exec(unit.transaction())
        .await?;
    if bindings.is_empty() {
        return Ok(());
    }
    let rows = (0_i64..).zip(bindings).map(|(position, binding)| row(scope, position, binding));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    table::Entity::insert_many(rows).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

fn row(scope: &TenantScope, position: i64, binding: &ActionBinding) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(binding.id.to_string()),
        trigger_id: Set(binding.trigger.as_str().to_owned()),
        position: Set(position),
        action_id: Set(binding.action.id.to_string()),
        display_name: Set(binding.display_name.clone()),
        on_failure: Set(entity::text(&binding.on_failure)?),
        created_at: Set(binding.created_at.timestamp_millis()),
        updated_at: Set(binding.updated_at.timestamp_millis()),
    })
}
