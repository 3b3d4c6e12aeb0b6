#![doc = include_str!("../README.md")]

pub mod error;
pub mod mail;
mod name_servers;
mod notices;
pub mod settings;
pub mod start;
pub mod telemetry;

pub use error::Error;
pub use settings::Settings;
pub use start::{Server, start};
