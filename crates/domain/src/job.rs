//! Jobs: work on many users, done after the answer. Contract section 11.

mod import;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field;
use crate::id::{ClientId, ConnectionId, JobId, OrganizationId, UserId};
use crate::ticket::TicketIdentity;

pub use import::{Encoding, ImportedHash, ImportedUser, NotImported, UsersImport};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Brings users in.
    UsersImport,
    /// Writes users out.
    UsersExport,
    /// Asks a user to verify the address.
    VerificationEmail,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It has not begun.
    Pending,
    /// It is being done.
    Processing,
    /// It is done; what could not be done is among its errors.
    Completed,
    /// It ended before it was done.
    Failed,
}

/// What an import has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobSummary {
    /// Users who could not be brought in.
    pub failed: u64,
    /// Users who were changed.
    pub updated: u64,
    /// Users who were added.
    pub inserted: u64,
    /// All of them.
    pub total: u64,
}

/// How users are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One JSON object per line.
    #[default]
    Json,
    /// Comma-separated values with a line of names.
    Csv,
}

/// A field of exported users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportField {
    /// The field; a dot leads into an object.
    #[schema(min_length = 1, max_length = 300)]
    #[validate(length(min = 1, max = 300), custom(function = "field::no_control"))]
    pub name: String,
    /// What it is called in the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    #[validate(length(min = 1, max = 300), custom(function = "field::no_control"))]
    pub export_as: Option<String>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The identifier.
    pub id: JobId,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: JobKind,
    /// How far it is.
    pub status: JobStatus,
    /// The connection's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The connection's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The caller's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Of an export: how users are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ExportFormat>,
    /// Of an export: how many users at the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Of an export: which fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<ExportField>>,
    /// Of an import: what it has done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<JobSummary>,
    /// How much is done, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentage_done: Option<u64>,
    /// Of an export that is done: where it can be fetched for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

impl Job {
    /// A job that has not begun.
    pub fn new(id: JobId, kind: JobKind, now: DateTime<Utc>) -> Self {
        Self {
            id,
            kind,
            status: JobStatus::Pending,
            connection_id: None,
            connection: None,
            external_id: None,
            format: None,
            limit: None,
            fields: None,
            summary: None,
            percentage_done: None,
            location: None,
            created_at: now,
        }
    }
}

/// Why one user could not be brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobErrorReason {
    /// A code for programs.
    pub code: String,
    /// The reason.
    pub message: String,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A user who could not be brought in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobError {
    /// The user as the file had it, without what it was authenticated by.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub user: Value,
    /// Why.
    pub errors: Vec<JobErrorReason>,
}

/// The body of `POST /api/v2/jobs/users-exports`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewUsersExport {
    /// Users of this connection; of all unless given.
    pub connection_id: Option<ConnectionId>,
    /// How they are written.
    pub format: Option<ExportFormat>,
    /// How many at the most.
    #[schema(minimum = 1)]
    #[validate(range(min = 1))]
    pub limit: Option<u64>,
    /// Which fields; all unless given.
    #[validate(length(max = 100), nested)]
    pub fields: Option<Vec<ExportField>>,
}

/// The body of `POST /api/v2/jobs/verification-email`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVerificationEmail {
    /// Who is asked.
    pub user_id: UserId,
    /// The client on whose behalf.
    pub client_id: Option<ClientId>,
    /// Which account of the user; each has one here.
    #[validate(nested)]
    pub identity: Option<TicketIdentity>,
    /// The organization on whose behalf.
    pub organization_id: Option<OrganizationId>,
}

pub(super) fn refuse_long(text: &str) -> Result<(), ValidationError> {
    match text.chars().count() <= 300 {
        true => field::no_control(text),
        false => Err(field::refuse("maxLength", "String is too long, maximum 300")),
    }
}
