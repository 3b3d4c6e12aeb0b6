#![doc = include_str!("../README.md")]

pub mod command;
pub mod fetch;
pub mod host;
mod message;
pub mod outcome;
mod pool;
pub mod run;
pub mod worker;

pub use command::Command;
pub use host::Host;
pub use outcome::{Failure, Outcome};
pub use pool::{Limits, Workers};
pub use run::{Function, Run};
