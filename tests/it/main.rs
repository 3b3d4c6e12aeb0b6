//! The integration tests: one binary, each test with a fresh database and a server of its own.
//!
//! `GUILDHALL_TEST_DATABASE` is `sqlite` (the default) or `postgres`, which needs `GUILDHALL_TEST_POSTGRES_URL`, a
//! database whose user may create others. `GUILDHALL_TEST_LOG` is the filter of the servers' logs (default `error`).
//! `GUILDHALL_TEST_SEED` replays one random tenant of the tests in `one_truth`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod harness;

mod access;
mod actions;
mod architecture;
mod claims;
mod durability;
mod epoch;
mod grants;
mod management;
mod my_organization;
mod nodes;
mod one_truth;
mod openapi;
mod people;
mod policies;
mod portal;
mod previews;
mod sign_in;
mod tokens;
mod upgrades;
