//! The pages of the portal, in which an organization is run by its own people: what they look like, and nothing of what
//! they mean. Each has a [`Shell`]; each of its forms posts `csrf`, and what it is for as `act`.

mod bulk;
mod details;
mod leave;
mod link;
mod member;
mod members;
mod overview;
mod sheet;
mod shell;
mod words;

pub use bulk::{Bulk, BulkStage, Refusal};
pub use details::Details;
pub use leave::Leave;
pub use link::PortalLink;
pub use member::{HeldRole, Member};
pub use members::{Members, Row};
pub use overview::Overview;
pub use sheet::{Block, Button, Entry, Field, FormBlock, Item, Say, Sheet, Tick};
pub use shell::{Closed, Section, Shell};
pub use words::Words;

/// A role that can be chosen.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// What is posted.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is the organization's own.
    pub is_own: bool,
    /// Permissions in it that keep the person from giving it; none when it can be given.
    pub not_held: Vec<String>,
}
