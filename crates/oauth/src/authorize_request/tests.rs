//! Requests by table.

use rstest::rstest;

use super::*;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn parameters(query: &str) -> Parameters {
    Parameters::from_form(query.as_bytes()).expect("parameters")
}

fn request(query: &str) -> Result<AuthorizeRequest, OAuthError> {
    read(parameters(&format!("client_id=c&{query}")), false)
}

#[test]
fn a_request_is_read_whole() {
    let query = "client_id=c&response_type=code&redirect_uri=https%3A%2F%2Fa%2Fcb&scope=openid+profile+openid&state=s&audience=api\
        &nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&connection=db\
        &prompt=login+consent&max_age=0&login_hint=a%40b.c&acr_values=x+y&ui_locales=de+en&screen_hint=signup\
        &organization=org_1&invitation=t&auth0Client=e30&ext-flow=x";
    let expected = AuthorizeRequest {
        client_id: "c".into(),
        response_type: ResponseType { code: true, ..ResponseType::default() },
        response_mode: ResponseMode::Query,
        names_redirect_uri: true,
        scope: vec!["openid".into(), "profile".into()],
        state: Some("s".into()),
        audience: Some("api".into()),
        nonce: Some("n".into()),
        challenge: Some(Challenge { value: CHALLENGE.into(), method: ChallengeMethod::S256 }),
        connection: Some("db".into()),
        prompt: Prompt { login: true, consent: true, ..Prompt::default() },
        max_age: Some(0),
        login_hint: Some("a@b.c".into()),
        acr_values: vec!["x".into(), "y".into()],
        ui_locales: vec!["de".into(), "en".into()],
        screen_hint: Some(ScreenHint::Signup),
        organization: Some("org_1".into()),
        invitation: Some("t".into()),
        others: [("auth0Client", "e30"), ("ext-flow", "x")]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
    };
    assert_eq!(read(parameters(query), true), Ok(expected));
}

#[test]
fn actions_are_told_what_the_client_sent() {
    let query = "response_type=code+token&scope=openid+x&prompt=login&max_age=60&ext-flow=x&nonce=n";
    let told = request(query).expect("a request").parameters();
    let expected = [
        ("client_id", "c"),
        ("ext-flow", "x"),
        ("max_age", "60"),
        ("prompt", "login"),
        ("response_type", "code token"),
        ("scope", "openid x"),
    ];
    assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn unknown_parameters_are_kept_as_far_as_there_is_room() {
    let long = "x".repeat(2000);
    let request =
        request(&format!("response_type=code&ext-a={long}&ext-b={long}&ext-c=c")).expect("a request");
    assert_eq!(request.others.keys().collect::<Vec<_>>(), ["ext-a", "ext-c"]);
}

#[test]
fn a_request_survives_being_sealed() {
    let request = request("response_type=code+id_token&nonce=n&scope=openid&prompt=none").expect("a request");
    let stored = serde_json::to_string(&request).expect("JSON");
    assert_eq!(serde_json::from_str::<AuthorizeRequest>(&stored).expect("a request"), request);
}

#[rstest]
#[case("", "invalid_request", "Missing required parameter: response_type")]
#[case("response_type=none", "unsupported_response_type", "Unsupported response type: none")]
#[case(
    "response_type=token&response_mode=query",
    "invalid_request",
    "response_mode query is not allowed for this response_type"
)]
#[case("response_type=code&response_mode=smoke", "invalid_request", "Unsupported response_mode")]
#[case("response_type=id_token&scope=openid", "invalid_request", "Missing required parameter: nonce")]
#[case(
    "response_type=id_token&nonce=n",
    "invalid_request",
    "scope must contain openid for this response_type"
)]
#[case("response_type=code&prompt=none+login", "invalid_request", "prompt none must come alone")]
#[case("response_type=code&prompt=create", "invalid_request", "Unsupported prompt")]
#[case("response_type=code&max_age=-1", "invalid_request", "parameter max_age must be a number of seconds")]
#[case("response_type=code&max_age=soon", "invalid_request", "parameter max_age must be a number of seconds")]
#[case("response_type=code&code_challenge=short", "invalid_request", "parameter code_challenge is malformed")]
#[case(
    "response_type=code&code_challenge_method=S512",
    "invalid_request",
    "Unsupported code_challenge_method"
)]
#[case(
    "response_type=code&audience=a&resource=b",
    "invalid_request",
    "parameters audience and resource contradict each other"
)]
#[case("response_type=code&request=e30", "request_not_supported", "parameter request is not supported")]
#[case(
    "response_type=code&request_uri=https%3A%2F%2Fa",
    "request_uri_not_supported",
    "parameter request_uri is not supported"
)]
fn what_cannot_be_is_refused_by_name(#[case] query: &str, #[case] code: &str, #[case] description: &str) {
    let refused = request(query).expect_err("a refusal");
    assert_eq!((refused.code.as_str(), refused.description.as_str()), (code, description));
}

#[rstest]
#[case("response_type=code", true, false)]
#[case("response_type=id_token&nonce=n&scope=openid", true, true)]
#[case("response_type=code", false, true)]
fn a_client_without_a_secret_binds_its_code(
    #[case] query: &str,
    #[case] is_public: bool,
    #[case] fits: bool,
) {
    assert_eq!(read(parameters(&format!("client_id=c&{query}")), is_public).is_ok(), fits);
}

#[rstest]
#[case("client_id=c&redirect_uri=https%3A%2F%2Fa&state=s", ResponseMode::Query, None)]
#[case("client_id=c&response_type=id_token&response_mode=form_post", ResponseMode::FormPost, None)]
#[case(
    "client_id=c&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax",
    ResponseMode::Query,
    Some("x")
)]
#[case("client_id=c&request_uri=https%3A%2F%2Fa", ResponseMode::Query, None)]
fn the_address_of_an_answer_is_read_first(
    #[case] query: &str,
    #[case] mode: ResponseMode,
    #[case] pushed: Option<&str>,
) {
    let read = address(&parameters(query)).expect("an address");
    assert_eq!((read.client_id.as_str(), read.mode_of_refusal, read.pushed.as_deref()), ("c", mode, pushed));
}

#[test]
fn without_a_client_there_is_nobody_to_answer() {
    let refused = address(&parameters("response_type=code")).expect_err("a refusal");
    assert_eq!(refused.description, "Missing required parameter: client_id");
}
