//! What the parent and a worker say to each other: JSON with its length before it, in turns. The parent speaks first;
//! every message has one answer.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Failure;
use crate::command::Command;
use crate::fetch;
use crate::host::RoleQuery;
use crate::outcome::{CacheWrite, Console};
use crate::run::{CacheEntry, Function};

/// The longest message, in bytes. Longer than any that a run within its limits makes.
pub(crate) const LONGEST: usize = 8 << 20;

/// The bytes of the length that stands before a message, little-endian.
pub(crate) const HEAD: usize = 4;

/// What the parent says.
#[derive(Serialize, Deserialize)]
pub(crate) enum ToWorker<'a> {
    /// Starts a run. The worker is idle.
    Start(Box<Start<'a>>),
    /// Some of what the script waits for. The worker waits.
    Answers(Vec<Answer>),
}

/// A run, or a check when there is no event.
#[derive(Serialize, Deserialize)]
pub(crate) struct Start<'a> {
    pub code: Cow<'a, str>,
    pub function: Function,
    pub event: Option<Box<RawValue>>,
    pub cache: Cow<'a, [CacheEntry]>,
    /// Milliseconds since 1970.
    pub now: i64,
    pub can_redirect: bool,
    /// Microseconds of computing.
    pub cpu: u64,
    /// Bytes.
    pub memory: usize,
}

/// What a worker says.
#[derive(Serialize, Deserialize)]
pub(crate) enum FromWorker {
    /// The script waits. These calls are new.
    Waiting(Vec<Call>),
    /// The run has ended.
    Done(Report),
}

/// Something the script waits for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Call {
    pub id: u32,
    pub ask: Ask,
}

/// What it is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Ask {
    Fetch(fetch::Request),
    Roles(RoleQuery),
    Sleep { ms: u64 },
}

/// What came of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answer {
    pub id: u32,
    pub result: Result<Value, String>,
}

/// How a run ended.
#[derive(Serialize, Deserialize)]
pub(crate) struct Report {
    pub result: Result<(), Failure>,
    pub commands: Vec<Command>,
    pub console: Console,
    pub cache: Vec<CacheWrite>,
    /// Whether the worker should not run anything else: it has ended itself.
    pub spent: bool,
}

/// A message with its length before it; none when it is too long.
pub(crate) fn frame(message: &impl Serialize) -> Option<Vec<u8>> {
    let mut frame = vec![0; HEAD];
    serde_json::to_writer(&mut frame, message).ok()?;
    let length = frame.len() - HEAD;
    if length > LONGEST {
        return None;
    }
    frame[..HEAD].copy_from_slice(&u32::try_from(length).ok()?.to_le_bytes());
    Some(frame)
}

/// The length of the message that follows; none when it is too long.
pub(crate) fn length(head: [u8; HEAD]) -> Option<usize> {
    let length = usize::try_from(u32::from_le_bytes(head)).ok()?;
    (length <= LONGEST).then_some(length)
}
