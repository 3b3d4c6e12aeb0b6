use rstest::rstest;

use super::*;
use crate::authzen::malformed::Reason;
use crate::authzen::{MAX_TOKEN, json};

fn object(request: Value) -> Object {
    json::object(request.to_string().as_bytes()).expect("an object")
}

fn queried(r#type: &str) -> Queried {
    Queried { r#type: r#type.to_owned(), properties: Object::new() }
}

fn time() -> Object {
    object(json!({"time": "2024-10-26T01:22-07:00"}))
}

/// The subject search of the specification.
fn subjects() -> Value {
    json!({
        "subject": {"type": "user"},
        "action": {"name": "can_read"},
        "resource": {"type": "account", "id": "123"},
        "context": {"time": "2024-10-26T01:22-07:00"},
    })
}

/// Its resource search.
fn resources() -> Value {
    json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "action": {"name": "can_read"},
        "resource": {"type": "account"},
    })
}

/// Its action search.
fn actions() -> Value {
    json!({
        "subject": {"type": "user", "id": "alice@example.com"},
        "resource": {"type": "account", "id": "123"},
        "context": {"time": "2024-10-26T01:22-07:00"},
    })
}

fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    let (within, name) = pointer.rsplit_once('/').expect("a pointer");
    request.pointer_mut(within).expect("an object")[name] = value;
    request
}

fn without(mut request: Value, pointer: &str) -> Value {
    let (within, name) = pointer.rsplit_once('/').expect("a pointer");
    request.pointer_mut(within).and_then(Value::as_object_mut).expect("an object").remove(name);
    request
}

#[rstest]
#[case::as_shown_section_8_4_2(subjects())]
#[case::an_identifier_is_ignored_section_8_4_1(with(subjects(), "/subject/id", json!("alice@example.com")))]
#[case::whatever_it_is_section_8_4_1(with(subjects(), "/subject/id", json!(["no", "text"])))]
#[case::unknown_members_section_10_1_1(with(subjects(), "/futureField", json!({"nested": true})))]
fn a_subject_search_is_read(#[case] request: Value) {
    let expected = SubjectSearch {
        subject: queried("user"),
        action: Action::new("can_read"),
        resource: Resource::new("account", "123"),
        context: time(),
        page: PageRequest::default(),
    };
    assert_eq!(SubjectSearch::read(&object(request)), Ok(expected));
}

#[rstest]
#[case::as_shown_section_8_5_2(resources())]
#[case::an_identifier_is_ignored_section_8_5_1(with(resources(), "/resource/id", json!("123")))]
#[case::whatever_it_is_section_8_5_1(with(resources(), "/resource/id", json!(1)))]
fn a_resource_search_is_read(#[case] request: Value) {
    let expected = ResourceSearch {
        subject: Subject::new("user", "alice@example.com"),
        action: Action::new("can_read"),
        resource: queried("account"),
        context: Object::new(),
        page: PageRequest::default(),
    };
    assert_eq!(ResourceSearch::read(&object(request)), Ok(expected));
}

#[rstest]
#[case::as_shown_section_8_6_2(actions())]
#[case::an_action_is_ignored_section_8_6_1(with(actions(), "/action", json!({"name": "can_read"})))]
#[case::whatever_it_is_section_8_6_1(with(actions(), "/action", json!(1)))]
fn an_action_search_is_read(#[case] request: Value) {
    let expected = ActionSearch {
        subject: Subject::new("user", "alice@example.com"),
        resource: Resource::new("account", "123"),
        context: time(),
        page: PageRequest::default(),
    };
    assert_eq!(ActionSearch::read(&object(request)), Ok(expected));
}

#[test]
fn properties_of_what_is_searched_for_are_read_section_8() {
    let request = with(subjects(), "/subject/properties", json!({"department": "Sales"}));
    let search = SubjectSearch::read(&object(request)).expect("a search");
    assert_eq!(search.subject.properties, object(json!({"department": "Sales"})));
}

#[rstest]
#[case::subject(without(subjects(), "/subject"), "/subject is missing")]
#[case::subject_type(without(subjects(), "/subject/type"), "/subject/type is missing")]
#[case::subject_type(with(subjects(), "/subject/type", json!("")), "/subject/type must not be empty")]
#[case::subject_properties(with(subjects(), "/subject/properties", json!(1)), "/subject/properties must be an object")]
#[case::action(without(subjects(), "/action"), "/action is missing")]
#[case::resource(without(subjects(), "/resource"), "/resource is missing")]
#[case::resource_id(without(subjects(), "/resource/id"), "/resource/id is missing")]
#[case::context(with(subjects(), "/context", json!([])), "/context must be an object")]
fn what_a_subject_search_must_have_section_8_4_1(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(SubjectSearch::read(&object(request)).expect_err("a refusal").to_string(), expected);
}

#[rstest]
#[case::subject(without(resources(), "/subject"), "/subject is missing")]
#[case::subject_id(without(resources(), "/subject/id"), "/subject/id is missing")]
#[case::action_name(without(resources(), "/action/name"), "/action/name is missing")]
#[case::resource(without(resources(), "/resource"), "/resource is missing")]
#[case::resource_type(without(resources(), "/resource/type"), "/resource/type is missing")]
fn what_a_resource_search_must_have_section_8_5_1(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(ResourceSearch::read(&object(request)).expect_err("a refusal").to_string(), expected);
}

#[rstest]
#[case::subject(without(actions(), "/subject"), "/subject is missing")]
#[case::subject_id(without(actions(), "/subject/id"), "/subject/id is missing")]
#[case::resource(without(actions(), "/resource"), "/resource is missing")]
#[case::resource_id(without(actions(), "/resource/id"), "/resource/id is missing")]
fn what_an_action_search_must_have_section_8_6_1(#[case] request: Value, #[case] expected: &str) {
    assert_eq!(ActionSearch::read(&object(request)).expect_err("a refusal").to_string(), expected);
}

fn page(page: Value) -> Result<PageRequest, Malformed> {
    ResourceSearch::read(&object(with(resources(), "/page", page))).map(|search| search.page)
}

#[rstest]
#[case::the_first_section_8_2_3(json!({"limit": 2}), PageRequest { limit: Some(2), ..PageRequest::default() })]
#[case::the_second_section_8_2_3(
    json!({"token": "a3M9NDU2O3N6PTI="}),
    PageRequest { token: Some("a3M9NDU2O3N6PTI=".to_owned()), ..PageRequest::default() }
)]
#[case::properties_section_8_2_1(
    json!({"properties": {"sort": "id"}}),
    PageRequest { properties: object(json!({"sort": "id"})), ..PageRequest::default() }
)]
#[case::zero_section_8_2_1(json!({"limit": 0}), PageRequest { limit: Some(0), ..PageRequest::default() })]
#[case::nothing(json!({}), PageRequest::default())]
#[case::an_empty_token(json!({"token": ""}), PageRequest::default())]
#[case::null_section_11_5(json!({"token": null, "limit": null, "properties": null}), PageRequest::default())]
#[case::unknown_members_section_10_1_1(json!({"next_token": 1, "size": "x"}), PageRequest::default())]
fn a_page_is_read_section_8_2_1(#[case] asked: Value, #[case] expected: PageRequest) {
    assert_eq!(page(asked), Ok(expected));
}

#[rstest]
#[case::no_object(json!("a3M9NDU2O3N6PTI="), "/page must be an object")]
#[case::no_string(json!({"token": 1}), "/page/token must be a string")]
#[case::no_integer(json!({"limit": "2"}), "/page/limit must be a non-negative integer")]
#[case::no_integer(json!({"limit": 1.5}), "/page/limit must be a non-negative integer")]
#[case::negative(json!({"limit": -1}), "/page/limit must be a non-negative integer")]
#[case::no_object(json!({"properties": []}), "/page/properties must be an object")]
fn a_page_is_what_it_must_be_section_8_2_1(#[case] asked: Value, #[case] expected: &str) {
    assert_eq!(page(asked).expect_err("a refusal").to_string(), expected);
}

#[test]
fn a_long_token_is_refused() {
    assert!(page(json!({"token": "a".repeat(MAX_TOKEN)})).is_ok());
    let refused = page(json!({"token": "a".repeat(MAX_TOKEN + 1)})).expect_err("a refusal");
    assert_eq!((refused.path.as_str(), refused.reason), ("/page/token", Reason::TooLong(MAX_TOKEN)));
}

#[rstest]
#[case::no_limit(None, 50)]
#[case::less(Some(2), 2)]
#[case::none(Some(0), 0)]
#[case::more(Some(1000), 50)]
#[case::more_than_there_can_be(Some(u64::MAX), 50)]
fn a_page_has_no_more_than_asked_for_section_8_2_1(#[case] limit: Option<u64>, #[case] expected: usize) {
    assert_eq!(PageRequest { limit, ..PageRequest::default() }.results(50), expected);
}

fn query(request: Value) -> String {
    ResourceSearch::read(&object(request)).expect("a search").query()
}

#[rstest]
#[case::a_token_section_8_2_3(with(resources(), "/page", json!({"token": "a3M9NDU2O3N6PTI="})), true)]
#[case::a_limit_section_8_2_3(with(resources(), "/page", json!({"limit": 2})), true)]
#[case::what_is_ignored_section_8_5_1(with(resources(), "/resource/id", json!("123")), true)]
#[case::unknown_members_section_10_1_1(with(resources(), "/futureField", json!(1)), true)]
#[case::another_order_section_10_1_1(
    json!({
        "resource": {"type": "account"},
        "action": {"name": "can_read"},
        "subject": {"id": "alice@example.com", "type": "user"},
    }),
    true
)]
#[case::another_subject_section_8_2(with(resources(), "/subject/id", json!("bob@example.com")), false)]
#[case::another_action_section_8_2(with(resources(), "/action/name", json!("can_write")), false)]
#[case::another_type_section_8_2(with(resources(), "/resource/type", json!("document")), false)]
#[case::properties_section_8_2(with(resources(), "/resource/properties", json!({"a": 1})), false)]
#[case::a_context_section_8_2(with(resources(), "/context", json!({"a": 1})), false)]
fn pages_are_of_the_same_query(#[case] request: Value, #[case] expected: bool) {
    assert_eq!(query(request) == query(resources()), expected);
}

#[test]
fn the_order_of_properties_makes_no_other_query_section_10_1_1() {
    let one = with(resources(), "/context", json!({"a": {"b": 1, "c": 2}, "d": 3}));
    let other = with(resources(), "/context", json!({"d": 3, "a": {"c": 2, "b": 1}}));
    assert_eq!(query(one), query(other));
}

#[test]
fn one_searchs_query_is_not_anothers() {
    let whole = object(json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "record-1"},
    }));
    let subjects = SubjectSearch::read(&whole).expect("a search").query();
    let resources = ResourceSearch::read(&whole).expect("a search").query();
    let actions = ActionSearch::read(&whole).expect("a search").query();
    assert!(subjects != resources && resources != actions && actions != subjects);
}

#[test]
fn a_page_that_is_not_the_last_names_the_next_section_8_2_3() {
    let accounts = vec![Resource::new("account", "123"), Resource::new("account", "456")];
    let mut response = SearchResponse::page(accounts, Some("a3M9NDU2O3N6PTI=".to_owned()));
    response.page.as_mut().expect("a page").total = Some(3);
    let expected = json!({
        "page": {"next_token": "a3M9NDU2O3N6PTI=", "count": 2, "total": 3},
        "results": [{"type": "account", "id": "123"}, {"type": "account", "id": "456"}],
    });
    // The order of members is recommended (section 8.3).
    assert_eq!(json!(response).to_string(), expected.to_string());
}

#[test]
fn the_last_page_names_no_other_section_8_2_3() {
    let mut response = SearchResponse::page(vec![Resource::new("account", "789")], None);
    response.page.as_mut().expect("a page").total = Some(3);
    let expected = json!({
        "page": {"next_token": "", "count": 1, "total": 3},
        "results": [{"type": "account", "id": "789"}],
    });
    assert_eq!(json!(response), expected);
}

#[test]
fn an_answer_can_have_a_context_section_8_3() {
    let accounts = vec![Resource::new("account", "123"), Resource::new("account", "456")];
    let context = object(json!({"query_execution_time_ms": 42}));
    let response = SearchResponse { context, ..SearchResponse::page(accounts, None) };
    let expected = json!({
        "page": {"next_token": "", "count": 2},
        "context": {"query_execution_time_ms": 42},
        "results": [{"type": "account", "id": "123"}, {"type": "account", "id": "456"}],
    });
    assert_eq!(json!(response), expected);
}

fn unpaged<E: Serialize>(results: Vec<E>) -> Value {
    json!(SearchResponse { page: None, context: Object::new(), results })
}

#[rstest]
#[case::subjects_section_8_4_2(
    unpaged(vec![Subject::new("user", "alice@example.com"), Subject::new("user", "bob@example.com")]),
    json!({"results": [{"type": "user", "id": "alice@example.com"}, {"type": "user", "id": "bob@example.com"}]})
)]
#[case::resources_section_8_5_2(
    unpaged(vec![Resource::new("account", "123"), Resource::new("account", "456")]),
    json!({"results": [{"type": "account", "id": "123"}, {"type": "account", "id": "456"}]})
)]
#[case::actions_section_8_6_2(
    unpaged(vec![Action::new("can_read"), Action::new("can_write")]),
    json!({"results": [{"name": "can_read"}, {"name": "can_write"}]})
)]
#[case::nothing_section_8_3(unpaged(Vec::<Subject>::new()), json!({"results": []}))]
fn results_are_what_was_searched_for(#[case] written: Value, #[case] expected: Value) {
    assert_eq!(written, expected);
}
