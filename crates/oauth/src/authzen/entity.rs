//! Subject, Resource and Action (sections 5.1 to 5.3).

use std::sync::Arc;

use serde::Serialize;

use super::malformed::Malformed;
use super::{Object, member};

/// The user or machine principal that access is decided for (section 5.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subject {
    /// The type.
    pub r#type: String,
    /// The identifier, unique within the type.
    pub id: String,
    /// Further attributes.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub properties: Object,
}

/// The target of the access (section 5.2).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resource {
    /// The type.
    pub r#type: String,
    /// The identifier, unique within the type.
    pub id: String,
    /// Further attributes.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub properties: Object,
}

/// The type of access (section 5.3).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// The name.
    pub name: String,
    /// Further attributes, such as parameters of the action.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub properties: Object,
}

impl Subject {
    /// A subject without properties.
    pub fn new(r#type: impl Into<String>, id: impl Into<String>) -> Self {
        Self { r#type: r#type.into(), id: id.into(), properties: Object::new() }
    }
}

impl Resource {
    /// A resource without properties.
    pub fn new(r#type: impl Into<String>, id: impl Into<String>) -> Self {
        Self { r#type: r#type.into(), id: id.into(), properties: Object::new() }
    }
}

impl Action {
    /// An action without properties.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), properties: Object::new() }
    }
}

/// What can be read from the member of a request that is named like it.
pub(crate) trait Entity: Sized {
    /// The name of the member.
    const MEMBER: &'static str;
    /// The members that it must have itself.
    const REQUIRED: &'static [&'static str];

    /// Reads it. A required member that `own` leaves out is taken from `default`, see [`DefaultEntity`].
    fn read(own: &Object, default: Option<&Object>) -> Result<Self, Malformed>;

    /// Reads it from a request that must have it.
    fn of(request: &Object) -> Result<Self, Malformed> {
        let own = member::required(member::object(request, Self::MEMBER)?, Self::MEMBER)?;
        Self::read(own, None).map_err(|refused| refused.inside(Self::MEMBER))
    }
}

impl Entity for Subject {
    const MEMBER: &'static str = "subject";
    const REQUIRED: &'static [&'static str] = &["type", "id"];

    fn read(own: &Object, default: Option<&Object>) -> Result<Self, Malformed> {
        let (r#type, id) = type_and_id(own, default)?;
        Ok(Self { r#type, id, properties: member::object_or_empty(own, "properties")? })
    }
}

impl Entity for Resource {
    const MEMBER: &'static str = "resource";
    const REQUIRED: &'static [&'static str] = &["type", "id"];

    fn read(own: &Object, default: Option<&Object>) -> Result<Self, Malformed> {
        let (r#type, id) = type_and_id(own, default)?;
        Ok(Self { r#type, id, properties: member::object_or_empty(own, "properties")? })
    }
}

impl Entity for Action {
    const MEMBER: &'static str = "action";
    const REQUIRED: &'static [&'static str] = &["name"];

    fn read(own: &Object, default: Option<&Object>) -> Result<Self, Malformed> {
        let name = text_or_default(own, default, "name")?;
        Ok(Self { name, properties: member::object_or_empty(own, "properties")? })
    }
}

fn type_and_id(own: &Object, default: Option<&Object>) -> Result<(String, String), Malformed> {
    let r#type = text_or_default(own, default, "type")?;
    // An identifier is one of its type: that of a default of another type would be of something that nobody named.
    let default = default.filter(|default| member::any(default, "type").is_none_or(|of| *of == r#type));
    Ok((r#type, text_or_default(own, default, "id")?))
}

fn text_or_default(own: &Object, default: Option<&Object>, name: &str) -> Result<String, Malformed> {
    let found = match (member::text(own, name)?, default) {
        (None, Some(default)) => member::text(default, name)?,
        (found, _) => found,
    };
    member::required(found, name).map(str::to_owned)
}

/// The entity that evaluations share unless they have their own (section 7.1.1).
///
/// An evaluation's own entity stands in place of the whole default, properties and all. Only a required member that it
/// leaves out is still taken from the default, as certification expects (Certification Scenario, batch with default
/// value merging); so a default may itself be incomplete.
pub(crate) struct DefaultEntity<'a, E> {
    object: Option<&'a Object>,
    // Shared, not copied: a hundred evaluations may have the same large default.
    entity: Result<Arc<E>, Malformed>,
}

impl<'a, E: Entity> DefaultEntity<'a, E> {
    /// Reads the default. It may be absent or incomplete, but not of a wrong type.
    pub fn read(request: &'a Object) -> Result<Self, Malformed> {
        let object = member::object(request, E::MEMBER)?;
        if let Some(object) = object {
            let inside = |refused: Malformed| refused.inside(E::MEMBER);
            for name in E::REQUIRED {
                member::text(object, name).map_err(inside)?;
            }
            member::object(object, "properties").map_err(inside)?;
        }
        Ok(Self { object, entity: E::of(request).map(Arc::new) })
    }

    /// The entity of one evaluation.
    pub fn or_own(&self, evaluation: &Object) -> Result<Arc<E>, Malformed> {
        match member::object(evaluation, E::MEMBER)? {
            None => self.entity.clone(),
            Some(own) => E::read(own, self.object).map(Arc::new).map_err(|refused| refused.inside(E::MEMBER)),
        }
    }
}
