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
            Some(held) => [json!(true), json!(held), json!(scope), json!(organization)],
            None => [json!(false), Value::Null, Value::Null, Value::Null],
        };
        let said = told(world, token).await;
        world.same((subject, place, "introspection"), said, right(scope));
        if let Some((token, asked)) = refresh {
            let said = told(world, token).await;
            world.same((subject, place, "introspection of a refresh token"), said, right(asked.join(" ")));
        }
    }
}

async fn told(world: &World, token: &str) -> [Value; 4] {
    let (vendor, web) = (&world.vendor, &world.ids.web);
    let form = [("client_id", web.id.as_str()), ("client_secret", &web.secret), ("token", token)];
    let answer = vendor.send(vendor.request(Method::POST, "/oauth/introspect").form(&form)).await.is(200);
    ["active", "permissions", "scope", "org_id"].map(|name| answer[name].clone())
}
