//! `post-login` in a sign-in: what scripts are told, and what becomes of what they ask for.

use serde_json::{Value, json};

use super::{CLAIM, post_login};
use crate::harness::{Answer, claims};
use crate::sign_in::{API, Lobby};

/// Signs Ada in to Aurora, for tokens of the API.
async fn sign_in(lobby: &Lobby, more: &[(&str, &str)]) -> Answer {
    let own =
        [("organization", lobby.aurora.as_str()), ("audience", API), ("scope", "openid email read write")];
    let given = |name: &str| more.iter().any(|(known, _)| *known == name);
    let asked: Vec<_> =
        own.into_iter().filter(|(name, _)| !given(name)).chain(more.iter().copied()).collect();
    lobby.sign_in(&lobby.browser(), &asked).await
}

/// The claims of the access and the ID token of a sign-in.
async fn signed_in(lobby: &Lobby, more: &[(&str, &str)]) -> (Value, Value) {
    let back = sign_in(lobby, more).await;
    let tokens = lobby.tokens(&back).await;
    let read = |name: &str| claims(tokens[name].as_str().unwrap());
    (read("access_token"), read("id_token"))
}

async fn running(script: &str) -> Lobby {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(&post_login(script), json!({}))]).await;
    lobby
}

#[tokio::test]
async fn claims_are_added_to_either_token() {
    let lobby = running(
        "api.accessToken.setCustomClaim('https://acme.example/x', [1, {a: 'b'}]);
         api.idToken.setCustomClaim('https://acme.example/x', event.organization.display_name);
         api.idToken.setCustomClaim('sub', 'evil'); api.accessToken.setCustomClaim('org_id', 'evil');
         api.idToken.setCustomClaim('email', 'other@example.com');",
    )
    .await;
    let (access, id) = signed_in(&lobby, &[]).await;
    assert_eq!((&access[CLAIM], &access["org_id"]), (&json!([1, {"a": "b"}]), &json!(lobby.aurora)));
    assert_eq!((&id[CLAIM], &id["sub"]), (&json!("Aurora Shipping"), &json!(lobby.ada)));
    assert_eq!(id["email"], "other@example.com");
}

#[tokio::test]
async fn userinfo_tells_what_was_added_to_the_id_token() {
    let lobby = running("api.idToken.setCustomClaim('https://acme.example/x', 7);").await;
    let back = lobby.sign_in(&lobby.browser(), &[("organization", &lobby.aurora)]).await;
    let tokens = lobby.tokens(&back).await;
    let request = lobby.vendor.request(reqwest::Method::GET, "/userinfo");
    let told = lobby.vendor.send(request.bearer_auth(tokens["access_token"].as_str().unwrap())).await.is(200);
    assert_eq!((&told[CLAIM], &told["email"]), (&json!(7), &json!("ada@example.com")));
}

#[tokio::test]
async fn the_word_of_a_script_on_a_scope_counts_more_than_roles() {
    let lobby = running("api.accessToken.removeScope('read'); api.accessToken.addScope('write');").await;
    let (access, _) = signed_in(&lobby, &[]).await;
    assert_eq!((&access["scope"], &access["permissions"]), (&json!("openid email write"), &json!(["read"])));
}

#[tokio::test]
async fn tokens_through_the_browser_are_changed_as_well() {
    let lobby =
        running("api.idToken.setCustomClaim('https://acme.example/x', event.transaction.protocol);").await;
    let hybrid = [("response_type", "code id_token"), ("nonce", "n")];
    let back = sign_in(&lobby, &hybrid).await;
    let returned = lobby.returned(&back);
    assert_eq!(claims(&returned["id_token"])[CLAIM], "oidc-hybrid-profile");
}

#[tokio::test]
async fn a_script_is_told_everything_about_the_sign_in() {
    let lobby = Lobby::open().await;
    lobby
        .vendor
        .patch(&format!("/organizations/{}", lobby.aurora), json!({"metadata": {"plan": "gold"}}))
        .await
        .is(200);
    lobby.set_web(json!({"client_metadata": {"tier": "1"}})).await;
    let ada = format!("/users/{}", crate::harness::segment(&lobby.ada));
    let metadata = json!({"app_metadata": {"crm": 7}, "user_metadata": {"theme": "dark"}});
    lobby.vendor.patch(&ada, metadata).await.is(200);
    let script = post_login("api.accessToken.setCustomClaim('https://acme.example/x', event);");
    let secrets = json!({"secrets": [{"name": "KEY", "value": "sesame"}]});
    lobby.vendor.run("post-login", &[(&script, secrets)]).await;
    let (access, _) =
        signed_in(&lobby, &[("login_hint", "ada"), ("ext-flow", "trial"), ("ui_locales", "de en")]).await;
    let event = &access[CLAIM];
    let organization = json!({"id": lobby.aurora, "name": "aurora", "display_name": "Aurora Shipping",
        "metadata": {"plan": "gold"}});
    assert_eq!(event["organization"], organization);
    assert_eq!(event["authorization"], json!({"roles": ["Reader"]}));
    assert_eq!(event["client"], json!({"client_id": lobby.web.id, "name": "Web", "metadata": {"tier": "1"}}));
    assert_eq!(event["connection"]["strategy"], "auth0");
    assert_eq!(event["resource_server"], json!({"identifier": API}));
    assert_eq!(event["stats"], json!({"logins_count": 1}));
    assert_eq!(event["secrets"], json!({"KEY": "sesame"}));
    assert_eq!(event["authentication"]["methods"][0]["name"], "pwd");
    let user = &event["user"];
    assert_eq!((&user["user_id"], &user["email"]), (&json!(lobby.ada), &json!("ada@example.com")));
    assert_eq!((&user["app_metadata"]["crm"], &user["user_metadata"]["theme"]), (&json!(7), &json!("dark")));
    assert_eq!((&user["multifactor"], &user["identities"][0]["provider"]), (&json!([]), &json!("auth0")));
    let request = &event["request"];
    assert_eq!((&request["ip"], &request["hostname"]), (&json!("127.0.0.1"), &json!("vendor.test")));
    assert_eq!(
        (&request["query"]["ext-flow"], &request["query"]["login_hint"]),
        (&json!("trial"), &json!("ada"))
    );
    let transaction = &event["transaction"];
    assert_eq!(transaction["protocol"], "oidc-basic-profile");
    assert_eq!(transaction["requested_scopes"], json!(["openid", "email", "read", "write"]));
    assert_eq!(
        (&transaction["ui_locales"], &transaction["state"]),
        (&json!(["de", "en"]), &json!("the client's own"))
    );
    assert_eq!(
        (&event["session"]["user_id"], &event["tenant"]["id"].is_string()),
        (&json!(lobby.ada), &true)
    );
    assert_eq!(event["refresh_token"], Value::Null);
    assert!(!event.to_string().contains("password"), "{event}");
}

#[tokio::test]
async fn a_denial_reaches_the_client_and_the_log_with_its_reason() {
    let lobby = running("api.access.deny('Not on Mondays.'); api.accessToken.setCustomClaim('a', 1);").await;
    let back = sign_in(&lobby, &[]).await;
    assert_eq!(lobby.refused(&back), ("access_denied".to_owned(), "Not on Mondays.".to_owned()));
    let entry = lobby.vendor.last_logged("f").await;
    assert_eq!((&entry["user_id"], &entry["description"]), (&json!(lobby.ada), &json!("Not on Mondays.")));
    assert_eq!(entry["details"]["action"]["name"], "Action 0");
    let execution = lobby.vendor.last_execution().await;
    assert_eq!(
        (&execution["status"], &execution["results"][0]["status"]),
        (&json!("canceled"), &json!("denied"))
    );
}

#[tokio::test]
async fn a_denial_stops_later_actions_and_keeps_metadata_that_were_set_before() {
    let lobby = Lobby::open().await;
    let first = post_login("api.user.setAppMetadata('seen', true);");
    let second = post_login("api.access.deny('no');");
    let third = post_login("api.user.setAppMetadata('third', true);");
    let scripts = [&first, &second, &third].map(|script| (script.as_str(), json!({})));
    lobby.vendor.run("post-login", &scripts).await;
    let back = sign_in(&lobby, &[]).await;
    assert_eq!(lobby.refused(&back).0, "access_denied");
    let ada = lobby.vendor.get(&format!("/users/{}", crate::harness::segment(&lobby.ada))).await.is(200);
    assert_eq!(ada["app_metadata"], json!({"seen": true}));
}

#[tokio::test]
async fn metadata_are_merged_removed_and_recorded() {
    let lobby = Lobby::open().await;
    let path = format!("/users/{}", crate::harness::segment(&lobby.ada));
    lobby.vendor.patch(&path, json!({"app_metadata": {"old": 1, "kept": 2}})).await.is(200);
    let script = post_login(
        "api.user.setAppMetadata('old', null); api.user.setAppMetadata('new', event.user.app_metadata.kept + 1);
         api.user.setUserMetadata('theme', 'dark');",
    );
    lobby.vendor.run("post-login", &[(&script, json!({}))]).await;
    let epoch = lobby.vendor.epoch().await;
    lobby.tokens(&sign_in(&lobby, &[]).await).await;
    let ada = lobby.vendor.get(&path).await.is(200);
    assert_eq!(
        (&ada["app_metadata"], &ada["user_metadata"]),
        (&json!({"kept": 2, "new": 3}), &json!({"theme": "dark"}))
    );
    let after = lobby.vendor.epoch().await;
    assert!(after > epoch);
    sign_in(&lobby, &[]).await;
    assert_eq!(lobby.vendor.epoch().await, after, "nothing changed, and yet something was written");
}

#[tokio::test]
async fn what_one_script_leaves_another_does_not_find_but_what_it_puts_into_the_cache() {
    let lobby = Lobby::open().await;
    let first = post_login(
        "globalThis.leak = 1; Array.prototype.leak = 2; api.cache.set('kept', 'here', {ttl: 60000});",
    );
    let second = post_login(
        "api.accessToken.setCustomClaim('https://acme.example/x',
           [typeof leak, typeof [].leak, api.cache.get('kept')?.value ?? null]);",
    );
    lobby.vendor.run("post-login", &[(&first, json!({})), (&second, json!({}))]).await;
    let (access, _) = signed_in(&lobby, &[]).await;
    assert_eq!(access[CLAIM], json!(["undefined", "undefined", "here"]));
    lobby.vendor.later(chrono::Duration::seconds(61));
    lobby.vendor.run("post-login", &[(&second.replace("Action", ""), json!({"name": "Again"}))]).await;
    let (access, _) = signed_in(&lobby, &[]).await;
    assert_eq!(access[CLAIM], json!(["undefined", "undefined", null]));
}

#[tokio::test]
async fn the_roles_of_the_person_can_be_asked_for() {
    let lobby = running(
        "const {roles} = await api.roles.getUserEffectiveRoles({take: 5});
         api.idToken.setCustomClaim('https://acme.example/x', roles.map((role) => role.name));",
    )
    .await;
    let (_, id) = signed_in(&lobby, &[]).await;
    assert_eq!(id[CLAIM], json!(["Reader"]));
}

#[tokio::test]
async fn a_session_ends_when_a_script_says_but_never_later_than_it_would() {
    let lobby = running(
        "api.session.setExpiresAt(Date.now() + 3600 * 1000); api.session.setMetadata('device', 'kiosk');",
    )
    .await;
    let browser = lobby.browser();
    let organization = [("organization", lobby.aurora.as_str())];
    lobby.sign_in(&browser, &organization).await;
    let path = format!("/users/{}/sessions", crate::harness::segment(&lobby.ada));
    let sessions = lobby.vendor.get(&path).await.is(200);
    assert_eq!(sessions["sessions"][0]["session_metadata"], json!({"device": "kiosk"}));
    lobby.vendor.later(chrono::Duration::seconds(3601));
    let silently = lobby.begin(&browser, &[("prompt", "none"), organization[0]]).await;
    assert_eq!(lobby.refused(&silently).0, "login_required");
}

#[tokio::test]
async fn a_session_that_a_script_revokes_is_over_and_so_is_the_sign_in() {
    let lobby = running("api.session.revoke('stolen');").await;
    let browser = lobby.browser();
    let organization = [("organization", lobby.aurora.as_str())];
    let back = lobby.sign_in(&browser, &organization).await;
    assert_eq!(lobby.refused(&back).0, "access_denied");
    let silently = lobby.begin(&browser, &[("prompt", "none"), organization[0]]).await;
    assert_eq!(lobby.refused(&silently).0, "login_required");
}
