//! Tickets: to verify an e-mail address and to set a password, once each. Contract section 11.

use chrono::Duration;
use guildhall_domain::connection::{Connection, DatabaseOptions};
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::log::{Actor, Change, EventType, Origin};
use guildhall_domain::password::Password;
use guildhall_domain::policy::{Authorized, Need, TenantScope, issuance, needs};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::ticket::{
    MadeTicket, NewEmailVerification, NewPasswordChange, Ticket, TicketKind, lifetime,
};
use guildhall_domain::user::User;
use guildhall_persistence::{UnitOfWork, connections, tickets, users};
use guildhall_tokens::secret::{Secret, random_token};
use serde_json::json;

use crate::context::{App, found};
use crate::mail::{self, Language, Occasion};
use crate::passwords;
use crate::problem::{Problem, Thing};
use crate::triggers::{Account, HttpRequest, post_change_password};

/// How long a ticket is good for that a person asked for.
const BY_MAIL: Duration = Duration::days(1);

/// How many letters of one kind a person is sent within an hour.
const LETTERS_PER_HOUR: u64 = 5;

/// Why a ticket did not do what it is for.
#[derive(Debug, thiserror::Error)]
pub enum TicketRefusal {
    /// There is no such ticket, or it was used, or it has expired.
    #[error("the ticket is spent")]
    Spent,
    /// The new password cannot be; the ticket can still be used.
    #[error(transparent)]
    Refused(Problem),
    /// The unforeseen.
    #[error(transparent)]
    Internal(Problem),
}

impl From<Problem> for TicketRefusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::WeakPassword(_) | Problem::Busy => Self::Refused(problem),
            other => Self::Internal(other),
        }
    }
}

impl From<guildhall_persistence::Error> for TicketRefusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}

fn hash(app: &App, ticket: &str) -> String {
    app.0.pepper.hash(&format!("ticket\0{ticket}")).as_str().to_owned()
}

/// The address that a ticket is used at.
fn address(tenant: &Tenant, kind: TicketKind, ticket: &Secret) -> String {
    let page = match kind {
        TicketKind::VerifyEmail => "u/email-verification",
        TicketKind::ChangePassword => "u/reset-password",
    };
    format!("{}{page}?ticket={}#", tenant.issuer, ticket.expose())
}

/// Makes a ticket; the text that its owner is to hold can be read this once.
///
/// # Errors
/// None but the unforeseen.
pub async fn create(
    app: &App,
    unit: &mut UnitOfWork,
    scope: &TenantScope,
    ticket: &Ticket,
) -> Result<Secret, Problem> {
    let secret = random_token();
    tickets::insert(unit, scope, &hash(app, secret.expose()), ticket).await?;
    let change = Change::new("ticket.created", ticket.user_id.as_str()).about(&ticket.user_id);
    unit.record(change.after(ticket)).await?;
    Ok(secret)
}

/// The ticket, unless it was used or has expired.
///
/// # Errors
/// None but the unforeseen.
pub async fn find(
    app: &App,
    scope: &TenantScope,
    kind: TicketKind,
    ticket: &str,
) -> Result<Option<Ticket>, Problem> {
    Ok(tickets::find(app.store(), scope, kind, &hash(app, ticket), app.clock().now()).await?)
}

/// What the password must be that a ticket sets.
///
/// # Errors
/// None but the unforeseen.
pub async fn password_options(
    app: &App,
    tenant: &Tenant,
    ticket: &Ticket,
) -> Result<DatabaseOptions, Problem> {
    let scope = issuance(&tenant.id);
    let user = found(users::find(app.store(), &scope, &ticket.user_id).await?, Thing::User)?;
    let connection = user.identities.first().map_or("", |identity| identity.connection.as_str());
    passwords::options(app, &scope, connection).await
}

/// Uses a ticket up, within the unit that does what it is for. False when it was used already or has expired.
///
/// # Errors
/// None but the unforeseen.
pub async fn consume(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    kind: TicketKind,
    ticket: &str,
) -> Result<bool, Problem> {
    Ok(tickets::consume(unit, scope, kind, &hash(app, ticket), app.clock().now()).await?)
}

/// Verifies the e-mail address that a ticket was made for, unless the user has another by now.
///
/// # Errors
/// [`TicketRefusal::Spent`].
pub async fn verify_email(
    app: &App,
    tenant: &Tenant,
    text: &str,
    origin: &Origin,
) -> Result<(Ticket, User), TicketRefusal> {
    let (scope, kind) = (issuance(&tenant.id), TicketKind::VerifyEmail);
    let ticket = find(app, &scope, kind, text).await?.ok_or(TicketRefusal::Spent)?;
    let actor = Actor::Person(ticket.user_id.clone());
    let mut unit = app.store().begin(&scope, actor, origin.clone()).await?;
    let before = users::find(&unit, &scope, &ticket.user_id).await?.ok_or(TicketRefusal::Spent)?;
    if ticket.email != before.email || !consume(app, &unit, &scope, kind, text).await? {
        return Err(TicketRefusal::Spent);
    }
    let after = User { email_verified: true, updated_at: app.clock().now(), ..before.clone() };
    users::update(&unit, &scope, &after).await?;
    let change = Change::new("user.email_verified", after.user_id.as_str()).about(&after.user_id);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    passwords::note(app, tenant, EventType::EmailVerified, Some(&after), json!({}), origin);
    Ok((ticket, after))
}

/// Sets a password by a ticket, and ends the user's other tickets of this kind. A password that cannot be leaves the
/// ticket as it is.
///
/// # Errors
/// [`TicketRefusal`].
pub async fn change_password(
    app: &App,
    tenant: &Tenant,
    text: &str,
    password: Password,
    http: HttpRequest<'_>,
) -> Result<(Ticket, User), TicketRefusal> {
    let (scope, kind) = (issuance(&tenant.id), TicketKind::ChangePassword);
    let ticket = find(app, &scope, kind, text).await?.ok_or(TicketRefusal::Spent)?;
    let user = users::find(app.store(), &scope, &ticket.user_id).await?.ok_or(TicketRefusal::Spent)?;
    let new = passwords::accept(app, &scope, &user, password).await?;
    let actor = Actor::Person(ticket.user_id.clone());
    let mut unit = app.store().begin(&scope, actor, http.origin.clone()).await?;
    if !consume(app, &unit, &scope, kind, text).await? {
        return Err(TicketRefusal::Spent);
    }
    tickets::end(&unit, &scope, kind, &ticket.user_id).await?;
    let before = users::find(&unit, &scope, &ticket.user_id).await?.ok_or(TicketRefusal::Spent)?;
    let proves_email = ticket.marks_email_verified && ticket.email == before.email;
    let after = passwords::change(app, &mut unit, &scope, before, &new, proves_email).await?;
    unit.commit().await?;
    passwords::unblock(app, &scope, &after).await?;
    passwords::note(app, tenant, EventType::PasswordChanged, Some(&after), json!({}), http.origin);
    let behalf =
        Behalf { client_id: ticket.client_id.clone(), organization_id: ticket.organization_id.clone() };
    let account = Account { user: &after, behalf: &behalf, http };
    post_change_password(app, tenant, &scope, account).await;
    Ok((ticket, after))
}

/// Makes a ticket that verifies a user's address, for the caller to send.
///
/// # Errors
/// [`Thing::User`].
pub async fn for_email_verification(
    app: &App,
    by: &Authorized<needs::CreateTickets>,
    new: NewEmailVerification,
) -> Result<MadeTicket, Problem> {
    let now = app.clock().now();
    let user = found(users::find(app.store(), by.scope(), &new.user_id).await?, Thing::User)?;
    let ticket = Ticket {
        kind: TicketKind::VerifyEmail,
        user_id: user.user_id,
        email: user.email,
        result_url: new.result_url,
        client_id: new.client_id,
        organization_id: new.organization_id,
        marks_email_verified: true,
        includes_email: new.include_email_in_redirect.unwrap_or_default(),
        created_at: now,
        expires_at: now + lifetime(new.ttl_sec),
    };
    made(app, by, ticket).await
}

/// Makes a ticket that sets a user's password, for the caller to send.
///
/// # Errors
/// [`Thing::User`], [`Thing::Connection`].
pub async fn for_password_change(
    app: &App,
    by: &Authorized<needs::CreateTickets>,
    new: NewPasswordChange,
) -> Result<MadeTicket, Problem> {
    let now = app.clock().now();
    let user = match (&new.user_id, &new.connection_id, &new.email) {
        (Some(id), _, _) => users::find(app.store(), by.scope(), id).await?,
        (None, Some(id), Some(email)) => {
            let connection = connections::find(app.store(), by.scope(), id).await?;
            let connection = found(connection, Thing::Connection)?;
            users::find_by_identifier(app.store(), by.scope(), &connection.name, email).await?
        }
        _ => None,
    };
    let user = found(user, Thing::User)?;
    let ticket = Ticket {
        kind: TicketKind::ChangePassword,
        user_id: user.user_id,
        email: user.email,
        result_url: new.result_url,
        client_id: new.client_id,
        organization_id: new.organization_id,
        marks_email_verified: new.mark_email_as_verified.unwrap_or_default(),
        includes_email: new.include_email_in_redirect.unwrap_or_default(),
        created_at: now,
        expires_at: now + lifetime(new.ttl_sec),
    };
    made(app, by, ticket).await
}

async fn made<N: Need>(app: &App, by: &Authorized<N>, ticket: Ticket) -> Result<MadeTicket, Problem> {
    let tenant = app.tenant(by.scope()).await?;
    let mut unit = app.begin(by).await?;
    let secret = create(app, &mut unit, by.scope(), &ticket).await?;
    unit.commit().await?;
    Ok(MadeTicket { ticket: address(&tenant, ticket.kind, &secret) })
}

/// On whose behalf a person is written to.
#[derive(Clone, Debug, Default)]
pub struct Behalf {
    /// The client.
    pub client_id: Option<ClientId>,
    /// The organization.
    pub organization_id: Option<OrganizationId>,
}

/// A letter with a ticket that someone wishes for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// What the ticket is for.
    pub kind: TicketKind,
    /// On whose behalf.
    pub behalf: Behalf,
    /// The language of the letter.
    pub language: Language,
}

impl Wish {
    /// That a person verifies the address, on nobody's behalf.
    pub(crate) fn verification() -> Self {
        Self { kind: TicketKind::VerifyEmail, behalf: Behalf::default(), language: Language::default() }
    }
}

/// Writes to a user, with a ticket in the letter. Nothing is written to a user without an address.
pub(crate) async fn send(
    app: &App,
    unit: &mut UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    user: &User,
    wish: Wish,
) -> Result<(), Problem> {
    let Wish { kind, behalf, language } = wish;
    let Some(email) = &user.email else { return Ok(()) };
    let now = app.clock().now();
    let ticket = Ticket {
        kind,
        user_id: user.user_id.clone(),
        email: user.email.clone(),
        result_url: None,
        client_id: behalf.client_id,
        organization_id: behalf.organization_id,
        marks_email_verified: true,
        includes_email: false,
        created_at: now,
        expires_at: now + BY_MAIL,
    };
    let secret = create(app, unit, scope, &ticket).await?;
    let url = address(tenant, kind, &secret);
    let occasion = match kind {
        TicketKind::VerifyEmail => Occasion::VerifyEmail { url: &url },
        TicketKind::ChangePassword => Occasion::ChangePassword { url: &url },
    };
    mail::queue(app, unit, scope, tenant, email, language, &occasion).await
}

/// Asks a user to verify the address, at the user's own wish.
///
/// # Errors
/// [`Thing::User`].
pub async fn ask_to_verify(
    app: &App,
    tenant: &Tenant,
    id: &UserId,
    behalf: Behalf,
    language: Language,
    origin: &Origin,
) -> Result<(), Problem> {
    let scope = issuance(&tenant.id);
    let user = found(users::find(app.store(), &scope, id).await?, Thing::User)?;
    if user.email_verified || !may_write(app, &scope, TicketKind::VerifyEmail, &user).await? {
        return Ok(());
    }
    let actor = Actor::Person(user.user_id.clone());
    let mut unit = app.store().begin(&scope, actor, origin.clone()).await?;
    let wish = Wish { kind: TicketKind::VerifyEmail, behalf, language };
    send(app, &mut unit, &scope, tenant, &user, wish).await?;
    Ok(unit.commit().await?)
}

/// Sends the user of this address in a connection a letter by which to choose a new password. Nothing in the answer tells
/// whether there is one; call it in the background, so that its duration does not either.
///
/// # Errors
/// None but the unforeseen.
pub async fn forgotten_password(
    app: &App,
    tenant: &Tenant,
    connection: &str,
    email: &str,
    behalf: Behalf,
    language: Language,
    origin: &Origin,
) -> Result<(), Problem> {
    let scope = issuance(&tenant.id);
    let found = connections::find_by_name(app.store(), &scope, connection).await?;
    let is_open = |connection: &Connection| {
        connection.database_options().is_ok_and(|options| !options.disable_self_service_change_password)
    };
    if !found.is_some_and(|connection| connection.is_database() && is_open(&connection)) {
        return Ok(());
    }
    let user = users::find_by_identifier(app.store(), &scope, connection, email.trim()).await?;
    let Some(user) = user.filter(|user| user.email.is_some() && user.blocked != Some(true)) else {
        return Ok(());
    };
    if !may_write(app, &scope, TicketKind::ChangePassword, &user).await? {
        return Ok(());
    }
    let actor = Actor::Person(user.user_id.clone());
    let mut unit = app.store().begin(&scope, actor, origin.clone()).await?;
    let wish = Wish { kind: TicketKind::ChangePassword, behalf, language };
    send(app, &mut unit, &scope, tenant, &user, wish).await?;
    unit.commit().await?;
    passwords::note(app, tenant, EventType::PasswordChangeAsked, Some(&user), json!({}), origin);
    Ok(())
}

async fn may_write(app: &App, scope: &TenantScope, kind: TicketKind, user: &User) -> Result<bool, Problem> {
    let since = app.clock().now() - Duration::hours(1);
    Ok(tickets::made_since(app.store(), scope, kind, &user.user_id, since).await? < LETTERS_PER_HOUR)
}

/// Forgets tickets that have expired.
///
/// # Errors
/// None but the unforeseen.
pub async fn forget_expired(app: &App) -> Result<u64, Problem> {
    Ok(tickets::forget_expired(app.store(), app.clock().now()).await?)
}
