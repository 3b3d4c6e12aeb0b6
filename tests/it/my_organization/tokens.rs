//! Who is let in: by which tokens, and for how long.

use serde_json::json;

use super::{Customers, person_token, scopes};
use crate::harness::segment;

#[tokio::test]
async fn both_bases_answer_alike_and_every_other_path_is_a_problem() {
    let all = Customers::open().await;
    let admin = &all.aurora.admin;
    for base in ["/my-org/v1", "/my-org"] {
        let get = |path: &str| {
            all.vendor.request(reqwest::Method::GET, &format!("{base}{path}")).bearer_auth(&admin.token)
        };
        let me = all.vendor.send(get("/me")).await.is(200);
        assert_eq!((&me["organization_id"], &me["user_id"]), (&json!(all.aurora.id), &json!(admin.id)));
        assert_eq!(me["permissions"].as_array().unwrap().len(), scopes().len());
        all.vendor.send(get("/no-such-path")).await.problem(404, "0002");
    }
}

#[tokio::test]
async fn a_call_without_a_token_or_with_another_is_refused() {
    let all = Customers::open().await;
    let nobody = all.vendor.request(reqwest::Method::GET, "/my-org/v1/me");
    all.vendor.send(nobody).await.problem(401, "0002");
    all.with("nonsense").get("/me").await.problem(401, "0001");
    let refused = all.with(&all.vendor.token).get("/me").await;
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    refused.problem(401, "0001");
    let rival = all.vendor.rival().await;
    let there = rival.request(reqwest::Method::GET, "/my-org/v1/me").bearer_auth(&all.aurora.admin.token);
    rival.send(there).await.problem(401, "0001");
    all.later(86_401);
    all.by(&all.aurora.admin).get("/me").await.problem(401, "0001");
}

#[tokio::test]
async fn a_token_without_an_organization_is_refused() {
    let all = Customers::open().await;
    all.vendor
        .patch(&format!("/clients/{}", all.app.id), json!({"organization_usage": "allow"}))
        .await
        .is(200);
    let admin = &all.aurora.admin.id;
    let token = person_token(&all.vendor, &all.app, admin, None, &["read:my_org:details"]).await.unwrap();
    let detail = all.with(&token).get("/me").await.problem(401, "0001");
    assert_eq!(detail, "The token names no organization.");
}

#[tokio::test]
async fn a_client_that_is_not_configured_for_the_api_says_so() {
    let all = Customers::open().await;
    let my_org = format!("{}my-org/", all.vendor.issuer);
    let web = json!({"name": "Web", "app_type": "regular_web", "organization_usage": "require"});
    let web = all.vendor.application(web).await;
    let user = json!({"subject_type": "user"});
    all.vendor.grant_with(&web, &my_org, &["read:my_org:details"], user).await;
    let (admin, organization) = (&all.aurora.admin.id, Some(all.aurora.id.as_str()));
    let token = person_token(&all.vendor, &web, admin, organization, &["read:my_org:details"]).await.unwrap();
    all.with(&token).get("/me").await.problem(409, "0001");
}

#[tokio::test]
async fn rights_are_what_roles_and_the_clients_grant_both_allow_now() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    admin.get("/details").await.is(200);
    let grants = all.vendor.get(&format!("/client-grants?client_id={}", all.app.id)).await.is(200);
    let grant = format!("/client-grants/{}", grants[0]["id"].as_str().unwrap());
    all.vendor.patch(&grant, json!({"scope": ["read:my_org:members"]})).await.is(200);
    admin.get("/details").await.problem(403, "0002");
    admin.get("/members").await.is(200);
    let roles = format!("/organizations/{}/members/{}/roles", all.aurora.id, segment(&all.aurora.admin.id));
    all.vendor.delete_with(&roles, json!({"roles": [all.admin]})).await.is(204);
    admin.get("/members").await.problem(403, "0002");
    admin.get("/me").await.is(200);
}

#[tokio::test]
async fn who_is_blocked_or_put_out_is_refused_at_once() {
    let all = Customers::open().await;
    let user = format!("/users/{}", segment(&all.aurora.admin.id));
    all.vendor.patch(&user, json!({"blocked": true})).await.is(200);
    all.by(&all.aurora.admin).get("/me").await.problem(401, "0001");
    let members = format!("/organizations/{}/members", all.borealis.id);
    all.vendor.delete_with(&members, json!({"members": [all.borealis.admin.id]})).await.is(204);
    all.by(&all.borealis.admin).get("/me").await.problem(401, "0001");
}

#[tokio::test]
async fn a_machine_that_the_vendor_let_in_manages_the_organization() {
    let all = Customers::open().await;
    let (_, token) = all.machine(&all.aurora.id, &["read:my_org:members"]).await;
    all.with(&token).get("/members").await.is(200);
    all.with(&token).get("/details").await.problem(403, "0002");
    let me = all.with(&token).get("/me").await.is(200);
    assert!(me.get("user_id").is_none() && me["organization_id"] == all.aurora.id);
    all.with(&token).post("/me/leave", json!({})).await.problem(404, "0002");
    let listed = all.vendor.get(&format!("/organizations/{}/client-grants", all.aurora.id)).await.is(200);
    let grant = listed[0]["id"].as_str().unwrap();
    let path = format!("/organizations/{}/client-grants/{grant}", all.aurora.id);
    all.vendor.delete(&path).await.is(204);
    all.with(&token).get("/members").await.problem(401, "0001");
}
