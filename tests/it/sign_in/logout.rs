//! Signing out, and who is told. Contract section 13.4.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use super::browser::action;
use super::{Lobby, is_error_page};
use crate::harness::{claims, header};

#[tokio::test]
async fn a_client_signs_its_person_out_by_the_id_token() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let answer = lobby.sign_in(&browser, &[]).await;
    let id_token = lobby.tokens(&answer).await["id_token"].as_str().unwrap().to_owned();
    let path = format!(
        "/oidc/logout?id_token_hint={id_token}&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye&state=s"
    );
    let answer = browser.go(&path).await;
    assert_eq!((answer.status, answer.header("location")), (302, "https://app.example/bye?state=s"));
    assert!(!browser.cookies().contains_key("guildhall_session"));
    let refused = lobby.begin(&browser, &[("prompt", "none")]).await;
    assert_eq!(lobby.refused(&refused).0, "login_required");
}

#[tokio::test]
async fn without_proof_the_person_is_asked() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let path = format!(
        "/oidc/logout?client_id={}&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye",
        lobby.web.id
    );
    let page = browser.go(&path).await;
    assert_eq!(action(&page), "/u/logout");
    let stay = browser.submit(&page, &[("decision", "stay")]).await;
    assert_eq!(stay.header("location"), "https://app.example/bye");
    assert!(browser.cookies().contains_key("guildhall_session"));
    let gone = browser.submit(&page, &[("decision", "sign_out")]).await;
    assert_eq!(gone.header("location"), "https://app.example/bye");
    assert!(!browser.cookies().contains_key("guildhall_session"));
}

#[tokio::test]
async fn whoever_stays_and_has_nowhere_to_go_is_told_so() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let page = browser.go("/oidc/logout").await;
    let stay = browser.submit(&page, &[("decision", "stay")]).await;
    assert_eq!(stay.status, 200);
    assert!(stay.text.contains("You are still signed in"), "{}", stay.text);
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_never_gone_to() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let evil = "https%3A%2F%2Fevil.example%2F";
    for path in [
        format!("/v2/logout?client_id={}&returnTo={evil}", lobby.web.id),
        format!("/v2/logout?returnTo={evil}"),
        format!("/oidc/logout?client_id={}&post_logout_redirect_uri={evil}", lobby.web.id),
        format!("/oidc/logout?post_logout_redirect_uri={evil}"),
        "/oidc/logout?id_token_hint=nonsense".to_owned(),
    ] {
        is_error_page(&browser.go(&path).await, "");
        assert!(browser.cookies().contains_key("guildhall_session"), "{path}");
    }
}

#[tokio::test]
async fn v2_logout_signs_out_at_once() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let path =
        format!("/v2/logout?client_id={}&returnTo=https%3A%2F%2Fapp.example%2Fbye%3Fx%3D1", lobby.web.id);
    let answer = browser.go(&path).await;
    assert_eq!((answer.status, answer.header("location")), (302, "https://app.example/bye?x=1"));
    assert!(!browser.cookies().contains_key("guildhall_session"));
    assert_eq!(browser.go("/v2/logout").await.status, 200);
}

#[tokio::test]
async fn clients_that_want_to_know_are_told() {
    let lobby = Lobby::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/logout", listener.local_addr().unwrap());
    lobby.set_web(json!({"oidc_logout": {"backchannel_logout_urls": [url]}})).await;
    let told = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = Vec::new();
        let mut piece = [0; 4096];
        while !String::from_utf8_lossy(&text).contains("logout_token=") || text.len() < 700 {
            let read = stream.read(&mut piece).unwrap();
            text.extend_from_slice(&piece[..read]);
            if read == 0 {
                break;
            }
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(text).unwrap()
    });
    let browser = lobby.browser();
    let answer = lobby.sign_in(&browser, &[]).await;
    let tokens = lobby.tokens(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    browser.go(&format!("/v2/logout?client_id={}", lobby.web.id)).await;
    let text = tokio::task::spawn_blocking(move || told.join().unwrap()).await.unwrap();
    let token = text.split("logout_token=").nth(1).unwrap().trim();
    assert_eq!(header(token)["typ"], "logout+jwt");
    let notice = claims(token);
    assert_eq!((&notice["sub"], &notice["sid"]), (&id_token["sub"], &id_token["sid"]));
    assert_eq!((&notice["aud"], &notice["iss"]), (&json!(lobby.web.id), &json!("http://vendor.test/")));
    let event = &notice["events"]["http://schemas.openid.net/event/backchannel-logout"];
    assert_eq!(event, &json!({}));
    assert!(notice.get("nonce").is_none());
}
