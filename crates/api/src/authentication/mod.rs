//! The Authentication API: tokens, discovery and keys. Contract section 13.

pub mod discovery;
pub mod token;

use crate::routes::Routes;

/// The routes, under the root.
pub fn routes(config: &mut impl Routes) {
    config
        .service(token::token)
        .service(discovery::openid_configuration)
        .service(discovery::oauth_authorization_server)
        .service(discovery::jwks);
}
