//! The Access Evaluations API: many evaluations in one request (section 7).

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::decision::Decision;
use super::entity::{Action, DefaultEntity, Resource, Subject};
use super::evaluation::Evaluation;
use super::malformed::{Malformed, Reason};
use super::{Object, member};

/// The request (section 7.1).
#[derive(Clone, Debug, PartialEq)]
pub enum EvaluationsRequest {
    /// Without evaluations, or with an empty array of them, it is what an Access Evaluation request is.
    Single(Evaluation),
    /// One or more evaluations.
    Evaluations(Evaluations),
}

/// One or more evaluations, and how to go about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluations {
    /// The request's own environment (section 5.4); empty where it has none.
    pub context: Arc<Object>,
    /// When to stop.
    pub semantic: EvaluationsSemantic,
    /// The evaluations in their order, defaults filled in. One that is malformed does not spoil the others (section
    /// 7.2.1).
    pub evaluations: Vec<Result<Evaluation, Malformed>>,
}

/// How many of the evaluations are answered (section 7.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvaluationsSemantic {
    /// All.
    #[default]
    ExecuteAll,
    /// Those up to the first denial, as `&&` would have it.
    DenyOnFirstDeny,
    /// Those up to the first permission, as `||` would have it.
    PermitOnFirstPermit,
}

/// The answer (section 7.2).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EvaluationsResponse {
    /// To a request that was a single evaluation.
    Single(Decision),
    /// To a request with evaluations. It has no `decision` of its own, as is recommended.
    Evaluations {
        /// What else the PEP should know, whichever decision it looks at.
        #[serde(skip_serializing_if = "Object::is_empty")]
        context: Object,
        /// Decisions in the order of the evaluations; fewer where the semantic says so.
        evaluations: Vec<Decision>,
    },
}

impl EvaluationsRequest {
    /// Reads the request, which may have so many evaluations at most.
    ///
    /// # Errors
    /// For what is wrong with the request as a whole, or with the evaluation that it is. What is wrong with one of its
    /// evaluations is found there.
    pub fn read(request: &Object, max_evaluations: usize) -> Result<Self, Malformed> {
        match member::array(request, "evaluations")? {
            None => Evaluation::read(request).map(Self::Single),
            Some(evaluations) if evaluations.is_empty() => Evaluation::read(request).map(Self::Single),
            Some(evaluations) if evaluations.len() > max_evaluations => {
                Err(Malformed::member("evaluations", Reason::TooMany(max_evaluations)))
            }
            Some(evaluations) => Evaluations::read(request, evaluations).map(Self::Evaluations),
        }
    }
}

impl Evaluations {
    fn read(request: &Object, evaluations: &[Value]) -> Result<Self, Malformed> {
        let defaults = Defaults {
            subject: DefaultEntity::read(request)?,
            action: DefaultEntity::read(request)?,
            resource: DefaultEntity::read(request)?,
            context: Arc::new(member::object_or_empty(request, "context")?),
        };
        let read = |(index, evaluation): (usize, &Value)| {
            let found = |refused: Malformed| refused.inside(&index.to_string()).inside("evaluations");
            defaults.complete(evaluation).map_err(found)
        };
        Ok(Self {
            context: Arc::clone(&defaults.context),
            semantic: EvaluationsSemantic::read(request)?,
            evaluations: evaluations.iter().enumerate().map(read).collect(),
        })
    }
}

/// What evaluations share (section 7.1.1).
struct Defaults<'a> {
    subject: DefaultEntity<'a, Subject>,
    action: DefaultEntity<'a, Action>,
    resource: DefaultEntity<'a, Resource>,
    context: Arc<Object>,
}

impl Defaults<'_> {
    fn complete(&self, evaluation: &Value) -> Result<Evaluation, Malformed> {
        let own = evaluation.as_object().ok_or(Malformed::body(Reason::NotAnObject))?;
        Ok(Evaluation {
            subject: self.subject.or_own(own)?,
            action: self.action.or_own(own)?,
            resource: self.resource.or_own(own)?,
            context: match member::object(own, "context")? {
                None => Arc::clone(&self.context),
                Some(context) => Arc::new(context.clone()),
            },
        })
    }
}

impl EvaluationsSemantic {
    /// Reads `options` (section 7.1.2). Options that are not known are ignored; a semantic that is not known cannot be.
    fn read(request: &Object) -> Result<Self, Malformed> {
        let Some(options) = member::object(request, "options")? else { return Ok(Self::default()) };
        let inside = |refused: Malformed| refused.inside("options");
        match member::string(options, "evaluations_semantic").map_err(inside)? {
            None | Some("execute_all") => Ok(Self::ExecuteAll),
            Some("deny_on_first_deny") => Ok(Self::DenyOnFirstDeny),
            Some("permit_on_first_permit") => Ok(Self::PermitOnFirstPermit),
            Some(_) => Err(inside(Malformed::member("evaluations_semantic", Reason::UnknownSemantic))),
        }
    }

    /// Whether the evaluations after this decision are left unanswered.
    pub fn ends_with(self, decision: &Decision) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision.decision,
            Self::PermitOnFirstPermit => decision.decision,
        }
    }
}

#[cfg(test)]
mod tests;
