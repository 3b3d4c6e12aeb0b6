//! What comes out of a run of an Action.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Command;
use crate::run::CacheEntry;

/// What a run did. Nothing of it is in effect: the caller checks each command and applies it, or does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether the function came to its end.
    pub result: Result<(), Failure>,
    /// What the script asked for through `api`, in order; up to the failure, when it failed. None when its worker
    /// was killed.
    pub commands: Vec<Command>,
    /// What it wrote to the console.
    pub console: Console,
    /// What it did to the cache, in order, at most one write per key.
    pub cache: Vec<CacheWrite>,
    /// From the time a worker had it until it ended, waiting for `fetch` included, waiting for a worker not.
    pub duration: Duration,
}

/// The first 256 characters that a script wrote to the console (contract section 15.4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Console {
    /// One line per call.
    pub text: String,
    /// Whether it wrote more than that.
    pub cut: bool,
}

/// A change of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheWrite {
    /// The entry is new, or replaces the one with its key.
    Set(CacheEntry),
    /// The entry with this key is gone.
    Delete(String),
}

/// Why a run, or a check of code, did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// For the vendor: the script's own message where it threw one, at most 1,000 characters.
    pub message: String,
    /// The line in the vendor's code, from 1, where it is known.
    pub line: Option<u32>,
    /// The column in that line, from 1, where it is known.
    pub column: Option<u32>,
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The code is not JavaScript.
    Syntax,
    /// The code does not export the function.
    MissingFunction,
    /// The script threw, or rejected its promise.
    Thrown,
    /// It called what Auth0 has and Guildhall has not.
    Unsupported,
    /// It computed for longer than [`Limits::cpu`](crate::Limits::cpu), or ran for longer than
    /// [`Limits::wall`](crate::Limits::wall).
    Timeout,
    /// It needed more memory than [`Limits::memory`](crate::Limits::memory).
    Memory,
    /// It called itself too deeply.
    Stack,
    /// It waits for a promise that nothing will settle.
    Stuck,
    /// It asked for more commands, or larger ones, than a run may.
    Output,
    /// Nobody had time for it: too many runs wait already. Nothing of it ran.
    Busy,
    /// Its worker could not be started, or died.
    Crashed,
}
