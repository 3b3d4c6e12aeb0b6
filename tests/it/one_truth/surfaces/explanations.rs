//! What is held, through what, and what is withheld: effective permissions.

use serde_json::{Value, json};

use crate::harness::segment;
use crate::one_truth::World;
use crate::one_truth::furnish::identifier;
use crate::one_truth::model::{Place, Subject};
use crate::one_truth::reference::{Hindrance, Way};

/// Asks about everybody everywhere, where there is such a question.
pub async fn compare(world: &mut World) {
    for subject in world.model.subjects() {
        for place in world.model.places() {
            compare_one(world, subject, place).await;
        }
    }
}

/// Asks about one subject in one place.
pub async fn compare_one(world: &mut World, subject: Subject, place: Place) {
    let Some(path) = path(world, subject, place) else { return };
    let answer = world.vendor.get(&format!("{path}&include_withheld=true&take=100")).await;
    if !world.model.belongs(subject, place) {
        return world.same((subject, place, "explanation"), answer.status, 404);
    }
    let answer = answer.is(200);
    let mut told = answer["permissions"].as_array().unwrap().iter();
    for name in world.model.apis[place.api].names.clone() {
        let ways: Vec<Value> = world
            .model
            .ways(subject, place, name)
            .iter()
            .map(|way| self::way(world, subject, place, way))
            .collect();
        let hindrances: Vec<Value> =
            world.model.hindrances(subject, place, name).iter().map(|it| hindrance(world, it)).collect();
        assert_eq!(
            !ways.is_empty(),
            world.model.holds(subject, place, name),
            "the reference contradicts itself"
        );
        if ways.is_empty() && hindrances.is_empty() {
            continue;
        }
        let right = json!({"name": name, "paths": sorted(ways), "withheld": sorted(hindrances)});
        let said = told.next().cloned().unwrap_or_default();
        let list = |of: &Value| sorted(of.as_array().cloned().unwrap_or_default());
        let said = json!({"name": said["permission_name"], "paths": list(&said["paths"]), "withheld": list(&said["withheld"])});
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
    let mut withheld = hindrance.role.map_or(json!({}), |number| role(world, number));
    withheld["by"] = hindrance.by.into();
    withheld
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
