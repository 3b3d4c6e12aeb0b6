//! Claim mappings: what a tenant adds to its tokens, without script (an addition to the contract).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::applies_to::AppliesTo;
use crate::field::{self, Metadata, Object};
use crate::id::ClaimMappingId;

/// The longest constant, in bytes of JSON.
const MAX_CONSTANT: usize = 8192;

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In access tokens.
    AccessToken,
    /// In ID tokens.
    IdToken,
    /// In answers of `/userinfo`.
    Userinfo,
}

/// One to three different places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<Place>", into = "Vec<Place>")]
#[schema(value_type = Vec<Place>, min_items = 1, max_items = 3)]
pub struct Places(Vec<Place>);

impl Places {
    /// Whether a place is among them.
    pub fn contain(&self, place: Place) -> bool {
        self.0.contains(&place)
    }
}

impl TryFrom<Vec<Place>> for Places {
    type Error = &'static str;

    fn try_from(places: Vec<Place>) -> Result<Self, Self::Error> {
        let is_twice = |(index, place)| places[..index].contains(place);
        match places.is_empty() || places.iter().enumerate().any(is_twice) {
            true => Err("expected one to three different places"),
            false => Ok(Self(places)),
        }
    }
}

impl From<Places> for Vec<Place> {
    fn from(places: Places) -> Self {
        places.0
    }
}

/// Where the value of a claim comes from. Where there is none, the claim is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// From the organization's metadata.
    OrganizationMetadata {
        /// The key, 1 to 255 characters.
        key: String,
    },
    /// From what the user may change.
    UserMetadata {
        /// The key, 1 to 255 characters.
        key: String,
    },
    /// From what only the vendor may change about the user.
    AppMetadata {
        /// The key, 1 to 255 characters.
        key: String,
    },
    /// The names of the roles held: in the organization, or, of people without one, in the tenant.
    Roles {},
    /// Always the same.
    Constant {
        /// Any JSON but `null`, at most 8192 bytes.
        value: Value,
    },
}

fn source_format(source: &Source) -> Result<(), ValidationError> {
    match source {
        Source::OrganizationMetadata { key } | Source::UserMetadata { key } | Source::AppMetadata { key } => {
            match key.is_empty() || key.chars().count() > 255 {
                true => Err(field::refuse("length", "key must have 1 to 255 characters")),
                false => field::no_control(key),
            }
        }
        Source::Roles {} => Ok(()),
        Source::Constant { value } => match value.is_null() || value.to_string().len() > MAX_CONSTANT {
            true => Err(field::refuse("value", "value is any JSON but null, at most 8192 bytes")),
            false => Ok(()),
        },
    }
}

/// A claim that is added to tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClaimMapping {
    /// The identifier.
    pub id: ClaimMappingId,
    /// What it is called.
    pub name: String,
    /// To which tokens it is added.
    pub applies_to: AppliesTo,
    /// The claim's name.
    pub claim: String,
    /// Where it stands.
    #[serde(rename = "in")]
    pub places: Places,
    /// Where its value comes from.
    pub source: Source,
}

/// The body of `POST /api/v2/claim-mappings`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaimMapping {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: String,
    /// To which tokens it is added; to all of the tenant's unless given.
    #[serde(default)]
    #[validate(nested)]
    pub applies_to: AppliesTo,
    /// The claim's name: 1 to 255 characters, and none that means something already.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub claim: String,
    /// Where it stands.
    #[serde(rename = "in")]
    pub places: Places,
    /// Where its value comes from.
    #[validate(custom(function = "source_format"))]
    pub source: Source,
}

/// The body of `PATCH /api/v2/claim-mappings/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimMappingPatch {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: Option<String>,
    /// To which tokens it is added, in place of what was there.
    #[validate(nested)]
    pub applies_to: Option<AppliesTo>,
    /// The claim's name: 1 to 255 characters, and none that means something already.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub claim: Option<String>,
    /// Where it stands.
    #[serde(rename = "in")]
    pub places: Option<Places>,
    /// Where its value comes from.
    #[validate(custom(function = "source_format"))]
    pub source: Option<Source>,
}

impl NewClaimMapping {
    /// The mapping that the body describes.
    pub fn create(self, id: ClaimMappingId) -> ClaimMapping {
        let Self { name, applies_to, claim, places, source } = self;
        ClaimMapping { id, name, applies_to, claim, places, source }
    }
}

impl ClaimMapping {
    /// The mapping after the patch.
    pub fn patched(self, patch: ClaimMappingPatch) -> Self {
        Self {
            id: self.id,
            name: patch.name.unwrap_or(self.name),
            applies_to: patch.applies_to.unwrap_or(self.applies_to),
            claim: patch.claim.unwrap_or(self.claim),
            places: patch.places.unwrap_or(self.places),
            source: patch.source.unwrap_or(self.source),
        }
    }
}

/// What claims can be made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Of the organization.
    pub organization_metadata: Option<&'a Metadata>,
    /// Of the user.
    pub user_metadata: Option<&'a Object>,
    /// Of the user.
    pub app_metadata: Option<&'a Object>,
    /// The names of the roles held, where any can be.
    pub roles: Option<&'a [String]>,
}

impl Known<'_> {
    fn value(&self, source: &Source) -> Option<Value> {
        match source {
            Source::OrganizationMetadata { key } => {
                Some(self.organization_metadata?.get(key)?.clone().into())
            }
            Source::UserMetadata { key } => self.user_metadata?.get(key).cloned(),
            Source::AppMetadata { key } => self.app_metadata?.get(key).cloned(),
            Source::Roles {} => Some(self.roles?.to_vec().into()),
            Source::Constant { value } => Some(value.clone()),
        }
    }
}

/// Whether any of the mappings asks for roles, which are not known without a look.
pub fn names_roles(mappings: &[ClaimMapping]) -> bool {
    mappings.iter().any(|mapping| mapping.source == Source::Roles {})
}

/// The claims that mappings add in a place. Of several for one claim the most specific decides, and of those the last
/// that was made; it decides also that the claim is left out, where its source has nothing.
pub fn mapped(mappings: &[ClaimMapping], place: Place, known: &Known<'_>) -> Object {
    let mut here: Vec<&ClaimMapping> =
        mappings.iter().filter(|mapping| mapping.places.contain(place)).collect();
    here.sort_by_key(|mapping| (mapping.applies_to.specificity(), &mapping.id));
    let mut claims = Object::new();
    for mapping in here {
        claims.insert(mapping.claim.clone(), known.value(&mapping.source).unwrap_or_default());
    }
    claims.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapping(id: &str, applies_to: Value, claim: &str, source: Value) -> ClaimMapping {
        let text = json!({"id": id, "name": id, "applies_to": applies_to, "claim": claim,
            "in": ["access_token"], "source": source});
        serde_json::from_value(text).expect("a mapping")
    }

    fn object(value: Value) -> Object {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn values_come_from_their_sources_and_what_has_none_is_left_out() {
        let metadata = Metadata::from([("plan".to_owned(), "gold".to_owned())]);
        let (user, app) = (object(json!({"a": [1], "null": null})), object(json!({"b": {"c": true}})));
        let roles = ["Reader".to_owned()];
        let known = Known {
            organization_metadata: Some(&metadata),
            user_metadata: Some(&user),
            app_metadata: Some(&app),
            roles: Some(&roles),
        };
        let mappings = [
            mapping("1", json!({}), "plan", json!({"type": "organization_metadata", "key": "plan"})),
            mapping("2", json!({}), "none", json!({"type": "organization_metadata", "key": "none"})),
            mapping("3", json!({}), "a", json!({"type": "user_metadata", "key": "a"})),
            mapping("4", json!({}), "null", json!({"type": "user_metadata", "key": "null"})),
            mapping("5", json!({}), "b", json!({"type": "app_metadata", "key": "b"})),
            mapping("6", json!({}), "r", json!({"type": "roles"})),
            mapping("7", json!({}), "k", json!({"type": "constant", "value": 7})),
        ];
        let claims = json!({"plan": "gold", "a": [1], "b": {"c": true}, "r": ["Reader"], "k": 7});
        assert_eq!(Value::from(mapped(&mappings, Place::AccessToken, &known)), claims);
        assert_eq!(mapped(&mappings, Place::IdToken, &known), Object::new());
        let of_machine = Value::from(mapped(&mappings, Place::AccessToken, &Known::default()));
        assert_eq!(of_machine, json!({"k": 7}));
    }

    #[test]
    fn the_most_specific_mapping_decides() {
        let orders = [
            json!({}),
            json!({"audience": "a"}),
            json!({"client_id": "c"}),
            json!({"client_id": "c", "audience": "a"}),
            json!({"organization_id": "o"}),
            json!({"organization_id": "o", "audience": "a"}),
            json!({"organization_id": "o", "client_id": "c"}),
            json!({"organization_id": "o", "client_id": "c", "audience": "a"}),
        ];
        // The later an id, the later it was made: specificity weighs more.
        let mut mappings: Vec<ClaimMapping> = orders
            .into_iter()
            .enumerate()
            .map(|(n, of)| mapping(&format!("{}", 9 - n), of, "k", json!({"type": "constant", "value": n})))
            .collect();
        for expected in (0..8).rev() {
            let claims = mapped(&mappings, Place::AccessToken, &Known::default());
            assert_eq!(claims["k"], json!(expected));
            mappings.pop();
        }
        let twice = [
            mapping("2", json!({}), "k", json!({"type": "constant", "value": "later"})),
            mapping("1", json!({}), "k", json!({"type": "constant", "value": "earlier"})),
        ];
        assert_eq!(mapped(&twice, Place::AccessToken, &Known::default())["k"], "later");
        let absent = [
            mapping("1", json!({}), "k", json!({"type": "constant", "value": "general"})),
            mapping("2", json!({"client_id": "c"}), "k", json!({"type": "user_metadata", "key": "k"})),
        ];
        assert!(mapped(&absent, Place::AccessToken, &Known::default()).is_empty());
    }

    #[test]
    fn places_are_different_ones() {
        for (places, right) in [
            (json!(["id_token"]), true),
            (json!(["access_token", "userinfo"]), true),
            (json!([]), false),
            (json!(["id_token", "id_token"]), false),
        ] {
            assert_eq!(serde_json::from_value::<Places>(places.clone()).is_ok(), right, "{places}");
        }
    }
}
