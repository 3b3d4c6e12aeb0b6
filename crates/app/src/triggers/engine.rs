//! What Actions need to run: worker processes, a way out for `fetch`, and what `api.cache` remembers.

use std::path::PathBuf;
use std::time::Duration;

use guildhall_actions::fetch::{Client, PrivateNetworks};
use guildhall_actions::{Limits, Workers};

use super::cache::Caches;

/// How long an answer to `fetch` may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What Actions need to run.
#[derive(Debug)]
pub struct Engine {
    pub(super) workers: Workers,
    pub(super) http: Client,
    pub(super) caches: Caches,
}

/// Why Actions cannot run.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// The thread that serves workers was refused.
    #[error("the workers of Actions could not be started")]
    Workers(#[from] std::io::Error),
}

impl Engine {
    /// Starts what runs Actions. Workers are `program action-worker`, and begin when they are needed.
    ///
    /// # Errors
    /// [`NotStarted`].
    pub fn start(program: PathBuf, limits: Limits, networks: PrivateNetworks) -> Result<Self, NotStarted> {
        Ok(Self {
            workers: Workers::new(program, &["action-worker"], limits)?,
            http: Client::new(networks, PATIENCE),
            caches: Caches::default(),
        })
    }
}
