//! Resource types: the vendor's own kinds of resources in access evaluation, whose actions are permissions of an API (an
//! addition to the contract).

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field::{self, pattern};

static NAME: LazyLock<Regex> = LazyLock::new(|| pattern("^[A-Za-z][A-Za-z0-9_.:-]{0,99}$"));

/// What subjects and resources are called that Guildhall knows itself.
const OURS: [&str; 4] = ["user", "client", "organization", "resource_server"];

/// An action on resources of a type, and the permission that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceAction {
    /// What evaluations call it: 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: String,
    /// A permission of the type's API.
    #[schema(min_length = 1, max_length = 280)]
    #[validate(length(min = 1, max = 280))]
    pub permission_name: String,
}

/// A kind of resources. Guildhall does not know the resources themselves: who may do something to one may do it to all
/// of its kind in the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResourceType {
    /// What evaluations call it.
    pub r#type: String,
    /// The API that serves such resources.
    pub resource_server_identifier: String,
    /// What can be done to them. One whose permission the API no longer defines is denied to all.
    pub actions: Vec<ResourceAction>,
}

/// The body of `POST /api/v2/resource-types`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResourceType {
    /// What evaluations call it: a letter, then up to 99 letters, digits, `_`, `.`, `:` or `-`. None of `user`, `client`,
    /// `organization` and `resource_server`.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z][A-Za-z0-9_.:-]{0,99}$")]
    #[validate(custom(function = "name"))]
    pub r#type: String,
    /// The API that serves such resources.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    pub resource_server_identifier: String,
    /// What can be done to them: 1 to 100, no two of one name.
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "different"), nested)]
    pub actions: Vec<ResourceAction>,
}

/// The body of `PATCH /api/v2/resource-types/{type}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResourceTypePatch {
    /// The API that serves such resources. It must define the permissions of all actions.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    pub resource_server_identifier: Option<String>,
    /// What can be done to them, in place of what was there: 1 to 100, no two of one name.
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "different"), nested)]
    pub actions: Option<Vec<ResourceAction>>,
}

fn name(text: &str) -> Result<(), ValidationError> {
    match NAME.is_match(text) && !OURS.contains(&text) {
        true => Ok(()),
        false => Err(field::refuse(
            "pattern",
            "type must start with a letter, have at most 100 letters, digits or _.:-, and be none of Guildhall's own",
        )),
    }
}

fn different(actions: &[ResourceAction]) -> Result<(), ValidationError> {
    let is_twice = |(index, action): (usize, &ResourceAction)| {
        actions[..index].iter().any(|earlier| earlier.name == action.name)
    };
    match actions.iter().enumerate().any(is_twice) {
        true => Err(field::refuse("unique", "no two actions may have one name")),
        false => Ok(()),
    }
}

impl NewResourceType {
    /// The type that the body describes.
    pub fn create(self) -> ResourceType {
        let Self { r#type, resource_server_identifier, actions } = self;
        ResourceType { r#type, resource_server_identifier, actions }
    }
}

impl ResourceType {
    /// The type after the patch.
    pub fn patched(self, patch: ResourceTypePatch) -> Self {
        Self {
            r#type: self.r#type,
            resource_server_identifier: patch
                .resource_server_identifier
                .unwrap_or(self.resource_server_identifier),
            actions: patch.actions.unwrap_or(self.actions),
        }
    }

    /// The actions that need nothing but these permissions, by name.
    pub fn actions_within(&self, permissions: &[String]) -> Vec<String> {
        let within = self.actions.iter().filter(|action| permissions.contains(&action.permission_name));
        within.map(|action| action.name.clone()).collect()
    }

    /// The permission that an action needs; nothing for one that is unknown.
    pub fn permission_of(&self, action: &str) -> Option<&str> {
        let named = self.actions.iter().find(|known| known.name == action);
        named.map(|known| known.permission_name.as_str())
    }
}
