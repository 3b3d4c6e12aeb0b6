//! What requests name: subjects, and the places that resources stand for.

use std::sync::Arc;

use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::resource_type::ResourceType;
use guildhall_oauth::authzen::entity::Subject;
use guildhall_oauth::authzen::{MAX_TEXT, Object};
use serde_json::Value;

/// A subject whose rights can be known.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    User(UserId),
    Client(ClientId),
}

impl Who {
    /// Nobody where the type is unknown.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        match subject.r#type.as_str() {
            "user" => Some(Self::User(UserId::new(&subject.id))),
            "client" => Some(Self::Client(ClientId::new(&subject.id))),
            _ => None,
        }
    }
}

/// Where something is done: an API, in an organization or in none.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) api: Arc<ResourceServer>,
    pub(super) organization: Option<Arc<Organization>>,
    /// Whose actions are asked about; the permissions themselves where it is none of the vendor's.
    kind: Option<Arc<ResourceType>>,
}

impl Place {
    pub(super) fn of(
        api: Arc<ResourceServer>,
        organization: Option<Arc<Organization>>,
        kind: Option<Arc<ResourceType>>,
    ) -> Self {
        Self { api, organization, kind }
    }

    /// The permission that an action needs; none where nobody can do it.
    pub(super) fn permission<'a>(&'a self, action: &'a str) -> Option<&'a str> {
        match &self.kind {
            None => Some(action),
            Some(kind) => kind.permission_of(action),
        }
    }

    /// The actions that these permissions suffice for.
    pub(super) fn actions(&self, permissions: Vec<String>) -> Vec<String> {
        match &self.kind {
            None => permissions,
            Some(kind) => kind.actions_within(&permissions),
        }
    }
}

/// A property is not a text that could name anything.
pub(super) struct NoText;

/// A property that is a text; `null` counts as absent. One of another type, too long or with NUL in it names nothing that
/// there could be.
pub(super) fn text<'a>(properties: &'a Object, name: &str) -> Result<Option<&'a str>, NoText> {
    match properties.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= MAX_TEXT && !text.contains('\0') => Ok(Some(text)),
        Some(_) => Err(NoText),
    }
}
