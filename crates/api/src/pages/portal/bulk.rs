//! The same done to many members.

use askama::Template;

use super::{Shell, Words};
use crate::pages::{Page, Policy, assets};

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkStage {
    /// It is asked whether to begin.
    Asked,
    /// A step is done, and more are to be done: the form continues itself where scripts run.
    UnderWay,
    /// All is done.
    Done,
}

/// To whom it was not done, and why.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The member.
    pub name: String,
    /// Why.
    pub reason: Words,
}

/// Leads through what is done to many, a step at a time.
#[derive(Debug, Template)]
#[template(path = "portal/bulk.html")]
pub struct Bulk {
    /// What surrounds it.
    pub shell: Shell,
    /// What is done.
    pub deed: Words,
    /// How far it is.
    pub stage: BulkStage,
    /// What the form posts again, by name.
    pub fields: Vec<(&'static str, String)>,
    /// To how many it was done.
    pub done: u64,
    /// To how many it was not.
    pub refused: u64,
    /// To how many it is to be done, where that is known.
    pub total: Option<u64>,
    /// To whom it was not done in this step.
    pub refusals: Vec<Refusal>,
    /// Where to go afterwards.
    pub back: String,
}

impl Bulk {
    fn heading(&self) -> String {
        self.shell.say(&self.deed)
    }

    fn so_far(&self) -> u64 {
        self.done + self.refused
    }
}

impl Page for Bulk {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}
