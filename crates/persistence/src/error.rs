//! What can go wrong between the domain and the database.

use sea_orm::{DbErr, SqlErr};

/// A failed read or write.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something with the same unique value exists; the database's words name the constraint.
    #[error("a unique value is taken: {0}")]
    Conflict(String),
    /// Something that the row refers to does not exist (any more).
    #[error("a referenced row does not exist: {0}")]
    Missing(String),
    /// The database failed or cannot be reached.
    #[error("the database failed: {0}")]
    Database(#[source] DbErr),
    /// A stored value is not what was written.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// The address or the file of the database cannot be used.
    #[error("{0}")]
    Unusable(String),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => Self::Conflict(text),
            Some(SqlErr::ForeignKeyConstraintViolation(text)) => Self::Missing(text),
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// The result of a read or write.
pub type Result<T> = std::result::Result<T, Error>;
