//! Policies and client credentials.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::claims;
use crate::tokens::{API, Shop};

/// `AURORA`, `MACHINE` and `OTHER` stand for ids.
fn filled(rules: &Value, shop: &Shop) -> Value {
    let text = rules.to_string().replace("AURORA", &shop.aurora).replace("MACHINE", &shop.machine.id);
    serde_json::from_str(&text.replace("OTHER", &shop.vendor.manager.id)).unwrap()
}

#[rstest]
#[case(json!({"allowed_networks": ["198.51.100.0/24"]}), "allowed_networks",
    "requests from the network of 127.0.0.1 are not allowed")]
#[case(json!({"denied_networks": ["127.0.0.0/8"]}), "denied_networks",
    "requests from the network of 127.0.0.1 are denied")]
#[case(json!({"allowed_audiences": ["http://vendor.test/api/v2/"]}), "allowed_audiences",
    "tokens for https://api.example are not issued here")]
#[case(json!({"allowed_clients": ["OTHER"]}), "allowed_clients", "the client is not among those allowed")]
#[case(json!({"allowed_organizations": ["AURORA"]}), "allowed_organizations",
    "the organization is not among those allowed")]
#[case(json!({"require_organization": true}), "require_organization",
    "tokens are issued for organizations alone")]
#[tokio::test]
async fn a_machine_is_refused_by_a_rule_that_does_not_hold(
    #[case] rules: Value,
    #[case] rule: &str,
    #[case] reason: &str,
) {
    let shop = Shop::open().await;
    shop.ask(&[("audience", API)]).await.is(200);
    let policy = shop.vendor.policy(json!({}), filled(&rules, &shop)).await;
    shop.ask(&[("audience", API)]).await.denies(403, "access_denied", reason);
    shop.vendor.logged("feccft", &policy, rule, reason).await;
    shop.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    shop.ask(&[("audience", API)]).await.is(200);
}

#[rstest]
#[case(json!({"allowed_networks": ["127.0.0.1"], "denied_networks": ["198.51.100.0/24"]}))]
#[case(json!({"allowed_audiences": ["https://api.example"], "allowed_clients": ["MACHINE"]}))]
#[case(json!({"allowed_organizations": ["AURORA"], "require_organization": true}))]
#[case::about_people(json!({"require_verified_email": true, "max_session_age": 1}))]
#[tokio::test]
async fn a_machine_gets_its_token_where_all_rules_hold(#[case] rules: Value) {
    let shop = Shop::open().await;
    shop.vendor.policy(json!({}), filled(&rules, &shop)).await;
    shop.ask_in(&shop.aurora).await.is(200);
}

#[tokio::test]
async fn a_policy_applies_where_all_that_it_names_is_so() {
    let shop = Shop::open().await;
    let nowhere = json!({"denied_networks": ["0.0.0.0/0"]});
    let of = json!({"client_id": shop.machine.id, "organization_id": shop.aurora, "audience": API});
    let policy = shop.vendor.policy(of, nowhere.clone()).await;
    shop.ask_in(&shop.aurora).await.is(403);
    shop.ask_in(&shop.borealis).await.is(200);
    shop.ask(&[("audience", API)]).await.is(200);
    let path = format!("/access-policies/{policy}");
    for (applies_to, aurora, borealis, none) in [
        (json!({"organization_id": shop.borealis}), 200, 403, 200),
        (json!({"client_id": shop.machine.id}), 403, 403, 403),
        (json!({"client_id": shop.vendor.manager.id}), 200, 200, 200),
        (json!({"audience": API}), 403, 403, 403),
        (json!({}), 403, 403, 403),
    ] {
        shop.vendor.patch(&path, json!({"applies_to": applies_to})).await.is(200);
        let statuses = [
            shop.ask_in(&shop.aurora).await.status,
            shop.ask_in(&shop.borealis).await.status,
            shop.ask(&[("audience", API)]).await.status,
        ];
        assert_eq!(statuses, [aurora, borealis, none], "{applies_to}");
    }
}

#[tokio::test]
async fn the_strictest_of_several_policies_wins() {
    let shop = Shop::open().await;
    shop.vendor.policy(json!({}), json!({"allowed_networks": ["127.0.0.0/8", "198.51.100.0/24"]})).await;
    shop.ask_in(&shop.aurora).await.is(200);
    let aurora = json!({"organization_id": shop.aurora});
    let strict = shop.vendor.policy(aurora.clone(), json!({"allowed_networks": ["198.51.100.0/24"]})).await;
    shop.vendor.policy(aurora, json!({"allowed_networks": ["0.0.0.0/0", "::/0"]})).await;
    let reason = "requests from the network of 127.0.0.1 are not allowed";
    shop.ask_in(&shop.aurora).await.denies(403, "access_denied", reason);
    shop.vendor.logged("feccft", &strict, "allowed_networks", reason).await;
    shop.ask_in(&shop.borealis).await.is(200);
}

#[tokio::test]
async fn an_audience_of_an_organization_is_the_apis() {
    let shop = Shop::open().await;
    let audience = shop.audience_of(&shop.borealis);
    shop.vendor.policy(json!({"audience": API}), json!({"allowed_organizations": [shop.aurora]})).await;
    let reason = "the organization is not among those allowed";
    shop.ask(&[("audience", &audience)]).await.denies(403, "access_denied", reason);
    shop.ask_in(&shop.aurora).await.is(200);
}

#[tokio::test]
async fn no_policy_takes_the_management_api_away_that_does_not_name_it() {
    let mut shop = Shop::open().await;
    let nowhere = json!({"denied_networks": ["0.0.0.0/0"], "require_organization": true});
    shop.vendor.policy(json!({}), nowhere.clone()).await;
    shop.vendor.policy(json!({"client_id": shop.vendor.manager.id}), nowhere.clone()).await;
    shop.vendor.sign_in().await;
    let audience = format!("{}api/v2/", shop.vendor.issuer);
    let policy = shop.vendor.policy(json!({"audience": audience}), nowhere).await;
    let refused = shop.vendor.ask(&shop.vendor.manager, &[("audience", &audience)]).await;
    assert_eq!(refused.is(403)["error"], "access_denied");
    shop.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    shop.vendor.sign_in().await;
}

#[tokio::test]
async fn a_policy_of_one_tenant_is_nothing_to_another() {
    let shop = Shop::open().await;
    let rival = shop.vendor.rival().await;
    rival.policy(json!({}), json!({"denied_networks": ["0.0.0.0/0"]})).await;
    shop.ask(&[("audience", API)]).await.is(200);
}

#[tokio::test]
async fn a_refusal_costs_no_quota() {
    let shop = Shop::open().await;
    let quota = json!({"token_quota": {"client_credentials": {"per_day": 1, "enforce": true}}});
    shop.vendor.patch(&format!("/clients/{}", shop.machine.id), quota).await.is(200);
    let policy = shop.vendor.policy(json!({}), json!({"denied_networks": ["0.0.0.0/0"]})).await;
    shop.ask(&[("audience", API)]).await.is(403);
    shop.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    shop.ask(&[("audience", API)]).await.is(200);
}

#[tokio::test]
async fn policies_count_without_caches_too() {
    let shop = Shop::open_with(false, "allow").await;
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())["org_id"], json!(shop.aurora));
    shop.vendor
        .policy(json!({"organization_id": shop.aurora}), json!({"denied_networks": ["0.0.0.0/0"]}))
        .await;
    shop.ask_in(&shop.aurora).await.is(403);
    shop.ask_in(&shop.borealis).await.is(200);
}
