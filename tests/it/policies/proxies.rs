//! The address of a client behind proxies.

use std::sync::Arc;

use guildhall_api::proxies::TrustedProxies;
use guildhall_domain::clock::Clock;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Database, Machine, Node, Vendor};

const API: &str = "https://api.example";

/// A vendor whose server trusts these proxies, and a machine client.
async fn behind(proxies: &[&str]) -> (Vendor, Machine) {
    let database = Arc::new(Database::fresh());
    let trusted = TrustedProxies(proxies.iter().map(|network| network.parse().unwrap()).collect());
    let mut settings = database.settings(true);
    settings.trusted_proxies = trusted;
    let clock = Clock::fixed(Clock::system().now());
    let vendor = Vendor::on(Node::start_with(database, clock, settings).await).await;
    vendor.api(API, &["read"]).await;
    let machine = vendor.client("Export").await;
    vendor.grant(&machine, API, &["read"], "allow").await;
    (vendor, machine)
}

async fn ask(vendor: &Vendor, machine: &Machine, forwarded: &[&[u8]]) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &machine.id),
        ("client_secret", &machine.secret),
        ("audience", API),
    ];
    let mut request = vendor.request(Method::POST, "/oauth/token").form(&form);
    for line in forwarded {
        request = request.header("x-forwarded-for", *line);
    }
    vendor.send(request).await
}

#[tokio::test]
async fn a_policy_sees_the_client_behind_a_trusted_proxy() {
    let (vendor, machine) = behind(&["127.0.0.0/8", "::1", "10.0.0.0/8"]).await;
    vendor.policy(json!({}), json!({"allowed_networks": ["192.0.2.0/24", "2001:db8::/32"]})).await;
    for forwarded in [&b"192.0.2.7"[..], b"2001:db8::7", b"192.0.2.7, 10.0.0.2", b"198.51.100.1, 192.0.2.7"] {
        ask(&vendor, &machine, &[forwarded]).await.is(200);
    }
    // A client that writes an allowed address itself: the proxy adds the client's own behind it.
    let reason = "requests from the network of 198.51.100.1 are not allowed";
    for forwarded in [&[&b"192.0.2.7, 198.51.100.1"[..]][..], &[b"192.0.2.7", b"198.51.100.1, 10.0.0.2"]] {
        ask(&vendor, &machine, forwarded).await.denies(403, "access_denied", reason);
        assert_eq!(vendor.last_logged("feccft").await["ip"], "198.51.100.1");
    }
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let (vendor, machine) = behind(&["10.0.0.0/8"]).await;
    vendor.policy(json!({}), json!({"allowed_networks": ["192.0.2.0/24"]})).await;
    let reason = "requests from the network of 127.0.0.1 are not allowed";
    ask(&vendor, &machine, &[b"192.0.2.7"]).await.denies(403, "access_denied", reason);
    assert_eq!(vendor.last_logged("feccft").await["ip"], "127.0.0.1");
}

#[tokio::test]
async fn garbage_is_the_proxy_and_breaks_nothing() {
    let (vendor, machine) = behind(&["127.0.0.1"]).await;
    let long = "192.0.2.7, ".repeat(500) + "x";
    for garbage in [&b""[..], b",,,", b"unknown", b"192.0.2.7,", b"\xff\xfe", b"127.0.0.1", long.as_bytes()] {
        ask(&vendor, &machine, &[garbage]).await.is(200);
        assert_eq!(vendor.last_logged("seccft").await["ip"], "127.0.0.1");
    }
}

#[tokio::test]
async fn attempts_to_sign_in_are_delayed_by_that_address() {
    let (vendor, _) = behind(&["127.0.0.1"]).await;
    let connection = "Username-Password-Authentication";
    let password = "correct Horse 1";
    vendor.user_in(connection, "ada@example.com", json!({ "password": password })).await;
    let web =
        json!({"name": "Web", "app_type": "regular_web", "callbacks": ["https://app.example/callback"]});
    let web = vendor.application(web).await;
    let begin = format!(
        "/authorize?client_id={}&response_type=code&redirect_uri=https://app.example/callback&scope=openid",
        web.id
    );
    let attempt = async |from: &str, password: &str| {
        let browser = crate::sign_in::browser::Browser::from(&vendor, from);
        let page = browser.go(&begin).await;
        browser.submit(&page, &[("username", "ada@example.com"), ("password", password)]).await
    };
    for _ in 0..7 {
        attempt("198.51.100.1", "wrong").await;
    }
    assert_eq!(vendor.last_logged("fp").await["ip"], "198.51.100.1");
    assert_eq!(attempt("198.51.100.1", password).await.status, 400, "delayed there");
    assert_eq!(attempt("192.0.2.7", password).await.status, 303, "and not elsewhere");
}
