//! Requests to sign out: OpenID Connect RP-Initiated Logout 1.0, and `/v2/logout` (contract section 13.4).

use crate::parameters::Parameters;

/// What a request to sign out may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// The client.
    pub client_id: Option<String>,
    /// Where to go afterwards.
    pub return_to: Option<String>,
    /// An ID token that the client was given.
    pub id_token_hint: Option<String>,
    /// The session's id, as in the ID token's `sid`.
    pub logout_hint: Option<String>,
    /// Given back to the client.
    pub state: Option<String>,
    /// Languages, by preference.
    pub ui_locales: Vec<String>,
}

/// Reads `/oidc/logout`.
pub fn read_oidc(mut parameters: Parameters) -> LogoutRequest {
    LogoutRequest { return_to: parameters.take("post_logout_redirect_uri"), ..read(parameters) }
}

/// Reads `/v2/logout`.
pub fn read_v2(mut parameters: Parameters) -> LogoutRequest {
    let return_to = parameters.take("returnTo");
    LogoutRequest { return_to, id_token_hint: None, logout_hint: None, state: None, ..read(parameters) }
}

fn read(mut parameters: Parameters) -> LogoutRequest {
    let locales = parameters.take("ui_locales").unwrap_or_default();
    LogoutRequest {
        client_id: parameters.take("client_id"),
        return_to: None,
        id_token_hint: parameters.take("id_token_hint"),
        logout_hint: parameters.take("logout_hint"),
        state: parameters.take("state"),
        ui_locales: locales.split_ascii_whitespace().map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_has_its_own_name_for_the_address() {
        let form = b"post_logout_redirect_uri=https%3A%2F%2Fa&returnTo=https%3A%2F%2Fb&state=s&client_id=c";
        let read = |of: fn(Parameters) -> LogoutRequest| of(Parameters::from_form(form).expect("parameters"));
        let oidc = read(read_oidc);
        assert_eq!((oidc.return_to.as_deref(), oidc.state.as_deref()), (Some("https://a"), Some("s")));
        let v2 = read(read_v2);
        assert_eq!((v2.return_to.as_deref(), v2.state), (Some("https://b"), None));
        assert_eq!(v2.client_id.as_deref(), Some("c"));
    }
}
