//! Access evaluation (OpenID AuthZEN), for everybody and everything.

use reqwest::Method;
use serde_json::{Value, json};

use crate::one_truth::World;
use crate::one_truth::furnish::identifier;
use crate::one_truth::model::{NAMES, Place, Subject};

/// The most evaluations in one request.
const MOST: usize = 100;

/// Asks whether each subject may do each thing in each place, by every name that any API uses.
pub async fn compare(world: &mut World) {
    let mut questions = Vec::new();
    for subject in world.model.subjects() {
        for place in world.model.places() {
            questions.extend(NAMES.map(|name| (subject, place, name)));
        }
    }
    for questions in questions.chunks(MOST) {
        let evaluations: Vec<Value> = questions.iter().map(|asked| question(world, *asked)).collect();
        let request = world.vendor.request(Method::POST, "/access/v1/evaluations");
        let request = request.bearer_auth(&world.vendor.token).json(&json!({"evaluations": evaluations}));
        let answer = world.vendor.send(request).await.is(200);
        let decisions = answer["evaluations"].as_array().unwrap();
        assert_eq!(decisions.len(), questions.len());
        for ((subject, place, name), decision) in questions.iter().zip(decisions) {
            let right = json!(world.model.may(*subject, *place, name));
            world.same((subject, place, name), decision["decision"].clone(), right);
        }
    }
}

fn question(world: &mut World, (subject, place, name): (Subject, Place, &str)) -> Value {
    let resource = resource(world, place);
    json!({"subject": self::subject(world, subject), "action": {"name": name}, "resource": resource})
}

pub fn subject(world: &World, subject: Subject) -> Value {
    match subject {
        Subject::User(user) => json!({"type": "user", "id": world.ids.users[user]}),
        Subject::Machine(machine) => json!({"type": "client", "id": world.ids.machines[machine].id}),
    }
}

/// A place in one of the two ways in which it can be named.
pub fn resource(world: &mut World, place: Place) -> Value {
    let api = identifier(place.api);
    match world.ids.organization(place).cloned() {
        None => json!({"type": "resource_server", "id": api}),
        Some(id) if world.dice.yes(50) => {
            json!({"type": "organization", "id": id, "properties": {"resource_server_identifier": api}})
        }
        Some(id) => json!({"type": "resource_server", "id": api, "properties": {"organization_id": id}}),
    }
}
