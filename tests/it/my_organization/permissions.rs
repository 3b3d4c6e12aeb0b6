//! The permissions to choose from for own roles.

use serde_json::{Value, json};

use super::roles::named;
use super::{API, Customers, ids, scopes};

/// The names under each API, and whether they are held.
fn choices(listed: &Value, api: &str) -> Vec<(String, bool)> {
    let items = listed["permissions"].as_array().unwrap().iter();
    let of_api = items.filter(|it| it["resource_server_identifier"] == api);
    of_api.map(|it| (it["permission_name"].as_str().unwrap().to_owned(), it["held"] == true)).collect()
}

fn pairs(of: &[(&str, bool)]) -> Vec<(String, bool)> {
    of.iter().map(|(name, held)| ((*name).to_owned(), *held)).collect()
}

#[tokio::test]
async fn permissions_of_all_apis_but_the_vendors_management_are_listed_with_those_held() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let scopes_of_two =
        json!({"name": "Second", "scopes": [{"value": "read", "description": "Reads ALL of it"}]});
    all.vendor.api_with("https://second.example", &[], scopes_of_two).await;
    let listed = admin.get("/permissions?take=100").await.is(200);
    assert_eq!(choices(&listed, API), pairs(&[("delete", false), ("read", true), ("write", true)]));
    let my_org = format!("{}my-org/", all.vendor.issuer);
    let own: Vec<(String, bool)> = scopes().into_iter().map(|scope| (scope.to_owned(), true)).collect();
    assert_eq!(choices(&listed, &my_org), own);
    assert!(choices(&listed, &format!("{}api/v2/", all.vendor.issuer)).is_empty());
    let second = json!({
        "permission_name": "read", "description": "Reads ALL of it", "resource_server_name": "Second",
        "resource_server_identifier": "https://second.example", "held": false,
    });
    assert!(listed["permissions"].as_array().unwrap().contains(&second), "{listed}");
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/permissions?take=7{from}")).await.is(200);
        seen.extend(page["permissions"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(json!(seen), listed["permissions"]);
    let found = admin.get("/permissions?q=WRIT").await.is(200);
    assert_eq!(ids(&found, "permissions", "permission_name"), ["write"]);
    let found = admin.get("/permissions?q=reads%20all").await.is(200);
    assert_eq!(found["permissions"], json!([second]));
    assert_eq!(admin.get("/permissions?q=r%25d").await.is(200), json!({"permissions": []}));
}

#[tokio::test]
async fn permissions_outside_the_envelope_are_not_there() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    all.vendor.api("https://second.example", &["read", "write"]).await;
    let mut grantable = named(&["read", "delete"]);
    let second = json!({"resource_server_identifier": "https://second.example", "permission_name": "write"});
    grantable.as_array_mut().unwrap().push(second);
    all.envelope(json!({"grantable_permissions": grantable})).await;
    let listed = admin.get("/permissions").await.is(200);
    assert_eq!(ids(&listed, "permissions", "permission_name"), ["delete", "read", "write"]);
    assert_eq!(choices(&listed, API), pairs(&[("delete", false), ("read", true)]));
    assert_eq!(choices(&listed, "https://second.example"), pairs(&[("write", false)]));
    let first = admin.get("/permissions?take=2&q=e").await.is(200);
    let next = first["next"].as_str().unwrap();
    let rest = admin.get(&format!("/permissions?q=e&from={next}")).await.is(200);
    assert_eq!(ids(&rest, "permissions", "permission_name"), ["write"]);
    all.envelope(json!({"grantable_permissions": []})).await;
    assert_eq!(admin.get("/permissions").await.is(200), json!({"permissions": []}));
}

#[tokio::test]
async fn a_machine_sees_what_it_can_confer_itself() {
    let all = Customers::open().await;
    let (machine, token) = all.machine(&all.aurora.id, &["read:my_org:roles"]).await;
    let none = all.with(&token).get("/permissions?take=100").await.is(200);
    assert_eq!(choices(&none, API), pairs(&[("delete", false), ("read", false), ("write", false)]));
    let grant = all.vendor.grant(&machine, API, &["write"], "require").await;
    all.vendor.associate(&all.aurora.id, &grant).await;
    let some = all.with(&token).get("/permissions?take=100").await.is(200);
    assert_eq!(choices(&some, API), pairs(&[("delete", false), ("read", false), ("write", true)]));
}
