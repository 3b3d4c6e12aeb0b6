#![doc = include_str!("../README.md")]

pub mod error;
pub mod token_request;
