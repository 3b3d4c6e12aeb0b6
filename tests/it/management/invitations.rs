//! Invitations as the vendor handles them: contract section 3.4.

use chrono::Duration;
use guildhall_app::mail;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, concurrently, names};

/// A vendor with an organization and a client to sign in to it.
struct House {
    vendor: Vendor,
    organization: String,
    client: String,
}

impl House {
    async fn new() -> Self {
        let vendor = Vendor::new().await;
        let organization = vendor.organization("aurora").await;
        let client = vendor.web_client("Web").await;
        Self { vendor, organization, client }
    }

    fn path(&self) -> String {
        format!("/organizations/{}/invitations", self.organization)
    }

    fn body(&self, field: &str, value: Value) -> Value {
        let mut body = json!({
            "inviter": {"name": "Ada"}, "invitee": {"email": "bo@example.com"}, "client_id": self.client,
            "send_invitation_email": false,
        });
        body[field] = value;
        body
    }
}

#[tokio::test]
async fn an_invitation_is_answered_as_the_contract_records_it() {
    let house = House::new().await;
    let made = house.vendor.post(&house.path(), house.body("ttl_sec", json!(0))).await.is(201);
    let (id, ticket) = (made["id"].as_str().unwrap(), made["ticket_id"].as_str().unwrap());
    assert!(id.starts_with("uinv_") && id.len() == 21, "{id}");
    assert!(ticket.len() == 32 && ticket.chars().all(|c| c.is_ascii_alphanumeric()), "{ticket}");
    let url = format!(
        "https://app.vendor.example/login?invitation={ticket}&organization={}&organization_name=aurora",
        house.organization
    );
    let now = house.vendor.node.clock.now();
    let expected = json!({
        "id": id, "client_id": house.client, "inviter": {"name": "Ada"}, "invitee": {"email": "bo@example.com"},
        "created_at": now, "expires_at": now + Duration::days(7), "organization_id": house.organization,
        "invitation_url": url, "ticket_id": ticket,
    });
    assert_eq!(made, expected);
    assert_eq!(house.vendor.get(&format!("{}/{id}", house.path())).await.is(200), expected);
    assert_eq!(house.vendor.get(&house.path()).await.is(200), json!([expected]));
    let some = house.vendor.get(&format!("{}?fields=id,ticket_id", house.path())).await.is(200);
    assert_eq!(names(&some[0]), ["id", "ticket_id"]);
}

#[tokio::test]
async fn what_is_given_is_shown_again() {
    let house = House::new().await;
    let role = house.vendor.role("Reader", "", &[]).await;
    let connection = house.vendor.connection("people", "auth0", json!({})).await;
    house.vendor.enable(&house.organization, &connection, json!({})).await;
    let given = json!({
        "connection_id": connection, "roles": [role], "app_metadata": {"plan": "gold"},
        "user_metadata": {"colour": "red"}, "ttl_sec": 60,
    });
    let made = house.vendor.invite(&house.organization, &house.client, "Bo@Example.com", given.clone()).await;
    for name in ["connection_id", "roles", "app_metadata", "user_metadata"] {
        assert_eq!(made[name], given[name], "{name}");
    }
    assert_eq!(made["expires_at"], json!(house.vendor.node.clock.now() + Duration::seconds(60)));
    assert_eq!(made["invitee"]["email"], "bo@example.com");
}

#[tokio::test]
async fn the_ticket_is_neither_in_the_database_nor_in_the_log() {
    let house = House::new().await;
    let made = house.vendor.post(&house.path(), house.body("ttl_sec", json!(60))).await.is(201);
    let ticket = made["ticket_id"].as_str().unwrap();
    let whole = "CAST(body AS text) || ticket || ticket_hash";
    let sql = format!("SELECT count(*) FROM invitations WHERE {whole} LIKE '%{ticket}%'");
    assert_eq!(house.vendor.node.database.number(sql).await, 0);
    assert!(!json!(house.vendor.changes_in_the_log().await).to_string().contains(ticket));
}

#[rstest]
#[case::inviter("inviter", json!({}))]
#[case::inviters_name("inviter", json!({"name": "x".repeat(301)}))]
#[case::address("invitee", json!({"email": "nobody"}))]
#[case::client("client_id", json!(null))]
#[case::no_roles("roles", json!([]))]
#[case::too_many_roles("roles", json!(vec!["rol_x"; 51]))]
#[case::too_long("ttl_sec", json!(2592001))]
#[case::ended_already("ttl_sec", json!(-1))]
#[case::metadata("app_metadata", json!("x"))]
#[case::unknown("organization", json!("x"))]
#[tokio::test]
async fn an_invitation_that_cannot_be_is_refused(#[case] field: &str, #[case] value: Value) {
    let house = House::new().await;
    let answer = house.vendor.post(&house.path(), house.body(field, value)).await.is(400);
    assert_eq!(answer["errorCode"], "invalid_body");
    assert_eq!(house.vendor.get(&house.path()).await.is(200), json!([]));
}

#[rstest]
#[case::client("client_id", json!("nobody"), "The specified client_id (nobody) does not exist.")]
#[case::connection("connection_id", json!("con_x"), "The specified connection does not exist.")]
#[case::role("roles", json!(["rol_a", "rol_b"]), "One or more of the specified roles do not exist: rol_a, rol_b")]
#[tokio::test]
async fn what_does_not_exist_is_refused_by_name(
    #[case] field: &str,
    #[case] value: Value,
    #[case] message: &str,
) {
    let house = House::new().await;
    let answer = house.vendor.post(&house.path(), house.body(field, value)).await;
    answer.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn a_client_without_organizations_cannot_be_invited_to() {
    let house = House::new().await;
    let client = house.vendor.client("Machine").await.id;
    let message = format!("The specified client_id ({client}) does not allow organizations.");
    let answer = house.vendor.post(&house.path(), house.body("client_id", json!(client))).await;
    answer.refuses(400, "invalid_body", &message);
}

#[tokio::test]
async fn a_client_without_an_address_to_sign_in_at_needs_the_tenants() {
    let house = House::new().await;
    let new = json!({"name": "Bare", "app_type": "regular_web", "organization_usage": "require"});
    let client = house.vendor.post("/clients", new).await.is(201)["client_id"].clone();
    let message = "A default login route is required to generate the invitation url. Set initiate_login_uri of the client or default_redirection_uri of the tenant.";
    let answer = house.vendor.post(&house.path(), house.body("client_id", client.clone())).await;
    answer.refuses(400, "invalid_body", message);
    house.vendor.set(json!({"default_redirection_uri": "https://vendor.example/start?from=mail#top"})).await;
    let made = house.vendor.post(&house.path(), house.body("client_id", client)).await.is(201);
    let url = made["invitation_url"].as_str().unwrap();
    assert!(url.starts_with("https://vendor.example/start?from=mail&invitation="), "{url}");
    assert!(url.ends_with("&organization_name=aurora#top"), "{url}");
}

#[tokio::test]
async fn a_connection_must_be_one_to_sign_in_with_here() {
    let house = House::new().await;
    let (people, mail) = (
        house.vendor.connection("people", "auth0", json!({})).await,
        house.vendor.connection("mail", "email", json!({})).await,
    );
    let message = format!("The specified connection ({people}) is not enabled for the organization");
    let post =
        async |id: &str| house.vendor.post(&house.path(), house.body("connection_id", json!(id))).await;
    post(&people).await.refuses(400, "invalid_body", &message);
    let disabled = json!({"connection_id": people, "is_enabled": false});
    let connections = format!("/organizations/{}/connections", house.organization);
    house.vendor.post(&connections, disabled).await.is(201);
    post(&people).await.refuses(400, "invalid_body", &message);
    house.vendor.enable(&house.organization, &mail, json!({})).await;
    post(&mail).await.refuses(400, "invalid_body", "Passwordless connections are not supported.");
}

#[tokio::test]
async fn another_organizations_own_role_is_unknown_here() {
    let house = House::new().await;
    let other = house.vendor.organization("other").await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": other});
    let role = house.vendor.post("/roles", new).await.is(200)["id"].clone();
    let message = format!("One or more of the specified roles do not exist: {}", role.as_str().unwrap());
    let answer = house.vendor.post(&house.path(), house.body("roles", json!([role]))).await;
    answer.refuses(400, "invalid_body", &message);
}

#[tokio::test]
async fn whoever_confers_roles_must_be_allowed_to() {
    let mut house = House::new().await;
    let role = house.vendor.role("Reader", "", &[]).await;
    house.vendor.token = house.vendor.management_token("create:organization_invitations").await;
    let message = "Insufficient scope, expected any of: create:organization_member_roles";
    let answer = house.vendor.post(&house.path(), house.body("roles", json!([role]))).await;
    answer.refuses(403, "insufficient_scope", message);
    house.vendor.post(&house.path(), house.body("ttl_sec", json!(60))).await.is(201);
}

#[tokio::test]
async fn the_newest_invitation_comes_first_unless_asked_otherwise() {
    let house = House::new().await;
    let mut made = Vec::new();
    for number in 0..3 {
        let email = format!("p{number}@example.com");
        let invitation = house.vendor.invite(&house.organization, &house.client, &email, json!({})).await;
        made.push(invitation["id"].clone());
        house.vendor.later(Duration::milliseconds(1));
    }
    let ids = async |query: &str| -> Vec<Value> {
        let list = house.vendor.get(&format!("{}{query}", house.path())).await.is(200);
        list.as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
    };
    assert_eq!(ids("?sort=created_at:1").await, made);
    made.reverse();
    assert_eq!(ids("").await, made);
    assert_eq!(ids("?sort=created_at:-1&per_page=1&page=2").await, made[2..]);
    house.vendor.get(&format!("{}?sort=email:1", house.path())).await.is(400);
}

#[tokio::test]
async fn a_revoked_invitation_is_gone() {
    let house = House::new().await;
    let made = house.vendor.post(&house.path(), house.body("ttl_sec", json!(60))).await.is(201);
    let path = format!("{}/{}", house.path(), made["id"].as_str().unwrap());
    house.vendor.delete(&path).await.is(204);
    let message = "The invitation does not exist.";
    house.vendor.get(&path).await.refuses(404, "inexistent_invitation", message);
    house.vendor.delete(&path).await.refuses(404, "inexistent_invitation", message);
    assert_eq!(house.vendor.get(&house.path()).await.is(200), json!([]));
}

#[tokio::test]
async fn an_invitation_goes_by_mail_unless_the_vendor_sends_it() {
    let house = House::new().await;
    let letters = async || {
        let app = house.vendor.node.app();
        concurrently(async move { mail::take_due(&app).await.unwrap() }).await.unwrap()
    };
    house
        .vendor
        .patch(&format!("/organizations/{}", house.organization), json!({"display_name": "Aurora <Ltd>"}))
        .await
        .is(200);
    let quiet = house.vendor.post(&house.path(), house.body("ttl_sec", json!(60))).await.is(201);
    assert!(letters().await.is_empty());
    let made =
        house.vendor.post(&house.path(), house.body("send_invitation_email", json!(true))).await.is(201);
    let sent = letters().await;
    let letter = &sent[0].letter;
    assert_eq!((sent.len(), letter.to.as_str()), (1, "bo@example.com"));
    assert_eq!(letter.subject, "Ada invites you to Aurora <Ltd>");
    assert!(letter.text.contains(made["invitation_url"].as_str().unwrap()), "{}", letter.text);
    assert!(!letter.html.contains("<Ltd>"), "{}", letter.html);
    let path = format!("{}/{}/resend", house.path(), quiet["id"].as_str().unwrap());
    let again = house.vendor.post(&path, json!({})).await.is(200);
    let sent = letters().await;
    assert!(sent[0].letter.text.contains(again["ticket_id"].as_str().unwrap()));
}
