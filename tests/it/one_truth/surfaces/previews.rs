//! Previews of tokens: what came must be what is previewed, but for times and ids.

use serde_json::{Value, json};

use crate::harness::{claims, header};
use crate::one_truth::World;
use crate::one_truth::model::Subject;

/// What is of one token alone.
const OF_THE_MOMENT: [&str; 7] = ["iat", "exp", "jti", "sid", "nonce", "at_hash", "auth_time"];

/// Compares the preview of a request with what came.
pub async fn compare(
    world: &mut World,
    grant_type: &str,
    subject: Subject,
    parameters: &[(&'static str, String)],
    came: &Value,
) {
    let mut body = json!({"grant_type": grant_type, "ip": "127.0.0.1"});
    match subject {
        Subject::User(user) => {
            body["client_id"] = json!(world.ids.web.id);
            body["user_id"] = json!(world.ids.users[user]);
        }
        Subject::Machine(machine) => body["client_id"] = json!(world.ids.machines[machine].id),
    }
    for (name, value) in parameters {
        body[name] = json!(value);
    }
    let preview = world.vendor.post("/token-previews", body.clone()).await.is(200);
    let said = json!({"access_token": foreseen(&preview["access_token"]), "id_token": foreseen(&preview["id_token"]),
        "refresh_token": preview["refresh_token"], "refusal": preview["refusal"]});
    let refused = came.get("error").map(|_| came);
    let right = json!({"access_token": issued(&came["access_token"]), "id_token": issued(&came["id_token"]),
        "refresh_token": came.get("refresh_token").is_some(), "refusal": refused});
    world.same((subject, "preview", &body), said, right);
}

fn foreseen(token: &Value) -> Value {
    match token["claims"].is_null() {
        true => Value::Null,
        false => shape(&token["header"], &token["claims"], &token["size"]),
    }
}

fn issued(token: &Value) -> Value {
    let Some(text) = token.as_str() else { return Value::Null };
    shape(&header(text), &claims(text), &json!(text.len()))
}

fn shape(header: &Value, claims: &Value, size: &Value) -> Value {
    let lifetime = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(end, start)| end - start);
    let mut lasting = claims.clone();
    for name in OF_THE_MOMENT {
        if let Some(value) = lasting.get_mut(name) {
            *value = "of the moment".into();
        }
    }
    json!({"header": header, "claims": lasting, "lifetime": lifetime, "size": size})
}
