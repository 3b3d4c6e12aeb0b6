//! The Actions in `examples/`, each with an event such as the server makes.

use chrono::TimeDelta;
use guildhall_actions::outcome::{CacheWrite, FailureKind};
use guildhall_actions::run::CacheEntry;
use guildhall_actions::{Function, Host, Limits, Outcome, Run, fetch, host::RoleQuery};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{now, run, workers};

/// A person of the organization Globex signs in to an application.
fn login() -> Value {
    json!({
        "authentication": {"methods": [{"name": "pwd", "timestamp": "2026-11-21T09:59:58.000Z"}]},
        "authorization": {"roles": ["Administrator", "Billing"]},
        "client": {"client_id": "app1", "name": "Back office", "metadata": {}},
        "connection": {"id": "con_1", "name": "Username-Password-Authentication", "strategy": "auth0", "metadata": {}},
        "organization": {"id": "org_1", "name": "globex", "display_name": "Globex", "metadata": {"plan": "gold"}},
        "request": {
            "hostname": "acme.example", "ip": "192.0.2.17", "method": "POST", "user_agent": "Mozilla/5.0",
            "language": "en", "query": {}, "body": {}, "geoip": {}
        },
        "resource_server": {"identifier": "https://api.acme.example"},
        "secrets": {},
        "session": {"id": "ses_1", "created_at": "2026-11-21T09:00:00.000Z"},
        "stats": {"logins_count": 3},
        "tenant": {"id": "acme"},
        "transaction": {
            "protocol": "oidc-basic-profile", "requested_scopes": ["openid", "read:invoices", "write:invoices"]
        },
        "user": {
            "user_id": "auth0|1", "email": "anna@globex.example", "email_verified": true,
            "app_metadata": {}, "user_metadata": {}
        }
    })
}

/// A machine asks for a token.
fn exchange() -> Value {
    json!({
        "accessToken": {"customClaims": {}, "scope": ["read:invoices", "delete:invoices"]},
        "client": {"client_id": "robot", "name": "Robot", "metadata": {"environment": "test"}},
        "organization": {"id": "org_1", "name": "globex", "display_name": "Globex", "metadata": {"tier": "gold"}},
        "request": {"hostname": "acme.example", "ip": "192.0.2.17", "method": "POST", "body": {}},
        "resource_server": {"identifier": "https://api.acme.example"},
        "secrets": {}, "tenant": {"id": "acme"},
        "transaction": {"requested_scopes": ["read:invoices"]}
    })
}

/// An event with other values at some places.
fn with(mut event: Value, changes: Value) -> Value {
    for (pointer, value) in changes.as_object().unwrap() {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value.clone();
    }
    event
}

fn source(name: &str) -> String {
    std::fs::read_to_string(format!("{}/examples/{name}.js", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

async fn commands(name: &str, function: Function, event: Value) -> Value {
    let outcome = run(function, &source(name), event).await;
    assert_eq!(outcome.result, Ok(()));
    serde_json::to_value(outcome.commands).unwrap()
}

fn deny(reason: &str) -> Value {
    json!([{"kind": "deny", "reason": reason}])
}

#[rstest]
#[case::metadata("organization-metadata", json!({}), json!([{"kind": "set_claim", "token": "access", "name": "https://acme.example/plan", "value": "gold"}]))]
#[case::no_organization("organization-metadata", json!({"/organization": null}), json!([]))]
#[case::roles("roles-in-id-token", json!({"/authorization/roles": ["A"]}), json!([
    {"kind": "set_claim", "token": "id", "name": "https://acme.example/roles", "value": ["A"]},
    {"kind": "set_claim", "token": "access", "name": "https://acme.example/roles", "value": ["A"]}
]))]
#[case::inside("deny-outside-network", json!({"/organization/metadata/allowed_networks": "10., 192.0.2."}), json!([]))]
#[case::outside("deny-outside-network", json!({"/organization/metadata/allowed_networks": "10."}), deny("Sign in from the network of Globex."))]
#[case::weekend("deny-at-weekends", json!({}), deny("This application is open from Monday to Friday."))]
#[case::other_application("deny-at-weekends", json!({"/client/name": "Shop"}), json!([]))]
#[case::unverified("deny-unverified-email", json!({"/user/email_verified": false}), deny("Please verify your e-mail address first."))]
#[case::verified("deny-unverified-email", json!({}), json!([]))]
#[case::admin("deny-client", json!({"/secrets/ADMIN_CLIENT_ID": "app1"}), json!([]))]
#[case::no_admin("deny-client", json!({"/secrets/ADMIN_CLIENT_ID": "app1", "/authorization/roles": []}), deny("Only administrators may use this application."))]
#[case::open_api("restrict-audience", json!({}), json!([]))]
#[case::closed_api("restrict-audience", json!({"/resource_server/identifier": "https://preview.acme.example"}), deny("This API is not open yet."))]
#[case::terms("remove-scope", json!({}), json!([{"kind": "remove_scope", "scope": "write:invoices"}]))]
#[case::accepted("remove-scope", json!({"/user/app_metadata/terms_accepted": true}), json!([]))]
#[case::first("first-login", json!({}), json!([
    {"kind": "set_app_metadata", "name": "logins", "value": 1}
]))]
#[case::again("first-login", json!({"/user/app_metadata": {"first_login": "2026-01-01", "logins": 4}}), json!([
    {"kind": "set_app_metadata", "name": "logins", "value": 5}
]))]
#[case::one_factor("require-second-factor", json!({"/organization/metadata/require_mfa": "true"}), deny("Your organization asks for a second factor."))]
#[case::two_factors("require-second-factor", json!({
    "/organization/metadata/require_mfa": "true",
    "/authentication/methods": [{"name": "pwd"}, {"name": "mfa"}]
}), json!([]))]
#[case::session("session-lifetime", json!({"/organization/metadata/session_hours": "2"}), json!([
    {"kind": "set_session_expires_at", "at": 1_795_258_800_000_i64}
]))]
#[tokio::test]
async fn actions_of_a_login(#[case] name: &str, #[case] changes: Value, #[case] expected: Value) {
    let mut commands = commands(name, Function::PostLogin, with(login(), changes)).await;
    // The time of the first login moves on while the script runs.
    commands.as_array_mut().unwrap().retain(|command| command["name"] != "first_login");
    assert_eq!(commands, expected);
}

#[tokio::test]
async fn a_first_login_has_the_time_of_the_run() {
    let commands = commands("first-login", Function::PostLogin, login()).await;
    assert!(commands[0]["value"].as_str().unwrap().starts_with("2026-11-21T10:00:0"));
}

#[rstest]
#[case(json!({}), json!([
    {"kind": "set_claim", "token": "access", "name": "https://acme.example/tier", "value": "gold"},
    {"kind": "remove_target_scope", "scope": "delete:invoices"}
]))]
#[case(json!({"/organization": null}), json!([
    {"kind": "deny_exchange", "code": "invalid_request", "reason": "Ask for the token of an organization."}
]))]
#[tokio::test]
async fn an_action_of_a_machine(#[case] changes: Value, #[case] expected: Value) {
    let event = with(exchange(), changes);
    assert_eq!(commands("machine-claims", Function::CredentialsExchange, event).await, expected);
}

#[rstest]
#[case("a@one-day.example", json!([
    {"kind": "deny_registration", "reason": "one-day.example is blocked", "message": "Please use the address of your company."}
]))]
#[case("a@globex.example", json!([{"kind": "set_app_metadata", "name": "source", "value": "Shop"}]))]
#[tokio::test]
async fn an_action_of_a_registration(#[case] email: &str, #[case] expected: Value) {
    let event = json!({"user": {"email": email}, "client": {"name": "Shop"}, "request": {"ip": "192.0.2.1"}});
    assert_eq!(commands("block-domains", Function::PreUserRegistration, event).await, expected);
}

/// The billing service.
struct Billing(&'static str);

impl Host for Billing {
    async fn fetch(&self, request: fetch::Request) -> Result<fetch::Response, String> {
        assert_eq!(request.url, "https://billing.acme.example/v1/accounts/org_1");
        assert_eq!(request.headers, [("authorization".to_owned(), "Bearer key".to_owned())]);
        let body = json!({"state": self.0}).to_string();
        Ok(fetch::Response { url: request.url, status: 200, headers: Vec::new(), body })
    }

    async fn roles(&self, _: RoleQuery) -> Result<Value, String> {
        unreachable!("it does not ask for roles")
    }
}

#[rstest]
#[case("overdue", deny("The subscription of your organization has ended."))]
#[case("paid", json!([]))]
#[tokio::test]
async fn an_answer_is_kept_in_the_cache(#[case] state: &'static str, #[case] expected: Value) {
    let event = with(login(), json!({"/secrets/BILLING_KEY": "key"}));
    let code = source("cached-lookup");
    let workers = workers(Limits::default());
    let once = async |cache: &[CacheEntry], state| -> Outcome {
        let run = Run {
            tenant: "acme",
            code: &code,
            function: Function::PostLogin,
            event: &event,
            cache,
            now: now(),
            can_redirect: true,
        };
        workers.run(run, &Billing(state)).await
    };
    let first = once(&[], state).await;
    let [CacheWrite::Set(entry)] = &first.cache[..] else { panic!("{first:?}") };
    assert_eq!((&*entry.key, &*entry.value), ("org_1", state));
    assert!(entry.expires_at - now() <= TimeDelta::minutes(5) + TimeDelta::seconds(1));
    // The service would say something else now, but is not asked.
    let second = once(std::slice::from_ref(entry), "other").await;
    assert_eq!(
        serde_json::to_value([&first.commands, &second.commands]).unwrap(),
        json!([expected, expected])
    );
}

#[tokio::test]
async fn a_person_is_sent_away_and_comes_back() {
    let event = with(login(), json!({"/secrets/TERMS_SECRET": "secret"}));
    let sent = commands("consent", Function::PostLogin, event.clone()).await;
    let url: url::Url = sent[0]["url"].as_str().unwrap().parse().unwrap();
    assert_eq!((url.host_str(), url.path()), (Some("acme.example"), "/terms"));
    let (_, token) = url.query_pairs().find(|(name, _)| name == "session_token").unwrap();
    // The token that went out is not the page's answer: it is not for this redirect.
    let back =
        with(event, json!({"/request/query": {"state": "s"}, "/request/body": {"session_token": token}}));
    let failure = run(Function::ContinuePostLogin, &source("consent"), back).await.result.unwrap_err();
    assert!(failure.message.contains("State in the token does not match"), "{failure}");
}

#[rstest]
#[case(true, "set_app_metadata")]
#[case(false, "deny")]
#[tokio::test]
async fn the_pages_answer_counts(#[case] accepted: bool, #[case] kind: &str) {
    let claims = json!({"sub": "auth0|1", "state": "s", "exp": now().timestamp() + 60, "accepted": accepted});
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let key = jsonwebtoken::EncodingKey::from_secret(b"secret");
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    let changes = json!({
        "/secrets/TERMS_SECRET": "secret",
        "/request/query": {"state": "s"},
        "/request/body": {"session_token": token}
    });
    let commands = commands("consent", Function::ContinuePostLogin, with(login(), changes)).await;
    assert_eq!(commands[0]["kind"], kind);
}

#[tokio::test]
async fn a_failure_names_its_line() {
    let event = with(login(), json!({"/organization": null}));
    let failure = run(Function::PostLogin, &source("failing"), event).await.result.unwrap_err();
    assert_eq!((failure.kind, failure.line), (FailureKind::Thrown, Some(3)));
    assert!(failure.message.starts_with("TypeError: "), "{failure}");
}

#[tokio::test]
async fn each_example_can_be_deployed() {
    for entry in std::fs::read_dir(format!("{}/examples", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "js") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let function = match name {
                "machine-claims" => Function::CredentialsExchange,
                "block-domains" => Function::PreUserRegistration,
                _ => Function::PostLogin,
            };
            assert_eq!(crate::harness::check(&source(name), function).await, Ok(()), "{name}");
        }
    }
}
