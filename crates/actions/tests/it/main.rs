//! Actions, run in real worker processes.

mod harness;
mod limits;
mod runs;
