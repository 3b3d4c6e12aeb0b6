use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::authzen::{MAX_TEXT, json};

fn read(request: Value) -> Result<Evaluation, Malformed> {
    Evaluation::read(&json::object(request.to_string().as_bytes())?)
}

fn object(value: Value) -> Object {
    value.as_object().expect("an object").clone()
}

fn evaluation(subject: Subject, action: Action, resource: Resource, context: Value) -> Evaluation {
    Evaluation {
        subject: Arc::new(subject),
        action: Arc::new(action),
        resource: Arc::new(resource),
        context: Arc::new(object(context)),
    }
}

#[test]
fn a_request_is_read_section_6_1() {
    let request = json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "resource": {"type": "account", "id": "123"},
        "action": {"name": "can_read", "properties": {"method": "GET"}},
        "context": {"time": "1985-10-26T01:22-07:00"},
    });
    let action = Action { properties: object(json!({"method": "GET"})), ..Action::new("can_read") };
    let expected = evaluation(
        Subject::new("user", "alice@example.com"),
        action,
        Resource::new("account", "123"),
        json!({"time": "1985-10-26T01:22-07:00"}),
    );
    assert_eq!(read(request), Ok(expected));
}

#[test]
fn a_request_over_https_is_read_section_10_1_4() {
    let request = json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "resource": {"type": "todo", "id": "1"},
        "action": {"name": "can_read"},
        "context": {"time": "1985-10-26T01:22-07:00"},
    });
    let expected = evaluation(
        Subject::new("user", "alice@example.com"),
        Action::new("can_read"),
        Resource::new("todo", "1"),
        json!({"time": "1985-10-26T01:22-07:00"}),
    );
    assert_eq!(read(request), Ok(expected));
}

/// A request that has what every request must have.
fn minimal() -> Value {
    json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "record-1"},
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut request = minimal();
    let (within, name) = pointer.rsplit_once('/').expect("a pointer");
    request.pointer_mut(within).expect("an object")[name] = value;
    request
}

fn without(pointer: &str) -> Value {
    let mut request = minimal();
    let (within, name) = pointer.rsplit_once('/').expect("a pointer");
    request.pointer_mut(within).and_then(Value::as_object_mut).expect("an object").remove(name);
    request
}

#[rstest]
#[case::a_subjects_department_section_5_1_2("/subject/properties", json!({"department": "Sales"}))]
#[case::a_subjects_device_section_5_1_2(
    "/subject/properties",
    json!({"ip_address": "172.217.22.14", "device_id": "8:65:ee:17:7e:0b"})
)]
#[case::a_resources_record_section_5_2_2(
    "/resource/properties",
    json!({"library_record": {"title": "AuthZEN in Action", "isbn": "978-0593383322"}})
)]
#[case::an_actions_parameter_section_5_3_2("/action/properties", json!({"period": "2W"}))]
#[case::a_schema_section_5_4_1(
    "/context",
    json!({"time": "1985-10-26T01:22-07:00", "schema": "https://schema.example.com/access-request.schema.json"})
)]
#[case::values_of_any_type_section_5_1_1("/context", json!({"a": [null, true, 1, -0.5, "x", {"b": []}]}))]
fn properties_and_context_are_any_object(#[case] pointer: &str, #[case] value: Value) {
    let read = read(with(pointer, value.clone())).expect("a request");
    let found = match pointer {
        "/subject/properties" => &read.subject.properties,
        "/resource/properties" => &read.resource.properties,
        "/action/properties" => &read.action.properties,
        _ => &*read.context,
    };
    assert_eq!(json!(found), value);
}

#[rstest]
#[case::in_the_request(with("/foo", json!("bar")))]
#[case::an_object(with("/futureField", json!({"nested": true})))]
#[case::in_the_subject(with("/subject/email", json!(1)))]
#[case::in_the_action(with("/action/type", json!([])))]
#[case::in_the_resource(with("/resource/name", json!(null)))]
#[case::of_another_request(with("/page", json!("no object")))]
#[case::of_another_request(with("/evaluations", json!("no array")))]
#[case::null_context_section_11_5(with("/context", json!(null)))]
#[case::null_properties_section_11_5(with("/subject/properties", json!(null)))]
fn unknown_members_and_null_are_ignored_section_10_1_1(#[case] request: Value) {
    let expected = read(minimal());
    assert!(expected.is_ok());
    assert_eq!(read(request), expected);
}

#[rstest]
#[case::subject_section_6_1(without("/subject"), "/subject is missing")]
#[case::action_section_6_1(without("/action"), "/action is missing")]
#[case::resource_section_6_1(without("/resource"), "/resource is missing")]
#[case::subject_type_section_5_1(without("/subject/type"), "/subject/type is missing")]
#[case::subject_id_section_5_1(without("/subject/id"), "/subject/id is missing")]
#[case::action_name_section_5_3(without("/action/name"), "/action/name is missing")]
#[case::resource_type_section_5_2(without("/resource/type"), "/resource/type is missing")]
#[case::resource_id_section_5_2(without("/resource/id"), "/resource/id is missing")]
#[case::null_section_11_5(with("/subject", json!(null)), "/subject is missing")]
#[case::null_section_11_5(with("/resource/id", json!(null)), "/resource/id is missing")]
fn what_is_missing_is_refused_by_name_section_10_1_1(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(read(request).expect_err("a refusal").to_string(), expected);
}

#[rstest]
#[case::subject_section_5_1(with("/subject", json!("alice")), "/subject must be an object")]
#[case::subject_section_5_1(with("/subject", json!([])), "/subject must be an object")]
#[case::subject_type_section_5_1(with("/subject/type", json!(1)), "/subject/type must be a string")]
#[case::subject_id_section_5_1(with("/subject/id", json!({})), "/subject/id must be a string")]
#[case::subject_properties_section_5_1(with("/subject/properties", json!([])), "/subject/properties must be an object")]
#[case::action_section_5_3(with("/action", json!("read")), "/action must be an object")]
#[case::action_name_section_5_3(with("/action/name", json!(123)), "/action/name must be a string")]
#[case::action_properties_section_5_3(with("/action/properties", json!("x")), "/action/properties must be an object")]
#[case::resource_section_5_2(with("/resource", json!(false)), "/resource must be an object")]
#[case::resource_id_section_5_2(with("/resource/id", json!(true)), "/resource/id must be a string")]
#[case::resource_properties_section_5_2(with("/resource/properties", json!(0)), "/resource/properties must be an object")]
#[case::context_section_5_4(with("/context", json!("now")), "/context must be an object")]
#[case::an_empty_text(with("/action/name", json!("")), "/action/name must not be empty")]
#[case::a_text_with_nul(with("/subject/id", json!("a\0")), "/subject/id must not contain NUL")]
#[case::a_long_text(with("/resource/id", json!("ä".repeat(MAX_TEXT / 2 + 1))), "/resource/id is longer than 1024 bytes")]
#[case::a_body_section_10_1_1(json!([]), "The body must be an object")]
fn what_is_of_another_type_is_refused_by_name(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(read(request).expect_err("a refusal").to_string(), expected);
}

#[test]
fn the_longest_text_is_read() {
    assert!(read(with("/resource/id", json!("a".repeat(MAX_TEXT)))).is_ok());
}
