//! The vendor's Actions at work: what they are told, what they may change, and what is kept of each run. Contract
//! section 15, design section 10.

mod accounts;
mod attempt;
mod cache;
mod credentials_exchange;
mod engine;
mod event;
mod host;
mod keep;
mod post_login;
mod request;
mod run;
mod wishes;

pub use engine::{Engine, NotStarted};
pub use guildhall_actions::Limits;
pub use guildhall_actions::fetch::PrivateNetworks;
pub use request::{HttpRequest, Sent};

pub use accounts::AccountDenied;
pub(crate) use accounts::{Account, post_change_password, post_user_registration, pre_user_registration};
pub(crate) use attempt::{attempt, check};
pub(crate) use credentials_exchange::{Exchange, credentials_exchange, foresee_exchange};
pub(crate) use post_login::{Away, Login, Occasion, Outcome, SignIn, foresee_login, post_login};
pub(crate) use run::{RefusedBy, told};
