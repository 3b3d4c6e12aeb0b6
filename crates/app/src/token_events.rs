//! What the log says of requests for tokens.

use guildhall_domain::access_policy::Denied;
use guildhall_domain::client::Client;
use guildhall_domain::id::{LogId, UserId};
use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::organization::Organization;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::Event;
use serde::Serialize;

use crate::context::App;
use crate::triggers::RefusedBy;

/// A request for tokens, as far as it is known by the time it is answered.
pub(crate) struct TokenEvent<'a> {
    pub(crate) kind: EventType,
    /// Why it was refused.
    pub(crate) description: String,
    pub(crate) client: Option<&'a Client>,
    pub(crate) user_id: Option<&'a UserId>,
    pub(crate) organization: Option<&'a Organization>,
    pub(crate) audience: Option<&'a str>,
    /// What was granted.
    pub(crate) scope: &'a str,
    /// The Action that refused it.
    pub(crate) refused_by: Option<&'a RefusedBy>,
    /// The policy that refused it.
    pub(crate) denied: Option<&'a Denied>,
}

/// What else the log says.
#[derive(Serialize)]
struct Details<'a> {
    request_id: &'a str,
    client_name: Option<&'a str>,
    organization_name: Option<&'a str>,
    audience: Option<&'a str>,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a RefusedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a Denied>,
}

/// Notes a request in the log, off the path of the answer.
pub(crate) fn note(app: &App, tenant: &Tenant, of: TokenEvent<'_>, origin: &Origin) {
    let details = Details {
        request_id: &origin.request_id,
        client_name: of.client.map(|client| client.name.as_str()),
        organization_name: of.organization.map(|organization| organization.name.as_str()),
        audience: of.audience,
        scope: of.scope,
        action: of.refused_by,
        policy: of.denied,
    };
    let event = Event {
        id: LogId::generate(app.clock()),
        date: app.clock().now(),
        kind: of.kind.as_str().to_owned(),
        description: of.description,
        epoch: None,
        client_id: of.client.map(|client| client.client_id.to_string()),
        user_id: of.user_id.map(ToString::to_string),
        organization_id: of.organization.map(|organization| organization.id.to_string()),
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.clone(),
        details: serde_json::to_string(&details).unwrap_or_else(|_| "{}".to_owned()),
    };
    metrics::counter!("guildhall_token_requests_total", "result" => of.kind.as_str()).increment(1);
    if !app.0.events.append(&tenant.id, event) {
        metrics::counter!("guildhall_token_events_lost_total").increment(1);
    }
}
