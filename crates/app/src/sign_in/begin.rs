//! `/authorize`: who asks, where the answer goes, and what of the request cannot be.

use guildhall_domain::client::Client;
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authorize_request::{self, Address, AuthorizeRequest};
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::Parameters;
use guildhall_oauth::redirect_uri::{is_callback, is_origin, origin_of};
use guildhall_oauth::response_type::ResponseMode;
use guildhall_persistence::{clients, pushed_requests};

use crate::device_codes;
use crate::refusal::Refusal;

use super::answer::{self, Recipient};
use super::organization;
use super::transaction::Transaction;
use super::{Next, Stopped, Visitor, advance};
use crate::context::App;

/// Begins a sign-in.
///
/// # Errors
/// [`Stopped`] as long as the address of the answer is not known to be the client's.
pub async fn begin(
    app: &App,
    tenant: &Tenant,
    parameters: Parameters,
    visitor: &Visitor,
) -> Result<Next, Stopped> {
    let scope = issuance(&tenant.id);
    let mut parameters = parameters;
    let mut address = authorize_request::address(&parameters)?;
    let unknown = || OAuthError::invalid_request(format!("Unknown client: {}", shown(&address.client_id)));
    let client = clients::find(app.store(), &scope, &ClientId::new(&address.client_id)).await?;
    let client = client.ok_or_else(unknown)?;
    let was_pushed = address.pushed.is_some();
    if let Some(pushed) = &address.pushed {
        parameters = pushed_request(app, &scope, &client, pushed).await?;
        address = authorize_request::address(&parameters)?;
    }
    // Its name may stand in a callback, so it is found before it is known whether it may be asked for.
    let found = organization::find(app, tenant, &scope, &client, &parameters).await?;
    let recipient = recipient(tenant, &client, &address, found.name())?;
    let refuse = |error: &OAuthError| Ok(Next::Answer(answer::refusal(&recipient, error)?));
    if client.settings.require_pushed_authorization_requests == Some(true) && !was_pushed {
        return refuse(&OAuthError::invalid_request("The request must be pushed (RFC 9126)."));
    }
    match read(parameters, &client).and_then(|request| Ok((request, found.allowed()?))) {
        Ok((request, organization)) => {
            let transaction = transaction(app, visitor, request, &recipient, organization);
            advance::advance(app, tenant, &client, transaction, visitor).await
        }
        Err(error) => refuse(&error),
    }
}

/// Whether a request that is not begun with can lead anywhere: its address is the client's own. What comes back is what it
/// asks for, the address, and the organization.
///
/// # Errors
/// `invalid_request`.
pub(crate) async fn check(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    parameters: &Parameters,
) -> Result<(AuthorizeRequest, String, Option<OrganizationId>), Refusal> {
    let found = organization::find(app, tenant, &issuance(&tenant.id), client, parameters).await?;
    let recipient = recipient(tenant, client, &authorize_request::address(parameters)?, found.name())?;
    let request = read(parameters.clone(), client)?;
    Ok((request, recipient.redirect_uri, found.allowed()?))
}

/// Begins the sign-in of a person who typed a device's user code. Nothing when no device shows it.
///
/// # Errors
/// [`Stopped`].
pub async fn begin_for_device(
    app: &App,
    tenant: &Tenant,
    user_code: &str,
    visitor: &Visitor,
) -> Result<Option<Next>, Stopped> {
    let scope = issuance(&tenant.id);
    let Some(waiting) = device_codes::waiting(app, &scope, user_code).await? else { return Ok(None) };
    let Some(client) = clients::find(app.store(), &scope, &waiting.client_id).await? else {
        return Ok(None);
    };
    let waiting = waiting.request;
    // Which API it is for was decided when the device asked: for none, not for the default one.
    let audience = waiting.audience.unwrap_or_else(|| format!("{}userinfo", tenant.issuer));
    let request = AuthorizeRequest::of_device(client.client_id.as_str(), waiting.scope, Some(audience));
    let mut transaction = Transaction::begin(app, &visitor.browser, request, String::new(), None);
    transaction.device = Some(user_code.trim().to_uppercase());
    advance::advance(app, tenant, &client, transaction, visitor).await.map(Some)
}

fn transaction(
    app: &App,
    visitor: &Visitor,
    request: AuthorizeRequest,
    recipient: &Recipient,
    organization: Option<OrganizationId>,
) -> Transaction {
    Transaction::begin(app, &visitor.browser, request, recipient.redirect_uri.clone(), organization)
}

/// RFC 9126 section 4: the pushed parameters alone count.
async fn pushed_request(
    app: &App,
    scope: &TenantScope,
    client: &Client,
    pushed: &str,
) -> Result<Parameters, Stopped> {
    let hash = app.0.pepper.hash(pushed);
    let found = pushed_requests::take(app.store(), scope, hash.as_str(), &client.client_id).await?;
    let gone = || OAuthError::invalid_request("The request_uri is unknown, has expired, or was used before.");
    Ok(Parameters::from_map(found.ok_or_else(gone)?))
}

fn read(parameters: Parameters, client: &Client) -> Result<AuthorizeRequest, OAuthError> {
    let request = authorize_request::read(parameters, client.is_public())?;
    let mut lacking = request.response_type.grant_types().filter(|grant| !client.allows_grant(grant));
    match lacking.next() {
        None => Ok(request),
        Some(grant) => {
            let description = format!("Grant type '{grant}' not allowed for the client.");
            Err(OAuthError::new(ErrorCode::UnauthorizedClient, description))
        }
    }
}

/// RFC 6749 section 3.1.2.3: an address that the client registered, and no other.
fn recipient(
    tenant: &Tenant,
    client: &Client,
    address: &Address,
    organization_name: Option<&str>,
) -> Result<Recipient, OAuthError> {
    let registered = client.settings.callbacks.as_deref().unwrap_or_default();
    let mismatch =
        "Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.";
    let redirect_uri = match &address.redirect_uri {
        Some(asked) => asked,
        None => {
            registered.first().ok_or_else(|| OAuthError::invalid_request("The client has no callback."))?
        }
    };
    if !is_callback(registered, redirect_uri, organization_name) {
        return Err(OAuthError::invalid_request(mismatch));
    }
    if address.mode_of_refusal == ResponseMode::WebMessage {
        let origins = client.settings.web_origins.as_deref().unwrap_or_default();
        if !origin_of(redirect_uri).is_some_and(|origin| is_origin(origins, &origin)) {
            let description = "The origin of redirect_uri is not in the list of allowed web origins.";
            return Err(OAuthError::invalid_request(description));
        }
    }
    Ok(Recipient {
        redirect_uri: redirect_uri.clone(),
        mode: address.mode_of_refusal,
        state: address.state.clone(),
        issuer: answer::issuer(tenant),
    })
}

/// A value as it may be repeated on a page.
fn shown(value: &str) -> String {
    value.chars().filter(|c| c.is_ascii_graphic()).take(60).collect()
}
