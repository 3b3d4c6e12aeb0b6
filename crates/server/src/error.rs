//! Why the server does not start: what is wrong and what to do.

use guildhall_app::Problem;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting cannot be.
    #[error("{0}")]
    Setting(String),
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}. Choose another with --listen")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        error: std::io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] guildhall_persistence::Error),
    /// Actions cannot run.
    #[error(transparent)]
    Actions(#[from] guildhall_app::triggers::NotStarted),
    /// A use case refused.
    #[error(transparent)]
    Problem(#[from] Problem),
}
