//! `credentials-exchange`: what the vendor's Actions decide when a machine client asks for a token.

use guildhall_actions::Function;
use guildhall_domain::action::execution::ExecutionResult;
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::client::Client;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_oauth::error::OAuthError;
use serde_json::json;

use super::event;
use super::keep::{self, About};
use super::request::HttpRequest;
use super::run::{self, End, Flow, Ran, RefusedBy};
use super::wishes::Wishes;
use crate::actions::flow::flow;
use crate::context::App;
use crate::problem::Problem;

/// A machine client's token that is about to be issued.
pub(crate) struct Exchange<'a> {
    pub client: &'a Client,
    pub api: &'a ResourceServer,
    pub organization: Option<&'a Organization>,
    /// What the client asked for.
    pub requested: &'a [String],
    /// What it gets.
    pub granted: Vec<String>,
    /// What it holds, beyond which no Action leads.
    pub held: &'a [String],
    pub http: HttpRequest<'a>,
}

/// What Actions decided: what is granted and the claims that are added, or what the client is refused with.
pub(crate) type Decided = Result<(Vec<String>, TokenChanges), Box<(OAuthError, RefusedBy)>>;

/// Lets the vendor's Actions decide. Costs nothing where there are none.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn credentials_exchange(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    exchange: Exchange<'_>,
) -> Result<Decided, Problem> {
    let Some(mut ran) = run_actions(app, tenant, scope, &exchange, false).await? else {
        return Ok(Ok((exchange.granted, TokenChanges::default())));
    };
    let about = About {
        tenant,
        trigger: Trigger::CredentialsExchange,
        user: None,
        client: Some(&exchange.client.client_id),
        organization: exchange.organization.map(|organization| &organization.id),
        origin: exchange.http.origin,
    };
    keep::execution(app, &about, &mut ran);
    Ok(decided(ran, &exchange))
}

/// What the vendor's Actions would decide, and what became of each. Nothing of it remains.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn foresee_exchange(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    exchange: Exchange<'_>,
) -> Result<(Decided, Vec<ExecutionResult>), Problem> {
    let Some(mut ran) = run_actions(app, tenant, scope, &exchange, true).await? else {
        return Ok((Ok((exchange.granted, TokenChanges::default())), Vec::new()));
    };
    let results = std::mem::take(&mut ran.results);
    Ok((decided(ran, &exchange), results))
}

async fn run_actions(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    exchange: &Exchange<'_>,
    is_preview: bool,
) -> Result<Option<Ran>, Problem> {
    let flow = flow(app, scope, Trigger::CredentialsExchange).await?;
    if flow.is_empty() {
        return Ok(None);
    }
    let mut told = json!({
        "client": event::client(exchange.client),
        "request": exchange.http.told(tenant.hostname()),
        "resource_server": {"identifier": exchange.api.identifier},
        "tenant": event::tenant(tenant),
        "transaction": {"requested_scopes": exchange.requested},
    });
    if let Some(organization) = exchange.organization {
        told["organization"] = event::organization(organization);
    }
    let work = Flow {
        tenant,
        function: Function::CredentialsExchange,
        actions: &flow,
        event: told,
        roles: &[],
        can_redirect: false,
        back_at: None,
        wishes: Wishes { target_scopes: exchange.granted.clone(), ..Wishes::default() },
        is_preview,
    };
    run::run(app, work).await.map(Some)
}

fn decided(ran: Ran, exchange: &Exchange<'_>) -> Decided {
    match ran.end {
        End::Refused(error, by) => Err(Box::new((error, by))),
        End::Through | End::SentAway { .. } => {
            let mut granted = ran.wishes.target_scopes;
            granted.retain(|scope| exchange.held.contains(scope));
            Ok((granted, ran.wishes.changes))
        }
    }
}
