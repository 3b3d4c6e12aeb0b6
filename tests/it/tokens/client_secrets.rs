//! Client secrets: told once, and two of them live while one is rotated.

use chrono::Duration;
use rstest::rstest;

use super::{API, Shop};
use crate::harness::Machine;

impl Shop {
    async fn rotate(&self) -> Machine {
        let path = format!("/clients/{}/rotate-secret", self.machine.id);
        let client = self.vendor.post(&path, serde_json::json!({})).await.is(200);
        Machine { id: self.machine.id.clone(), secret: client["client_secret"].as_str().unwrap().to_owned() }
    }

    async fn lets_in(&self, machine: &Machine) -> bool {
        self.vendor.ask(machine, &[("audience", API)]).await.succeeded()
    }
}

#[rstest]
#[tokio::test]
async fn both_secrets_are_accepted_after_a_rotation(#[values(true, false)] caching: bool) {
    let shop = Shop::open_with(caching, "allow").await;
    assert!(shop.lets_in(&shop.machine).await);
    let new = shop.rotate().await;
    assert_ne!(new.secret, shop.machine.secret);
    assert!(shop.lets_in(&new).await && shop.lets_in(&shop.machine).await);
}

#[tokio::test]
async fn the_secret_of_before_is_refused_when_its_time_is_over() {
    let mut shop = Shop::open().await;
    let new = shop.rotate().await;
    shop.vendor.later(Duration::hours(25));
    shop.vendor.sign_in().await;
    assert_eq!((shop.lets_in(&shop.machine).await, shop.lets_in(&new).await), (false, true));
}

#[tokio::test]
async fn a_second_rotation_ends_the_first_secret_at_once() {
    let shop = Shop::open().await;
    let second = shop.rotate().await;
    let third = shop.rotate().await;
    assert_eq!([&shop.machine, &second, &third].map(|machine| machine.secret.len()), [64, 64, 64]);
    assert!(!shop.lets_in(&shop.machine).await, "three secrets are live");
    assert!(shop.lets_in(&second).await && shop.lets_in(&third).await);
}

#[tokio::test]
async fn a_secret_is_told_once() {
    let shop = Shop::open().await;
    let new = shop.rotate().await;
    let one = shop.vendor.get(&format!("/clients/{}", shop.machine.id)).await.text;
    for text in [one, shop.vendor.get("/clients").await.text, shop.vendor.get("/logs").await.text] {
        assert!(!text.contains(&new.secret) && !text.contains(&shop.machine.secret), "{text}");
    }
}
