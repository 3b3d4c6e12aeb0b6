//! What became of runs of actions. They are written in batches ([`crate::EventLog`]).

use chrono::{DateTime, Utc};
use guildhall_domain::action::execution::{Execution, ExecutionResult, ExecutionStatus};
use guildhall_domain::id::{ActionExecutionId, ActionId, ClientId, OrganizationId, TenantId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, Value,
};

use crate::batches::Table;
use crate::entity::{self, action_executions as table};
use crate::error::Result;
use crate::store::{Db, Store};
use crate::{dialect, paging};

/// Which executions a list holds: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of the trigger of this name.
    pub trigger: Option<String>,
    /// Those in which this action ran.
    pub action: Option<ActionId>,
    /// Those that ended like this.
    pub status: Option<ExecutionStatus>,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's executions, the newest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Execution>> {
    let db = db.into();
    let mut query = in_tenant(scope);
    if let Some(trigger) = &filter.trigger {
        query = query.filter(table::Column::TriggerId.eq(trigger.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::Column::Status.eq(status.as_str()));
    }
    if let Some(action) = &filter.action {
        let ids = table::Column::ActionIds.into_expr();
        let backend = db.0.get_database_backend();
        query = query.filter(dialect::json_any(backend, ids, "$", |id| id.text.eq(action.as_str())));
    }
    let total = match page.totals() {
        true => Some(query.clone().count(&db.0).await?),
        false => None,
    };
    let query = query.order_by(table::Column::Id, Order::Desc);
    let rows = match page {
        PageRequest::Offset { .. } => query.offset(page.offset()).limit(page.limit()).all(&db.0).await?,
        PageRequest::Checkpoint { after, .. } => {
            let query = match after {
                Some(after) => query.filter(table::Column::Id.lt(after.as_str())),
                None => query,
            };
            query.limit(page.limit() + 1).all(&db.0).await?
        }
    };
    let rows = paging::cut(rows, total, page, |row| row.id.clone());
    let items = rows.items.into_iter().map(execution).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The execution with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ActionExecutionId,
) -> Result<Option<Execution>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(execution).transpose()
}

/// Forgets executions that began before a time.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_old(store: &Store, before: DateTime<Utc>) -> Result<u64> {
    let old = table::Column::CreatedAt.lt(before.timestamp_millis());
    Ok(table::Entity::delete_many().filter(old).exec(store.writer()).await?.rows_affected)
}

/// How executions are written.
pub(crate) const TABLE: Table<(TenantId, Execution)> = Table {
    insert: "INSERT INTO action_executions (tenant_id, id, trigger_id, status, created_at, updated_at, user_id, client_id, organization_id, action_ids, results) VALUES ",
    columns: 11,
    json: 2,
    push,
};

fn push((tenant, execution): &(TenantId, Execution), values: &mut Vec<Value>) -> Result<()> {
    let results: Vec<ExecutionResult> = execution.results.iter().cloned().map(without_nul).collect();
    let ids: Vec<&ActionId> = results.iter().map(|result| &result.action_id).collect();
    values.extend([
        tenant.as_str().into(),
        execution.id.as_str().into(),
        execution.trigger_id.as_str().into(),
        execution.status.as_str().into(),
        execution.created_at.timestamp_millis().into(),
        execution.updated_at.timestamp_millis().into(),
        execution.user_id.as_ref().map(UserId::as_str).into(),
        execution.client_id.as_ref().map(ClientId::as_str).into(),
        execution.organization_id.as_ref().map(OrganizationId::as_str).into(),
        serde_json::to_string(&ids)?.into(),
        serde_json::to_string(&results)?.into(),
    ]);
    Ok(())
}

/// PostgreSQL holds no NUL in text, and a script may have written any: one such row would hold up all the others.
fn without_nul(mut result: ExecutionResult) -> ExecutionResult {
    result.logs.retain(|character| character != '\0');
    if let Some(error) = &mut result.error {
        error.id.retain(|character| character != '\0');
        error.msg.retain(|character| character != '\0');
    }
    result
}

fn execution(row: table::Model) -> Result<Execution> {
    Ok(Execution {
        id: ActionExecutionId::new(row.id),
        trigger_id: entity::value(row.trigger_id)?,
        status: entity::value(row.status)?,
        results: serde_json::from_value(row.results)?,
        user_id: row.user_id.map(UserId::new),
        client_id: row.client_id.map(ClientId::new),
        organization_id: row.organization_id.map(OrganizationId::new),
        created_at: entity::time(row.created_at)?,
        updated_at: entity::time(row.updated_at)?,
    })
}
