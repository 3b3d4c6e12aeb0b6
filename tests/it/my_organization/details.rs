//! The organization itself.

use serde_json::json;

use super::Customers;

#[tokio::test]
async fn details_show_nothing_of_the_vendors() {
    let all = Customers::open().await;
    let organization = format!("/organizations/{}", all.aurora.id);
    let own = json!({"metadata": {"plan": "gold"}, "display_name": "Aurora"});
    all.vendor.patch(&organization, own).await.is(200);
    let shown = all.by(&all.aurora.admin).get("/details").await.is(200);
    assert_eq!(shown, json!({"id": all.aurora.id, "name": "aurora", "display_name": "Aurora"}));
}

#[tokio::test]
async fn an_admin_changes_the_name_and_how_the_organization_looks() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let branding = json!({"logo_url": "https://aurora.example/logo.svg",
        "colors": {"primary": "#0059d6", "page_background": "#ffffff"}});
    let patch = json!({"name": "aurora-shipping", "display_name": "Aurora Shipping", "branding": branding});
    let shown = admin.patch("/details", patch.clone()).await.is(200);
    assert_eq!((&shown["name"], &shown["branding"]), (&json!("aurora-shipping"), &branding));
    let vendors = all.vendor.get(&format!("/organizations/{}", all.aurora.id)).await.is(200);
    assert_eq!(vendors["display_name"], "Aurora Shipping");
    let bare = admin.patch("/details", json!({"display_name": null, "branding": null})).await.is(200);
    assert_eq!(bare, json!({"id": all.aurora.id, "name": "aurora-shipping"}));
}

#[tokio::test]
async fn details_that_cannot_be_are_refused_by_field() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    for (patch, field) in [
        (json!({"name": "Not A Name"}), "name"),
        (json!({"name": 1}), "name"),
        (json!({"display_name": ""}), "display_name"),
        (json!({"display_name": "x".repeat(256)}), "display_name"),
        (json!({"branding": {"logo_url": "http://plain.example"}}), "branding.logo_url"),
        (json!({"metadata": {}}), "metadata"),
    ] {
        let answer = admin.patch("/details", patch.clone()).await;
        let body = answer.body();
        answer.problem(400, "0003");
        assert_eq!(body["validation_errors"][0]["field"], field, "{patch}: {body}");
        let pointer = format!("/{}", field.replace('.', "/"));
        assert_eq!(body["validation_errors"][0]["pointer"], pointer);
    }
    admin.patch("/details", json!({"name": "borealis"})).await.problem(409, "0003");
}

#[tokio::test]
async fn an_organization_is_deleted_by_its_own_people_and_no_other() {
    let all = Customers::open().await;
    all.by(&all.aurora.member).delete("/").await.problem(403, "0002");
    all.by(&all.aurora.admin).delete("/").await.is(204);
    all.vendor.get(&format!("/organizations/{}", all.aurora.id)).await.is(404);
    all.by(&all.aurora.admin).get("/me").await.problem(401, "0001");
    all.by(&all.borealis.admin).get("/me").await.is(200);
}
