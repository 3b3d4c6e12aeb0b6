//! `POST /oauth/token`: each grant has its own way, and the log has an entry of each request.

use std::sync::Arc;

use guildhall_domain::access_policy::Denied;
use guildhall_domain::id::UserId;
use guildhall_domain::log::EventType;
use guildhall_domain::organization::Organization;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::token_request::TokenRequest;
use serde::Serialize;

use crate::client_authentication::KnownClient;
use crate::context::App;
use crate::refusal::Refusal;
use crate::token_events::{self, TokenEvent};
use crate::triggers::{HttpRequest, RefusedBy};
use crate::{access_policies, codes, device_codes, machine, refresh_tokens};

/// The answer of RFC 6749 section 5.1.
#[derive(Clone, Debug, Serialize)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// The refresh token, where one was asked for and may be had, or another has taken the place of the one that was
    /// used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, where it was asked for by `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// What it permits, left out when nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Seconds that it is valid.
    pub expires_in: i64,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// What is left of the quotas, as headers: name and value.
    #[serde(skip)]
    pub quotas: Vec<(&'static str, String)>,
}

impl Default for TokenAnswer {
    fn default() -> Self {
        Self {
            access_token: String::new(),
            refresh_token: None,
            id_token: None,
            scope: String::new(),
            expires_in: 0,
            token_type: "Bearer",
            quotas: Vec::new(),
        }
    }
}

/// What is known of a request for a person's tokens by the time it is answered.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) client: Option<Arc<KnownClient>>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) organization: Option<Organization>,
    pub(crate) audience: Option<String>,
    pub(crate) scope: String,
    /// What the refusal is in the log, where it is more than a refusal.
    pub(crate) refused_as: Option<EventType>,
    /// The Action that refused it.
    pub(crate) refused_by: Option<RefusedBy>,
    /// The policy that refused it.
    pub(crate) denied: Option<Denied>,
}

impl Facts {
    /// Notes what policies decided.
    pub(crate) fn allowed(&mut self, decided: Result<(), Denied>) -> Result<(), Refusal> {
        decided.map_err(|denied| {
            let refusal = access_policies::refusal(&denied);
            self.denied = Some(denied);
            refusal.into()
        })
    }
}

/// Issues tokens, or says why not, and notes either in the log.
///
/// # Errors
/// The refusals of contract section 13.3.
pub async fn answer(
    app: &App,
    tenant: &Arc<Tenant>,
    request: &TokenRequest,
    http: HttpRequest<'_>,
) -> Result<TokenAnswer, Refusal> {
    let origin = http.origin;
    let mut facts = Facts::default();
    let (result, issued, refused) = match request {
        TokenRequest::ClientCredentials(request) => {
            return machine::issue(app, tenant, request, http).await;
        }
        TokenRequest::AuthorizationCode(request) => (
            codes::exchange(app, tenant, request, origin, &mut facts).await,
            EventType::CodeExchange,
            EventType::CodeExchangeRefused,
        ),
        TokenRequest::RefreshToken(request) => (
            refresh_tokens::exchange(app, tenant, request, http, &mut facts).await,
            EventType::RefreshTokenExchange,
            EventType::RefreshTokenExchangeRefused,
        ),
        TokenRequest::DeviceCode(request) => (
            device_codes::exchange(app, tenant, request, http, &mut facts).await,
            EventType::DeviceCodeExchange,
            EventType::DeviceCodeExchangeRefused,
        ),
    };
    let (kind, description) = match &result {
        Ok(_) => (issued, String::new()),
        Err(Refusal::OAuth(error)) => (facts.refused_as.unwrap_or(refused), error.description.clone()),
        Err(Refusal::Internal(_)) => return result,
    };
    let event = TokenEvent {
        kind,
        description,
        client: facts.client.as_ref().map(|client| &client.client),
        user_id: facts.user_id.as_ref(),
        organization: facts.organization.as_ref(),
        audience: facts.audience.as_deref(),
        scope: &facts.scope,
        refused_by: facts.refused_by.as_ref(),
        denied: facts.denied.as_ref(),
    };
    token_events::note(app, tenant, event, origin);
    result
}
