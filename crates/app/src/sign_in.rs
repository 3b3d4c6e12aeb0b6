//! Signing in: one authorization request, from the client's page over ours and back. Contract section 13.2.

pub mod step;
pub mod transaction;
