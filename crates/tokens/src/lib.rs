#![doc = include_str!("../README.md")]

pub mod algorithm;
pub mod assertion;
pub mod certificate;
pub mod claims;
pub mod client_key;
pub mod custom_claims;
pub mod digest;
mod error;
pub mod id_token;
pub mod jwks;
pub mod jws;
pub mod key;
pub mod password;
pub mod provider;
pub mod secret;
pub mod vault;

pub use algorithm::Algorithm;
pub use error::Error;
