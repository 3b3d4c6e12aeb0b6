//! Every operation in the hands of everyone: what is answered stands in `matrix.txt`. An operation that is new is called here
//! without being listed; `GUILDHALL_TEST_WRITE_MATRIX=1` writes the file anew, to be read before it is committed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use reqwest::Method;
use rstest::rstest;
use serde_json::Value;

use super::things::{Operation, Street, Things, operations, other_tenants_admin};

/// Who calls, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Member,
    Admin,
    OtherAdmin,
    OtherTenant,
    VendorsMachine,
    OwnMachine,
}

const COLUMNS: [&str; 6] =
    ["member", "admin", "other_admin", "other_tenant", "vendors_machine", "own_machine"];

static WRITING: Mutex<()> = Mutex::new(());

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("it/my_organization/matrix.txt")
}

/// The committed outcomes, by operation: one for each column.
fn committed() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let lines = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let outcomes = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    lines.map(|words| (format!("{} {}", words[0], words[1]), outcomes(&words[2..]))).collect()
}

fn write(column: usize, outcomes: &BTreeMap<String, String>) {
    let _writing = WRITING.lock();
    let mut all = committed();
    all.retain(|operation, _| outcomes.contains_key(operation));
    for (operation, outcome) in outcomes {
        let row = all.entry(operation.clone()).or_insert_with(|| vec!["?".to_owned(); COLUMNS.len()]);
        row[column] = outcome.clone();
    }
    let mut text = format!("{:<7} {:<58}", "method", "path");
    text.extend(COLUMNS.map(|column| format!(" {column:>15}")));
    for (operation, row) in all {
        let (method, path) = operation.split_once(' ').unwrap();
        text.push_str(&format!("\n{method:<7} {path:<58}"));
        text.extend(row.iter().map(|outcome| format!(" {outcome:>15}")));
    }
    std::fs::write(file(), text + "\n").unwrap();
}

#[rstest]
#[case(Caller::Member)]
#[case(Caller::Admin)]
#[case(Caller::OtherAdmin)]
#[case(Caller::OtherTenant)]
#[case(Caller::VendorsMachine)]
#[case(Caller::OwnMachine)]
#[tokio::test]
async fn every_operation_answers_everyone_as_the_matrix_says(#[case] caller: Caller) {
    let street = Street::open().await;
    let changes = |operation: &Operation| match caller {
        Caller::Admin | Caller::VendorsMachine | Caller::OwnMachine => operation.method != Method::GET,
        Caller::Member => operation.path == "/me/leave",
        Caller::OtherAdmin | Caller::OtherTenant => false,
    };
    let shared = street.furnish().await;
    let foreign = match caller {
        Caller::OtherTenant => other_tenants_admin(&street).await,
        _ => street.all.borealis.admin.token.clone(),
    };
    let before = street.all.vendor.epoch().await;
    let mut outcomes = BTreeMap::new();
    for operation in operations() {
        let fresh = match changes(&operation) {
            true => Some(street.furnish().await),
            false => None,
        };
        let things = fresh.as_ref().unwrap_or(&shared);
        let token = match caller {
            Caller::Member => &things.member.token,
            Caller::Admin => &things.admin.token,
            Caller::OtherAdmin | Caller::OtherTenant => &foreign,
            Caller::VendorsMachine => &things.automation,
            Caller::OwnMachine => &things.machine.1,
        };
        // What an admin of another organization does without naming anything, they do to their own.
        if caller == Caller::OtherAdmin && operation.method != Method::GET && !operation.path.contains('{') {
            outcomes.insert(operation.name(), "own".to_owned());
            continue;
        }
        let path = operation.filled(|placeholder| things.id(placeholder).to_owned());
        let body = street.body(&operation, things);
        let answer = street.all.with(token).call(operation.method.clone(), &path, body.as_ref()).await;
        if answer.status >= 400 {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{}", operation.name());
        }
        outcomes.insert(operation.name(), answer.status.to_string());
    }
    if matches!(caller, Caller::OtherAdmin | Caller::OtherTenant) {
        assert_eq!(street.all.vendor.epoch().await, before, "something was changed");
    }
    let column = caller as usize;
    if std::env::var_os("GUILDHALL_TEST_WRITE_MATRIX").is_some() {
        return write(column, &outcomes);
    }
    let committed: BTreeMap<String, String> =
        committed().into_iter().map(|(operation, row)| (operation, row[column].clone())).collect();
    for (operation, outcome) in &outcomes {
        let expected = committed.get(operation).map_or("nothing", String::as_str);
        assert_eq!(outcome, expected, "{operation} by {caller:?}: left what was answered, right matrix.txt");
    }
    assert_eq!(outcomes.len(), committed.len(), "matrix.txt has operations that are no more");
}

/// What is answered, without the ids that were sent.
async fn told(
    street: &Street,
    operation: &Operation,
    of: &Things,
    path: &str,
    ids: &[String],
) -> (u16, Value) {
    let body = street.body(operation, of);
    let token = &street.all.borealis.admin.token;
    let answer = street.all.with(token).call(operation.method.clone(), path, body.as_ref()).await;
    let text = ids.iter().fold(answer.text, |text, id| text.replace(id, "ID"));
    (answer.status, serde_json::from_str(&text).unwrap_or(text.into()))
}

#[tokio::test]
async fn ids_of_another_organization_answer_as_ids_that_do_not_exist() {
    let street = Street::open().await;
    let things = street.furnish().await;
    let mut failures = Vec::new();
    for operation in operations().into_iter().filter(|operation| operation.path.contains('{')) {
        // The grant is the partner's, and can be approved by everyone; nobody else approved it.
        let placeholders: Vec<&str> =
            operation.path.split('/').filter(|part| part.starts_with('{')).collect();
        let foreign: Vec<String> = placeholders.iter().map(|it| things.id(it).to_owned()).collect();
        // As long as the foreign one, and of its form.
        let place =
            |placeholder: &str| placeholders.iter().position(|it| *it == placeholder).unwrap_or_default();
        let unknown: Vec<String> = foreign.iter().map(|id| format!("{}0000", &id[..id.len() - 4])).collect();
        let path = operation.filled(|it| foreign[place(it)].clone());
        let said = told(&street, &operation, &things, &path, &foreign).await;
        let path = operation.filled(|it| unknown[place(it)].clone());
        let right = told(&street, &operation, &things, &path, &unknown).await;
        if said != right {
            failures.push(format!("{}: {said:?} where an unknown id has {right:?}", operation.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Measures what a foreign id costs beside one that does not exist, in quartiles of 200 requests each; run it alone.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "what it measures is for people to read")]
#[ignore = "a measurement: cargo test -p guildhall-tests -- --ignored --nocapture how_long"]
async fn how_long_foreign_and_unknown_ids_take() {
    let street = Street::open().await;
    let things = street.furnish().await;
    for operation in operations() {
        if operation.method != Method::GET || !operation.path.contains('{') {
            continue;
        }
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..400 {
            let unknown = round % 2;
            let path = operation.filled(|placeholder| {
                let id = things.id(placeholder);
                if unknown == 1 { format!("{}0000", &id[..id.len() - 4]) } else { id.to_owned() }
            });
            let begun = std::time::Instant::now();
            street.all.with(&street.all.borealis.admin.token).get(&path).await;
            times[unknown].push(begun.elapsed());
        }
        let quartiles = times.map(|mut times| {
            times.sort_unstable();
            [1, 2, 3].map(|quarter| times[times.len() * quarter / 4])
        });
        println!("{:<60} foreign {:?}  unknown {:?}", operation.name(), quartiles[0], quartiles[1]);
    }
}
