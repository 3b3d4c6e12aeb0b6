//! What tokens are worth now (RFC 7662).

use reqwest::Method;
use serde_json::{Value, json};

use super::Issued;
use crate::harness::claims;
use crate::one_truth::World;

/// Asks about each of the tokens.
pub async fn compare(world: &mut World, issued: &[Issued]) {
    for Issued { subject, place, token } in issued {
        let (vendor, web) = (&world.vendor, &world.ids.web);
        let form = [("client_id", web.id.as_str()), ("client_secret", &web.secret), ("token", token)];
        let answer = vendor.send(vendor.request(Method::POST, "/oauth/introspect").form(&form)).await.is(200);
        let said = json!({"active": answer["active"], "permissions": answer["permissions"],
            "scope": answer["scope"], "org_id": answer["org_id"]});
        let right = match world.model.held_now(*subject, *place) {
            Some(held) => json!({"active": true, "permissions": held,
                "scope": claims(token)["scope"].as_str().unwrap_or_default(),
                "org_id": world.ids.organization(*place)}),
            None => json!({"active": false, "permissions": null, "scope": null, "org_id": Value::Null}),
        };
        world.same((subject, place, "introspection"), said, right);
    }
}
