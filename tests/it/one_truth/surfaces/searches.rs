//! Searches of access evaluation: they find what the reference permits.

use reqwest::Method;
use serde_json::{Value, json};

use super::evaluations;
use crate::one_truth::World;
use crate::one_truth::furnish::identifier;
use crate::one_truth::model::{Model, NAMES, Place, Subject};

/// How many results are on a page: so few that there are several.
const ON_A_PAGE: usize = 2;

/// Searches for actions of each subject in each place, and for some subjects and resources.
pub async fn compare(world: &mut World) {
    for place in world.model.places() {
        for subject in world.model.subjects() {
            actions(world, subject, place).await;
        }
        for name in world.dice.some(&NAMES, 30) {
            subjects(world, place, name).await;
        }
    }
    for subject in world.model.subjects() {
        for name in world.dice.some(&NAMES, 30) {
            resources(world, subject, name).await;
        }
    }
}

async fn actions(world: &mut World, subject: Subject, place: Place) {
    let resource = evaluations::resource(world, place);
    let asked = json!({"subject": evaluations::subject(world, subject), "resource": resource});
    let said = found(world, "action", &asked).await;
    let names = world.model.apis[place.api].names.clone().into_iter();
    let right = names.filter(|name| world.model.may(subject, place, name));
    let right = right.map(|name| json!({"name": name})).collect();
    world.same((subject, place, "actions"), said, in_order(right));
}

async fn subjects(world: &mut World, place: Place, name: &'static str) {
    let resource = evaluations::resource(world, place);
    for kind in ["user", "client"] {
        let asked = json!({"subject": {"type": kind}, "action": {"name": name}, "resource": resource});
        let said = found(world, "subject", &asked).await;
        let all = world.model.subjects().into_iter().filter(|subject| world.model.may(*subject, place, name));
        let all = all.map(|subject| evaluations::subject(world, subject));
        let right = all.filter(|subject| subject["type"] == kind).collect();
        world.same((place, name, kind), said, in_order(right));
    }
}

async fn resources(world: &mut World, subject: Subject, name: &'static str) {
    let asking = |world: &World, resource: &Value| json!({"subject": evaluations::subject(world, subject), "action": {"name": name}, "resource": resource});
    let may = |model: &Model, place: &Place| model.may(subject, *place, name);
    for api in 0..world.model.apis.len() {
        let mut queried =
            json!({"type": "organization", "properties": {"resource_server_identifier": identifier(api)}});
        let said = found(world, "resource", &asking(world, &queried)).await;
        let places = world.model.places().into_iter().filter(|place| place.api == api);
        let places = places.filter(|place| place.organization.is_some() && may(&world.model, place));
        let right = places.map(|place| {
            queried["id"] = json!(world.ids.organization(place));
            queried.clone()
        });
        let right = in_order(right.collect());
        world.same((subject, name, api, "organizations"), said, right);
    }
    for organization in std::iter::once(None).chain((0..world.model.organizations.len()).map(Some)) {
        let mut queried = json!({"type": "resource_server"});
        if let Some(organization) = organization {
            queried["properties"] = json!({"organization_id": world.ids.organizations[organization]});
        }
        let said = found(world, "resource", &asking(world, &queried)).await;
        let places = world.model.places().into_iter().filter(|place| place.organization == organization);
        let right = places.filter(|place| may(&world.model, place)).map(|place| {
            queried["id"] = json!(identifier(place.api));
            queried.clone()
        });
        let right = in_order(right.collect());
        world.same((subject, name, organization, "APIs"), said, right);
    }
}

/// The results on all pages.
async fn found(world: &World, what: &str, asked: &Value) -> Vec<Value> {
    let (mut asked, mut results) = (asked.clone(), Vec::new());
    asked["page"] = json!({"limit": ON_A_PAGE});
    loop {
        let request = world.vendor.request(Method::POST, &format!("/access/v1/search/{what}"));
        let request = request.bearer_auth(&world.vendor.token).json(&asked);
        let answer = world.vendor.send(request).await.is(200);
        results.extend(answer["results"].as_array().unwrap().iter().cloned());
        match answer["page"]["next_token"].as_str() {
            None | Some("") => return in_order(results),
            Some(next) => asked["page"]["token"] = next.into(),
        }
    }
}

/// In an order that means nothing.
pub fn in_order(mut items: Vec<Value>) -> Vec<Value> {
    items.iter_mut().for_each(Value::sort_all_objects);
    items.sort_by_key(Value::to_string);
    items
}
