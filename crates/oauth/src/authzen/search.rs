//! The Search APIs: who may, on what, and what (section 8).

use serde::Serialize;
use serde_json::{Value, json};

use super::entity::{Action, Entity, Resource, Subject};
use super::malformed::Malformed;
use super::page::{PageRequest, PageResponse};
use super::{Object, member};

/// The entity that is searched for: all but its `id`, which is ignored where a request has one (sections 8.4.1 and
/// 8.5.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Queried {
    /// The type.
    pub r#type: String,
    /// Further attributes.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub properties: Object,
}

/// Which subjects may do this to the resource? (Section 8.4.)
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectSearch {
    /// What kind of subjects.
    pub subject: Queried,
    /// Do what.
    pub action: Action,
    /// To what.
    pub resource: Resource,
    /// In what environment; empty where the request has none.
    pub context: Object,
    /// Which of the results.
    pub page: PageRequest,
}

/// To which resources may the subject do this? (Section 8.5.)
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceSearch {
    /// Who.
    pub subject: Subject,
    /// Does what.
    pub action: Action,
    /// To what kind of resources.
    pub resource: Queried,
    /// In what environment; empty where the request has none.
    pub context: Object,
    /// Which of the results.
    pub page: PageRequest,
}

/// What may the subject do to the resource? (Section 8.6.) An `action` in the request is ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionSearch {
    /// Who.
    pub subject: Subject,
    /// Does something to what.
    pub resource: Resource,
    /// In what environment; empty where the request has none.
    pub context: Object,
    /// Which of the results.
    pub page: PageRequest,
}

/// The answer to a search, with [`Subject`]s, [`Resource`]s or [`Action`]s (section 8.3).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchResponse<E> {
    /// Which of the results. It comes first, as is recommended, so that a PEP can show how far it has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<PageResponse>,
    /// What else the PEP should know.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub context: Object,
    /// The results.
    pub results: Vec<E>,
}

impl Queried {
    fn of<E: Entity>(search: &Object) -> Result<Self, Malformed> {
        let own = member::required(member::object(search, E::MEMBER)?, E::MEMBER)?;
        Self::read(own).map_err(|refused| refused.inside(E::MEMBER))
    }

    fn read(own: &Object) -> Result<Self, Malformed> {
        Ok(Self {
            r#type: member::required(member::text(own, "type")?, "type")?.to_owned(),
            properties: member::object_or_empty(own, "properties")?,
        })
    }
}

impl SubjectSearch {
    /// Reads the request (section 8.4.1).
    ///
    /// # Errors
    /// For a member that is missing or not what it must be.
    pub fn read(request: &Object) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Queried::of::<Subject>(request)?,
            action: Action::of(request)?,
            resource: Resource::of(request)?,
            context: member::object_or_empty(request, "context")?,
            page: PageRequest::of(request)?,
        })
    }

    /// What all requests for pages of this search have in common, as a text: whoever makes a token can bind it to this
    /// (section 8.2). The limit is not in it, since a request with a token may leave it out (section 8.2.3).
    pub fn query(&self) -> String {
        let Self { subject, action, resource, context, page: _ } = self;
        canonical(json!({
            "search": "subject", "subject": subject, "action": action, "resource": resource, "context": context,
        }))
    }
}

impl ResourceSearch {
    /// Reads the request (section 8.5.1).
    ///
    /// # Errors
    /// For a member that is missing or not what it must be.
    pub fn read(request: &Object) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Subject::of(request)?,
            action: Action::of(request)?,
            resource: Queried::of::<Resource>(request)?,
            context: member::object_or_empty(request, "context")?,
            page: PageRequest::of(request)?,
        })
    }

    /// What all requests for pages of this search have in common, see [`SubjectSearch::query`].
    pub fn query(&self) -> String {
        let Self { subject, action, resource, context, page: _ } = self;
        canonical(json!({
            "search": "resource", "subject": subject, "action": action, "resource": resource, "context": context,
        }))
    }
}

impl ActionSearch {
    /// Reads the request (section 8.6.1).
    ///
    /// # Errors
    /// For a member that is missing or not what it must be.
    pub fn read(request: &Object) -> Result<Self, Malformed> {
        Ok(Self {
            subject: Subject::of(request)?,
            resource: Resource::of(request)?,
            context: member::object_or_empty(request, "context")?,
            page: PageRequest::of(request)?,
        })
    }

    /// What all requests for pages of this search have in common, see [`SubjectSearch::query`].
    pub fn query(&self) -> String {
        let Self { subject, resource, context, page: _ } = self;
        canonical(json!({"search": "action", "subject": subject, "resource": resource, "context": context}))
    }
}

impl<E> SearchResponse<E> {
    /// One page of results, and the token of the next unless this is the last.
    pub fn page(results: Vec<E>, next_token: Option<String>) -> Self {
        let page = PageResponse {
            next_token: next_token.unwrap_or_default(),
            count: Some(results.len() as u64),
            ..PageResponse::default()
        };
        Self { page: Some(page), context: Object::new(), results }
    }
}

/// The order of members means nothing (section 10.1.1).
fn canonical(mut query: Value) -> String {
    query.sort_all_objects();
    query.to_string()
}

#[cfg(test)]
mod tests;
