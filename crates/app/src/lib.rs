#![doc = include_str!("../README.md")]

mod context;
mod problem;

pub mod callers;
pub mod keys;
pub mod machine;
pub mod organizations;
pub mod tenants;

pub use context::App;
pub use problem::{Limit, Problem, Taken, Thing};
