//! Bringing users in, one by one: what cannot be brought in is noted and the rest goes on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_domain::id::UserId;
use guildhall_domain::job::{Encoding, ImportedHash, ImportedUser, Job, JobError, JobStatus, NotImported};
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Caller, TenantScope};
use guildhall_domain::user::{NewUser, User, UserPatch};
use guildhall_persistence::passwords::{self, StoredPassword};
use guildhall_persistence::{Error, jobs, users};
use guildhall_tokens::password::{ForeignHash, PasswordHash};
use serde_json::Value;

use crate::context::App;
use crate::problem::Problem;
use crate::users::default_picture;

/// After how many users progress is noted.
const NOTED_EVERY: usize = 25;

/// An import that runs.
pub(super) struct Import {
    pub app: App,
    pub scope: TenantScope,
    pub caller: Caller,
    pub connection: String,
    pub upsert: bool,
}

enum Done {
    Inserted,
    Updated,
}

impl Import {
    /// Brings the users in, noting progress.
    pub async fn run(self, mut job: Job, items: Vec<Value>) {
        let mut errors = Vec::new();
        job.status = JobStatus::Processing;
        let total = items.len().max(1) as u64;
        for (number, item) in items.iter().enumerate() {
            let outcome = self.one(item).await;
            let summary = job.summary.get_or_insert_default();
            match outcome {
                Ok(Ok(Done::Inserted)) => summary.inserted += 1,
                Ok(Ok(Done::Updated)) => summary.updated += 1,
                Ok(Err(reason)) => {
                    summary.failed += 1;
                    errors.push(reason.of(item));
                }
                Err(problem) => {
                    tracing::error!(job = job.id.as_str(), error = %problem, "an import ended early");
                    job.status = JobStatus::Failed;
                    return self.note(&job, &errors).await;
                }
            }
            job.percentage_done = Some((number as u64 + 1) * 100 / total);
            if number % NOTED_EVERY == NOTED_EVERY - 1 {
                self.note(&job, &errors).await;
            }
        }
        (job.status, job.percentage_done) = (JobStatus::Completed, Some(100));
        self.note(&job, &errors).await;
    }

    async fn note(&self, job: &Job, errors: &[JobError]) {
        let now = self.app.clock().now();
        if let Err(error) = jobs::progress(self.app.store(), &self.scope, job, errors, None, now).await {
            tracing::error!(job = job.id.as_str(), %error, "the progress of a job cannot be noted");
        }
    }

    async fn one(&self, item: &Value) -> Result<Result<Done, NotImported>, Problem> {
        let read = match ImportedUser::read(item, &self.connection) {
            Ok(read) => read,
            Err(reason) => return Ok(Err(reason)),
        };
        let hash = match read.hash.map(usable).transpose() {
            Ok(hash) => hash,
            Err(reason) => return Ok(Err(reason)),
        };
        let existing = match &read.user.email {
            Some(email) => {
                users::find_by_identifier(self.app.store(), &self.scope, &self.connection, email).await?
            }
            None => None,
        };
        match existing {
            Some(_) if !self.upsert => Ok(Err(duplicate())),
            Some(user) => self.update(user, read.user).await,
            None => self.insert(read.user, hash).await,
        }
    }

    async fn insert(
        &self,
        new: NewUser,
        hash: Option<PasswordHash>,
    ) -> Result<Result<Done, NotImported>, Problem> {
        let clock = self.app.clock();
        let picture = new.email.as_deref().map(default_picture);
        let user = new.create(UserId::generate(clock), picture, clock.now());
        let (actor, origin) = (self.caller.actor.clone(), self.caller.origin.clone());
        let mut unit = self.app.store().begin(&self.scope, actor, origin).await?;
        match users::insert(&unit, &self.scope, &user).await {
            Ok(()) => {}
            Err(Error::Conflict(_)) => return Ok(Err(duplicate())),
            Err(error) => return Err(error.into()),
        }
        if let Some(hash) = hash {
            let stored = StoredPassword { hash: hash.as_str().to_owned(), former: Vec::new() };
            passwords::set(&unit, &self.scope, &user.user_id, &stored, user.created_at).await?;
        }
        let change = Change::new("user.imported", user.user_id.as_str()).about(&user.user_id);
        unit.record(change.after(&user)).await?;
        unit.commit().await?;
        Ok(Ok(Done::Inserted))
    }

    /// Changes what an import may change of a user who exists: the profile and the metadata, never the password.
    async fn update(&self, user: User, new: NewUser) -> Result<Result<Done, NotImported>, Problem> {
        let patch = UserPatch {
            email_verified: new.email_verified,
            given_name: new.given_name,
            family_name: new.family_name,
            name: new.name,
            nickname: new.nickname,
            picture: new.picture,
            blocked: new.blocked,
            user_metadata: new.user_metadata,
            app_metadata: new.app_metadata,
            ..UserPatch::default()
        };
        let (actor, origin) = (self.caller.actor.clone(), self.caller.origin.clone());
        let mut unit = self.app.store().begin(&self.scope, actor, origin).await?;
        let before = users::find(&unit, &self.scope, &user.user_id).await?.unwrap_or(user);
        let after = before.clone().patched(patch, self.app.clock().now());
        users::update(&unit, &self.scope, &after).await?;
        let change = Change::new("user.imported", after.user_id.as_str()).about(&after.user_id);
        unit.record(change.before(&before).after(&after)).await?;
        unit.commit().await?;
        Ok(Ok(Done::Updated))
    }
}

fn duplicate() -> NotImported {
    NotImported::new("DUPLICATED_USER", "The user already exists.")
}

/// The hash as it is stored.
fn usable(hash: ImportedHash) -> Result<PasswordHash, NotImported> {
    let refused = |reason: String| NotImported::new("INVALID_HASH", reason).at("custom_password_hash");
    let text = match hash {
        ImportedHash::Text(text) => text,
        ImportedHash::Scrypt { n, r, p, salt, hash } => {
            let (salt, hash) = (bytes(&salt)?, bytes(&hash)?);
            let foreign = ForeignHash::Scrypt { n, r, p, salt: &salt, hash: &hash };
            foreign.text().map_err(|error| refused(error.to_string()))?
        }
    };
    PasswordHash::read(&text).map_err(|error| refused(error.to_string()))
}

fn bytes((text, encoding): &(String, Encoding)) -> Result<Vec<u8>, NotImported> {
    let read = match encoding {
        Encoding::Utf8 => Some(text.clone().into_bytes()),
        Encoding::Base64 => STANDARD.decode(text).ok(),
        Encoding::Hex => (text.len() % 2 == 0 && text.is_ascii())
            .then(|| {
                (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
            })
            .flatten(),
    };
    read.ok_or_else(|| {
        NotImported::new("INVALID_HASH", "salt or hash cannot be read").at("custom_password_hash")
    })
}
