//! Requests about a token: revocation (RFC 7009 section 2.1) and introspection (RFC 7662 section 2.1).

use crate::client_authentication::{Presented, presented};
use crate::error::OAuthError;
use crate::parameters::Parameters;
use crate::token_request::required;

/// A client and the token that it asks about. A hint at the kind of token is not needed: kinds look different.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentedToken {
    /// How the client says who it is.
    pub client: Presented,
    /// The token.
    pub token: String,
}

impl std::fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PresentedToken").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Reads the request. `authorization` is the header of that name, where the request has one.
///
/// # Errors
/// `invalid_request`.
pub fn read(mut parameters: Parameters, authorization: Option<&str>) -> Result<PresentedToken, OAuthError> {
    let client = presented(&mut parameters, authorization)?;
    Ok(PresentedToken { client, token: required(&mut parameters, "token")? })
}
