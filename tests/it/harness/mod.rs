//! What the tests stand on: a database, servers over it, and vendors that call them.

mod answer;
mod database;
mod dice;
mod fixture;
mod jwt;
mod name_server;
mod node;
mod nouns;
mod operations;
mod runtime;
mod vendor;

pub use answer::Answer;
pub use database::Database;
pub use dice::Dice;
pub use fixture::Fixture;
pub use jwt::{claims, header, names, verified};
pub use name_server::NameServer;
pub use node::Node;
pub use nouns::{Machine, permissions, segment};
pub use operations::{absent, body_of, management, mutating, present};
pub use runtime::{concurrently, here};
pub use vendor::Vendor;
