//! Everything that tells of rights, each compared with the reference.

pub mod dry_runs;
pub mod evaluations;
pub mod explanations;
pub mod introspection;
pub mod machines;
pub mod people;
mod person;
mod previews;
mod searches;

use serde_json::Value;

use super::World;
use super::furnish::identifier;
use super::model::{Place, Subject};
use super::reference::Rights;
use crate::harness::claims;

/// A token that was issued.
#[derive(Clone)]
pub struct Issued {
    pub subject: Subject,
    pub place: Place,
    pub token: String,
    /// The refresh token of a person, and what was asked for.
    pub refresh: Option<(String, Vec<&'static str>)>,
}

/// Compares all of them.
pub async fn compare_all(world: &mut World) {
    explanations::compare(world).await;
    evaluations::compare(world).await;
    searches::compare(world).await;
    let mut issued = machines::compare(world).await;
    issued.extend(people::compare(world).await);
    introspection::compare(world, &issued).await;
}

/// What a token says of rights, or the code of the refusal.
#[derive(Debug, PartialEq)]
enum Outcome {
    Token { audience: String, organization: Option<String>, scope: String, permissions: Option<Vec<String>> },
    Refused(String),
}

impl Outcome {
    /// What came from the server.
    fn of(came: &Value) -> Self {
        match came["access_token"].as_str() {
            Some(token) => Self::told(&claims(token)),
            None => Self::Refused(came["error"].as_str().unwrap_or_default().to_owned()),
        }
    }

    fn told(claims: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        // The first of several, of which others are not the API's.
        let audience = text(&claims["aud"]).or_else(|| text(&claims["aud"][0]));
        let permissions = claims["permissions"].as_array();
        Self::Token {
            audience: audience.unwrap_or_default(),
            organization: text(&claims["org_id"]),
            scope: text(&claims["scope"]).unwrap_or_default(),
            permissions: permissions.map(|names| names.iter().filter_map(text).collect()),
        }
    }

    /// What the reference says.
    fn right(world: &World, place: Place, rights: Result<Rights, &'static str>) -> Self {
        let rights = match rights {
            Ok(rights) => rights,
            Err(code) => return Self::Refused(code.to_owned()),
        };
        let own = place.organization.filter(|it| world.model.organizations[*it].has_audiences);
        let permissions = rights.permissions.map(|names| names.into_iter().map(str::to_owned).collect());
        Self::Token {
            audience: match own {
                Some(organization) => world.ids.own_audience(place.api, organization),
                None => identifier(place.api),
            },
            organization: world.ids.organization(place).cloned(),
            scope: rights.scope.join(" "),
            permissions,
        }
    }
}

/// The parameters that ask for a token of a place: by an organization's own audience where it has one and the dice say so.
/// And whether it is so asked.
fn asking(world: &mut World, place: Place) -> (Vec<(&'static str, String)>, bool) {
    let own = place.organization.filter(|it| world.model.organizations[*it].has_audiences);
    if let Some(organization) = own.filter(|_| world.dice.yes(40)) {
        return (vec![("audience", world.ids.own_audience(place.api, organization))], true);
    }
    let organization = world.ids.organization(place).map(|id| ("organization", id.clone()));
    (std::iter::once(("audience", identifier(place.api))).chain(organization).collect(), false)
}

/// Parameters as they are sent.
fn sent<'a>(parameters: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
