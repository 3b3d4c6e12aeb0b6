//! The organization's name and how it looks.

use serde_json::{Value, json};

use super::House;

async fn organization(house: &House) -> Value {
    house.vendor.get(&format!("/organizations/{}", house.aurora)).await.is(200)
}

const FIELDS: [(&str, &str); 5] = [
    ("name", "aurora"),
    ("display_name", "Aurora Borealis"),
    ("logo_url", "https://cdn.example/logo.png"),
    ("primary", "#0059d6"),
    ("page_background", "#f3f4f7"),
];

fn with<'a>(act: &'a str, field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let of = |(name, known): (&'a str, &'a str)| (name, if name == field { value } else { known });
    std::iter::once(("act", act)).chain(FIELDS.into_iter().map(of)).collect()
}

#[tokio::test]
async fn name_and_branding_are_saved_and_cleared() {
    let house = House::open().await;
    let browser = house.ada().await;
    let saved = house.act(&browser, "/portal/details", &with("save", "", "")).await;
    assert!(saved.text.contains("Saved.") && saved.text.contains("primary=0059d6"), "{}", saved.text);
    let known = organization(&house).await;
    assert_eq!(known["display_name"], "Aurora Borealis");
    let branding = json!({"logo_url": "https://cdn.example/logo.png",
        "colors": {"primary": "#0059d6", "page_background": "#f3f4f7"}});
    assert_eq!(known["branding"], branding);
    let cleared = [("act", "save"), ("name", "aurora")];
    house.act(&browser, "/portal/details", &cleared).await;
    let known = organization(&house).await;
    assert!(known.get("display_name").is_none() && known.get("branding").is_none(), "{known}");
}

#[tokio::test]
async fn a_preview_saves_nothing() {
    let house = House::open().await;
    let browser = house.ada().await;
    let before = organization(&house).await;
    let page = house.act(&browser, "/portal/details", &with("preview", "", "")).await;
    assert!(
        page.text.contains("This is a preview.") && page.text.contains("primary=0059d6"),
        "{}",
        page.text
    );
    assert_eq!(organization(&house).await, before);
}

#[tokio::test]
async fn what_cannot_be_is_said_at_its_field() {
    let house = House::open().await;
    let browser = house.ada().await;
    let before = organization(&house).await;
    let long = "x".repeat(256);
    for (field, value, words) in [
        ("name", "Not A Name", "The short name cannot be so."),
        ("display_name", long.as_str(), "The name cannot be so"),
        ("logo_url", "http://cdn.example/logo.png", "must begin with https://"),
        ("logo_url", "javascript:alert(1)", "must begin with https://"),
        ("primary", "red", "A colour is #"),
        ("page_background", "", "A colour is #"),
    ] {
        for act in ["save", "preview"] {
            let page = house.act(&browser, "/portal/details", &with(act, field, value)).await;
            assert_eq!(page.status, 400, "{field} {value}");
            assert!(page.text.contains(words), "{field} {value}: {}", page.text);
        }
    }
    let taken = house.act(&browser, "/portal/details", &with("save", "name", "borealis")).await;
    assert_eq!(taken.status, 409, "{}", taken.text);
    assert_eq!(organization(&house).await, before);
}
