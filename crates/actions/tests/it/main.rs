//! Actions, run in real worker processes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod examples;
mod fetch;
mod harness;
mod limits;
mod runs;
mod workers;
