#![doc = include_str!("../README.md")]

pub mod authentication;
pub mod body;
pub mod call;
pub mod cors;
pub mod documents;
pub mod failure;
pub mod listing;
pub mod management;
pub mod multipart;
pub mod operations;
pub mod pages;
pub mod query;
pub mod request;
pub mod routes;
pub mod service;
pub mod sign_in;
