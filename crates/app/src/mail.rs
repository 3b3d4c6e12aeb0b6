//! Mail: letters are written into the outbox by the unit of work that is their reason, and sent afterwards by whichever
//! node gets to them first. A letter may be sent twice when a node ends in the middle, and is never forgotten.

mod texts;

use chrono::Duration;
use guildhall_domain::id::{MailId, TenantId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::UnitOfWork;
use guildhall_persistence::mails::{self, Waiting};
use serde::{Deserialize, Serialize};

use crate::context::App;
use crate::problem::Problem;

pub use texts::{Language, Occasion};

/// How long a node that took a letter has to send it.
const SENDING: Duration = Duration::minutes(5);

/// After how many attempts a letter is given up.
const MOST_ATTEMPTS: i64 = 12;

/// How many letters are taken at once.
const AT_ONCE: u64 = 20;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// A letter that this node has taken in order to send it.
#[derive(Debug)]
pub struct Taken {
    /// The letter.
    pub letter: Letter,
    waiting: Waiting,
}

fn context(tenant: &TenantId, id: &MailId) -> String {
    format!("mail/{tenant}/{id}")
}

/// Writes a letter into the outbox; it is sent after the unit was committed, and not at all otherwise.
///
/// # Errors
/// None but the unforeseen.
pub async fn queue(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    to: &str,
    language: Language,
    occasion: &Occasion<'_>,
) -> Result<(), Problem> {
    let vendor = tenant.settings.other("friendly_name").and_then(|name| name.as_str());
    let letter = texts::write(vendor.unwrap_or(&tenant.name), to, language, occasion);
    let id = MailId::generate(app.clock());
    let plain = serde_json::to_vec(&letter).map_err(Problem::internal)?;
    let sealed = app.0.vault.seal(&context(scope.tenant(), &id), &plain).map_err(Problem::internal)?;
    Ok(mails::insert(unit, scope, &id, sealed, app.clock().now()).await?)
}

/// Takes letters that are due, for this node to send.
///
/// # Errors
/// None but the unforeseen.
pub async fn take_due(app: &App) -> Result<Vec<Taken>, Problem> {
    let now = app.clock().now();
    let mut taken = Vec::new();
    for waiting in mails::due(app.store(), now, AT_ONCE).await? {
        if !mails::take(app.store(), &waiting, now + SENDING).await? {
            continue;
        }
        let waiting =
            Waiting { attempts: waiting.attempts + 1, due_at: (now + SENDING).timestamp_millis(), ..waiting };
        let plain = app.0.vault.open(&context(&waiting.tenant, &waiting.id), &waiting.sealed);
        let plain = plain.map_err(Problem::internal)?;
        let letter = serde_json::from_slice(&plain).map_err(Problem::internal)?;
        taken.push(Taken { letter, waiting });
    }
    Ok(taken)
}

/// Notes that a letter was sent.
///
/// # Errors
/// None but the unforeseen.
pub async fn sent(app: &App, taken: &Taken) -> Result<(), Problem> {
    Ok(mails::remove(app.store(), &taken.waiting).await?)
}

/// Notes that a letter could not be sent: it is tried again later, and given up after a day. Returns whether it was.
///
/// # Errors
/// None but the unforeseen.
pub async fn not_sent(app: &App, taken: &Taken) -> Result<bool, Problem> {
    if taken.waiting.attempts >= MOST_ATTEMPTS {
        mails::remove(app.store(), &taken.waiting).await?;
        return Ok(true);
    }
    let minutes = 1 << taken.waiting.attempts.clamp(0, 8);
    let before = Waiting { attempts: taken.waiting.attempts - 1, ..taken.waiting.clone() };
    mails::take(app.store(), &before, app.clock().now() + Duration::minutes(minutes)).await?;
    Ok(false)
}
