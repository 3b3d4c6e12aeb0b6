//! Actions, run in real worker processes.

mod fetch;
mod harness;
mod limits;
mod runs;
