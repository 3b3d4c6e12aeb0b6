//! The token that a machine client would get: all of issuance but quotas, the log, and what Actions keep.

use guildhall_domain::access_policy::Whence;
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_preview::{NewTokenPreview, TokenPreview};
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::parameters::words;
use serde_json::json;

use super::{access, assemble, may_ask, narrowed};
use crate::access_policies;
use crate::access_tokens::Purpose;
use crate::client_authentication::KnownClient;
use crate::context::App;
use crate::refusal::Refusal;
use crate::token_previews::shown;
use crate::triggers::{Exchange, HttpRequest, Sent, foresee_exchange};

/// Fills the preview in.
///
/// # Errors
/// The refusals of contract section 13.3.
pub(crate) async fn preview(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    known: &KnownClient,
    (new, whence): (&NewTokenPreview, Whence),
    preview: &mut TokenPreview,
) -> Result<(), Refusal> {
    let client = &known.client;
    if !client.is_live(app.clock().now()) {
        return Err(OAuthError::unauthorized().into());
    }
    may_ask(client)?;
    let (audience, organization) = (new.audience.as_deref(), new.organization.as_deref());
    let access = access::resolve(app, tenant, scope, client, audience, organization).await?;
    preview.access_policies = access.verdicts(client, whence);
    access.decide(client, whence).map_err(|denied| access_policies::refusal(&denied))?;
    let requested = words(new.scope.as_deref());
    let granted = narrowed(&access.held, &requested)?;
    let mut body = json!({"grant_type": "client_credentials", "client_id": client.client_id});
    for (name, value) in
        [("audience", &new.audience), ("organization", &new.organization), ("scope", &new.scope)]
    {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    let body = body.to_string();
    let origin = Origin { ip: new.ip.map(|ip| ip.to_string()), ..Origin::default() };
    let exchange = Exchange {
        client,
        api: &access.api,
        organization: access.organization.as_ref(),
        requested: &requested,
        granted,
        held: &access.held,
        http: HttpRequest { sent: Sent::Json(body.as_bytes()), ..HttpRequest::silent(&origin) },
    };
    let (decided, results) = foresee_exchange(app, tenant, scope, exchange).await?;
    preview.actions = results;
    let (granted, changes) = decided.map_err(|refused| refused.0)?;
    let answer = assemble(app, tenant, scope, known, &access, (&granted, &changes), Purpose::Preview).await?;
    preview.access_token = Some(shown(&answer.access_token, answer.expires_in));
    preview.scope = Some(answer.scope);
    Ok(())
}
