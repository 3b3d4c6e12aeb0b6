//! An organization's own audience of an API (an addition to the contract; design section 5).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::{OrganizationId, ResourceServerId};

/// Whether tokens with the audience are still being issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AudienceStatus {
    /// Tokens are issued with it.
    Current,
    /// No longer, but tokens issued with it may still be valid.
    Retiring,
}

/// One audience that an API should accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Audience {
    /// The value of `aud`.
    pub audience: String,
    /// The organization that it stands for.
    pub organization_id: OrganizationId,
    /// Whether it is still being issued.
    pub status: AudienceStatus,
    /// When the last token with it has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires_at: Option<DateTime<Utc>>,
}

/// An audience that was set explicitly for an organization and an API, as the organization shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplicitAudience {
    /// The API.
    pub resource_server_id: ResourceServerId,
    /// The API's identifier.
    pub resource_server_identifier: String,
    /// The value of `aud`.
    pub audience: String,
    /// Whether it is the organization's audience of the API, in use while its `token_strategy` is `audience`.
    pub status: AudienceStatus,
    /// When the last token with it has expired, once it was replaced or removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires_at: Option<DateTime<Utc>>,
}

/// The body that sets an explicit audience for an organization and an API.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAudience {
    /// The value of `aud`, unlike every other audience and API identifier of the tenant.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600), custom(function = "field::no_control"))]
    pub audience: String,
}

const INFIX: &str = "organizations/";

/// The audience that an organization has of an API unless one was set explicitly:
/// the identifier, `/organizations/`, and the organization's id.
pub fn derived(identifier: &str, organization: &OrganizationId) -> String {
    let slash = if identifier.ends_with('/') { "" } else { "/" };
    format!("{identifier}{slash}{INFIX}{organization}")
}

/// The range of text, from the first to before the second, in which the audiences of organizations with generated ids
/// are that derive from an identifier.
pub fn derived_range(identifier: &str) -> (String, String) {
    let generated = |first: &str| derived(identifier, &OrganizationId::new(first));
    // The backquote follows the underscore.
    (generated("org_"), generated("org`"))
}

/// The API identifiers and the organization that a derived audience may stand for, the likelier identifier first.
pub fn parse(audience: &str) -> Option<([String; 2], OrganizationId)> {
    let (with_slash, organization) = audience.rsplit_once(INFIX)?;
    let bare = with_slash.strip_suffix('/').filter(|bare| !bare.is_empty())?;
    if organization.is_empty() || organization.contains('/') {
        return None;
    }
    Some(([bare.to_owned(), with_slash.to_owned()], OrganizationId::new(organization)))
}

/// The identifier that differs by a closing slash alone, whose derived audiences would be the same.
pub fn twin(identifier: &str) -> String {
    match identifier.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{identifier}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_audience_leads_back_to_its_api_and_organization() {
        for identifier in ["https://api.example", "https://api.example/", "urn:api"] {
            let organization = OrganizationId::new("org_1");
            let (identifiers, parsed) =
                parse(&derived(identifier, &organization)).expect("a derived audience");
            assert!(identifiers.contains(&identifier.to_owned()));
            assert_eq!(parsed, organization);
        }
    }

    #[test]
    fn a_derived_audience_is_within_its_range() {
        let (from, to) = derived_range("urn:api");
        for organization in ["org_", "org_0", "org_zzzz"] {
            let audience = derived("urn:api", &OrganizationId::new(organization));
            assert!(from <= audience && audience < to, "{audience}");
        }
    }

    #[test]
    fn what_was_not_derived_is_not_parsed() {
        for text in [
            "https://api.example",
            "organizations/org_1",
            "https://a/organizations/",
            "https://a/organizations/x/y",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
