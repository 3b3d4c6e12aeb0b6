//! TXT records of the domain name system: what proves whose a domain is.

use std::future::Future;
use std::pin::Pin;

/// The name servers gave no answer, or none that says what is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name servers did not answer: {0}")]
pub struct NoAnswer(pub String);

/// What an answer will be.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Vec<String>, NoAnswer>> + Send + 'a>>;

/// Looks for TXT records. Whoever starts the application brings the way to its name servers.
pub trait TxtRecords: Send + Sync {
    /// The texts at a name, the parts of each put together; none where there is no such name or record. An answer comes
    /// within seconds.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn at<'a>(&'a self, name: &'a str) -> Lookup<'a>;
}
