//! Signing in with a password. What is answered, and how long it takes, is the same whether the account exists or not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::password::Password;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::sign_in_delay::{Counted, forgotten_after};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::sign_in_failures::{self, Failures};
use guildhall_persistence::{passwords, users};
use guildhall_tokens::password::PasswordHash;
use serde_json::json;

use super::{account, addresses, note, options, pool};
use crate::context::App;
use crate::problem::Problem;

/// The longest identifier that is looked up, in characters.
const MAX_IDENTIFIER: usize = 320;

/// How many attempts to sign in to one account wait for one another.
const WAITING_PER_ACCOUNT: usize = 8;

/// How many attempts from one slow address wait for one another.
const WAITING_PER_ADDRESS: usize = 32;

/// How long an attempt from a slow address takes at the least.
const PAUSE: Duration = Duration::from_millis(500);

/// Why someone was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    /// There is no such account, or its password is another.
    #[error("wrong identifier or password")]
    WrongCredentials,
    /// The vendor blocked the user. Said only to who knows the password.
    #[error("the user is blocked")]
    Blocked,
    /// Too many attempts failed before: this one was not looked at.
    #[error("too many attempts failed")]
    TooManyFailures {
        /// When the next one is looked at.
        until: DateTime<Utc>,
    },
    /// So many people sign in that this one would have waited in vain.
    #[error("too many people sign in at once")]
    Busy,
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

impl From<guildhall_persistence::Error> for SignInRefusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<pool::Busy> for SignInRefusal {
    fn from(_: pool::Busy) -> Self {
        Self::Busy
    }
}

/// Signs a user in by address, name or number, and password; notes success on the user and failure in the log. A hash
/// that was imported is replaced by one of today's.
///
/// # Errors
/// [`SignInRefusal`].
pub async fn authenticate(
    app: &App,
    tenant: &Tenant,
    connection: &str,
    identifier: &str,
    password: &Password,
    origin: &Origin,
) -> Result<User, SignInRefusal> {
    let identifier = identifier.trim();
    if identifier.is_empty() || identifier.chars().count() > MAX_IDENTIFIER || !password.has_sound_length() {
        return Err(SignInRefusal::WrongCredentials);
    }
    let scope = issuance(&tenant.id);
    let options = match options(app, &scope, connection).await {
        Err(Problem::NotNow(_)) => return Err(SignInRefusal::WrongCredentials),
        options => options?,
    };
    let attempt = Attempt {
        app,
        tenant,
        scope,
        is_slowed_down: options.brute_force_protection,
        account: account(app, connection, identifier),
        address: origin.ip.as_deref().unwrap_or_default(),
        now: app.clock().now(),
    };
    let result = attempt.run(connection, identifier, password).await;
    attempt.note(&result, connection, origin);
    match result {
        Ok(user) => Ok(user),
        Err((_, refusal)) => Err(refusal),
    }
}

struct Attempt<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    scope: TenantScope,
    /// Whether failures delay the account.
    is_slowed_down: bool,
    account: String,
    address: &'a str,
    now: DateTime<Utc>,
}

/// A refusal, and the user it is about where one is known.
type Refused = (Option<Box<User>>, SignInRefusal);

impl Attempt<'_> {
    async fn run(&self, connection: &str, identifier: &str, password: &Password) -> Result<User, Refused> {
        let nobody = |refusal: SignInRefusal| (None, refusal);
        let app = self.app;
        let turn = app.0.turns.take(&self.account, WAITING_PER_ACCOUNT).await;
        let Some(_turn) = turn else {
            return Err(nobody(SignInRefusal::TooManyFailures {
                until: self.now + chrono::Duration::seconds(1),
            }));
        };
        let user = users::find_by_identifier(app.store(), &self.scope, connection, identifier).await;
        let user = user.map_err(|error| nobody(error.into()))?;
        let refused = |refusal: SignInRefusal| (user.clone().map(Box::new), refusal);
        let is_familiar = user
            .as_ref()
            .and_then(|user| user.last_ip.as_deref())
            .is_some_and(|last| !last.is_empty() && last == self.address);
        let since = self.now - forgotten_after();
        let failures = sign_in_failures::of_account(app.store(), &self.scope, &self.account, since).await;
        let failures = failures.map_err(|error| refused(error.into()))?;
        let until = delayed(&failures, self.address, is_familiar).filter(|until| *until > self.now);
        if let Some(until) = until.filter(|_| self.is_slowed_down) {
            return Err(refused(SignInRefusal::TooManyFailures { until }));
        }
        if self.is_slowed_down && !is_familiar {
            self.slow_down().await.map_err(refused)?;
        }
        let stored = match &user {
            Some(user) => passwords::find(app.store(), &self.scope, &user.user_id).await,
            None => Ok(None),
        };
        let stored = stored.map_err(|error| refused(error.into()))?;
        let hash = match &stored {
            Some(stored) => PasswordHash::read(&stored.hash).map_err(Problem::internal),
            None => Ok(PasswordHash::of_nobody()),
        };
        let hash = hash.map_err(|problem| refused(problem.into()))?;
        let matches =
            pool::matches(password.clone(), hash.clone()).await.map_err(|busy| refused(busy.into()))?;
        let Some(user) = user.clone().filter(|_| matches) else {
            self.count(since).await.map_err(refused)?;
            return Err(refused(SignInRefusal::WrongCredentials));
        };
        if user.is_blocked() {
            return Err(refused(SignInRefusal::Blocked));
        }
        self.welcome(user, password, &hash, !failures.is_empty()).await.map_err(refused)
    }

    /// Makes an address that caused many failures wait, in a queue of its own.
    async fn slow_down(&self) -> Result<(), SignInRefusal> {
        let network = addresses::network(self.address);
        if network.is_empty() || !self.app.0.addresses.is_slow(&network, self.now) {
            return Ok(());
        }
        let turn = self.app.0.turns.take(&format!("address {network}"), WAITING_PER_ADDRESS).await;
        let Some(_turn) = turn else {
            return Err(SignInRefusal::TooManyFailures { until: self.now + chrono::Duration::seconds(10) });
        };
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }

    async fn count(&self, since: DateTime<Utc>) -> Result<(), SignInRefusal> {
        self.app.0.addresses.failed(&addresses::network(self.address), self.now);
        let store = self.app.store();
        Ok(sign_in_failures::count(store, &self.scope, &self.account, self.address, self.now, since).await?)
    }

    async fn welcome(
        &self,
        user: User,
        password: &Password,
        hash: &PasswordHash,
        had_failures: bool,
    ) -> Result<User, SignInRefusal> {
        let (store, id) = (self.app.store(), &user.user_id);
        if had_failures {
            sign_in_failures::forget(store, &self.scope, &self.account, Some(self.address)).await?;
            sign_in_failures::forget(store, &self.scope, &self.account, Some("")).await?;
        }
        if hash.needs_upgrade() {
            let new = pool::hashed(password.clone()).await?;
            passwords::rehash(store, &self.scope, id, hash.as_str(), new.as_str()).await?;
        }
        users::signed_in(store, &self.scope, id, self.now, Some(self.address).filter(|ip| !ip.is_empty()))
            .await?;
        Ok(users::find(store, &self.scope, id).await?.unwrap_or(user))
    }

    fn note(&self, result: &Result<User, Refused>, connection: &str, origin: &Origin) {
        let Err((user, refusal)) = result else { return };
        let (kind, description) = match refusal {
            SignInRefusal::WrongCredentials if user.is_some() => {
                (EventType::WrongPassword, "Wrong password.")
            }
            SignInRefusal::WrongCredentials => (EventType::UnknownAccount, "No such account."),
            SignInRefusal::Blocked => (EventType::SignInRefused, "The user is blocked."),
            SignInRefusal::TooManyFailures { .. } => {
                (EventType::TooManyFailures, "Too many attempts failed.")
            }
            SignInRefusal::Busy | SignInRefusal::Internal(_) => return,
        };
        let details = json!({"description": description, "connection": connection});
        note(self.app, self.tenant, kind, user.as_deref(), details, origin);
    }
}

/// Until when attempts from an address are not looked at. One that the owner last signed in from does not feel what was
/// done from elsewhere.
pub(crate) fn delayed(failures: &[Failures], address: &str, is_familiar: bool) -> Option<DateTime<Utc>> {
    let delays = failures.iter().filter_map(|failures| {
        let counted = match &failures.address {
            Some(known) if known == address => Counted::AtAddress,
            None if !is_familiar => Counted::Everywhere,
            _ => return None,
        };
        Some(failures.last + counted.delay(failures.count)?)
    });
    delays.max()
}
