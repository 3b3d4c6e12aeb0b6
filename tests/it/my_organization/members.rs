//! Members, as their organization sees them.

use serde_json::{Value, json};

use super::{Customers, ids};
use crate::harness::segment;

#[tokio::test]
async fn members_are_listed_page_by_page_with_their_roles() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    for number in 0..3 {
        all.person(&all.aurora.id, &format!("more{number}@aurora.example"), &[&all.reader]).await;
    }
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/members?take=2{from}")).await.is(200);
        seen.extend(page["members"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(seen.len(), 5);
    let of_admin = seen.iter().find(|member| member["user_id"] == all.aurora.admin.id).unwrap();
    assert_eq!(of_admin["roles"][0]["id"], all.admin);
    assert_eq!(of_admin["email"], "admin@aurora.example");
    assert!(of_admin.get("app_metadata").is_none() && of_admin.get("identities").is_none());
    let totals = admin.get("/members?include_totals=true").await.is(200);
    assert!(totals.get("total").is_none());
}

#[tokio::test]
async fn members_are_found_by_text_and_by_role() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let zoe = all.person(&all.aurora.id, "Zoe.100%@aurora.example", &[&all.reader]).await;
    for text in ["zoe", "ZOE.100%25"] {
        let found = admin.get(&format!("/members?q={text}")).await.is(200);
        assert_eq!(ids(&found, "members", "user_id"), std::slice::from_ref(&zoe.id), "{text}");
    }
    let none = admin.get("/members?q=100_").await.is(200);
    assert_eq!(none["members"], json!([]));
    let readers = admin.get(&format!("/members?role_id={}", all.reader)).await.is(200);
    assert_eq!(ids(&readers, "members", "user_id"), [zoe.id]);
}

#[tokio::test]
async fn members_are_found_by_what_they_are_called_now() {
    let all = Customers::open().await;
    let (admin, member) = (all.by(&all.aurora.admin), &all.aurora.member.id);
    let renamed = json!({"name": "Grace Hopper", "email": "grace@aurora.example"});
    all.vendor.patch(&format!("/users/{}", segment(member)), renamed).await.is(200);
    for (text, found) in [("HOPPER", true), ("grace@", true), ("member@", false)] {
        let page = admin.get(&format!("/members?q={text}")).await.is(200);
        let found = if found { std::slice::from_ref(member) } else { &[] };
        assert_eq!(ids(&page, "members", "user_id"), found, "{text}");
    }
}

#[tokio::test]
async fn fields_choose_what_is_shown_of_members() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let path = format!("/members/{}", segment(&all.aurora.member.id));
    let only = admin.get(&format!("{path}?fields=email")).await.is(200);
    assert_eq!(only, json!({"email": "member@aurora.example"}));
    let but = admin.get(&format!("{path}?fields=email&include_fields=false")).await.is(200);
    assert!(but.get("email").is_none() && but.get("user_id").is_some());
    for query in ["?fields=password", "?take=0", "?take=101", "?from=!", "?page=1"] {
        admin.get(&format!("/members{query}")).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn roles_are_shown_to_those_alone_who_may_read_them() {
    let all = Customers::open().await;
    let (_, token) = all.machine(&all.aurora.id, &["read:my_org:members"]).await;
    let machine = all.with(&token);
    let listed = machine.get("/members").await.is(200);
    assert!(listed["members"].as_array().unwrap().iter().all(|member| member.get("roles").is_none()));
    machine.get(&format!("/members?role_id={}", all.reader)).await.problem(403, "0002");
    machine.get(&format!("/members/{}/roles", segment(&all.aurora.admin.id))).await.problem(403, "0002");
}

#[tokio::test]
async fn members_of_others_are_as_unknown_as_users_who_do_not_exist() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let told = async |user: &str| -> Vec<(u16, Value)> {
        let user = segment(user);
        let remove = json!({"members": [user]});
        let roles = json!({"role_ids": [all.reader]});
        let answers = [
            admin.get(&format!("/members/{user}")).await,
            admin.get(&format!("/members/{user}/roles")).await,
            admin.post(&format!("/members/{user}/roles"), roles.clone()).await,
            admin.post(&format!("/members/{user}/unassign-roles"), roles.clone()).await,
            admin.delete_with(&format!("/members/{user}/roles"), roles).await,
            admin.post("/delete-memberships", remove).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect()
    };
    let foreign = told(&all.borealis.member.id).await;
    assert_eq!(foreign, told("auth0|ffffffffffffffffffffffff").await);
    assert!(foreign.iter().all(|(status, _)| *status == 404), "{foreign:?}");
}

#[tokio::test]
async fn a_member_is_put_out_and_the_last_admin_is_not() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let remove = |user: &str| json!({"members": [user]});
    admin.post("/delete-memberships", remove(&all.aurora.member.id)).await.is(204);
    all.by(&all.aurora.member).get("/me").await.problem(401, "0001");
    admin.post("/delete-memberships", remove(&all.aurora.admin.id)).await.problem(409, "0001");
    let second = all.person(&all.aurora.id, "second@aurora.example", &[&all.admin]).await;
    all.by(&second).post("/delete-memberships", remove(&all.aurora.admin.id)).await.is(204);
}

#[tokio::test]
async fn a_member_leaves_and_the_last_admin_cannot() {
    let all = Customers::open().await;
    all.by(&all.aurora.member).post("/me/leave", json!({})).await.is(204);
    all.by(&all.aurora.member).get("/me").await.problem(401, "0001");
    let admin = all.by(&all.aurora.admin);
    admin.post("/me/leave", json!({})).await.problem(409, "0001");
    // Someone who is blocked gives no roles, and so is nobody to rely on.
    let second = all.person(&all.aurora.id, "second@aurora.example", &[&all.admin]).await;
    let user = format!("/users/{}", segment(&second.id));
    all.vendor.patch(&user, json!({"blocked": true})).await.is(200);
    admin.post("/me/leave", json!({})).await.problem(409, "0001");
    all.vendor.patch(&user, json!({"blocked": false})).await.is(200);
    admin.post("/me/leave", json!({})).await.is(204);
}

#[tokio::test]
async fn of_two_admins_who_leave_at_once_one_stays() {
    let all = Customers::open().await;
    let second = all.person(&all.aurora.id, "second@aurora.example", &[&all.admin]).await;
    let (admin, second) = (all.by(&all.aurora.admin), all.by(&second));
    let (one, other) = tokio::join!(admin.post("/me/leave", json!({})), second.post("/me/leave", json!({})));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
}
