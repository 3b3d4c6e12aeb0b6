//! Tokens for devices.

use serde_json::json;

use super::people::of;
use super::{DEVICE, connected, device_codes, device_lobby, is_as_previewed, is_refused_as_previewed, poll};
use crate::harness::segment;
use crate::sign_in::API;

const SCOPE: &str = "openid email read write offline_access";

#[tokio::test]
async fn a_device_gets_what_is_previewed() {
    let lobby = device_lobby("deny").await;
    let asked = json!({"audience": API, "scope": SCOPE});
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, asked)).await.is(200);
    let code = connected(&lobby, &[("audience", API)]).await;
    let tokens = poll(&lobby, &code).await.is(200);
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
}

#[tokio::test]
async fn without_an_audience_it_is_for_the_default_one() {
    let lobby = device_lobby("deny").await;
    lobby.vendor.set(json!({"default_audience": API})).await;
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, json!({"scope": SCOPE}))).await.is(200);
    let tokens = poll(&lobby, &connected(&lobby, &[]).await).await.is(200);
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
}

#[tokio::test]
async fn for_userinfo_alone_it_is_opaque() {
    let lobby = device_lobby("deny").await;
    lobby.vendor.set(json!({"default_audience": API})).await;
    let userinfo = "http://vendor.test/userinfo";
    let asked = json!({"audience": userinfo, "scope": SCOPE});
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, asked)).await.is(200);
    assert_eq!((&preview["refusal"], &preview["access_token"]["claims"]), (&json!(null), &json!(null)));
    let tokens = poll(&lobby, &connected(&lobby, &[("audience", userinfo)]).await).await.is(200);
    assert_eq!(
        (tokens["access_token"].as_str().unwrap().len() as u64, &tokens["scope"]),
        (preview["access_token"]["size"].as_u64().unwrap(), &preview["scope"])
    );
}

#[tokio::test]
async fn an_organizations_audience_is_refused_at_once() {
    let lobby = device_lobby("allow").await;
    let path = format!("/organizations/{}", lobby.aurora);
    lobby.vendor.patch(&path, json!({"token_strategy": "audience"})).await.is(200);
    let audience = format!("{API}/organizations/{}", lobby.aurora);
    let asked = json!({"audience": audience, "scope": SCOPE});
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, asked)).await.is(200);
    assert_eq!(preview["refusal"]["error_description"], "The device flow is to no organization.");
    is_refused_as_previewed(device_codes(&lobby, &[("audience", &audience)]).await, &preview);
}

#[tokio::test]
async fn who_was_blocked_is_refused_as_previewed() {
    let lobby = device_lobby("deny").await;
    let code = connected(&lobby, &[("audience", API)]).await;
    lobby.vendor.patch(&format!("/users/{}", segment(&lobby.ada)), json!({"blocked": true})).await.is(200);
    let asked = json!({"audience": API, "scope": SCOPE});
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, asked)).await.is(200);
    is_refused_as_previewed(poll(&lobby, &code).await, &preview);
}

#[tokio::test]
async fn what_is_too_long_uses_nothing_up() {
    let lobby = device_lobby("deny").await;
    let code = connected(&lobby, &[("audience", API)]).await;
    let apis = lobby.vendor.get("/resource-servers").await.is(200);
    let api = apis.as_array().unwrap().iter().find(|api| api["identifier"] == API).unwrap();
    let id = api["id"].as_str().unwrap();
    lobby.vendor.patch_api(id, json!({"token_budget": {"max_bytes": 512}})).await;
    assert_eq!(poll(&lobby, &code).await.is(400)["error"], "invalid_request");
    let path = format!("/users/{}/refresh-tokens", segment(&lobby.ada));
    assert_eq!(lobby.vendor.get(&path).await.is(200)["tokens"], json!([]));
    lobby.vendor.patch_api(id, json!({"token_budget": null})).await;
    assert!(poll(&lobby, &code).await.is(200)["refresh_token"].is_string());
    assert_eq!(poll(&lobby, &code).await.is(400)["error"], "expired_token");
}
