//! Signing up: a person makes their own account.

use guildhall_domain::id::UserId;
use guildhall_domain::log::{Actor, Change, EventType};
use guildhall_domain::password::Weakness;
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::ticket::TicketKind;
use guildhall_domain::user::{NewUser, User};
use guildhall_persistence::users;
use serde_json::json;

use super::{accept, note, options};
use crate::context::App;
use crate::mail::Language;
use crate::problem::{Problem, Taken, taken};
use crate::tickets::{self, Behalf, Wish};
use crate::triggers::{Account, AccountDenied, HttpRequest, post_user_registration, pre_user_registration};
use crate::users::default_picture;

/// Why someone could not sign up.
#[derive(Debug, thiserror::Error)]
pub enum SignUpRefusal {
    /// There is an account with this address, name or number already. Not to be told to the public as such.
    #[error("the account exists")]
    Taken,
    /// The password is too weak.
    #[error("the password is too weak: {0:?}")]
    WeakPassword(Weakness),
    /// The connection does not exist, or takes nobody new.
    #[error("nobody can sign up here")]
    Closed,
    /// What identifies the account, or the password, is missing.
    #[error("incomplete")]
    Incomplete,
    /// An Action of the vendor's refused it.
    #[error("{0}")]
    Denied(Box<AccountDenied>),
    /// So many passwords are hashed that this one would have waited in vain.
    #[error("too many people at once")]
    Busy,
    /// The unforeseen.
    #[error(transparent)]
    Internal(Problem),
}

impl From<Problem> for SignUpRefusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Taken(Taken::User) => Self::Taken,
            Problem::WeakPassword(weakness) => Self::WeakPassword(weakness),
            Problem::NotNow(_) => Self::Closed,
            Problem::Busy => Self::Busy,
            other => Self::Internal(other),
        }
    }
}

/// Makes an account for a person, with a password, and asks to verify the address, on behalf of a client or an
/// organization, with the letter in a language. The address is not verified, whatever the body says, and metadata that
/// is the vendor's is dropped. The vendor's Actions are asked before and told afterwards. It takes as long for an account
/// that exists.
///
/// # Errors
/// [`SignUpRefusal`].
pub async fn sign_up(
    app: &App,
    tenant: &Tenant,
    new: NewUser,
    behalf: Behalf,
    language: Language,
    http: HttpRequest<'_>,
) -> Result<User, SignUpRefusal> {
    let origin = http.origin;
    let mut details = json!({
        "connection": new.connection,
        "client_id": behalf.client_id,
        "organization_id": behalf.organization_id,
    });
    match try_sign_up(app, tenant, new, &behalf, language, http).await {
        Ok(user) => {
            note(app, tenant, EventType::SignedUp, Some(&user), details, origin);
            let account = Account { user: &user, behalf: &behalf, http };
            post_user_registration(app, tenant, &issuance(&tenant.id), account).await;
            Ok(user)
        }
        Err(refusal) => {
            details["description"] = refusal.to_string().into();
            if let SignUpRefusal::Denied(denied) = &refusal {
                details["action"] = json!(denied.by);
            }
            note(app, tenant, EventType::SignUpRefused, None, details, origin);
            Err(refusal)
        }
    }
}

async fn try_sign_up(
    app: &App,
    tenant: &Tenant,
    mut new: NewUser,
    behalf: &Behalf,
    language: Language,
    http: HttpRequest<'_>,
) -> Result<User, SignUpRefusal> {
    let scope = issuance(&tenant.id);
    if options(app, &scope, &new.connection).await?.disable_signup {
        return Err(SignUpRefusal::Closed);
    }
    let password = new.password.take().ok_or(SignUpRefusal::Incomplete)?;
    let own = NewUser {
        user_id: None,
        email_verified: None,
        phone_verified: None,
        app_metadata: None,
        blocked: None,
        ..new
    };
    let picture = own.email.as_deref().map(default_picture);
    let user = own.create(UserId::generate(app.clock()), picture, app.clock().now());
    let password = accept(app, &scope, &user, password).await?;
    let account = Account { user: &user, behalf, http };
    let allowed = pre_user_registration(app, tenant, &scope, account).await?;
    let user = allowed.map_err(|denied| SignUpRefusal::Denied(Box::new(denied)))?;
    let actor = Actor::Person(user.user_id.clone());
    let mut unit = app.store().begin(&scope, actor, http.origin.clone()).await.map_err(Problem::from)?;
    users::insert(&unit, &scope, &user).await.map_err(taken(Taken::User))?;
    password.store(&unit, &scope, &user).await?;
    let change = Change::new("user.signed_up", user.user_id.as_str()).about(&user.user_id).after(&user);
    unit.record(change).await.map_err(Problem::from)?;
    let wish = Wish { kind: TicketKind::VerifyEmail, behalf: behalf.clone(), language };
    tickets::send(app, &mut unit, &scope, tenant, &user, wish).await?;
    unit.commit().await.map_err(Problem::from)?;
    Ok(user)
}
