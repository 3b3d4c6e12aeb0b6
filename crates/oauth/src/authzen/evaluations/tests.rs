use rstest::rstest;
use serde_json::json;

use super::*;
use crate::authzen::json;

const MOST: usize = 100;

fn read(request: Value) -> Result<EvaluationsRequest, Malformed> {
    EvaluationsRequest::read(&json::object(request.to_string().as_bytes())?, MOST)
}

/// The evaluations of a request that has some.
fn many(request: Value) -> Evaluations {
    match read(request).expect("a request") {
        EvaluationsRequest::Evaluations(many) => many,
        EvaluationsRequest::Single(_) => panic!("not a single evaluation"),
    }
}

fn evaluation(request: Value) -> Result<Evaluation, Malformed> {
    Evaluation::read(request.as_object().expect("an object"))
}

fn with_context(action: &str, document: &str) -> Result<Evaluation, Malformed> {
    evaluation(json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "action": {"name": action},
        "resource": {"type": "document", "id": document},
        "context": {"time": "2024-05-31T15:22-07:00"},
    }))
}

#[rstest]
#[case::no_defaults_section_7_1(
    json!({"evaluations": [
        {
            "subject": {"type": "user", "id": "alice@example.com"},
            "action": {"name": "can_read"},
            "resource": {"type": "document", "id": "boxcarring.md"},
            "context": {"time": "2024-05-31T15:22-07:00"},
        },
        {
            "subject": {"type": "user", "id": "alice@example.com"},
            "action": {"name": "can_read"},
            "resource": {"type": "document", "id": "subject-search.md"},
            "context": {"time": "2024-05-31T15:22-07:00"},
        },
        {
            "subject": {"type": "user", "id": "alice@example.com"},
            "action": {"name": "can_read"},
            "resource": {"type": "document", "id": "resource-search.md"},
            "context": {"time": "2024-05-31T15:22-07:00"},
        },
    ]}),
    ["can_read", "can_read", "can_read"]
)]
#[case::one_subject_and_context_section_7_1_1(
    json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "context": {"time": "2024-05-31T15:22-07:00"},
        "evaluations": [
            {"action": {"name": "can_read"}, "resource": {"type": "document", "id": "boxcarring.md"}},
            {"action": {"name": "can_read"}, "resource": {"type": "document", "id": "subject-search.md"}},
            {"action": {"name": "can_read"}, "resource": {"type": "document", "id": "resource-search.md"}},
        ],
    }),
    ["can_read", "can_read", "can_read"]
)]
#[case::an_overridden_action_section_7_1_1(
    json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "context": {"time": "2024-05-31T15:22-07:00"},
        "action": {"name": "can_read"},
        "evaluations": [
            {"resource": {"type": "document", "id": "boxcarring.md"}},
            {"resource": {"type": "document", "id": "subject-search.md"}},
            {"action": {"name": "can_edit"}, "resource": {"type": "document", "id": "resource-search.md"}},
        ],
    }),
    ["can_read", "can_read", "can_edit"]
)]
fn defaults_are_filled_in(#[case] request: Value, #[case] actions: [&str; 3]) {
    let documents = ["boxcarring.md", "subject-search.md", "resource-search.md"];
    let expected = actions.iter().zip(documents).map(|(action, document)| with_context(action, document));
    let read = many(request);
    assert_eq!(read.semantic, EvaluationsSemantic::ExecuteAll);
    assert_eq!(read.evaluations, expected.collect::<Vec<_>>());
}

/// One evaluation of a request with defaults for everything.
fn one(own: Value) -> Result<Evaluation, Malformed> {
    let request = json!({
        "subject": {"type": "user", "id": "alice", "properties": {"role": "admin"}},
        "action": {"name": "delete", "properties": {"soft": false}},
        "resource": {"type": "record", "id": "record-1"},
        "context": {"time": "2024-05-31T15:22-07:00", "ip": "192.168.1.1"},
        "evaluations": [own],
    });
    many(request).evaluations.remove(0)
}

#[rstest]
#[case::nothing(json!({}), json!({}))]
#[case::null_section_11_5(json!({"subject": null, "resource": null, "context": null}), json!({}))]
#[case::without_the_defaults_properties(
    json!({"subject": {"type": "user", "id": "bob"}}),
    json!({"subject": {"type": "user", "id": "bob"}})
)]
#[case::without_the_defaults_context(json!({"context": {"time": "now"}}), json!({"context": {"time": "now"}}))]
#[case::an_empty_context(json!({"context": {}}), json!({"context": {}}))]
#[case::the_defaults_type(
    json!({"resource": {"id": "record-2", "properties": {"status": "active"}}}),
    json!({"resource": {"type": "record", "id": "record-2", "properties": {"status": "active"}}})
)]
#[case::the_defaults_identifier(
    json!({"resource": {"type": "record", "properties": {"status": "active"}}}),
    json!({"resource": {"type": "record", "id": "record-1", "properties": {"status": "active"}}})
)]
#[case::the_defaults_name(
    json!({"action": {"properties": {"soft": true}}}),
    json!({"action": {"name": "delete", "properties": {"soft": true}}})
)]
fn an_evaluations_own_values_stand_in_place_of_defaults_section_7_1_1(
    #[case] own: Value,
    #[case] expected: Value,
) {
    let mut whole = json!({
        "subject": {"type": "user", "id": "alice", "properties": {"role": "admin"}},
        "action": {"name": "delete", "properties": {"soft": false}},
        "resource": {"type": "record", "id": "record-1"},
        "context": {"time": "2024-05-31T15:22-07:00", "ip": "192.168.1.1"},
    });
    whole.as_object_mut().expect("an object").extend(expected.as_object().expect("an object").clone());
    assert_eq!(one(own), evaluation(whole));
}

#[test]
fn an_identifier_of_another_type_is_no_default_section_5_1() {
    let refused = one(json!({"resource": {"type": "folder"}})).expect_err("a refusal");
    assert_eq!(refused.to_string(), "/evaluations/0/resource/id is missing");
}

#[test]
fn a_default_may_be_incomplete_section_7_1_1() {
    let read = many(json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "write"},
        "resource": {"type": "record"},
        "evaluations": [{"resource": {"id": "record-1"}}, {"resource": {"type": "record", "id": "record-2"}}, {}],
    }));
    let resources = read.evaluations.iter().map(|read| match read {
        Ok(evaluation) => evaluation.resource.id.clone(),
        Err(malformed) => malformed.to_string(),
    });
    let expected = ["record-1", "record-2", "/evaluations/2/resource/id is missing"];
    assert_eq!(resources.collect::<Vec<_>>(), expected);
}

#[rstest]
#[case::absent(json!({}))]
#[case::empty(json!({"evaluations": []}))]
#[case::null(json!({"evaluations": null}))]
#[case::with_options(json!({"options": {"evaluations_semantic": "deny_on_first_deny"}}))]
#[case::with_options_that_are_not_looked_at(json!({"options": "none"}))]
fn without_evaluations_a_request_is_a_single_one_section_7_1(#[case] added: Value) {
    let single = json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "record-1"},
    });
    let mut request = single.clone();
    request.as_object_mut().expect("an object").extend(added.as_object().expect("an object").clone());
    let single = EvaluationsRequest::Single(evaluation(single).expect("an evaluation"));
    assert_eq!(read(request), Ok(single));
}

#[rstest]
#[case::a_single_one_section_7_1(json!({}), "/subject is missing")]
#[case::an_empty_array_section_7_1(json!({"evaluations": []}), "/subject is missing")]
#[case::evaluations_section_7_1(json!({"evaluations": {}}), "/evaluations must be an array")]
#[case::too_many_section_11_7(json!({"evaluations": vec![json!({}); MOST + 1]}), "/evaluations has more than 100 elements")]
#[case::options_section_7_1_2(json!({"evaluations": [{}], "options": []}), "/options must be an object")]
#[case::semantic_section_7_1_2_1(
    json!({"evaluations": [{}], "options": {"evaluations_semantic": 1}}),
    "/options/evaluations_semantic must be a string"
)]
#[case::semantic_section_7_1_2_1(
    json!({"evaluations": [{}], "options": {"evaluations_semantic": "deny_overrides"}}),
    "/options/evaluations_semantic must be execute_all, deny_on_first_deny or permit_on_first_permit"
)]
#[case::a_default_section_7_1_1(json!({"evaluations": [{}], "subject": "alice"}), "/subject must be an object")]
#[case::a_default_section_7_1_1(json!({"evaluations": [{}], "action": {"name": 1}}), "/action/name must be a string")]
#[case::a_default_section_7_1_1(
    json!({"evaluations": [{}], "resource": {"properties": 1}}),
    "/resource/properties must be an object"
)]
#[case::a_default_section_7_1_1(json!({"evaluations": [{}], "context": 1}), "/context must be an object")]
fn what_is_wrong_with_the_whole_is_refused_section_7_2_1(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(read(request).expect_err("a refusal").to_string(), expected);
}

#[test]
fn as_many_as_are_allowed_are_read() {
    assert_eq!(many(json!({"evaluations": vec![json!({}); MOST]})).evaluations.len(), MOST);
}

#[rstest]
#[case::nothing_section_7_1_1(json!({}), "/evaluations/1/resource is missing")]
#[case::no_object_section_7_1(json!("record-2"), "/evaluations/1 must be an object")]
#[case::a_member_section_5_2(json!({"resource": {"type": "record", "id": 2}}), "/evaluations/1/resource/id must be a string")]
#[case::context_section_5_4(
    json!({"resource": {"type": "record", "id": "record-2"}, "context": []}),
    "/evaluations/1/context must be an object"
)]
fn what_is_wrong_with_one_does_not_spoil_the_others_section_7_2_1(
    #[case] second: Value,
    #[case] message: &str,
) {
    let read = many(json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "evaluations": [{"resource": {"type": "record", "id": "record-1"}}, second],
    }));
    let [Ok(_), Err(malformed)] = read.evaluations.as_slice() else { panic!("{:?}", read.evaluations) };
    let denied = json!({"decision": false, "context": {"error": {"status": 400, "message": message}}});
    assert_eq!(json!(Decision::from(malformed)), denied);
}

#[rstest]
#[case::all(json!({"evaluations_semantic": "execute_all"}), false, false)]
#[case::all_by_default(json!({"another_option": "value"}), false, false)]
#[case::until_a_denial(json!({"evaluations_semantic": "deny_on_first_deny"}), false, true)]
#[case::until_a_permission(json!({"evaluations_semantic": "permit_on_first_permit"}), true, false)]
fn the_semantic_says_which_decision_is_the_last_section_7_1_2_1(
    #[case] options: Value,
    #[case] after_a_permission: bool,
    #[case] after_a_denial: bool,
) {
    let semantic = many(json!({"options": options, "evaluations": [{}]})).semantic;
    assert_eq!(semantic.ends_with(&Decision::permit()), after_a_permission);
    assert_eq!(semantic.ends_with(&Decision::deny()), after_a_denial);
    assert_eq!(semantic.ends_with(&Decision::error(400, "malformed")), after_a_denial);
}

#[test]
fn a_context_is_the_requests_own_as_well_section_5_4() {
    let read = many(json!({"context": {"a": 1}, "evaluations": [{"context": {"b": 2}}]}));
    assert_eq!(Value::from((*read.context).clone()), json!({"a": 1}));
}

#[rstest]
#[case::reasons_section_7_2(
    [
        Decision::permit(),
        Decision::deny().with("reason", "resource not found"),
        Decision::deny().with("reason", "Subject is a viewer of the resource"),
    ],
    json!({"evaluations": [
        {"decision": true},
        {"decision": false, "context": {"reason": "resource not found"}},
        {"decision": false, "context": {"reason": "Subject is a viewer of the resource"}},
    ]})
)]
#[case::an_error_section_7_2_1(
    [
        Decision::permit(),
        Decision::error(404, "Resource not found"),
        Decision::deny().with("reason", "Subject is a viewer of the resource"),
    ],
    json!({"evaluations": [
        {"decision": true},
        {"decision": false, "context": {"error": {"status": 404, "message": "Resource not found"}}},
        {"decision": false, "context": {"reason": "Subject is a viewer of the resource"}},
    ]})
)]
fn decisions_are_answered_as_they_are(#[case] decisions: [Decision; 3], #[case] expected: Value) {
    let answer = |context| EvaluationsResponse::Evaluations { context, evaluations: decisions.to_vec() };
    assert_eq!(json!(answer(Object::new())), expected);
    let mut with_context = expected;
    with_context["context"] = json!({"epoch": 7});
    assert_eq!(json!(answer(Object::from_iter([("epoch".to_owned(), json!(7))]))), with_context);
}
