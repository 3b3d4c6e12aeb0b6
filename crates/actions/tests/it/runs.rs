//! What scripts can do.

use guildhall_actions::command::Token;
use guildhall_actions::outcome::{CacheWrite, FailureKind};
use guildhall_actions::run::CacheEntry;
use guildhall_actions::{Command, Function};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{self, body, check, claim, failure, now, run};

#[tokio::test]
async fn a_script_sees_the_event_and_its_commands_come_out_in_order() {
    let code = "
        const names = (roles) => roles.map((role) => role.toUpperCase());
        exports.onExecutePostLogin = async (event, api) => {
            api.idToken.setCustomClaim('roles', names(event.authorization.roles));
            await null;
            api.accessToken.setCustomClaim('org', event.organization?.id);
            api.accessToken.addScope('read:all').accessToken.removeScope('write:all');
            api.user.setUserMetadata('a', {b: [1, null]});
            console.log('done', {for: event.user.user_id}, 3);
        };";
    let event = json!({"authorization": {"roles": ["admin"]}, "user": {"user_id": "auth0|1"}});
    let outcome = run(Function::PostLogin, code, event).await;
    assert_eq!(outcome.result, Ok(()));
    assert_eq!(outcome.console.text, r#"done {"for":"auth0|1"} 3"#);
    assert_eq!(
        outcome.commands,
        [
            Command::SetClaim { token: Token::Id, name: "roles".into(), value: json!(["ADMIN"]) },
            Command::SetClaim { token: Token::Access, name: "org".into(), value: Value::Null },
            Command::AddScope { scope: "read:all".into() },
            Command::RemoveScope { scope: "write:all".into() },
            Command::SetUserMetadata { name: "a".into(), value: json!({"b": [1, null]}) },
        ]
    );
}

#[tokio::test]
async fn a_commonjs_module_exports_its_function_in_any_way() {
    for code in [
        "exports.onExecutePostLogin = (event, api) => { api.accessToken.addScope('a') }",
        "module.exports = { onExecutePostLogin(event, api) { api.accessToken.addScope('a') } }",
        "module.exports.onExecutePostLogin = async function (event, api) { api.accessToken.addScope('a') } // end",
        "return void (exports.onExecutePostLogin = (e, api) => ({ then: (done) => { api.accessToken.addScope('a'); done() } }))",
        "class A { static async run(e, api) { api.accessToken.addScope('a') } }\nexports.onExecutePostLogin = A.run",
    ] {
        let outcome = run(Function::PostLogin, code, json!({})).await;
        assert_eq!(outcome.result, Ok(()), "{code}");
        assert_eq!(outcome.commands, [Command::AddScope { scope: "a".into() }], "{code}");
    }
}

#[rstest]
#[case("exports.onExecutePostLogin = (", FailureKind::Syntax, Some(1))]
#[case("const a = 1;\nconst a = 2;", FailureKind::Syntax, Some(2))]
#[case("import x from 'y'", FailureKind::Syntax, Some(1))]
#[case("let x = 1", FailureKind::MissingFunction, None)]
#[case("exports.onExecutePostLogin = 7", FailureKind::MissingFunction, None)]
#[case("exports = null; module.exports = undefined", FailureKind::MissingFunction, None)]
#[case("exports.onContinuePostLogin = () => {}", FailureKind::MissingFunction, None)]
#[case("\nconst axios = require('axios')", FailureKind::Thrown, Some(2))]
#[case("process.exit()", FailureKind::Thrown, Some(1))]
#[case("for (;;);", FailureKind::Timeout, None)]
#[tokio::test]
async fn a_check_says_what_is_wrong_with_the_code(
    #[case] code: &str,
    #[case] kind: FailureKind,
    #[case] line: Option<u32>,
) {
    let failure = check(code, Function::PostLogin).await.unwrap_err();
    assert_eq!((failure.kind, failure.line), (kind, line), "{failure:?}");
}

#[tokio::test]
async fn a_check_does_not_call_the_function() {
    assert_eq!(check("exports.onExecutePostLogin = () => { throw 1 }", Function::PostLogin).await, Ok(()));
}

#[tokio::test]
async fn a_missing_package_is_named() {
    let (kind, message) = failure("require('axios')").await;
    assert_eq!(kind, FailureKind::Thrown);
    assert!(message.starts_with("Cannot find module 'axios': npm packages"), "{message}");
}

#[rstest]
#[case("exports.onExecutePostLogin = () => { throw new Error('no') }", 1, 48)]
#[case("exports.onExecutePostLogin = async () => {\n  await null;\n  null.x;\n}", 3, 3)]
#[case("const f = () => { missing() };\nexports.onExecutePostLogin = async () => {\n  f();\n}", 1, 19)]
#[case("exports.onExecutePostLogin = async (e, api) => {\n  api.access.deny(7);\n}", 2, 14)]
#[tokio::test]
async fn a_failure_has_its_place_in_the_vendors_code(
    #[case] code: &str,
    #[case] line: u32,
    #[case] column: u32,
) {
    let failure = run(Function::PostLogin, code, json!({})).await.result.unwrap_err();
    assert_eq!((failure.line, failure.column), (Some(line), Some(column)), "{failure:?}");
}

#[rstest]
#[case("throw 1", "1")]
#[case("throw undefined", "undefined")]
#[case("throw Symbol('x')", "Symbol(x)")]
#[case("throw {}", "the Action threw")]
#[case(
    "throw {get message() { throw 2 }, get name() { throw 3 }, get stack() { throw 4 }}",
    "the Action threw"
)]
#[case("throw new Proxy({}, {get() { throw 1 }})", "the Action threw")]
#[case("throw {message: {toString() { throw 1 }}}", "the Action threw")]
#[case("throw {message: 'mine'}", "mine")]
#[case("throw new Error('\\ud800')", "\u{fffd}")]
#[case("throw new TypeError('wrong')", "TypeError: wrong")]
#[case("await Promise.reject(new Error('rejected'))", "rejected")]
#[tokio::test]
async fn anything_can_be_thrown(#[case] text: &str, #[case] message: &str) {
    assert_eq!(failure(text).await, (FailureKind::Thrown, message.to_owned()));
}

#[rstest]
#[case("api.multifactor.enable('any')", "api.multifactor.enable")]
#[case("api.authentication.challengeWith({type: 'otp'})", "api.authentication.challengeWith")]
#[case("api.authentication.enrollWithAny([])", "api.authentication.enrollWithAny")]
#[case("api.prompt.render('x')", "api.prompt.render")]
#[case("api.samlResponse.setAttribute('a', 'b')", "api.samlResponse.setAttribute")]
#[case("await api.groups.getUserGroups()", "api.groups.getUserGroups")]
#[tokio::test]
async fn what_guildhall_has_not_says_so_by_name(#[case] text: &str, #[case] name: &str) {
    assert_eq!(
        failure(text).await,
        (FailureKind::Unsupported, format!("{name} is not available in Guildhall"))
    );
}

#[tokio::test]
async fn commands_before_a_failure_come_out() {
    let outcome = body(
        "api.user.setAppMetadata('a', 1); api.access.deny('no'); api.accessToken.addScope('x'); throw 1",
    )
    .await;
    assert_eq!(outcome.commands.len(), 3);
    assert_eq!(outcome.commands[1], Command::Deny { reason: "no".into() });
}

#[rstest]
#[case::number("new Date().toISOString().slice(0, 16)", json!("2026-11-21T10:00"))]
#[case::date("[Date.now() - new Date() < 5, new Date(0).getTime(), typeof Date(), new Date().constructor === Date]", json!([true, 0, "string", true]))]
#[case::url("(u => [u.hostname, u.port, u.searchParams.get('a'), u.href])(new URL('../x?a=b%20c#d', 'https://é.example:444/y/z'))", json!(["xn--9ca.example", "444", "b c", "https://xn--9ca.example:444/x?a=b%20c#d"]))]
#[case::url_set("(u => { u.searchParams.set('b', 'ä&'); u.pathname = '/p'; u.hash = ''; return [`${u}`, JSON.stringify(u)] })(new URL('https://a.b/?a=1'))", json!(["https://a.b/p?a=1&b=%C3%A4%26", "\"https://a.b/p?a=1&b=%C3%A4%26\""]))]
#[case::no_url("[URL.canParse('x'), URL.canParse('x', 'https://a.b'), URL.parse('x')]", json!([false, true, null]))]
#[case::query("[...new URLSearchParams('?a=1&b=2&a=3')].concat([new URLSearchParams({x: 'y z'}).toString(), new URLSearchParams([['a', 'b']]).size])", json!([["a", "1"], ["b", "2"], ["a", "3"], "x=y+z", 1]))]
#[case::bytes("[[...new TextEncoder().encode('é')], new TextDecoder().decode(new Uint8Array([195, 169])), new TextDecoder().decode(new Uint8Array([255]).buffer)]", json!([[195, 169], "é", "\u{fffd}"]))]
#[case::base64("[btoa('hello'), atob('aGVsbG8=')]", json!(["aGVsbG8=", "hello"]))]
#[case::crypto("[crypto.randomUUID().length, crypto.randomUUID() !== crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(8)).length]", json!([36, true, 8]))]
#[case::clone("(a => { const b = structuredClone(a); return [b.d instanceof Date, b.m.get(1), b.self === b, b !== a] })((o => { o.self = o; return o })({d: new Date(), m: new Map([[1, 2]])}))", json!([true, 2, true, true]))]
#[case::timer("await new Promise((done) => setTimeout(done, 5, 'late'))", json!("late"))]
#[case::cleared("await new Promise((done) => { clearTimeout(setTimeout(done, 1, 'a')); setTimeout(done, 10, 'b') })", json!("b"))]
#[case::interval("await new Promise((done) => { let n = 0; const id = setInterval(() => { if (++n === 3) { clearInterval(id); done(n) } }, 1) })", json!(3))]
#[case::none("[typeof process, typeof Buffer, typeof Intl, typeof eval, typeof WebAssembly, typeof std, typeof host]", json!(["undefined", "undefined", "undefined", "undefined", "undefined", "undefined", "undefined"]))]
#[tokio::test]
async fn globals_of_the_web_work(#[case] expression: &str, #[case] expected: Value) {
    assert_eq!(claim(&format!("api.idToken.setCustomClaim('x', {expression})")).await, expected);
}

#[tokio::test]
async fn several_requests_at_once_are_answered() {
    let text = "
        const get = async (path) => (await fetch(`https://api.example.com/${path}`)).json();
        const [a, b, c] = await Promise.all([get('a'), get('b'), fetch(new URL('https://x.example/missing'))]);
        const sent = await fetch('https://x.example/', {method: 'post', headers: {'X-Key': 'k'}, body: new URLSearchParams({a: 'b c'})});
        api.idToken.setCustomClaim('x', [a.method, b.method, c.ok, c.status, sent.headers.get('Content-Type'), await sent.json()])";
    assert_eq!(
        claim(text).await,
        json!(["GET", "GET", false, 404, "application/json", {
            "method": "POST",
            "headers": [["x-key", "k"], ["content-type", "application/x-www-form-urlencoded;charset=UTF-8"]],
            "body": "a=b+c"
        }])
    );
}

#[tokio::test]
async fn a_refused_request_rejects_its_promise() {
    let text = "api.idToken.setCustomClaim('x', await fetch('https://refused/').catch((e) => [e instanceof Error, e.message]))";
    assert_eq!(claim(text).await, json!([true, "fetch: the host is not allowed"]));
}

#[rstest]
#[case("getUserEffectiveRoles({take: 5})", json!({"page": {"take": 5, "from": null}}))]
#[case("getUserEffectiveRolesByIds(['rol_1'])", json!({"ids": ["rol_1"]}))]
#[case("getUserEffectiveRolesByNames(['Admin'])", json!({"names": ["Admin"]}))]
#[tokio::test]
async fn roles_are_asked_of_the_host(#[case] call: &str, #[case] query: Value) {
    let roles = claim(&format!("api.idToken.setCustomClaim('x', await api.roles.{call})")).await;
    assert_eq!(roles, json!([{"id": "rol_1", "name": "Admin"}, {"query": query}]));
}

#[tokio::test]
async fn a_redirect_has_its_query() {
    let outcome = body(
        "api.redirect.sendUserTo('https://consent.example/?a=1', {query: {token: 'x y', n: 2, none: null}})",
    )
    .await;
    let url = "https://consent.example/?a=1&token=x+y&n=2".to_owned();
    assert_eq!(outcome.commands, [Command::Redirect { url }]);
}

#[rstest]
#[case("api.redirect.sendUserTo('javascript:alert(1)')")]
#[case("api.redirect.sendUserTo('/relative')")]
#[case("api.redirect.sendUserTo(7)")]
#[case("api.redirect.sendUserTo('https://a.b', {query: {a: {}}})")]
#[tokio::test]
async fn a_redirect_to_nowhere_is_refused(#[case] text: &str) {
    assert!(failure(text).await.1.contains("of api.redirect.sendUserTo"));
}

/// The token that a script encodes for the user `auth0|1`, and what a script makes of one that comes back.
const ENCODE: &str = "exports.onExecutePostLogin = (event, api) =>
    api.idToken.setCustomClaim('x', api.redirect.encodeToken(event.encode))";
const VALIDATE: &str = "exports.onContinuePostLogin = (event, api) =>
    api.idToken.setCustomClaim('x', api.redirect.validateToken({secret: 'key', tokenParameterName: event.parameter}))";

async fn token(encode: Value) -> String {
    let event = json!({
        "encode": encode,
        "user": {"user_id": "auth0|1"},
        "request": {"hostname": "acme.example", "ip": "192.0.2.1"}
    });
    let outcome = run(Function::PostLogin, ENCODE, event).await;
    assert_eq!(outcome.result, Ok(()));
    match &outcome.commands[..] {
        [Command::SetClaim { value, .. }] => value.as_str().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

async fn validated(request: Value) -> Result<Value, String> {
    let event = json!({"user": {"user_id": "auth0|1"}, "request": request});
    let outcome = run(Function::ContinuePostLogin, VALIDATE, event).await;
    outcome.result.map_err(|failure| failure.message)?;
    match outcome.commands.into_iter().next() {
        Some(Command::SetClaim { value, .. }) => Ok(value),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_goes_out_and_comes_back() {
    let token = token(json!({"secret": "key", "payload": {"state": "s", "a": 1, "exp": 1}})).await;
    let claims = validated(json!({"body": {"session_token": token}, "query": {"state": "s"}})).await.unwrap();
    let issued = now().timestamp();
    assert_eq!(
        claims,
        json!({"iss": "acme.example", "sub": "auth0|1", "ip": "192.0.2.1", "state": "s", "a": 1, "exp": issued + 900, "iat": issued})
    );
}

#[rstest]
#[case::other_secret(json!({"secret": "other", "payload": {"state": "s"}}), "signature")]
#[case::other_state(json!({"secret": "key", "payload": {"state": "t"}}), "State in the token does not match")]
#[case::no_state(json!({"secret": "key"}), "State in the token does not match")]
#[case::other_user(json!({"secret": "key", "payload": {"state": "s", "sub": "auth0|2"}}), "sub")]
#[case::expired(json!({"secret": "key", "payload": {"state": "s"}, "expiresInSeconds": 0}), "expired")]
#[tokio::test]
async fn another_token_is_refused(#[case] encode: Value, #[case] why: &str) {
    let token = token(encode).await;
    let error = validated(json!({"query": {"session_token": token, "state": "s"}})).await.unwrap_err();
    assert!(error.starts_with("The session token is invalid: ") && error.contains(why), "{error}");
}

#[rstest]
#[case(json!("eyJhbGciOiJub25lIn0.e30."))]
#[case(json!("x"))]
#[case(json!({}))]
#[case(Value::Null)]
#[tokio::test]
async fn what_is_no_token_is_refused(#[case] token: Value) {
    let error = validated(json!({"query": {"session_token": token, "state": "s"}})).await.unwrap_err();
    assert!(error.starts_with("The session token is invalid: "), "{error}");
}

#[tokio::test]
async fn the_cache_is_read_and_written() {
    let entry = |key: &str, value: &str, seconds: i64| CacheEntry {
        key: key.to_owned(),
        value: value.to_owned(),
        expires_at: now() + chrono::TimeDelta::seconds(seconds),
    };
    let cache = [entry("old", "1", 60), entry("gone", "2", 60), entry("expired", "3", -1)];
    let code = "exports.onExecutePostLogin = (event, api) => {
        const { cache } = api;
        const seen = [cache.get('old').value, cache.get('expired'), cache.get('none'), cache.get('gone').value];
        const set = [cache.set('new', 'a').type, cache.set('new', 'b', {ttl: 1000}).record.value, cache.delete('gone').type];
        const long = cache.set('long', 'x', {ttl: 1e12}).record.expires_at - Date.now() <= 24 * 3600 * 1000;
        const refused = [cache.set('k'.repeat(65), ''), cache.set('k', 'v'.repeat(4001)), cache.set('k', '', {expires_at: 5})];
        api.idToken.setCustomClaim('x', [seen, set, long, refused.map((r) => r.code), cache.get('new').value, cache.get('gone')]);
    }";
    let workers = harness::workers(guildhall_actions::Limits::default());
    let outcome = harness::run_with(&workers, Function::PostLogin, code, json!({}), &cache).await;
    assert_eq!(outcome.result, Ok(()));
    let Some(Command::SetClaim { value, .. }) = outcome.commands.last() else { panic!() };
    let refused = ["CacheKeySizeExceeded", "CacheValueSizeExceeded", "ItemAlreadyExpired"];
    assert_eq!(
        *value,
        json!([["1", null, null, "2"], ["success", "b", "success"], true, refused, "b", null])
    );
    assert_eq!(
        outcome.cache,
        [
            CacheWrite::Set(entry("new", "b", 1)),
            CacheWrite::Delete("gone".to_owned()),
            CacheWrite::Set(entry("long", "x", 24 * 3600)),
        ]
    );
}

#[tokio::test]
async fn the_cache_holds_20_entries_and_8_kb() {
    let text = "
        const sets = [];
        for (let i = 0; i < 21; i++) sets.push(api.cache.set(`k${i}`, 'v').code);
        for (let i = 0; i < 20; i++) api.cache.delete(`k${i}`);
        for (let i = 0; i < 3; i++) sets.push(api.cache.set(`${i}`, 'v'.repeat(3999)).code);
        api.idToken.setCustomClaim('x', sets.filter((code) => code));";
    assert_eq!(claim(text).await, json!(["CacheEntriesExceeded", "CacheSizeExceeded"]));
}

#[rstest]
#[case(Function::CredentialsExchange, "api.access.deny('invalid_scope', 'no')", json!({"kind": "deny_exchange", "code": "invalid_scope", "reason": "no"}))]
#[case(Function::CredentialsExchange, "api.accessToken.setCustomClaim('a', 1)", json!({"kind": "set_claim", "token": "access", "name": "a", "value": 1}))]
#[case(Function::CredentialsExchange, "api.transaction.addTargetScope('a')", json!({"kind": "add_target_scope", "scope": "a"}))]
#[case(Function::CredentialsExchange, "api.transaction.removeTargetScope('a')", json!({"kind": "remove_target_scope", "scope": "a"}))]
#[case(Function::CredentialsExchange, "api.transaction.setTargetScopes(['a', 'b'])", json!({"kind": "set_target_scopes", "scopes": ["a", "b"]}))]
#[case(Function::CredentialsExchange, "api.transaction.clearTargetScopes()", json!({"kind": "set_target_scopes", "scopes": []}))]
#[case(Function::PreUserRegistration, "api.access.deny('domain', 'Sorry')", json!({"kind": "deny_registration", "reason": "domain", "message": "Sorry"}))]
#[case(Function::PreUserRegistration, "api.validation.error('x', 'Sorry')", json!({"kind": "validation_error", "code": "x", "message": "Sorry"}))]
#[case(Function::PreUserRegistration, "api.user.setAppMetadata('a', null)", json!({"kind": "set_app_metadata", "name": "a", "value": null}))]
#[case(Function::PostLogin, "api.session.revoke('why', {preserveRefreshTokens: true})", json!({"kind": "revoke_session", "reason": "why", "preserve_refresh_tokens": true}))]
#[case(Function::PostLogin, "api.session.setExpiresAt(1.5)", json!({"kind": "set_session_expires_at", "at": 1}))]
#[case(Function::PostLogin, "api.session.setIdleExpiresAt(+new Date(5))", json!({"kind": "set_session_idle_expires_at", "at": 5}))]
#[case(Function::PostLogin, "api.session.setMetadata('a', 'b')", json!({"kind": "set_session_metadata", "name": "a", "value": "b"}))]
#[case(Function::PostLogin, "api.session.deleteMetadata('a')", json!({"kind": "set_session_metadata", "name": "a", "value": null}))]
#[case(Function::PostLogin, "api.session.evictMetadata()", json!({"kind": "evict_session_metadata"}))]
#[case(Function::PostLogin, "api.refreshToken.revoke()", json!({"kind": "revoke_refresh_token", "reason": null}))]
#[case(Function::PostLogin, "api.refreshToken.setExpiresAt(1)", json!({"kind": "set_refresh_token_expires_at", "at": 1}))]
#[case(Function::PostLogin, "api.refreshToken.setIdleExpiresAt(1)", json!({"kind": "set_refresh_token_idle_expires_at", "at": 1}))]
#[case(Function::PostLogin, "api.refreshToken.setMetadata('a', 'b')", json!({"kind": "set_refresh_token_metadata", "name": "a", "value": "b"}))]
#[case(Function::PostLogin, "api.refreshToken.evictMetadata()", json!({"kind": "evict_refresh_token_metadata"}))]
#[case(Function::PostLogin, "api.transaction.setMetadata('a', 1)", json!({"kind": "set_transaction_metadata", "name": "a", "value": 1}))]
#[case(Function::PostLogin, "api.validation.error('a', 'b')", json!({"kind": "validation_error", "code": "a", "message": "b"}))]
#[tokio::test]
async fn each_call_is_a_command(#[case] function: Function, #[case] call: &str, #[case] expected: Value) {
    let code = format!("exports.{} = async (event, api) => {{ {call} }}", function.name());
    let outcome = run(function, &code, json!({})).await;
    assert_eq!(outcome.result, Ok(()));
    assert_eq!(serde_json::to_value(&outcome.commands).unwrap(), json!([expected]));
}

#[rstest]
#[case(Function::PostLogin, "api.access.deny()", "the reason of api.access.deny must be a string")]
#[case(Function::PostLogin, "api.accessToken.addScope(['a'])", "must be a string")]
#[case(Function::PostLogin, "api.accessToken.addScope('')", "must not be empty")]
#[case(Function::PostLogin, "api.idToken.setCustomClaim(1, 2)", "must be a string")]
#[case(Function::PostLogin, "api.idToken.setCustomClaim('a', () => {})", "missing field `value`")]
#[case(Function::PostLogin, "api.idToken.setCustomClaim('a', 1n)", "")]
#[case(Function::PostLogin, "api.session.setExpiresAt('tomorrow')", "must be a number")]
#[case(Function::PostLogin, "api.session.setExpiresAt(NaN)", "must be a number")]
#[case(Function::PostLogin, "api.transaction.setMetadata('a', {})", "a string, a number or a boolean")]
#[case(Function::PostLogin, "api.transaction.setMetadata('a'.repeat(65), 1)", "at most 64 bytes")]
#[case(Function::PostLogin, "api.cache.set('a', 1)", "must be a string")]
#[case(Function::CredentialsExchange, "api.access.deny('teapot', 'x')", "unknown variant `teapot`")]
#[case(Function::CredentialsExchange, "api.transaction.setTargetScopes('a')", "must be an array")]
#[case(Function::CredentialsExchange, "api.idToken.setCustomClaim('a', 1)", "")]
#[case(Function::PostUserRegistration, "api.access.deny('a', 'b')", "")]
#[tokio::test]
async fn a_call_with_wrong_arguments_throws(
    #[case] function: Function,
    #[case] call: &str,
    #[case] message: &str,
) {
    let code = format!("exports.{} = async (event, api) => {{ {call} }}", function.name());
    let outcome = run(function, &code, json!({})).await;
    let failure = outcome.result.unwrap_err();
    assert!(failure.kind == FailureKind::Thrown && failure.message.contains(message), "{failure:?}");
    assert_eq!(outcome.commands, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_may_move_between_threads() {
    let text = "await fetch('https://api.example.com/'); api.accessToken.addScope('a')";
    let outcome = tokio::spawn(body(text)).await.unwrap();
    assert_eq!(outcome.commands, [Command::AddScope { scope: "a".into() }]);
}
