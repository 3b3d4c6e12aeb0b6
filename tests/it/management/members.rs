//! Members of organizations and the roles they hold there: contract section 3.3.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names, segment};

/// A vendor with an organization, a member, and two roles.
struct Team {
    vendor: Vendor,
    organization: String,
    user: String,
    roles: [String; 2],
}

impl Team {
    async fn new() -> Self {
        let vendor = Vendor::new().await;
        let organization = vendor.organization("aurora").await;
        let user = vendor.user("ada@example.com").await;
        vendor.member(&organization, &user).await;
        let roles = [vendor.role("Reader", "", &[]).await, vendor.role("Writer", "", &[]).await];
        Self { vendor, organization, user, roles }
    }

    fn members(&self) -> String {
        format!("/organizations/{}/members", self.organization)
    }

    fn roles_of_member(&self) -> String {
        format!("{}/{}/roles", self.members(), segment(&self.user))
    }

    async fn held(&self) -> Value {
        let roles = self.vendor.get(&self.roles_of_member()).await.is(200);
        roles.as_array().unwrap().iter().map(|role| role["name"].clone()).collect()
    }
}

#[tokio::test]
async fn a_member_is_listed_with_who_they_are() {
    let team = Team::new().await;
    let list = team.vendor.get(&team.members()).await.is(200);
    assert_eq!(names(&list[0]), ["user_id", "email", "picture", "name"]);
    assert_eq!((&list[0]["user_id"], &list[0]["email"]), (&json!(team.user), &json!("ada@example.com")));
}

#[tokio::test]
async fn a_member_added_again_stays_one() {
    let team = Team::new().await;
    team.vendor.member(&team.organization, &team.user).await;
    assert_eq!(team.vendor.get(&team.members()).await.is(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_unknown_user_is_refused_by_id_and_nobody_is_added() {
    let team = Team::new().await;
    let other = team.vendor.user("bo@example.com").await;
    let body = json!({"members": [other, "auth0|nobody"]});
    let message = "One or more of the specified users do not exist: auth0|nobody";
    team.vendor.post(&team.members(), body).await.refuses(400, "invalid_body", message);
    assert_eq!(team.vendor.get(&team.members()).await.is(200).as_array().unwrap().len(), 1);
}

#[rstest]
#[case::none(json!({"members": []}))]
#[case::eleven(json!({"members": vec!["auth0|x"; 11]}))]
#[case::missing(json!({}))]
#[tokio::test]
async fn between_one_and_ten_members_are_added_at_once(#[case] body: Value) {
    let team = Team::new().await;
    assert_eq!(team.vendor.post(&team.members(), body).await.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn a_removed_member_is_gone_with_the_roles_held_there() {
    let team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": team.roles})).await.is(204);
    team.vendor.delete_with(&team.members(), json!({"members": [team.user]})).await.is(204);
    assert_eq!(team.vendor.get(&team.members()).await.is(200), json!([]));
    team.vendor.member(&team.organization, &team.user).await;
    assert_eq!(team.held().await, json!([]));
}

#[tokio::test]
async fn a_user_lists_the_organizations_they_belong_to() {
    let team = Team::new().await;
    team.vendor.organization("elsewhere").await;
    let list = team.vendor.get(&format!("/users/{}/organizations", segment(&team.user))).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["name"]), (1, &json!("aurora")));
}

#[tokio::test]
async fn roles_are_held_in_the_organization_alone() {
    let team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": team.roles})).await.is(204);
    assert_eq!(team.held().await, json!(["Reader", "Writer"]));
    assert_eq!(team.vendor.get(&format!("/users/{}/roles", segment(&team.user))).await.is(200), json!([]));
}

#[tokio::test]
async fn a_members_role_has_id_name_and_description() {
    let team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": [team.roles[0]]})).await.is(204);
    let expected = json!([{"id": team.roles[0], "name": "Reader", "description": ""}]);
    assert_eq!(team.vendor.get(&team.roles_of_member()).await.is(200), expected);
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_held_no_more() {
    let team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": team.roles})).await.is(204);
    team.vendor.delete_with(&team.roles_of_member(), json!({"roles": [team.roles[0]]})).await.is(204);
    assert_eq!(team.held().await, json!(["Writer"]));
}

#[tokio::test]
async fn an_unknown_role_is_refused_by_id() {
    let team = Team::new().await;
    let message = "One or more of the specified roles do not exist: rol_nothing";
    let answer =
        team.vendor.post(&team.roles_of_member(), json!({"roles": [team.roles[0], "rol_nothing"]})).await;
    answer.refuses(400, "invalid_body", message);
    assert_eq!(team.held().await, json!([]));
}

#[tokio::test]
async fn another_organizations_own_role_is_unknown_here() {
    let team = Team::new().await;
    let other = team.vendor.organization("other").await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": other});
    let role = team.vendor.post("/roles", new).await.is(200)["id"].clone();
    let message = format!("One or more of the specified roles do not exist: {}", role.as_str().unwrap());
    let answer = team.vendor.post(&team.roles_of_member(), json!({"roles": [role]})).await;
    answer.refuses(400, "invalid_body", &message);
}

#[tokio::test]
async fn who_is_no_member_holds_no_roles_here() {
    let team = Team::new().await;
    let stranger = team.vendor.user("stranger@example.com").await;
    let path = format!("{}/{}/roles", team.members(), segment(&stranger));
    assert_eq!(team.vendor.post(&path, json!({"roles": [team.roles[0]]})).await.is(404)["statusCode"], 404);
}

#[tokio::test]
async fn roles_are_listed_with_members_when_fields_name_them() {
    let mut team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": [team.roles[0]]})).await.is(204);
    let path = format!("{}?fields=user_id,roles", team.members());
    let expected = json!([{"user_id": team.user, "roles": [{"id": team.roles[0], "name": "Reader"}]}]);
    assert_eq!(team.vendor.get(&path).await.is(200), expected);
    team.vendor.token = team.vendor.management_token("read:organization_members").await;
    let message = "Insufficient scope, expected any of: read:organization_member_roles";
    team.vendor.get(&path).await.refuses(403, "insufficient_scope", message);
}

#[tokio::test]
async fn the_members_who_hold_a_role_are_listed() {
    let team = Team::new().await;
    team.vendor.post(&team.roles_of_member(), json!({"roles": [team.roles[0]]})).await.is(204);
    let path = |role: &str| format!("/organizations/{}/roles/{role}/members", team.organization);
    let found = team.vendor.get(&path(&team.roles[0])).await.is(200);
    assert_eq!(found["members"][0]["user_id"], team.user.as_str());
    assert_eq!(team.vendor.get(&path(&team.roles[1])).await.is(200)["members"], json!([]));
}
