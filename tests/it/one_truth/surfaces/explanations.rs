//! What is held, through what, and what is withheld: effective permissions.

use serde_json::{Value, json};

use crate::harness::segment;
use crate::one_truth::World;
use crate::one_truth::furnish::identifier;
use crate::one_truth::model::{Client, Model, Place, Subject};
use crate::one_truth::reference::{Hindrance, Way};

/// What an explanation says of a permission.
#[derive(Debug, Default, PartialEq)]
struct Told {
    name: Value,
    held: Value,
    paths: Value,
    withheld: Value,
}

impl Told {
    fn of(said: &Value) -> Self {
        let list = |of: &Value| sorted(of.as_array().cloned().unwrap_or_default());
        Self {
            name: said["permission_name"].clone(),
            held: said["held"].clone(),
            paths: list(&said["paths"]),
            withheld: list(&said["withheld"]),
        }
    }
}

/// Asks about everybody everywhere, where there is such a question.
pub async fn compare(world: &mut World) {
    for subject in world.model.subjects() {
        for place in world.model.places() {
            compare_one(world, subject, place).await;
        }
    }
}

/// Asks about one subject in one place, sometimes through the web application.
pub async fn compare_one(world: &mut World, subject: Subject, place: Place) {
    let Some(mut path) = path(world, subject, place) else { return };
    let mut client = Model::known_client(subject);
    if client.is_none() && world.dice.yes(40) {
        client = Some(Client::Web);
        path.push_str(&format!("&client_id={}", world.ids.web.id));
    }
    let answer = world.vendor.get(&format!("{path}&include_withheld=true&take=100")).await;
    if !world.model.belongs(subject, place) {
        return world.same((subject, place, "explanation"), answer.status, 404);
    }
    let answer = answer.is(200);
    let mut told = answer["permissions"].as_array().unwrap().iter();
    for name in world.model.apis[place.api].names.clone() {
        let ways = world.model.ways(subject, place, name);
        assert_eq!(
            ways.is_empty(),
            !world.model.holds(subject, place, name),
            "the reference contradicts itself"
        );
        let hindrances = world.model.hindrances(subject, place, client, name);
        if ways.is_empty() && hindrances.is_empty() {
            continue;
        }
        let withholds = |it: &Hindrance| {
            matches!(
                it,
                Hindrance::Policy(..) | Hindrance::ClientGrant | Hindrance::Closed | Hindrance::Blocked
            )
        };
        let is_refused = hindrances.iter().any(withholds);
        let right = Told {
            name: name.into(),
            held: (!ways.is_empty() && !is_refused).into(),
            paths: sorted(ways.iter().map(|way| self::way(world, subject, place, way)).collect()),
            withheld: sorted(hindrances.iter().map(|it| hindrance(world, it)).collect()),
        };
        let said = told.next().map(Told::of).unwrap_or_default();
        world.same((subject, place, "explanation"), said, right);
    }
    assert_eq!(told.next(), None, "{subject:?} {place:?}: more than there is");
}

/// Where the question is asked: of machines only in organizations.
pub fn path(world: &World, subject: Subject, place: Place) -> Option<String> {
    let api = identifier(place.api);
    Some(match (subject, world.ids.organization(place)) {
        (Subject::User(user), organization) => {
            let user = segment(&world.ids.users[user]);
            let of = match organization {
                Some(id) => format!("/organizations/{id}/members/{user}"),
                None => format!("/users/{user}"),
            };
            format!("{of}/effective-permissions?resource_server_identifier={api}")
        }
        (Subject::Machine(machine), Some(id)) => {
            let grant = world.ids.grants.get(&(machine, place.api))?;
            format!("/organizations/{id}/client-grants/{grant}/effective-permissions?")
        }
        (Subject::Machine(_), None) => return None,
    })
}

fn way(world: &World, subject: Subject, place: Place, way: &Way) -> Value {
    match (way, subject) {
        (Way::Direct, _) => json!({"type": "direct"}),
        (Way::Role(number), _) => {
            let mut path = role(world, *number);
            path["type"] = "role".into();
            path
        }
        (Way::Grant(roles), Subject::Machine(machine)) => {
            let grant = &world.ids.grants[&(machine, place.api)];
            let mut path = json!({"type": "client_grant", "client_grant_id": grant});
            if !roles.is_empty() {
                path["roles"] = sorted(roles.iter().map(|number| role(world, *number)).collect());
            }
            path
        }
        (Way::Grant(_), Subject::User(_)) => panic!("people hold nothing by grants of machines"),
    }
}

fn hindrance(world: &World, hindrance: &Hindrance) -> Value {
    match hindrance {
        Hindrance::Envelope(None) => json!({"by": "envelope"}),
        Hindrance::Envelope(Some(number)) => {
            let mut withheld = role(world, *number);
            withheld["by"] = "envelope".into();
            withheld
        }
        Hindrance::Blocked => json!({"by": "blocked"}),
        Hindrance::Closed => json!({"by": "subject_type_authorization"}),
        Hindrance::Usage => json!({"by": "organization_usage"}),
        Hindrance::ClientGrant => json!({"by": "client_grant"}),
        Hindrance::OrganizationScope => json!({"by": "organization_scope"}),
        Hindrance::Roles => json!({"by": "roles"}),
        Hindrance::Policy(number, rule) => {
            let id = &world.ids.policies[number];
            json!({"by": "access_policy", "access_policy_id": id, "access_policy_name": "Policy", "rule": rule})
        }
    }
}

fn role(world: &World, number: usize) -> Value {
    let kind = if world.model.roles[number].owner.is_some() { "organization" } else { "tenant" };
    json!({"role_id": world.ids.roles[number], "role_name": format!("Role {number}"), "role_type": kind})
}

/// The order of what is equally true means nothing.
fn sorted(mut items: Vec<Value>) -> Value {
    for item in &mut items {
        if let Some(roles) = item["roles"].as_array().cloned() {
            item["roles"] = sorted(roles);
        }
        item.sort_all_objects();
    }
    items.sort_by_key(Value::to_string);
    items.into()
}
