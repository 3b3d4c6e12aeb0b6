//! Handing over what one may do to another member.

use serde_json::{Value, json};

use super::{API, Customers, ids};
use crate::harness::segment;

fn to(user: &str) -> Value {
    json!({"user_id": user})
}

#[tokio::test]
async fn an_admin_hands_over_to_another_member() {
    let all = Customers::open().await;
    let (admin, member) = (all.by(&all.aurora.admin), &all.aurora.member);
    let done = admin.post("/me/hand-over", to(&member.id)).await.is(200);
    assert_eq!(done, json!({"roles": [{"id": all.admin, "name": "Admin"}], "kept": []}));
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(entry["details"]["action"], "organization.roles_handed_over");
    admin.get("/members").await.problem(403, "0002");
    admin.get("/me").await.is(200);
    let token = all.token_of(&member.id, &all.aurora.id).await;
    let path = format!("/members/{}/roles", segment(&member.id));
    assert_eq!(
        ids(&all.with(&token).get(&path).await.is(200), "roles", "id"),
        std::slice::from_ref(&all.admin)
    );
    admin.post("/me/hand-over", to(&member.id)).await.problem(403, "0002");
}

#[tokio::test]
async fn what_the_vendor_alone_assigns_stays_where_it_is() {
    let all = Customers::open().await;
    let path = format!("/organizations/{}/members/{}/roles", all.aurora.id, segment(&all.aurora.admin.id));
    all.vendor.post(&path, json!({"roles": [all.deleter]})).await.is(204);
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"assignable_roles": [all.admin]})).await.is(200);
    let done = all.by(&all.aurora.admin).post("/me/hand-over", to(&all.aurora.member.id)).await.is(200);
    assert_eq!(
        (ids(&done, "roles", "id"), ids(&done, "kept", "id")),
        (vec![all.admin.clone()], vec![all.deleter.clone()])
    );
    assert_eq!(all.held(&all.aurora.id, &all.aurora.admin.id).await, ["delete"]);
    assert_eq!(all.held(&all.aurora.id, &all.aurora.member.id).await, ["read", "write"]);

    let before = all.vendor.epoch().await;
    all.vendor.put(&envelope, json!({"assignable_roles": []})).await.is(200);
    let borealis = format!("/organizations/{}/envelope", all.borealis.id);
    all.vendor.put(&borealis, json!({"assignable_roles": []})).await.is(200);
    let done = all.by(&all.borealis.admin).post("/me/hand-over", to(&all.borealis.member.id)).await.is(200);
    assert_eq!((ids(&done, "roles", "id").len(), ids(&done, "kept", "id")), (0, vec![all.admin.clone()]));
    assert_eq!(all.vendor.epoch().await, before + 2);
}

#[tokio::test]
async fn nobody_hands_over_what_they_do_not_hold_through_this_client() {
    let all = Customers::open().await;
    let apis = all.vendor.get("/resource-servers").await.is(200);
    let api = apis.as_array().unwrap().iter().find(|api| api["identifier"] == API).unwrap()["id"].clone();
    let closed = json!({"subject_type_authorization": {"user": {"policy": "deny_all"}}});
    all.vendor.patch(&format!("/resource-servers/{}", api.as_str().unwrap()), closed).await.is(200);
    let refused = all.by(&all.aurora.admin).post("/me/hand-over", to(&all.aurora.member.id)).await;
    assert_eq!(refused.problem(403, "0003"), "You cannot confer what you do not hold: read, write");
}

#[tokio::test]
async fn somebody_must_be_able_to_give_roles_afterwards() {
    let all = Customers::open().await;
    let user = format!("/users/{}", segment(&all.aurora.member.id));
    all.vendor.patch(&user, json!({"blocked": true})).await.is(200);
    let admin = all.by(&all.aurora.admin);
    admin.post("/me/hand-over", to(&all.aurora.member.id)).await.problem(409, "0001");
    all.vendor.patch(&user, json!({"blocked": false})).await.is(200);
    all.vendor.set(json!({"limits": {"roles_per_member": 0}})).await;
    admin.post("/me/hand-over", to(&all.aurora.member.id)).await.problem(409, "0001");
    admin.get("/members").await.is(200);
}

#[tokio::test]
async fn only_people_hand_over_and_only_to_other_members() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    admin.post("/me/hand-over", to(&all.aurora.admin.id)).await.problem(400, "0003");
    let told = async |user: &str| {
        let answer = admin.post("/me/hand-over", to(user)).await;
        (answer.status, answer.body())
    };
    let foreign = told(&all.borealis.member.id).await;
    assert_eq!(foreign, told("auth0|ffffffffffffffffffffffff").await);
    assert_eq!(foreign.0, 404);
    for body in [json!({}), json!([]), json!({"user_id": 1}), json!({"user_id": "x", "roles": []})] {
        admin.post("/me/hand-over", body).await.problem(400, "0003");
    }
    let (_, token) = all.machine(&all.aurora.id, &["create:my_org:member_roles"]).await;
    all.with(&token).post("/me/hand-over", to(&all.aurora.member.id)).await.problem(404, "0002");
    all.by(&all.aurora.member).post("/me/hand-over", to(&all.aurora.admin.id)).await.problem(403, "0002");
}

#[tokio::test]
async fn of_two_who_hand_over_to_each_other_at_once_one_is_admin() {
    let all = Customers::open().await;
    let second = all.person(&all.aurora.id, "second@aurora.example", &[&all.admin]).await;
    let (admin, other) = (all.by(&all.aurora.admin), all.by(&second));
    let (_, _) = tokio::join!(
        admin.post("/me/hand-over", to(&second.id)),
        other.post("/me/hand-over", to(&all.aurora.admin.id)),
    );
    let (one, other) = (admin.get("/members").await, other.get("/members").await);
    assert!(one.succeeded() != other.succeeded(), "{one:?} {other:?}");
}
