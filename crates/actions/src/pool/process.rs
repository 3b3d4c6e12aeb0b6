//! One worker process and its pipes.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::sleep;

use crate::message::{self, HEAD};

/// Beyond this resident size, in pages of 4 kB, a worker is not used again: 48 MiB.
const SMALL: u64 = 48 << 8;
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

    /// Whether its memory is about what it was at the start.
    pub fn is_small(&self) -> bool {
        let sizes = self.child.id().and_then(|id| std::fs::read_to_string(format!("/proc/{id}/statm")).ok());
        let resident =
            sizes.as_deref().and_then(|sizes| sizes.split_ascii_whitespace().nth(1)?.parse::<u64>().ok());
        resident.is_some_and(|pages| pages < SMALL)
    }
}

/// How long a process has computed (`/proc/<id>/schedstat`, first field, in nanoseconds).
fn computed(id: u32) -> Option<Duration> {
    let times = std::fs::read_to_string(format!("/proc/{id}/schedstat")).ok()?;
    times.split_ascii_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
