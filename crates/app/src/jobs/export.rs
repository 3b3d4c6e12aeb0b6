//! Writing users out, page by page.

use guildhall_domain::job::{ExportField, ExportFormat, Job, JobStatus};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::search::Expression;
use guildhall_domain::user::User;
use guildhall_persistence::jobs::{self, Output};
use guildhall_persistence::users::{self, Wanted};
use guildhall_tokens::secret::random_token;
use serde_json::{Map, Value};

use crate::context::App;
use crate::problem::Problem;

/// The fields of a CSV export that names none.
const FIELDS: [&str; 9] = [
    "user_id",
    "email",
    "email_verified",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "created_at",
    "updated_at",
];

/// Writes the users out, and where they can be fetched.
pub(super) async fn run(app: App, scope: TenantScope, issuer: String, mut job: Job) {
    job.status = JobStatus::Processing;
    let output = match write(&app, &scope, &job).await {
        Ok(text) => {
            let key = random_token();
            job.status = JobStatus::Completed;
            job.percentage_done = Some(100);
            job.location = Some(format!("{issuer}users-exports/{}?key={}", job.id, key.expose()));
            let key_hash = app.0.pepper.hash(&format!("job\0{}", key.expose())).as_str().to_owned();
            Some(Output { text, key_hash })
        }
        Err(problem) => {
            tracing::error!(job = job.id.as_str(), error = %problem, "an export failed");
            job.status = JobStatus::Failed;
            None
        }
    };
    let now = app.clock().now();
    if let Err(error) = jobs::progress(app.store(), &scope, &job, &[], output, now).await {
        tracing::error!(job = job.id.as_str(), %error, "the end of a job cannot be noted");
    }
}

async fn write(app: &App, scope: &TenantScope, job: &Job) -> Result<String, Problem> {
    let wanted = Wanted { search: Expression::All, connection: job.connection.clone(), sort: None };
    let fields = fields(job);
    let mut text = String::new();
    if job.format == Some(ExportFormat::Csv) {
        text += &line(fields.iter().map(|field| shown_as(field).to_owned()));
    }
    let (mut left, mut after) = (job.limit.unwrap_or(u64::MAX), None);
    loop {
        let page = PageRequest::Checkpoint { after, take: 100 };
        let page = users::list(app.store(), scope, &page, &wanted).await?;
        for user in &page.items {
            if left == 0 {
                return Ok(text);
            }
            left -= 1;
            text += &row(job, &fields, user)?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(text);
        }
    }
}

fn fields(job: &Job) -> Vec<ExportField> {
    let named = |name: &&str| ExportField { name: (*name).to_owned(), export_as: None };
    match (&job.fields, job.format) {
        (Some(fields), _) => fields.clone(),
        (None, Some(ExportFormat::Csv)) => FIELDS.iter().map(named).collect(),
        (None, _) => Vec::new(),
    }
}

fn shown_as(field: &ExportField) -> &str {
    field.export_as.as_deref().unwrap_or(&field.name)
}

fn row(job: &Job, fields: &[ExportField], user: &User) -> Result<String, Problem> {
    let whole = serde_json::to_value(user).map_err(Problem::internal)?;
    if job.format == Some(ExportFormat::Csv) {
        return Ok(line(fields.iter().map(|field| plain(at(&whole, &field.name)))));
    }
    let object = match fields.is_empty() {
        true => whole,
        false => {
            let pairs = fields
                .iter()
                .filter_map(|field| Some((shown_as(field).to_owned(), at(&whole, &field.name)?.clone())));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    };
    Ok(object.to_string() + "\n")
}

/// The value that a name with dots leads to.
fn at<'a>(whole: &'a Value, name: &str) -> Option<&'a Value> {
    name.split('.').try_fold(whole, |value, key| match key.parse::<usize>() {
        Ok(index) if value.is_array() => value.get(index),
        _ => value.get(key),
    })
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A line of comma-separated values (RFC 4180). Spreadsheets take text that begins so for a formula: it is quoted for them.
fn line(values: impl Iterator<Item = String>) -> String {
    let quoted = values.map(|value| {
        let guard = if value.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        format!("\"{guard}{}\"", value.replace('"', "\"\""))
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}
