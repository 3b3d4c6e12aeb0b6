use std::convert::Infallible;

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
    let read = read(request).expect("a request");
    assert_eq!(read, EvaluationsRequest::Single(evaluation(single).expect("an evaluation")));
    let answer = read.answer(|_| Ok::<_, Infallible>(Decision::permit()));
    assert_eq!(answer.map(|answer| json!(answer)), Ok(json!({"decision": true})));
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
    let request = read(json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "evaluations": [{"resource": {"type": "record", "id": "record-1"}}, second],
    }));
    let answer = request.expect("a request").answer(|_| Ok::<_, Infallible>(Decision::permit()));
    let denied = json!({"decision": false, "context": {"error": {"status": 400, "message": message}}});
    assert_eq!(answer.map(|answer| json!(answer)), Ok(json!({"evaluations": [{"decision": true}, denied]})));
}

/// May Alice read documents 1, 2 and 3?
fn three(semantic: Option<&str>) -> EvaluationsRequest {
    let mut request = json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "action": {"name": "read"},
        "options": {"another_option": "value"},
        "evaluations": [
            {"resource": {"type": "document", "id": "1"}},
            {"resource": {"type": "document", "id": "2"}},
            {"resource": {"type": "document", "id": "3"}},
        ],
    });
    if let Some(semantic) = semantic {
        request["options"]["evaluations_semantic"] = json!(semantic);
    }
    read(request).expect("a request")
}

#[rstest]
#[case::all(Some("execute_all"), [true, false, true], &[true, false, true])]
#[case::all_by_default(None, [true, false, true], &[true, false, true])]
#[case::until_a_denial(Some("deny_on_first_deny"), [true, false, true], &[true, false])]
#[case::until_a_denial_that_never_comes(Some("deny_on_first_deny"), [true, true, true], &[true, true, true])]
#[case::until_a_permission(Some("permit_on_first_permit"), [true, false, true], &[true])]
#[case::until_a_later_permission(Some("permit_on_first_permit"), [false, true, false], &[false, true])]
#[case::until_a_permission_that_never_comes(Some("permit_on_first_permit"), [false, false, false], &[false, false, false])]
fn the_semantic_says_how_many_are_answered_section_7_1_2_1(
    #[case] semantic: Option<&str>,
    #[case] decisions: [bool; 3],
    #[case] expected: &[bool],
) {
    let mut asked = Vec::new();
    let answer = three(semantic).answer(|evaluation| {
        asked.push(evaluation.resource.id.clone());
        let decision = decisions[asked.len() - 1];
        Ok::<_, Infallible>(if decision { Decision::permit() } else { Decision::deny() })
    });
    let expected: Vec<Value> = expected.iter().map(|decision| json!({"decision": decision})).collect();
    assert_eq!(asked, ["1", "2", "3"][..expected.len()]);
    assert_eq!(answer.map(|answer| json!(answer)), Ok(json!({"evaluations": expected})));
}

#[rstest]
#[case::as_a_denial("deny_on_first_deny", &[false])]
#[case::as_no_permission("permit_on_first_permit", &[false, true])]
fn one_that_is_malformed_counts_section_7_1_2_1(#[case] semantic: &str, #[case] expected: &[bool]) {
    let request = json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "options": {"evaluations_semantic": semantic},
        "evaluations": [{}, {"resource": {"type": "document", "id": "1"}}],
    });
    let answer = read(request).expect("a request").answer(|_| Ok::<_, Infallible>(Decision::permit()));
    let Ok(EvaluationsResponse::Evaluations { evaluations }) = answer else { panic!("evaluations") };
    assert_eq!(evaluations.iter().map(|decision| decision.decision).collect::<Vec<_>>(), expected);
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
    let mut decisions = decisions.into_iter();
    let answer = three(None).answer(|_| decisions.next().ok_or("asked too often"));
    assert_eq!(answer.map(|answer| json!(answer)), Ok(expected));
}

#[test]
fn a_failure_of_the_server_is_one_of_the_whole_request_section_7_2_1() {
    assert_eq!(three(None).answer(|_| Err("the database is away")), Err("the database is away"));
}
