//! Who may import whom (design section 2), and that each crate says what it is.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use rstest::rstest;

/// The packages of the workspace, and those of it that each may see.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("oauth", &["domain"]),
    ("tokens", &["domain"]),
    ("actions", &["domain"]),
    ("migrations", &[]),
    ("persistence", &["domain", "migrations"]),
    ("app", &["domain", "oauth", "tokens", "actions", "persistence"]),
    ("api", &["domain", "oauth", "app"]),
    ("server", &["domain", "oauth", "tokens", "actions", "persistence", "app", "api"]),
    ("tests", &[]),
];

fn workspace() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let offline = ["--offline".to_owned()];
    MetadataCommand::new().manifest_path(manifest).no_deps().other_options(offline).exec().unwrap()
}

fn short(package: &Package) -> &str {
    package.name.strip_prefix("guildhall-").expect("a name that starts with guildhall-")
}

/// What a package needs when it is not tested.
fn dependencies(package: &Package) -> BTreeSet<&str> {
    let needed =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    needed.map(|dependency| dependency.name.as_str()).collect()
}

#[test]
fn each_crate_imports_only_those_below_it() {
    for package in &workspace().packages {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == short(package))
            .unwrap_or_else(|| panic!("{} is new: say in ARROWS what it may import", package.name));
        for import in dependencies(package).into_iter().filter_map(|name| name.strip_prefix("guildhall-")) {
            assert!(allowed.contains(&import), "{} must not import guildhall-{import}", package.name);
        }
    }
}

#[rstest]
#[case::sql(&["sea-orm", "sea-orm-migration", "sqlx"], &["persistence", "migrations"])]
#[case::http(&["actix-web", "utoipa-actix-web", "utoipa-swagger-ui"], &["api", "server"])]
#[case::calls_to_others(&["reqwest", "lettre", "hickory-resolver"], &["server", "actions"])]
#[case::cryptography(&["aws-lc-rs", "rcgen", "argon2", "bcrypt", "scrypt"], &["tokens"])]
#[case::signed_tokens(&["jsonwebtoken"], &["tokens", "actions"])]
#[case::javascript(&["rquickjs", "seccompiler"], &["actions"])]
fn only_those_whose_business_it_is_see(#[case] libraries: &[&str], #[case] allowed: &[&str]) {
    for package in &workspace().packages {
        let seen = dependencies(package);
        for library in libraries.iter().filter(|library| seen.contains(**library)) {
            assert!(allowed.contains(&short(package)), "{} must not see {library}", package.name);
        }
    }
}

#[rstest]
fn what_things_are_needs_no_input_or_output(#[values("domain", "oauth")] pure: &str) {
    let with_io = [
        "actix-web",
        "async-trait",
        "futures-util",
        "metrics",
        "moka",
        "reqwest",
        "sea-orm",
        "sqlx",
        "tempfile",
        "tokio",
        "tracing",
    ];
    let workspace = workspace();
    let package = workspace.packages.iter().find(|package| short(package) == pure).unwrap();
    let seen = dependencies(package);
    assert_eq!(with_io.iter().find(|library| seen.contains(**library)), None);
}

#[test]
fn each_crate_has_a_readme_that_is_its_documentation() {
    for package in workspace().packages.iter().filter(|package| short(package) != "tests") {
        let library = package.targets.iter().find(|target| target.is_lib()).expect("a library");
        let source = std::fs::read_to_string(&library.src_path).unwrap();
        assert!(
            source.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "{}: its README is not its documentation",
            package.name
        );
        let readme = library.src_path.parent().unwrap().join("../README.md");
        let lines = std::fs::read_to_string(&readme).unwrap().lines().count();
        assert!((3..=80).contains(&lines), "{readme} is not a page");
    }
}
