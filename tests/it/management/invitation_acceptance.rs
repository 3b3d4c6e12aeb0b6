//! The acceptance of invitations, by whoever signed in with the ticket: contract sections 3.4 and 13.2.

use chrono::Duration;
use guildhall_app::invitations::{Refusal, accept, find_by_ticket, forget_expired};
use guildhall_domain::id::{TenantId, UserId};
use guildhall_domain::invitation::NotAcceptable;
use guildhall_domain::log::Origin;
use guildhall_domain::policy::issuance;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, concurrently, segment};

/// A vendor with an organization, a client to sign in to it, and Bo, who may be invited.
struct House {
    vendor: Vendor,
    organization: String,
    client: String,
    bo: String,
}

impl House {
    async fn new() -> Self {
        let vendor = Vendor::new().await;
        let organization = vendor.organization("aurora").await;
        let client = vendor.web_client("Web").await;
        let bo = vendor.user("bo@example.com").await;
        Self { vendor, organization, client, bo }
    }

    /// The ticket of an invitation for Bo.
    async fn ticket(&self, more: Value) -> String {
        let made = self.vendor.invite(&self.organization, &self.client, "bo@example.com", more).await;
        made["ticket_id"].as_str().unwrap().to_owned()
    }

    async fn accept(&self, ticket: &str, user: &str) -> Result<(), NotAcceptable> {
        let (app, ticket, user) = (self.vendor.node.app(), ticket.to_owned(), UserId::from(user));
        concurrently(async move {
            let tenant = app.tenant_of_host("vendor.test").await.unwrap().unwrap();
            match accept(&app, &tenant, &ticket, &user, Origin::default()).await {
                Ok(_) => Ok(()),
                Err(Refusal::NotAcceptable(reason)) => Err(reason),
                Err(Refusal::Problem(problem)) => panic!("{problem}"),
            }
        })
        .await
        .unwrap()
    }

    async fn members(&self) -> Value {
        let path = format!("/organizations/{}/members?fields=user_id,roles", self.organization);
        self.vendor.get(&path).await.is(200)
    }
}

#[tokio::test]
async fn who_accepts_is_a_member_with_the_roles_and_a_verified_address() {
    let house = House::new().await;
    let role = house.vendor.role("Reader", "", &[]).await;
    let metadata =
        json!({"roles": [role], "app_metadata": {"plan": "gold"}, "user_metadata": {"colour": "red"}});
    let ticket = house.ticket(metadata).await;
    house.accept(&ticket, &house.bo).await.unwrap();
    let expected = json!([{"user_id": house.bo, "roles": [{"id": role, "name": "Reader"}]}]);
    assert_eq!(house.members().await, expected);
    let bo = house.vendor.get(&format!("/users/{}", segment(&house.bo))).await.is(200);
    assert_eq!(bo["email_verified"], true);
    assert_eq!(
        (&bo["app_metadata"], &bo["user_metadata"]),
        (&json!({"plan": "gold"}), &json!({"colour": "red"}))
    );
    let list = house.vendor.get(&format!("/organizations/{}/invitations", house.organization)).await.is(200);
    assert_eq!(list, json!([]), "an accepted invitation is listed no more");
}

#[tokio::test]
async fn who_is_a_member_already_gains_the_roles() {
    let house = House::new().await;
    let (old, new) = (house.vendor.role("Old", "", &[]).await, house.vendor.role("New", "", &[]).await);
    house.vendor.member(&house.organization, &house.bo).await;
    let roles = format!("/organizations/{}/members/{}/roles", house.organization, segment(&house.bo));
    house.vendor.post(&roles, json!({"roles": [old]})).await.is(204);
    let ticket = house.ticket(json!({"roles": [new]})).await;
    house.accept(&ticket, &house.bo).await.unwrap();
    let held = house.vendor.get(&roles).await.is(200);
    assert_eq!(held.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_acceptance_is_a_change_by_the_person_in_the_organization() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    let before = house.vendor.epoch().await;
    house.accept(&ticket, &house.bo).await.unwrap();
    assert!(house.vendor.epoch().await > before);
    let changes = house.vendor.changes_in_the_log().await;
    let change = changes.last().unwrap();
    assert_eq!(change["details"]["action"], "organization.invitation_accepted");
    assert_eq!((&change["user_id"], &change["client_id"]), (&json!(house.bo), &json!(house.client)));
    assert_eq!(change["organization_id"], json!(house.organization));
}

#[tokio::test]
async fn acceptances_and_refusals_are_events_in_the_log() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    house.accept(&ticket, &house.bo).await.unwrap();
    house.accept(&ticket, &house.bo).await.unwrap_err();
    let app = house.vendor.node.app();
    concurrently(async move { app.flush_events().await }).await.unwrap();
    let entries = async |kind: &str| house.vendor.get(&format!("/logs?search=type:{kind}")).await.is(200);
    let (accepted, refused) = (entries("si").await, entries("fi").await);
    assert_eq!(
        (&accepted[0]["user_id"], &accepted[0]["organization_id"]),
        (&json!(house.bo), &json!(house.organization))
    );
    assert_eq!(refused[0]["details"]["user_id"], json!(house.bo));
    assert!(!json!([accepted, refused]).to_string().contains(&ticket));
}

#[tokio::test]
async fn a_ticket_is_good_once() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    house.accept(&ticket, &house.bo).await.unwrap();
    let refusal = house.accept(&ticket, &house.bo).await.unwrap_err();
    assert_eq!(refusal.to_string(), "invalid_user_invitation_ticket: ticket has already been used");
}

#[tokio::test]
async fn an_expired_ticket_is_refused() {
    let house = House::new().await;
    let ticket = house.ticket(json!({"ttl_sec": 60})).await;
    house.vendor.later(Duration::seconds(60));
    assert_eq!(house.accept(&ticket, &house.bo).await, Err(NotAcceptable::Expired));
    assert_eq!(house.members().await, json!([]));
}

#[tokio::test]
async fn an_unknown_ticket_is_refused_and_so_is_another_tenants() {
    let house = House::new().await;
    assert_eq!(
        house.accept("0123456789abcdefghijABCDEFGHIJ00", &house.bo).await,
        Err(NotAcceptable::Unknown)
    );
    let rival = house.vendor.rival().await;
    let organization = rival.organization("aurora").await;
    let client = rival.web_client("Web").await;
    let made = rival.invite(&organization, &client, "bo@example.com", json!({})).await;
    let refused = house.accept(made["ticket_id"].as_str().unwrap(), &house.bo).await;
    assert_eq!(refused, Err(NotAcceptable::Unknown));
}

#[tokio::test]
async fn a_revoked_ticket_is_unknown() {
    let house = House::new().await;
    let made = house.vendor.invite(&house.organization, &house.client, "bo@example.com", json!({})).await;
    let id = made["id"].as_str().unwrap();
    house.vendor.delete(&format!("/organizations/{}/invitations/{id}", house.organization)).await.is(204);
    let refused = house.accept(made["ticket_id"].as_str().unwrap(), &house.bo).await;
    assert_eq!(refused, Err(NotAcceptable::Unknown));
}

#[tokio::test]
async fn someone_else_is_refused_and_the_ticket_stays_good() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    let eve = house.vendor.user("eve@example.com").await;
    let refusal = house.accept(&ticket, &eve).await.unwrap_err();
    assert_eq!(refusal.to_string(), "the specified account is not allowed to accept the current invitation");
    assert_eq!(house.members().await, json!([]));
    house.accept(&ticket, &house.bo).await.unwrap();
}

#[tokio::test]
async fn the_same_address_in_another_connection_is_refused_where_one_is_demanded() {
    let house = House::new().await;
    let people = house.vendor.connection("people", "auth0", json!({})).await;
    house.vendor.enable(&house.organization, &people, json!({})).await;
    let ticket = house.ticket(json!({"connection_id": people})).await;
    assert_eq!(house.accept(&ticket, &house.bo).await, Err(NotAcceptable::OtherAccount));
    let right = house.vendor.user_in("people", "BO@example.com", json!({})).await;
    house.accept(&ticket, &right).await.unwrap();
}

#[tokio::test]
async fn a_deleted_organization_takes_its_invitations_along() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    house.vendor.delete(&format!("/organizations/{}", house.organization)).await.is(204);
    assert_eq!(house.accept(&ticket, &house.bo).await, Err(NotAcceptable::Unknown));
}

#[tokio::test]
async fn the_ticket_of_a_letter_that_was_sent_again_is_the_only_one() {
    let house = House::new().await;
    let made = house
        .vendor
        .invite(&house.organization, &house.client, "bo@example.com", json!({"ttl_sec": 60}))
        .await;
    house.vendor.later(Duration::seconds(90));
    let id = made["id"].as_str().unwrap();
    let path = format!("/organizations/{}/invitations/{id}", house.organization);
    let again = house.vendor.post(&format!("{path}/resend"), json!({})).await.is(200);
    assert_eq!(again["expires_at"], json!(house.vendor.node.clock.now() + Duration::seconds(60)));
    assert_eq!(house.vendor.get(&path).await.is(200), again);
    let (before, after) = (made["ticket_id"].as_str().unwrap(), again["ticket_id"].as_str().unwrap());
    assert_eq!(house.accept(before, &house.bo).await, Err(NotAcceptable::Unknown));
    house.accept(after, &house.bo).await.unwrap();
    let message = "The invitation does not exist.";
    let answer = house.vendor.post(&format!("{path}/resend"), json!({})).await;
    answer.refuses(404, "inexistent_invitation", message);
}

#[tokio::test]
async fn nobody_joins_an_organization_that_has_no_seat_left() {
    let house = House::new().await;
    let ticket = house.ticket(json!({})).await;
    let envelope = format!("/organizations/{}/envelope", house.organization);
    house.vendor.put(&envelope, json!({"seats": 0})).await.is(200);
    assert_eq!(house.accept(&ticket, &house.bo).await, Err(NotAcceptable::Full));
    assert_eq!(house.members().await, json!([]));
    house.vendor.put(&envelope, json!({"seats": 1})).await.is(200);
    house.accept(&ticket, &house.bo).await.unwrap();
}

#[tokio::test]
async fn a_role_that_was_deleted_is_not_conferred() {
    let house = House::new().await;
    let role = house.vendor.role("Gone", "", &[]).await;
    let ticket = house.ticket(json!({"roles": [role]})).await;
    house.vendor.delete(&format!("/roles/{role}")).await.is(200);
    house.accept(&ticket, &house.bo).await.unwrap();
    assert_eq!(house.members().await, json!([{"user_id": house.bo, "roles": []}]));
}

#[rstest]
#[case("members_per_organization")]
#[case("roles_per_member")]
#[tokio::test]
async fn an_organization_that_is_full_takes_nobody(#[case] limit: &str) {
    let house = House::new().await;
    let role = house.vendor.role("Reader", "", &[]).await;
    let ticket = house.ticket(json!({"roles": [role]})).await;
    house.vendor.set(json!({"limits": {limit: 0}})).await;
    assert_eq!(house.accept(&ticket, &house.bo).await, Err(NotAcceptable::Full));
    assert_eq!(house.members().await, json!([]));
    house.vendor.set(json!({"limits": null})).await;
    house.accept(&ticket, &house.bo).await.unwrap();
}

#[tokio::test]
async fn of_many_who_accept_at_once_exactly_one_succeeds() {
    let house = House::new().await;
    let app = house.vendor.node.app();
    let tenant = app.tenant_of_host("vendor.test").await.unwrap().unwrap();
    for round in 0..125 {
        let ticket = house.ticket(json!({})).await;
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (app, tenant, ticket) = (app.clone(), tenant.clone(), ticket.clone());
                let bo = UserId::from(house.bo.as_str());
                concurrently(async move { accept(&app, &tenant, &ticket, &bo, Origin::default()).await })
            })
            .collect();
        let mut winners = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(_) => winners += 1,
                Err(Refusal::NotAcceptable(reason)) => assert_eq!(reason, NotAcceptable::Used),
                Err(Refusal::Problem(problem)) => panic!("{problem}"),
            }
        }
        assert_eq!(winners, 1, "in round {round}");
    }
}

#[tokio::test]
async fn long_expired_invitations_are_forgotten() {
    let house = House::new().await;
    let ticket = house.ticket(json!({"ttl_sec": 60})).await;
    let app = house.vendor.node.app();
    let known = async || {
        let (app, ticket) = (app.clone(), ticket.clone());
        concurrently(async move {
            let tenant: TenantId = app.tenant_of_host("vendor.test").await.unwrap().unwrap().id.clone();
            forget_expired(&app).await.unwrap();
            find_by_ticket(&app, &issuance(&tenant), &ticket).await.unwrap().is_some()
        })
        .await
        .unwrap()
    };
    house.vendor.later(Duration::days(29));
    assert!(known().await);
    house.vendor.later(Duration::days(2));
    assert!(!known().await);
}
