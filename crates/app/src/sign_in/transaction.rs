//! One authorization request on its way across pages: sealed into the `state` of our own addresses, so that nothing is
//! stored for people who never come back, and bound to the browser that brought it.

use chrono::{DateTime, Duration, Utc};
use guildhall_domain::id::{OrganizationId, TenantId};
use guildhall_oauth::authorize_request::AuthorizeRequest;
use guildhall_tokens::secret::Secret;
use guildhall_tokens::vault::Vault;
use serde::{Deserialize, Serialize};

use crate::context::App;
use crate::problem::Problem;
use crate::triggers::Away;

/// How long a person may take.
const LIFETIME: Duration = Duration::hours(1);

/// A sign-in that is under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// What the client asked for.
    pub request: AuthorizeRequest,
    /// Where the answer goes: an address of the client's own.
    pub redirect_uri: String,
    /// The organization that was asked for, or chosen since.
    pub organization: Option<OrganizationId>,
    /// Whether the person chose to sign in to none.
    pub without_organization: bool,
    /// The session that the person began in this sign-in.
    pub session: Option<String>,
    /// Whether the person accepted the invitation.
    pub accepts_invitation: bool,
    /// Whether the person consented in this sign-in.
    pub consented: bool,
    /// The user code of the device that the sign-in is for.
    #[serde(default)]
    pub device: Option<String>,
    /// The Action that sent the person away, once one did.
    #[serde(default)]
    pub(crate) away: Option<Away>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    browser: String,
}

/// Why a `state` is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// It is none of ours, was changed, or belongs to another tenant.
    #[error("the state of the sign-in is not one of this server's")]
    Altered,
    /// It was brought by another browser.
    #[error("the sign-in was begun in another browser")]
    AnotherBrowser,
    /// It took too long.
    #[error("the sign-in took too long")]
    Expired,
}

impl Transaction {
    /// A sign-in that begins.
    pub fn begin(
        app: &App,
        browser: &Browser,
        request: AuthorizeRequest,
        redirect_uri: String,
        organization: Option<OrganizationId>,
    ) -> Self {
        Self {
            request,
            redirect_uri,
            organization,
            without_organization: false,
            session: None,
            accepts_invitation: false,
            consented: false,
            device: None,
            away: None,
            began_at: app.clock().now(),
            browser: browser.mark(app),
        }
    }

    /// The sign-in as text for an address.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub fn seal(&self, app: &App, tenant: &TenantId) -> Result<String, Problem> {
        seal(&app.0.vault, tenant, self)
    }

    /// The sign-in that a page was given, brought back by the browser that was given it.
    ///
    /// # Errors
    /// [`Lost`].
    pub fn open(app: &App, tenant: &TenantId, state: &str, browser: &Browser) -> Result<Self, Lost> {
        open(&app.0.vault, tenant, state, &browser.mark(app), app.clock().now())
    }
}

fn context(tenant: &TenantId) -> String {
    format!("sign-in/{tenant}")
}

fn seal(vault: &Vault, tenant: &TenantId, transaction: &Transaction) -> Result<String, Problem> {
    let text = serde_json::to_vec(transaction).map_err(Problem::internal)?;
    vault.seal(&context(tenant), &text).map_err(Problem::internal)
}

fn open(
    vault: &Vault,
    tenant: &TenantId,
    state: &str,
    mark: &str,
    now: DateTime<Utc>,
) -> Result<Transaction, Lost> {
    let text = vault.open(&context(tenant), state).map_err(|_| Lost::Altered)?;
    let transaction: Transaction = serde_json::from_slice(&text).map_err(|_| Lost::Altered)?;
    if transaction.browser != mark {
        return Err(Lost::AnotherBrowser);
    }
    match transaction.began_at + LIFETIME > now {
        true => Ok(transaction),
        false => Err(Lost::Expired),
    }
}

/// A browser, by the random cookie that it was given.
#[derive(Clone, Debug)]
pub struct Browser(Secret);

impl Browser {
    /// A browser that was not seen before, with the value of its cookie.
    pub fn new() -> Self {
        Self(guildhall_tokens::secret::random_token())
    }

    /// The browser with this cookie.
    pub fn with_cookie(value: &str) -> Self {
        Self(value.to_owned().into())
    }

    /// The value of its cookie.
    pub fn cookie(&self) -> &str {
        self.0.expose()
    }

    /// What binds a sign-in to it.
    pub(crate) fn mark(&self, app: &App) -> String {
        app.0.pepper.hash(&format!("browser {}", self.0.expose())).into()
    }

    /// What the forms of its pages carry.
    pub fn csrf(&self, app: &App) -> String {
        app.0.pepper.hash(&format!("csrf {}", self.0.expose())).into()
    }

    /// Whether a form carries it.
    pub fn knows_csrf(&self, app: &App, given: &str) -> bool {
        // The hash of a hash hides how far a guess was right.
        app.0.pepper.hash(given) == app.0.pepper.hash(&self.csrf(app))
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use guildhall_tokens::vault::MasterKey;

    use super::super::step::tests::transaction;
    use super::*;

    #[test]
    fn a_state_is_worth_something_only_where_it_came_from() {
        let vault = MasterKey::generate().vault();
        let (tenant, other) = (TenantId::new("ten_1"), TenantId::new("ten_2"));
        let own = Transaction { browser: "mark".to_owned(), ..transaction("response_type=code") };
        let sealed = seal(&vault, &tenant, &own).expect("a state");
        let open = |vault: &Vault, tenant, state: &str, mark, after| {
            open(vault, tenant, state, mark, own.began_at + Duration::minutes(after))
        };
        assert_eq!(open(&vault, &tenant, &sealed, "mark", 59), Ok(own.clone()));
        assert_eq!(open(&vault, &tenant, &sealed, "mark", 60), Err(Lost::Expired));
        assert_eq!(open(&vault, &tenant, &sealed, "other", 0), Err(Lost::AnotherBrowser));
        assert_eq!(open(&vault, &other, &sealed, "mark", 0), Err(Lost::Altered));
        assert_eq!(open(&MasterKey::generate().vault(), &tenant, &sealed, "mark", 0), Err(Lost::Altered));
        let mut altered = sealed.clone().into_bytes();
        let last = altered.len() - 2;
        altered[last] ^= 1;
        let altered = String::from_utf8(altered).expect("text");
        assert_eq!(open(&vault, &tenant, &altered, "mark", 0), Err(Lost::Altered));
    }
}
