//! How long the access tokens of an API may be (an addition to the contract).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A limit, and what happens beyond it. A token says one organization and the permissions of one API, so that it grows with
/// the permissions alone; servers and proxies commonly refuse headers of more than 8 KB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBudget {
    /// The most bytes that the text of a token has.
    #[schema(minimum = 512, maximum = 65536)]
    #[validate(range(min = 512, max = 65536))]
    pub max_bytes: u32,
    /// What happens to a token that would have more.
    #[serde(default)]
    pub on_exceeded: OnExceeded,
}

/// What happens to a token that would be too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnExceeded {
    /// It is not issued.
    #[default]
    Refuse,
    /// It has `permissions_omitted` (true) in place of `permissions`: the API asks what is held, by introspection or access
    /// evaluation. What is too long without them is not issued.
    OmitPermissions,
}
