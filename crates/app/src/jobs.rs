//! Jobs: work on many users, begun by a request and done after its answer, on the node that was asked. Contract section 11.

mod export;
mod import;

use chrono::Duration;
use guildhall_domain::id::JobId;
use guildhall_domain::job::{
    Job, JobError, JobKind, JobStatus, JobSummary, NewUsersExport, NewVerificationEmail, UsersImport,
};
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Authorized, Need, issuance, needs};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::ticket::TicketKind;
use guildhall_persistence::{connections, jobs, users};

use crate::context::{App, found};
use crate::mail::Language;
use crate::problem::{Problem, Thing};
use crate::tickets::{self, Behalf, Wish};

/// How long jobs, and what they made, are kept.
const KEPT: Duration = Duration::hours(24);

/// After how long without progress a job is given up.
const STALLED: Duration = Duration::minutes(10);

/// A job.
///
/// # Errors
/// [`Thing::Job`].
pub async fn get(app: &App, by: &Authorized<needs::ReadJobs>, id: &JobId) -> Result<Job, Problem> {
    found(jobs::find(app.store(), by.scope(), id).await?, Thing::Job)
}

/// What a job could not do.
///
/// # Errors
/// [`Thing::Job`].
pub async fn errors(
    app: &App,
    by: &Authorized<needs::ReadJobs>,
    id: &JobId,
) -> Result<Vec<JobError>, Problem> {
    get(app, by, id).await?;
    Ok(jobs::errors(app.store(), by.scope(), id).await?)
}

/// Begins to bring users in.
///
/// # Errors
/// [`Problem::Invalid`] for a connection that keeps no users here.
pub async fn import_users(
    app: &App,
    by: &Authorized<needs::CreateUsers>,
    asked: UsersImport,
) -> Result<Job, Problem> {
    let refused = || Problem::invalid("connection_id", "The connection must be a database connection");
    let connection = connections::find(app.store(), by.scope(), &asked.connection_id).await?;
    let connection = connection.filter(|connection| connection.is_database()).ok_or_else(refused)?;
    let job = Job {
        connection_id: Some(connection.id.clone()),
        connection: Some(connection.name.clone()),
        external_id: asked.external_id.clone(),
        summary: Some(JobSummary { total: asked.users.len() as u64, ..JobSummary::default() }),
        percentage_done: Some(0),
        ..Job::new(JobId::generate(app.clock()), JobKind::UsersImport, app.clock().now())
    };
    begun(app, by, &job).await?;
    let import = import::Import {
        app: app.clone(),
        scope: by.scope().clone(),
        caller: by.caller().clone(),
        connection: connection.name,
        upsert: asked.upsert,
    };
    tokio::spawn(import.run(job.clone(), asked.users));
    Ok(job)
}

/// Begins to write users out.
///
/// # Errors
/// [`Problem::Invalid`] for a connection that does not exist.
pub async fn export_users(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    asked: NewUsersExport,
) -> Result<Job, Problem> {
    let connection = match &asked.connection_id {
        Some(id) => {
            let refused = || Problem::invalid("connection_id", "The connection does not exist");
            Some(connections::find(app.store(), by.scope(), id).await?.ok_or_else(refused)?.name)
        }
        None => None,
    };
    let job = Job {
        connection_id: asked.connection_id,
        connection,
        format: Some(asked.format.unwrap_or_default()),
        limit: asked.limit,
        fields: asked.fields,
        percentage_done: Some(0),
        ..Job::new(JobId::generate(app.clock()), JobKind::UsersExport, app.clock().now())
    };
    begun(app, by, &job).await?;
    let tenant = app.tenant(by.scope()).await?;
    tokio::spawn(export::run(app.clone(), by.scope().clone(), tenant.issuer, job.clone()));
    Ok(job)
}

/// Asks a user to verify the address.
///
/// # Errors
/// [`Thing::User`].
pub async fn verification_email(
    app: &App,
    by: &Authorized<needs::UpdateUsers>,
    asked: NewVerificationEmail,
) -> Result<Job, Problem> {
    let tenant = app.tenant(by.scope()).await?;
    let user = found(users::find(app.store(), by.scope(), &asked.user_id).await?, Thing::User)?;
    let done = Job {
        status: JobStatus::Completed,
        ..Job::new(JobId::generate(app.clock()), JobKind::VerificationEmail, app.clock().now())
    };
    let behalf = Behalf { client_id: asked.client_id, organization_id: asked.organization_id };
    let wish = Wish { kind: TicketKind::VerifyEmail, behalf, language: Language::default() };
    let mut unit = app.begin(by).await?;
    tickets::send(app, &mut unit, by.scope(), &tenant, &user, wish).await?;
    jobs::insert(&unit, by.scope(), &done).await?;
    unit.record(Change::new("job.created", done.id.as_str()).about(&user.user_id).after(&done)).await?;
    unit.commit().await?;
    Ok(done)
}

async fn begun<N: Need>(app: &App, by: &Authorized<N>, job: &Job) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    jobs::insert(&unit, by.scope(), job).await?;
    unit.record(Change::new("job.created", job.id.as_str()).after(job)).await?;
    Ok(unit.commit().await?)
}

/// What an export made, for whoever holds the key in its address.
///
/// # Errors
/// [`Thing::Job`] for another key, and for a job that is gone.
pub async fn output(app: &App, tenant: &Tenant, id: &JobId, key: &str) -> Result<(Job, String), Problem> {
    let hash = app.0.pepper.hash(&format!("job\0{key}"));
    found(jobs::output(app.store(), &issuance(&tenant.id), id, hash.as_str()).await?, Thing::Job)
}

/// Gives up jobs whose node is gone, and forgets old ones.
///
/// # Errors
/// None but the unforeseen.
pub async fn tidy(app: &App) -> Result<(), Problem> {
    let now = app.clock().now();
    jobs::give_up(app.store(), now - STALLED).await?;
    jobs::forget_old(app.store(), now - KEPT).await?;
    Ok(())
}
