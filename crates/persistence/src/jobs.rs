//! Jobs: how far they are, what went wrong, what they made.

use chrono::{DateTime, Utc};
use guildhall_domain::id::JobId;
use guildhall_domain::job::{Job, JobError, JobStatus};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::entity::{self, jobs as table};
use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// What a job made, with the hash of the key that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The text.
    pub text: String,
    /// The hash of the key.
    pub key_hash: String,
}

/// Adds a job.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, job: &Job) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(job.id.to_string()),
        kind: Set(entity::text(&job.kind)?),
        status: Set(entity::text(&job.status)?),
        body: Set(serde_json::to_value(job)?),
        errors: Set(serde_json::json!([])),
        output: Set(None),
        output_hash: Set(None),
        created_at: Set(job.created_at.timestamp_millis()),
        updated_at: Set(job.created_at.timestamp_millis()),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// The job with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &JobId) -> Result<Option<Job>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), id.to_string()));
    let query = query.select_only().columns([table::Column::Body, table::Column::Status]);
    let row: Option<(serde_json::Value, String)> = query.into_tuple().one(&db.into().0).await?;
    let Some((mut body, status)) = row else { return Ok(None) };
    body["status"] = status.into();
    Ok(Some(serde_json::from_value(body)?))
}

/// What a job could not do.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn errors(db: impl Into<Db<'_>>, scope: &TenantScope, id: &JobId) -> Result<Vec<JobError>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), id.to_string()));
    let query = query.select_only().column(table::Column::Errors);
    let errors: Option<serde_json::Value> = query.into_tuple().one(&db.into().0).await?;
    Ok(errors.map(serde_json::from_value).transpose()?.unwrap_or_default())
}

/// What a job made, for who has the key of this hash.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn output(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &JobId,
    key_hash: &str,
) -> Result<Option<(Job, String)>> {
    let query = table::Entity::find_by_id((scope.tenant().to_string(), id.to_string()))
        .filter(table::Column::OutputHash.eq(key_hash));
    let Some(row) = query.one(&db.into().0).await? else { return Ok(None) };
    let Some(output) = row.output else { return Ok(None) };
    Ok(Some((serde_json::from_value(row.body)?, output)))
}

/// Notes how far a job is. It is no change to who may do what, so it has no unit of work.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn progress(
    store: &Store,
    scope: &TenantScope,
    job: &Job,
    errors: &[JobError],
    output: Option<Output>,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(job.id.to_string()),
        status: Set(entity::text(&job.status)?),
        body: Set(serde_json::to_value(job)?),
        errors: Set(serde_json::to_value(errors)?),
        output_hash: Set(output.as_ref().map(|output| output.key_hash.clone())),
        output: Set(output.map(|output| output.text)),
        updated_at: Set(now.timestamp_millis()),
        ..Default::default()
    };
    table::Entity::update(row).exec(store.writer()).await?;
    Ok(())
}

/// Gives up the jobs that nobody has worked on since a time: their node is gone.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn give_up(store: &Store, since: DateTime<Utc>) -> Result<()> {
    let running = [entity::text(&JobStatus::Pending)?, entity::text(&JobStatus::Processing)?];
    table::Entity::update_many()
        .col_expr(table::Column::Status, Expr::value(entity::text(&JobStatus::Failed)?))
        .filter(table::Column::Status.is_in(running))
        .filter(table::Column::UpdatedAt.lt(since.timestamp_millis()))
        .exec(store.writer())
        .await?;
    Ok(())
}

/// Forgets jobs that were asked for before a time.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_old(store: &Store, before: DateTime<Utc>) -> Result<u64> {
    let old = table::Column::CreatedAt.lt(before.timestamp_millis());
    Ok(table::Entity::delete_many().filter(old).exec(store.writer()).await?.rows_affected)
}
