//! The Authentication API: tokens, what they tell, discovery and keys. Contract section 13.

pub mod asking;
pub mod dbconnections;
pub mod device_code;
pub mod discovery;
pub mod introspection;
pub mod par;
pub mod revocation;
pub mod token;
pub mod userinfo;
pub mod users_exports;

use crate::routes::Routes;
use crate::sign_in::{authorize, logout};

/// The routes, under the root.
pub fn routes(config: &mut impl Routes) {
    config
        .service(authorize::get_authorize)
        .service(authorize::post_authorize)
        .service(par::par)
        .service(device_code::device_code)
        .service(logout::get_oidc_logout)
        .service(logout::post_oidc_logout)
        .service(logout::get_v2_logout)
        .service(token::token)
        .service(revocation::revoke)
        .service(introspection::introspect)
        .service(userinfo::get_userinfo)
        .service(userinfo::post_userinfo)
        .service(dbconnections::signup)
        .service(dbconnections::change_password)
        .service(users_exports::users_export)
        .service(discovery::openid_configuration)
        .service(discovery::oauth_authorization_server)
        .service(discovery::jwks);
}
