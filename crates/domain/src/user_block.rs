//! Delays that failed attempts to sign in brought to an account. Contract section 8.

use serde::Serialize;
use utoipa::ToSchema;

/// One delay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Block {
    /// What was typed: an address, name or number.
    pub identifier: String,
    /// The address that attempts came from; absent where the account is delayed for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The connection's name.
    pub connection: String,
}

/// The delays of an account at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserBlocks {
    /// The delays.
    pub blocked_for: Vec<Block>,
}
