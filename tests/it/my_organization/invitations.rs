//! Invitations by people and machines of the organization.

use guildhall_app::invitations::{Refusal, accept};
use guildhall_domain::id::UserId;
use guildhall_domain::invitation::NotAcceptable;
use guildhall_domain::log::Origin;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Customers, ids};
use crate::harness::{concurrently, segment};

/// Two customers whose people invite others to sign in to this client.
async fn open() -> (Customers, String) {
    let all = Customers::open().await;
    let landing = all.vendor.web_client("Landing").await;
    let configuration = json!({"invitation_landing_client_id": landing});
    let patch = json!({"my_organization_configuration": configuration});
    all.vendor.patch(&format!("/clients/{}", all.app.id), patch).await.is(200);
    (all, landing)
}

fn to(email: &str, roles: &[&str]) -> Value {
    json!({"invitees": [{"email": email, "roles": roles}]})
}

/// Accepts an invitation by its ticket.
async fn join(all: &Customers, ticket: &str, user: &str) -> Result<(), NotAcceptable> {
    let (app, ticket, user) = (all.vendor.node.app(), ticket.to_owned(), UserId::from(user));
    let accepted = concurrently(async move {
        let tenant = app.tenant_of_host("vendor.test").await.unwrap().unwrap();
        match accept(&app, &tenant, &ticket, &user, Origin::default()).await {
            Ok(_) => Ok(()),
            Err(Refusal::NotAcceptable(reason)) => Err(reason),
            Err(Refusal::Problem(problem)) => panic!("{problem}"),
        }
    });
    accepted.await.unwrap()
}

fn ticket(invitation: &Value) -> &str {
    invitation["ticket_id"].as_str().unwrap()
}

/// A role of the tenant with these scopes of the My Organization API.
async fn role(all: &Customers, name: &str, scopes: &[&str]) -> String {
    all.vendor.role(name, &format!("{}my-org/", all.vendor.issuer), scopes).await
}

async fn letters(all: &Customers) -> i64 {
    all.vendor.node.database.number("SELECT COUNT(*) FROM mails".to_owned()).await
}

#[tokio::test]
async fn an_admin_invites_people_by_mail() {
    let (all, landing) = open().await;
    let new = json!({"invitees": [{"email": "Bo@new.example", "roles": [all.reader]}, {"email": "cy@new.example"}],
        "inviter": {"name": "Ada"}, "ttl_sec": 3600});
    let before = letters(&all).await;
    let made = all.by(&all.aurora.admin).post("/member-invitations", new).await.is(201);
    assert_eq!((made.as_array().unwrap().len(), letters(&all).await - before), (2, 2));
    let (bo, cy) = (&made[0], &made[1]);
    assert_eq!(
        (&bo["invitee"], &bo["inviter"]),
        (&json!({"email": "bo@new.example"}), &json!({"name": "Ada"}))
    );
    assert_eq!((&bo["organization_id"], &bo["roles"]), (&json!(all.aurora.id), &json!([all.reader])));
    assert!(cy.get("roles").is_none() && cy.get("client_id").is_none() && cy.get("connection_id").is_none());
    let url = format!("https://app.vendor.example/login?invitation={}&organization=", ticket(bo));
    assert!(bo["invitation_url"].as_str().unwrap().starts_with(&url), "{bo}");
    let path = format!("/member-invitations/{}", bo["id"].as_str().unwrap());
    assert_eq!(&all.by(&all.aurora.admin).get(&path).await.is(200), bo);
    let roles = all.by(&all.aurora.admin).get(&format!("{path}/roles")).await.is(200);
    assert_eq!(roles, json!({"roles": [{"id": all.reader, "name": "Reader"}]}));

    let vendors = format!("/organizations/{}/invitations/{}", all.aurora.id, bo["id"].as_str().unwrap());
    let vendors = all.vendor.get(&vendors).await.is(200);
    assert_eq!((&vendors["by_organization"], &vendors["client_id"]), (&json!(true), &json!(landing)));
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(entry["organization_id"], all.aurora.id);
    assert_eq!(entry["details"]["actor"], json!({"user": [all.aurora.admin.id, all.app.id]}));
}

#[tokio::test]
async fn letters_name_who_invites_unless_another_name_is_given() {
    let (all, _) = open().await;
    let made = all.by(&all.aurora.admin).post("/member-invitations", to("bo@new.example", &[])).await.is(201);
    assert_eq!(made[0]["inviter"]["name"], "admin@aurora.example");
    let (_, token) = all.machine(&all.aurora.id, &["create:my_org:member_invitations"]).await;
    all.vendor.set(json!({"invitation_landing_client_id": all.vendor.web_client("Other").await})).await;
    let made = all.with(&token).post("/member-invitations", to("cy@new.example", &[])).await.is(201);
    assert_eq!(made[0]["inviter"]["name"], "aurora");
}

#[tokio::test]
async fn who_accepts_holds_the_roles_by_the_organizations_word() {
    let (all, _) = open().await;
    let bo = all.vendor.user("bo@new.example").await;
    let new = to("bo@new.example", &[&all.reader]);
    let made = all.by(&all.aurora.admin).post("/member-invitations", new).await.is(201);
    join(&all, ticket(&made[0]), &bo).await.unwrap();
    assert_eq!(all.held(&all.aurora.id, &bo).await, ["read"]);
    let by_organization = format!(
        "SELECT COUNT(*) FROM membership_roles WHERE user_id = '{bo}' AND by_organization AND role_id = '{}'",
        all.reader
    );
    assert_eq!(all.vendor.node.database.number(by_organization).await, 1);
    let listed = all.by(&all.aurora.admin).get("/member-invitations").await.is(200);
    assert_eq!(listed, json!({"invitations": []}));
    assert_eq!(join(&all, ticket(&made[0]), &bo).await, Err(NotAcceptable::Used));
    // What the vendor does not let the organization assign any more, it takes back at once.
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"assignable_roles": []})).await.is(200);
    assert!(all.held(&all.aurora.id, &bo).await.is_empty());
}

#[rstest]
#[case::who_left("left")]
#[case::who_is_no_admin_any_more("demoted")]
#[case::who_does_not_hold_it_any_more("without")]
#[case::who_is_blocked("blocked")]
#[case::whose_client_is_gone("client")]
#[case::whom_the_envelope_does_not_let("envelope")]
#[tokio::test]
async fn an_invitation_does_not_confer_what_whoever_made_it_could_not(#[case] since: &str) {
    let (all, _) = open().await;
    let bo = all.vendor.user("bo@new.example").await;
    let inviting =
        role(&all, "Inviting", &["create:my_org:member_invitations", "create:my_org:member_roles"]).await;
    let eve = all.person(&all.aurora.id, "eve@aurora.example", &[&inviting, &all.reader]).await;
    let made = all.by(&eve).post("/member-invitations", to("bo@new.example", &[&all.reader])).await.is(201);
    let (organization, user) = (format!("/organizations/{}", all.aurora.id), segment(&eve.id));
    let roles = format!("{organization}/members/{user}/roles");
    match since {
        "left" => all.by(&eve).post("/me/leave", json!({})).await.is(204),
        "demoted" => all.vendor.delete_with(&roles, json!({"roles": [inviting]})).await.is(204),
        "without" => all.vendor.delete_with(&roles, json!({"roles": [all.reader]})).await.is(204),
        "blocked" => all.vendor.patch(&format!("/users/{user}"), json!({"blocked": true})).await.is(200),
        "client" => all.vendor.delete(&format!("/clients/{}", all.app.id)).await.is(204),
        _ => {
            all.vendor.put(&format!("{organization}/envelope"), json!({"assignable_roles": []})).await.is(200)
        }
    };
    join(&all, ticket(&made[0]), &bo).await.unwrap();
    let held = all.vendor.get(&format!("{organization}/members/{}/roles", segment(&bo))).await.is(200);
    assert_eq!(held, json!([]));
}

#[tokio::test]
async fn a_machine_invites_within_its_own_rights_for_as_long_as_it_has_them() {
    let (all, landing) = open().await;
    all.vendor.set(json!({"invitation_landing_client_id": landing})).await;
    let scopes = ["create:my_org:member_invitations", "create:my_org:member_roles"];
    let (machine, token) = all.machine(&all.aurora.id, &scopes).await;
    let new = |email| to(email, &[&all.reader]);
    all.with(&token).post("/member-invitations", new("bo@new.example")).await.problem(403, "0003");
    let grant = all.vendor.grant(&machine, super::API, &["read"], "require").await;
    all.vendor.associate(&all.aurora.id, &grant).await;
    let bo = all.vendor.user("bo@new.example").await;
    let cy = all.vendor.user("cy@new.example").await;
    let first = all.with(&token).post("/member-invitations", new("bo@new.example")).await.is(201);
    let second = all.with(&token).post("/member-invitations", new("cy@new.example")).await.is(201);
    join(&all, ticket(&first[0]), &bo).await.unwrap();
    all.vendor.delete(&format!("/organizations/{}/client-grants/{grant}", all.aurora.id)).await.is(204);
    join(&all, ticket(&second[0]), &cy).await.unwrap();
    assert_eq!(all.held(&all.aurora.id, &bo).await, ["read"]);
    assert!(all.held(&all.aurora.id, &cy).await.is_empty());
}

#[tokio::test]
async fn tickets_are_shown_to_those_who_could_invite_so_themselves() {
    let (all, landing) = open().await;
    all.by(&all.aurora.admin).post("/member-invitations", to("a@new.example", &[&all.reader])).await.is(201);
    all.by(&all.aurora.admin).post("/member-invitations", to("b@new.example", &[])).await.is(201);
    let more = json!({"roles": [all.deleter]});
    all.vendor.invite(&all.aurora.id, &landing, "c@new.example", more).await;
    let reading = role(&all, "Reading", &["read:my_org:member_invitations"]).await;
    let inviting = role(&all, "Inviting", &["create:my_org:member_invitations"]).await;
    let giving = role(&all, "Giving", &["create:my_org:member_roles"]).await;
    for (number, (roles, with_ticket)) in [
        (vec![&reading], vec![]),
        (vec![&reading, &inviting], vec!["b@new.example"]),
        (vec![&reading, &inviting, &giving], vec!["b@new.example"]),
        (vec![&reading, &inviting, &giving, &all.reader], vec!["a@new.example", "b@new.example"]),
    ]
    .into_iter()
    .enumerate()
    {
        let roles: Vec<&str> = roles.into_iter().map(String::as_str).collect();
        let person = all.person(&all.aurora.id, &format!("p{number}@aurora.example"), &roles).await;
        let listed = all.by(&person).get("/member-invitations?sort=created_at:1").await.is(200);
        let listed = listed["invitations"].as_array().unwrap();
        assert_eq!(listed.len(), 3);
        let shown =
            listed.iter().filter(|it| it.get("ticket_id").is_some() && it.get("invitation_url").is_some());
        let shown: Vec<&str> = shown.map(|it| it["invitee"]["email"].as_str().unwrap()).collect();
        assert_eq!(shown, with_ticket, "{number}");
        for one in listed {
            let path = format!("/member-invitations/{}", one["id"].as_str().unwrap());
            assert_eq!(&all.by(&person).get(&path).await.is(200), one);
        }
    }
}

#[tokio::test]
async fn invitations_come_page_by_page_in_the_order_asked_for() {
    let (all, _) = open().await;
    let admin = all.by(&all.aurora.admin);
    for number in 0..5 {
        admin.post("/member-invitations", to(&format!("p{number}@new.example"), &[])).await.is(201);
        all.later(1);
    }
    for (sort, first) in [("", "p4"), ("&sort=created_at:-1", "p4"), ("&sort=created_at:1", "p0")] {
        let (mut seen, mut from) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("/member-invitations?take=2{sort}{from}")).await.is(200);
            seen.extend(page["invitations"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            from = format!("&from={next}");
        }
        assert_eq!(seen.len(), 5, "{sort}");
        assert_eq!(seen[0]["invitee"]["email"], format!("{first}@new.example"), "{sort}");
    }
    let only = admin.get("/member-invitations?take=1&fields=invitee").await.is(200);
    assert_eq!(only["invitations"], json!([{"invitee": {"email": "p4@new.example"}}]));
    for query in ["?sort=id:1", "?fields=client_id", "?take=0", "?take=101", "?from=!", "?page=0"] {
        admin.get(&format!("/member-invitations{query}")).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_are_refused_and_invite_nobody() {
    let (all, _) = open().await;
    let one = json!({"email": "bo@new.example"});
    let eleven = vec![one.clone(); 11];
    let roles: Vec<&str> = std::iter::repeat_n(all.reader.as_str(), 11).collect();
    for body in [
        json!([]),
        json!({}),
        json!({"invitees": []}),
        json!({"invitees": eleven}),
        json!({"invitees": "bo@new.example"}),
        json!({"invitees": [{}]}),
        json!({"invitees": [{"email": "bo"}]}),
        json!({"invitees": [{"email": 1}]}),
        json!({"invitees": [{"email": format!("{}@new.example", "x".repeat(320))}]}),
        json!({"invitees": [{"email": "bo@new.example", "roles": roles}]}),
        json!({"invitees": [{"email": "bo@new.example", "roles": "x"}]}),
        json!({"invitees": [{"email": "bo@new.example", "app_metadata": {}}]}),
        json!({"invitees": [one], "inviter": {"name": ""}}),
        json!({"invitees": [one], "inviter": {}}),
        json!({"invitees": [one], "ttl_sec": -1}),
        json!({"invitees": [one], "ttl_sec": 2_592_001}),
        json!({"invitees": [one], "client_id": all.app.id}),
        json!({"invitees": [one], "identity_provider_id": "con_0000000000000000"}),
    ] {
        all.by(&all.aurora.admin).post("/member-invitations", body).await.problem(400, "0003");
    }
    // A connection that another organization has is as unknown as one that does not exist.
    let connection = all.vendor.connection("theirs", "auth0", json!({})).await;
    all.vendor.enable(&all.borealis.id, &connection, json!({})).await;
    let told = async |connection: &str| {
        let new = json!({"invitees": [one], "identity_provider_id": connection});
        all.by(&all.aurora.admin).post("/member-invitations", new).await.problem(400, "0003")
    };
    assert_eq!(told(&connection).await, told("con_0000000000000000").await);
    let listed = all.by(&all.aurora.admin).get("/member-invitations").await.is(200);
    assert_eq!((listed, letters(&all).await), (json!({"invitations": []}), 0));
    all.vendor.enable(&all.aurora.id, &connection, json!({})).await;
    let new = json!({"invitees": [one], "identity_provider_id": connection, "ttl_sec": 0});
    let made = all.by(&all.aurora.admin).post("/member-invitations", new).await.is(201);
    assert_eq!(made[0]["identity_provider_id"], connection);
}

#[tokio::test]
async fn roles_are_conferred_by_those_alone_who_may_confer_them() {
    let (all, _) = open().await;
    let admin = all.by(&all.aurora.admin);
    let new = json!({"name": "Theirs", "type": "organization", "owner_id": all.borealis.id});
    let foreign = all.vendor.post("/roles", new).await.is(200);
    for role in [foreign["id"].as_str().unwrap(), "rol_0000000000000000"] {
        let detail =
            admin.post("/member-invitations", to("bo@new.example", &[role])).await.problem(400, "0001");
        assert_eq!(detail, format!("One or more of the specified roles do not exist: {role}"));
    }
    // All of them, or none: the second of these cannot be.
    let both = json!({"invitees": [{"email": "bo@new.example", "roles": [all.reader]},
        {"email": "cy@new.example", "roles": [all.deleter]}]});
    admin.post("/member-invitations", both).await.problem(403, "0003");
    let inviting = role(&all, "Inviting", &["create:my_org:member_invitations"]).await;
    let eve = all.person(&all.aurora.id, "eve@aurora.example", &[&inviting, &all.reader]).await;
    let with_role = to("bo@new.example", &[&all.reader]);
    all.by(&eve).post("/member-invitations", with_role.clone()).await.problem(403, "0002");
    all.by(&all.aurora.member)
        .post("/member-invitations", to("bo@new.example", &[]))
        .await
        .problem(403, "0002");
    assert_eq!(admin.get("/member-invitations").await.is(200), json!({"invitations": []}));
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"assignable_roles": []})).await.is(200);
    admin.post("/member-invitations", with_role).await.problem(400, "0001");
}

#[tokio::test]
async fn without_a_client_to_sign_in_to_nobody_is_invited() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let invite = || admin.post("/member-invitations", to("bo@new.example", &[]));
    invite().await.problem(409, "0001");
    // It must exist, let people in to organizations, and have an address that leads there.
    let closed = all.vendor.client("Closed").await;
    let nowhere = all.vendor.application(json!({"name": "Nowhere", "organization_usage": "allow"})).await;
    for client in ["nobody", closed.id.as_str(), nowhere.id.as_str()] {
        all.vendor.set(json!({"invitation_landing_client_id": client})).await;
        invite().await.problem(409, "0001");
    }
    all.vendor.set(json!({"invitation_landing_client_id": all.vendor.web_client("Landing").await})).await;
    invite().await.is(201);
}

#[tokio::test]
async fn seats_and_invitations_of_a_day_are_counted() {
    let (all, _) = open().await;
    let admin = all.by(&all.aurora.admin);
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    let two = json!({"invitees": [{"email": "a@new.example"}, {"email": "b@new.example"}]});
    all.vendor.put(&envelope, json!({"seats": 3})).await.is(200);
    admin.post("/member-invitations", two.clone()).await.problem(403, "0003");
    admin.post("/member-invitations", to("c@new.example", &[])).await.is(201);
    admin.post("/member-invitations", to("d@new.example", &[])).await.problem(403, "0003");

    all.vendor.put(&envelope, json!({"invitations_per_day": 2})).await.is(200);
    admin.post("/member-invitations", two.clone()).await.problem(429, "0003");
    let made = admin.post("/member-invitations", to("e@new.example", &[])).await.is(201);
    // Taken back, it was made all the same.
    admin.delete(&format!("/member-invitations/{}", made[0]["id"].as_str().unwrap())).await.is(204);
    admin.post("/member-invitations", to("f@new.example", &[])).await.problem(429, "0003");
    // What the vendor does is not the organization's.
    all.by(&all.borealis.admin).post("/member-invitations", two.clone()).await.is(201);
    all.later(60 * 60 * 24);
    let token = all.token_of(&all.aurora.admin.id, &all.aurora.id).await;
    all.with(&token).post("/member-invitations", two).await.is(201);
    all.with(&token).post("/member-invitations", to("g@new.example", &[])).await.problem(429, "0003");
}

#[tokio::test]
async fn of_invitations_at_once_no_more_are_made_than_may_be() {
    let (all, _) = open().await;
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"invitations_per_day": 1})).await.is(200);
    let admin = all.by(&all.aurora.admin);
    let (one, other) = tokio::join!(
        admin.post("/member-invitations", to("a@new.example", &[])),
        admin.post("/member-invitations", to("b@new.example", &[])),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 429]);
}

#[tokio::test]
async fn invitations_are_taken_back_all_or_none() {
    let (all, _) = open().await;
    let admin = all.by(&all.aurora.admin);
    let mut made = Vec::new();
    for number in 0..3 {
        let one = admin.post("/member-invitations", to(&format!("p{number}@new.example"), &[])).await.is(201);
        made.push(one[0].clone());
    }
    let id = |number: usize| made[number]["id"].as_str().unwrap();
    admin.delete(&format!("/member-invitations/{}", id(0))).await.is(204);
    admin.delete(&format!("/member-invitations/{}", id(0))).await.problem(404, "0002");
    let with_gone = json!({"invitations": [id(1), id(0)]});
    admin.post("/delete-member-invitations", with_gone).await.problem(404, "0002");
    assert_eq!(ids(&admin.get("/member-invitations").await.is(200), "invitations", "id").len(), 2);
    let rest = json!({"invitations": [id(1), id(2), id(1)]});
    admin.post("/delete-member-invitations", rest).await.is(204);
    assert_eq!(admin.get("/member-invitations").await.is(200), json!({"invitations": []}));
    let bo = all.vendor.user("p1@new.example").await;
    assert_eq!(join(&all, ticket(&made[1]), &bo).await, Err(NotAcceptable::Unknown));
    let many: Vec<&str> = std::iter::repeat_n("uinv_1", 11).collect();
    for body in
        [json!({}), json!({"invitations": []}), json!({"invitations": many}), json!({"invitations": 1})]
    {
        admin.post("/delete-member-invitations", body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn invitations_of_others_are_as_unknown_as_those_that_do_not_exist() {
    let (all, _) = open().await;
    let made =
        all.by(&all.borealis.admin).post("/member-invitations", to("bo@new.example", &[])).await.is(201);
    let told = async |id: &str| -> Vec<(u16, Value)> {
        let admin = all.by(&all.aurora.admin);
        let answers = [
            admin.get(&format!("/member-invitations/{id}")).await,
            admin.get(&format!("/member-invitations/{id}/roles")).await,
            admin.delete(&format!("/member-invitations/{id}")).await,
            admin.post("/delete-member-invitations", json!({"invitations": [id]})).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect()
    };
    let foreign = told(made[0]["id"].as_str().unwrap()).await;
    assert_eq!(foreign, told("uinv_0000000000000000").await);
    assert!(foreign.iter().all(|(status, _)| *status == 404), "{foreign:?}");
    all.by(&all.borealis.admin).get("/member-invitations").await.is(200);
}

#[tokio::test]
async fn each_operation_wants_its_scope() {
    let (all, _) = open().await;
    let made = all.by(&all.aurora.admin).post("/member-invitations", to("bo@new.example", &[])).await.is(201);
    let member = all.by(&all.aurora.member);
    let path = format!("/member-invitations/{}", made[0]["id"].as_str().unwrap());
    member.get("/member-invitations").await.problem(403, "0002");
    member.get(&path).await.problem(403, "0002");
    member.get(&format!("{path}/roles")).await.problem(403, "0002");
    member.delete(&path).await.problem(403, "0002");
    member.post("/delete-member-invitations", json!({"invitations": ["uinv_1"]})).await.problem(403, "0002");
}
