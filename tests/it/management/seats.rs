//! Seats: how many people an organization's envelope has room for. They bind the vendor as well.

use chrono::Duration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;
use crate::sign_in::{CONNECTION, Lobby, PASSWORD};

/// A vendor with an organization of so many seats, and a client to sign in to it with.
struct Club {
    vendor: Vendor,
    organization: String,
    client: String,
}

impl Club {
    async fn of(seats: u64) -> Self {
        let vendor = Vendor::new().await;
        let organization = vendor.organization("aurora").await;
        let client = vendor.web_client("Web").await;
        let club = Self { vendor, organization, client };
        club.seat(seats).await;
        club
    }

    async fn seat(&self, seats: u64) {
        self.vendor.put(&self.path("envelope"), json!({ "seats": seats })).await.is(200);
    }

    fn path(&self, of: &str) -> String {
        format!("/organizations/{}/{of}", self.organization)
    }

    fn invitation(&self, email: &str, more: Value) -> Value {
        let mut new = json!({"inviter": {"name": "Ada"}, "invitee": {"email": email},
            "client_id": self.client, "send_invitation_email": false});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    }

    async fn members(&self) -> usize {
        self.vendor.get(&self.path("members")).await.is(200).as_array().unwrap().len()
    }
}

fn full(seats: u64) -> String {
    format!("No more people can be added or invited to this organization; it has {seats} seats.")
}

const CODE: &str = "too_many_entities";

#[tokio::test]
async fn a_member_more_than_there_are_seats_is_refused_and_who_is_one_already_is_not() {
    let club = Club::of(1).await;
    let (ada, bob) = (club.vendor.user("ada@example.com").await, club.vendor.user("bob@example.com").await);
    let both = json!({"members": [ada, bob]});
    club.vendor.post(&club.path("members"), both.clone()).await.refuses(403, CODE, &full(1));
    assert_eq!(club.members().await, 0, "nobody is added of those who do not all have a seat");
    club.vendor.member(&club.organization, &ada).await;
    club.vendor.member(&club.organization, &ada).await;
    club.vendor.post(&club.path("members"), json!({"members": [bob]})).await.refuses(403, CODE, &full(1));
    club.seat(2).await;
    club.vendor.post(&club.path("members"), both).await.is(204);
    club.seat(0).await;
    assert_eq!(club.members().await, 2, "who is there stays there");
    club.vendor.member(&club.organization, &ada).await;
}

#[tokio::test]
async fn the_tenants_envelope_has_seats_for_every_organization() {
    let club = Club::of(5).await;
    club.vendor.set(json!({"organization_envelope": {"seats": 0}})).await;
    let ada = club.vendor.user("ada@example.com").await;
    club.vendor.member(&club.organization, &ada).await;
    let other = club.vendor.organization("borealis").await;
    let path = format!("/organizations/{other}/members");
    club.vendor.post(&path, json!({"members": [ada]})).await.refuses(403, CODE, &full(0));
}

#[tokio::test]
async fn who_is_invited_has_a_seat_until_the_invitation_ends() {
    let mut club = Club::of(2).await;
    let ada = club.vendor.user("ada@example.com").await;
    club.vendor.member(&club.organization, &ada).await;
    let path = club.path("invitations");
    let first = club.invitation("bob@example.com", json!({"ttl_sec": 60}));
    let first = club.vendor.post(&path, first).await.is(201)["id"].as_str().unwrap().to_owned();
    let second = club.invitation("cleo@example.com", json!({}));
    club.vendor.post(&path, second.clone()).await.refuses(403, CODE, &full(2));
    club.vendor.post(&format!("{path}/{first}/resend"), json!({})).await.is(200);
    // Expired, the first takes no seat, and it cannot come back when another has it.
    club.vendor.later(Duration::minutes(2));
    club.vendor.sign_in().await;
    let second = club.vendor.post(&path, second).await.is(201)["id"].as_str().unwrap().to_owned();
    club.vendor.post(&format!("{path}/{first}/resend"), json!({})).await.refuses(403, CODE, &full(2));
    club.vendor.delete(&format!("{path}/{second}")).await.is(204);
    club.vendor.post(&format!("{path}/{first}/resend"), json!({})).await.is(200);
}

#[tokio::test]
async fn who_is_invited_takes_no_seat_from_whoever_the_vendor_adds() {
    let club = Club::of(1).await;
    let invited = club.invitation("bob@example.com", json!({}));
    club.vendor.post(&club.path("invitations"), invited).await.is(201);
    let ada = club.vendor.user("ada@example.com").await;
    club.vendor.member(&club.organization, &ada).await;
    assert_eq!(club.members().await, 1);
}

#[rstest]
#[case::members("members")]
#[case::invitations("invitations")]
#[tokio::test]
async fn of_those_who_ask_at_once_for_the_last_seat_one_has_it(#[case] of: &str) {
    let club = Club::of(1).await;
    let mut bodies = Vec::new();
    for number in 0..4 {
        let email = format!("user{number}@example.com");
        bodies.push(match of {
            "members" => json!({"members": [club.vendor.user(&email).await]}),
            _ => club.invitation(&email, json!({})),
        });
    }
    let [a, b, c, d] = [0, 1, 2, 3].map(|number: usize| bodies[number].clone());
    let path = club.path(of);
    let ask = async |body| club.vendor.post(&path, body).await.status;
    let (a, b, c, d) = tokio::join!(ask(a), ask(b), ask(c), ask(d));
    let refused = [a, b, c, d].iter().filter(|status| **status == 403).count();
    assert_eq!(refused, 3, "{:?}", [a, b, c, d]);
}

#[tokio::test]
async fn nobody_joins_through_a_connection_when_there_is_no_seat() {
    let lobby = Lobby::open().await;
    lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let path = format!("/organizations/{}", lobby.aurora);
    let connection = format!("{path}/enabled_connections/{}", lobby.connection);
    lobby.vendor.patch(&connection, json!({"assign_membership_on_login": true})).await.is(200);
    lobby.vendor.put(&format!("{path}/envelope"), json!({"seats": 1})).await.is(200);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("organization", &lobby.aurora)]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(lobby.refused(&answer).0, "access_denied");
}
