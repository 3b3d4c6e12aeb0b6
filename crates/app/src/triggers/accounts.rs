//! Accounts: what the vendor's Actions decide before one is made (`pre-user-registration`), and what they do once one was
//! made (`post-user-registration`) or has a new password (`post-change-password`).

use guildhall_actions::Function;
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::error::ErrorCode;
use guildhall_persistence::{clients, connections, organizations};
use serde_json::{Value, json};

use super::event;
use super::keep::{self, About};
use super::request::HttpRequest;
use super::run::{self, End, Flow, RefusedBy, function};
use super::wishes::Wishes;
use crate::actions::flow::flow;
use crate::context::App;
use crate::problem::Problem;
use crate::tickets::Behalf;

/// What scripts are told of someone who has no account yet.
const KNOWN_BEFORE: [&str; 12] = [
    "app_metadata",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "name",
    "nickname",
    "phone_number",
    "phone_verified",
    "picture",
    "user_metadata",
    "username",
];

/// An account, and the request through which it is made or changed.
#[derive(Clone, Copy)]
pub(crate) struct Account<'a> {
    pub user: &'a User,
    pub behalf: &'a Behalf,
    pub http: HttpRequest<'a>,
}

/// An account that is not made.
#[derive(Debug)]
pub struct AccountDenied {
    /// Why, for the log.
    pub reason: String,
    /// What its owner is told. Nothing where an Action failed.
    pub message: Option<String>,
    /// The Action.
    pub(crate) by: Option<RefusedBy>,
}

impl std::fmt::Display for AccountDenied {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.by {
            Some(by) => write!(formatter, "The Action '{}' refused the account: {}", by.name, self.reason),
            None => formatter.write_str(&self.reason),
        }
    }
}

/// Lets the vendor's Actions decide about an account that is about to be made: whether, and with which metadata. Costs
/// nothing where there are none.
///
/// # Errors
/// None but the unforeseen. Within, why there will be no account.
pub(crate) async fn pre_user_registration(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    account: Account<'_>,
) -> Result<Result<User, AccountDenied>, Problem> {
    let trigger = Trigger::PreUserRegistration;
    let flow = flow(app, scope, trigger).await?;
    if flow.is_empty() {
        return Ok(Ok(account.user.clone()));
    }
    let mut told = event(app, tenant, scope, &account).await?;
    if let Some(user) = told["user"].as_object_mut() {
        user.retain(|name, _| KNOWN_BEFORE.contains(&name.as_str()));
    }
    let mut ran = run::run(app, work(tenant, function(trigger), &flow, told)).await?;
    keep::execution(app, &About { user: None, ..about(tenant, trigger, &account) }, &mut ran);
    let wishes = ran.wishes;
    Ok(match ran.end {
        End::Refused(error, by) => Err(AccountDenied {
            reason: wishes.reason.unwrap_or_else(|| error.description.clone()),
            message: (error.code == ErrorCode::AccessDenied).then_some(error.description),
            by: Some(by),
        }),
        End::Through | End::SentAway { .. } => {
            keep::with_metadata(account.user.clone(), [wishes.user_metadata, wishes.app_metadata])
                .map_err(|reason| AccountDenied { reason, message: None, by: None })
        }
    })
}

/// Lets the vendor's Actions know of an account that was made. Nobody waits for them; the executions list says what became
/// of them.
pub(crate) async fn post_user_registration(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    account: Account<'_>,
) {
    afterwards(app, tenant, scope, Trigger::PostUserRegistration, account).await;
}

/// The same of a password that was replaced.
pub(crate) async fn post_change_password(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    account: Account<'_>,
) {
    afterwards(app, tenant, scope, Trigger::PostChangePassword, account).await;
}

async fn afterwards(app: &App, tenant: &Tenant, scope: &TenantScope, trigger: Trigger, account: Account<'_>) {
    if let Err(problem) = begin(app, tenant, scope, trigger, account).await {
        tracing::error!(tenant = %tenant.id, trigger = trigger.as_str(), %problem, "Actions did not run");
    }
}

async fn begin(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    trigger: Trigger,
    account: Account<'_>,
) -> Result<(), Problem> {
    let flow = flow(app, scope, trigger).await?;
    if flow.is_empty() {
        return Ok(());
    }
    let told = event(app, tenant, scope, &account).await?;
    let (app, tenant, user) = (app.clone(), tenant.clone(), account.user.clone());
    let (behalf, origin) = (account.behalf.clone(), account.http.origin.clone());
    tokio::spawn(async move {
        let http = HttpRequest::silent(&origin);
        let account = Account { user: &user, behalf: &behalf, http };
        match run::run(&app, work(&tenant, function(trigger), &flow, told)).await {
            Ok(mut ran) => keep::execution(&app, &about(&tenant, trigger, &account), &mut ran),
            Err(problem) => {
                tracing::error!(tenant = %tenant.id, trigger = trigger.as_str(), %problem, "Actions did not run");
            }
        }
    });
    Ok(())
}

fn work<'a>(
    tenant: &'a Tenant,
    function: Function,
    actions: &'a [crate::actions::flow::BoundAction],
    event: Value,
) -> Flow<'a> {
    Flow {
        tenant,
        function,
        actions,
        event,
        roles: &[],
        can_redirect: false,
        back_at: None,
        wishes: Wishes::default(),
        is_preview: false,
    }
}

fn about<'a>(tenant: &'a Tenant, trigger: Trigger, account: &Account<'a>) -> About<'a> {
    About {
        tenant,
        trigger,
        user: Some(account.user),
        client: account.behalf.client_id.as_ref(),
        organization: account.behalf.organization_id.as_ref(),
        origin: account.http.origin,
    }
}

async fn event(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    account: &Account<'_>,
) -> Result<Value, Problem> {
    let (store, behalf) = (app.store(), account.behalf);
    let mut told = json!({
        "request": account.http.told(tenant.hostname()),
        "tenant": event::tenant(tenant),
        "user": event::user(account.user),
    });
    if let Some(identity) = account.user.identities.first()
        && let Some(connection) = connections::find_by_name(store, scope, &identity.connection).await?
    {
        told["connection"] = event::connection(&connection);
    }
    if let Some(id) = &behalf.client_id
        && let Some(client) = clients::find(store, scope, id).await?
    {
        told["client"] = event::client(&client);
    }
    if let Some(id) = &behalf.organization_id
        && let Some(organization) = organizations::find(store, scope, id).await?
    {
        told["organization"] = event::organization(&organization);
    }
    Ok(told)
}
