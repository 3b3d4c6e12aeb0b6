//! The Authentication API: tokens, what they tell, discovery and keys. Contract section 13.

pub mod asking;
pub mod discovery;
pub mod introspection;
pub mod revocation;
pub mod token;
pub mod userinfo;

use crate::routes::Routes;

/// The routes, under the root.
pub fn routes(config: &mut impl Routes) {
    config
        .service(token::token)
        .service(revocation::revoke)
        .service(introspection::introspect)
        .service(userinfo::get_userinfo)
        .service(userinfo::post_userinfo)
        .service(discovery::openid_configuration)
        .service(discovery::oauth_authorization_server)
        .service(discovery::jwks);
}
