//! What tokens are worth now (RFC 7662).

use reqwest::Method;
use serde_json::{Value, json};

use super::Issued;
use crate::harness::claims;
use crate::one_truth::World;

/// Asks about each of the tokens.
pub async fn compare(world: &mut World, issued: &[Issued]) {
    for Issued { subject, place, token, refresh } in issued {
        let held = world.model.held_now(*subject, *place);
        let organization = world.ids.organization(*place).cloned();
        let scope = claims(token)["scope"].as_str().unwrap_or_default().to_owned();
        let right = |scope: String| match &held {
            Some(held) => {
                let left = world.model.left_of(*subject, *place, &scope);
                [json!(true), json!(held), json!(left), json!(organization)]
            }
            None => [json!(false), Value::Null, Value::Null, Value::Null],
        };
        let right_of_token = right(scope);
        let right_of_refresh = refresh.as_ref().map(|(_, asked)| right(asked.join(" ")));
        let said = told(world, token).await;
        world.same((subject, place, "introspection"), said, right_of_token);
        if let Some(((token, _), right)) = refresh.as_ref().zip(right_of_refresh) {
            let said = told(world, token).await;
            world.same((subject, place, "introspection of a refresh token"), said, right);
        }
    }
}

async fn told(world: &World, token: &str) -> [Value; 4] {
    let (vendor, web) = (&world.vendor, &world.ids.web);
    let form = [("client_id", web.id.as_str()), ("client_secret", &web.secret), ("token", token)];
    let answer = vendor.send(vendor.request(Method::POST, "/oauth/introspect").form(&form)).await.is(200);
    ["active", "permissions", "scope", "org_id"].map(|name| answer[name].clone())
}
