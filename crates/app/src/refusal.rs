//! Why a request of OAuth was refused.

use guildhall_oauth::error::OAuthError;

use crate::problem::Problem;

/// Why no token was issued, or nothing told of one.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The client asked for what it cannot have.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

impl From<guildhall_persistence::Error> for Refusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}
