//! Handing over what one may do to another member (an addition to the contract).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::ShownRole;
use crate::id::UserId;

/// The body that hands over.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandOver {
    /// The member who takes over.
    pub user_id: UserId,
}

/// What was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandOver {
    /// The roles that the other member holds now and the caller does not hold any more.
    pub roles: Vec<ShownRole>,
    /// The caller's roles that the vendor alone may assign: they stay where they are.
    pub kept: Vec<ShownRole>,
}
