#![doc = include_str!("../README.md")]

pub mod authorize_request;
pub mod authorize_response;
pub mod authzen;
pub mod client_authentication;
pub mod error;
pub mod logout_request;
pub mod parameters;
pub mod presented_token;
pub mod redirect_uri;
pub mod response_type;
pub mod token_request;
