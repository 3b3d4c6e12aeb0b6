//! What scripts are told (`event`), in the contract's words. Sections 15.1 and 15.3.

use guildhall_domain::client::Client;
use guildhall_domain::connection::Connection;
use guildhall_domain::organization::Organization;
use guildhall_domain::refresh_token::RefreshToken;
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::AuthorizeRequest;
use serde_json::{Value, json};

pub(super) fn tenant(tenant: &Tenant) -> Value {
    json!({"id": tenant.id})
}

pub(super) fn client(client: &Client) -> Value {
    json!({
        "client_id": client.client_id,
        "name": client.name,
        "metadata": client.settings.client_metadata.clone().unwrap_or_default(),
    })
}

pub(super) fn connection(connection: &Connection) -> Value {
    json!({
        "id": connection.id,
        "name": connection.name,
        "strategy": connection.strategy,
        "metadata": connection.metadata,
    })
}

pub(super) fn organization(organization: &Organization) -> Value {
    json!({
        "id": organization.id,
        "name": organization.name,
        "display_name": organization.display_name,
        "metadata": organization.metadata,
    })
}

pub(super) fn user(user: &User) -> Value {
    let mut told = json!(user);
    for name in ["app_metadata", "user_metadata"] {
        if told[name].is_null() {
            told[name] = json!({});
        }
    }
    for name in ["logins_count", "last_ip", "last_login", "blocked"] {
        told.as_object_mut().and_then(|told| told.shift_remove(name));
    }
    told["multifactor"] = json!([]);
    told["enrolledFactors"] = json!([]);
    told
}

pub(super) fn session(session: &Session) -> Value {
    let mut told = json!(session);
    told["metadata"] = session.session_metadata.clone().unwrap_or_default().into();
    for name in ["session_metadata", "authentication"] {
        told.as_object_mut().and_then(|told| told.shift_remove(name));
    }
    told
}

pub(super) fn refresh_token(token: &RefreshToken) -> Value {
    let mut told = json!(token);
    told["metadata"] = token.refresh_token_metadata.clone().unwrap_or_default().into();
    told.as_object_mut().and_then(|told| told.shift_remove("refresh_token_metadata"));
    told
}

/// `event.transaction` of a sign-in through the browser.
pub(super) fn transaction(request: &AuthorizeRequest, redirect_uri: &str) -> Value {
    let kind = &request.response_type;
    let protocol = match (kind.code, kind.token || kind.id_token) {
        (true, false) => "oidc-basic-profile",
        (true, true) => "oidc-hybrid-profile",
        (false, _) => "oidc-implicit-profile",
    };
    let types = [("code", kind.code), ("token", kind.token), ("id_token", kind.id_token)];
    let types: Vec<&str> = types.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name).collect();
    let prompt = &request.prompt;
    let prompts = [
        ("none", prompt.none),
        ("login", prompt.login),
        ("consent", prompt.consent),
        ("select_account", prompt.select_account),
    ];
    let prompts: Vec<&str> = prompts.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name).collect();
    json!({
        "protocol": protocol,
        "requested_scopes": request.scope,
        "redirect_uri": redirect_uri,
        "response_type": types,
        "response_mode": request.response_mode,
        "state": request.state,
        "login_hint": request.login_hint,
        "acr_values": request.acr_values,
        "ui_locales": request.ui_locales,
        "locale": request.ui_locales.first(),
        "prompt": prompts,
        "requested_authorization_details": [],
        "metadata": {},
    })
}

/// `event.transaction` of an exchange at the token endpoint.
pub(super) fn exchange(protocol: &str, requested: &[String]) -> Value {
    json!({"protocol": protocol, "requested_scopes": requested, "acr_values": [], "ui_locales": [],
        "prompt": [], "metadata": {}})
}
