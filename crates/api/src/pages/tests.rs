//! What holds for every page.

use std::collections::BTreeSet;
use std::path::Path;

use super::samples::{Filling, all};
use super::{Language, Text};

const CATALOGUES: [(&str, &str); 2] = [
    ("en", concat!(include_str!("../../locales/en/pages.ftl"), include_str!("../../locales/en/portal.ftl"))),
    ("de", concat!(include_str!("../../locales/de/pages.ftl"), include_str!("../../locales/de/portal.ftl"))),
];

/// The sources of a folder, and of those in it.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true => all.push_str(&sources(&entry)),
            false if entry.ends_with("tests.rs") => {}
            false => all.push_str(&std::fs::read_to_string(entry).unwrap()),
        }
    }
    all
}

fn keys(catalogue: &str) -> BTreeSet<&str> {
    let messages = catalogue.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    messages.filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect()
}

/// The arguments of each message.
fn arguments(catalogue: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in catalogue.lines() {
        if let Some((key, _)) =
            line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            all.push((key.to_owned(), BTreeSet::new()));
        }
        let Some((_, named)) = all.last_mut() else { continue };
        let names = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next());
        named.extend(names.flatten().map(str::to_owned));
    }
    all.sort();
    all
}

#[test]
fn every_text_exists_in_every_language_with_the_same_arguments() {
    let [(_, english), (_, german)] = CATALOGUES;
    assert_eq!(arguments(english), arguments(german));
    assert_eq!(Language::ALL.map(Language::tag), CATALOGUES.map(|(tag, _)| tag));
}

#[test]
fn the_catalogue_holds_what_pages_say_and_nothing_else() {
    let folders = ["templates", "src/pages", "src/portal"];
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said: String = folders.iter().map(|folder| sources(&here.join(folder))).collect();
    let known = keys(CATALOGUES[0].1);
    let scopes = ["openid", "profile", "email", "phone", "address", "offline-access"];
    let made: Vec<String> = scopes.iter().map(|scope| format!("scope-{scope}")).collect();
    for key in &known {
        let quoted = said.contains(&format!("\"{key}\"")) || made.iter().any(|made| made == key);
        assert!(quoted, "{key} is never said");
    }
    let ways = ["common.t", "shell.t", "Words::new"];
    let rest = ways.into_iter().flat_map(|way| said.split(way).skip(1));
    let asked = rest.filter_map(|rest| {
        let literal = rest.trim_start_matches(['v', 'n']).strip_prefix("(\"")?;
        literal.split('"').next()
    });
    for key in asked.chain(Text::KEYS.iter().copied()).filter(|key| !key.contains('{')) {
        assert!(known.contains(key), "{key} is not in the catalogue");
    }
}

#[test]
fn what_people_typed_is_never_more_than_text() {
    let hostile = r#"qz"'><script>alert(1)</script><img src=x onerror=y>&{{7*7}}</title>"#;
    for language in Language::ALL {
        for (name, html, policy) in all(&Filling { text: hostile.to_owned(), language }) {
            assert!(!html.is_empty(), "{name}");
            for raw in [r#"qz""#, "qz'", "<script>alert", "<img src=x", "&{{", "</title>&"] {
                assert!(!html.contains(raw), "{name} holds {raw}");
            }
            assert!(
                !policy.contains("script>") && policy.matches("script-src").count() == 1,
                "{name}: {policy}"
            );
        }
    }
}

#[test]
fn nothing_on_a_page_runs_or_is_styled_inline() {
    for (name, html, policy) in all(&Filling { text: "word".to_owned(), language: Language::English }) {
        for inline in ["<style", " style=", " onclick", " onload", "javascript:"] {
            assert!(!html.contains(inline), "{name} holds {inline}");
        }
        assert_eq!(html.matches("<script").count(), html.matches("<script src=").count(), "{name}");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{name}");
        assert!(policy.contains("base-uri 'none'"), "{name}");
    }
}

#[test]
fn a_page_says_its_language_and_has_one_heading() {
    for language in Language::ALL {
        for (name, html, _) in all(&Filling { text: "word".to_owned(), language }) {
            if name == "web message" {
                continue;
            }
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<main").count(), 1, "{name}");
        }
    }
}

#[test]
fn forms_carry_what_proves_where_they_come_from() {
    for (name, html, _) in all(&Filling { text: "word".to_owned(), language: Language::English }) {
        let posts = html.matches("method=\"post\"").count();
        if ["form post", "portal link"].contains(&name) {
            continue;
        }
        assert_eq!(html.matches("name=\"csrf\" value=\"word\"").count(), posts, "{name}");
        if !name.starts_with("portal") {
            assert!(html.matches("name=\"state\" value=\"word\"").count() >= posts, "{name}");
        }
    }
}
