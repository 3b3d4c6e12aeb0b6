//! The Access Evaluation API request (section 6.1). Its answer is a [`Decision`](super::decision::Decision) (section
//! 6.2).

use std::sync::Arc;

use super::entity::{Action, Entity, Resource, Subject};
use super::malformed::Malformed;
use super::{Object, member};

/// May the subject do this to the resource? What it consists of can be shared with other evaluations.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Who.
    pub subject: Arc<Subject>,
    /// Does what.
    pub action: Arc<Action>,
    /// To what.
    pub resource: Arc<Resource>,
    /// In what environment (section 5.4); empty where the request has none.
    pub context: Arc<Object>,
}

impl Evaluation {
    /// Reads the request.
    ///
    /// # Errors
    /// For a member that is missing or not what it must be.
    pub fn read(request: &Object) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Arc::new(Subject::of(request)?),
            action: Arc::new(Action::of(request)?),
            resource: Arc::new(Resource::of(request)?),
            context: Arc::new(member::object_or_empty(request, "context")?),
        })
    }
}

#[cfg(test)]
mod tests;
