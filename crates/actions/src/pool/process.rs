//! One worker process and its pipes.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::sleep;

use crate::message::{self, HEAD};

/// From this many resident bytes on, the program's own not counted, a worker is not used again.
const LARGE: u64 = 16 << 20;
/// How often a worker that seems to compute too long is looked at.
const LOOK: Duration = Duration::from_millis(25);

/// A process. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// How long one run may compute.
    most: Duration,
    /// How long the process had computed when its run began.
    before: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// It computed too long.
    TooLong,
    /// It died, or did not speak as a worker does.
    Died,
}

impl Process {
    pub fn start(program: &Path, arguments: &[&str], most: Duration) -> Result<Self, Lost> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|_| Lost::Died)?;
        let input = child.stdin.take().ok_or(Lost::Died)?;
        let output = child.stdout.take().ok_or(Lost::Died)?;
        Ok(Self { child, input, output, most, before: Duration::ZERO })
    }

    /// Sends a message and reads the answer. The time that counts is what the process computed, not what passed: a
    /// busy machine does not kill anybody's run.
    pub async fn exchange(&mut self, say: &[u8]) -> Result<Vec<u8>, Lost> {
        let (before, most) = (self.before, self.most);
        let id = self.child.id().ok_or(Lost::Died)?;
        let talk = async {
            self.input.write_all(say).await.map_err(|_| Lost::Died)?;
            let mut head = [0; HEAD];
            self.output.read_exact(&mut head).await.map_err(|_| Lost::Died)?;
            let mut said = vec![0; message::length(head).ok_or(Lost::Died)?];
            self.output.read_exact(&mut said).await.map_err(|_| Lost::Died)?;
            Ok(said)
        };
        let watch = async {
            sleep(most).await;
            while computed(id).is_some_and(|computed| computed.saturating_sub(before) < most) {
                sleep(LOOK).await;
            }
        };
        tokio::select! {
            biased;
            said = talk => said,
            () = watch => Err(Lost::TooLong),
        }
    }

    /// Ready for another run.
    pub fn rested(mut self) -> Self {
        self.before = self.child.id().and_then(computed).unwrap_or_default();
        self
    }

    /// Whether it can be used again: it lives, and is about as small as at the start.
    pub fn is_fit(&mut self) -> bool {
        let lives = matches!(self.child.try_wait(), Ok(None));
        lives && self.child.id().and_then(resident).is_some_and(|bytes| bytes < LARGE)
    }
}

/// The memory of a process without what it has from files (`/proc/<id>/statm`: resident less shared, in pages).
fn resident(id: u32) -> Option<u64> {
    let sizes = std::fs::read_to_string(format!("/proc/{id}/statm")).ok()?;
    let mut pages = sizes.split_ascii_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (pages.next()?.ok()?, pages.next()?.ok()?);
    Some(resident.saturating_sub(shared) * rustix::param::page_size() as u64)
}

/// How long a process has computed (`/proc/<id>/schedstat`, first field, in nanoseconds).
fn computed(id: u32) -> Option<Duration> {
    let times = std::fs::read_to_string(format!("/proc/{id}/schedstat")).ok()?;
    times.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
