//! Refresh tokens that their client gives back (RFC 7009).

use guildhall_domain::log::{EventType, Origin};
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::presented_token::PresentedToken;
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{consents, refresh_token_values, refresh_tokens};

use crate::client_authentication;
use crate::context::App;
use crate::refusal::Refusal;
use crate::token_events::{self, TokenEvent};

/// Revokes a refresh token with all its values; where the tenant wants so, with everything else that the person allowed
/// the client. A token that is unknown, or another client's, is no error.
///
/// # Errors
/// `access_denied`, `invalid_client` for a client that is not who it says.
pub async fn revoke(
    app: &App,
    tenant: &Tenant,
    request: &PresentedToken,
    origin: &Origin,
) -> Result<(), Refusal> {
    let scope = issuance(&tenant.id);
    let client = client_authentication::authenticate(app, tenant, &scope, &request.client).await?;
    let hash = app.0.pepper.hash(&request.token);
    let Some((id, _)) = refresh_token_values::find(app.store(), &scope, hash.as_str()).await? else {
        return Ok(());
    };
    let found = refresh_tokens::find(app.store(), &scope, &id, app.clock().now()).await?;
    let Some(token) = found.filter(|token| token.client_id == client.client.client_id) else {
        return Ok(());
    };
    let records = app.store().begin_records().await?;
    if whole_grant(tenant) {
        let (user, client) = (&token.user_id, &token.client_id);
        refresh_tokens::delete(&records, &scope, &Which::UserAndClient(user, client)).await?;
        consents::delete_of_user(&records, &scope, user, Some(client)).await?;
    } else {
        refresh_tokens::delete(&records, &scope, &Which::Ids(&[id])).await?;
    }
    records.commit().await?;
    let event = TokenEvent {
        kind: EventType::RefreshTokenRevoked,
        description: String::new(),
        client: Some(&client.client),
        user_id: Some(&token.user_id),
        organization: None,
        audience: token.resource_servers.first().map(|api| api.audience.as_str()),
        scope: "",
        denied: None,
        refused_by: None,
    };
    token_events::note(app, tenant, event, origin);
    Ok(())
}

fn whole_grant(tenant: &Tenant) -> bool {
    let flags = tenant.settings.other("flags");
    flags.is_some_and(|flags| flags["revoke_refresh_token_grant"] == true)
}
