//! What scripts cannot do: each test tries to exceed a limit, or to leave its world.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use guildhall_actions::outcome::FailureKind;
use guildhall_actions::{Command, Function, Limits, Run};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{TRIVIAL, World, body, claim, failure, now, run, run_with, workers};

#[rstest]
#[case::endless("for (;;);")]
#[case::caught("for (;;) { try { for (;;); } catch {} finally { continue } }")]
#[case::microtasks("while (true) await null")]
#[case::regex("/^(a+)+$/.test('a'.repeat(40) + 'b')")]
#[case::join("const a = []; a.length = 4294967295; a.join()")]
#[case::join_caught("try { const a = []; a.length = 4294967295; a.join() } catch {} ")]
#[case::sort("const a = []; a.length = 4294967295; a.sort()")]
#[case::reverse("Array.prototype.reverse.call({length: 2 ** 53 - 1})")]
#[case::raw("String.raw({raw: {length: 2 ** 53 - 1}})")]
#[case::replacer("JSON.stringify({}, Object.assign([], {length: 4294967295}))")]
#[case::slow_natives("const s = '1'.repeat(1e6); for (;;) JSON.parse(s)")]
#[case::bigint("let a = 3n ** 200000n; for (;;) a = (a * a) % (3n ** 400000n)")]
#[case::to_json("const a = {toJSON() { for (;;); }}; api.idToken.setCustomClaim('a', a)")]
#[case::getter("api.idToken.setCustomClaim('a', {get b() { for (;;); }})")]
#[case::thrown("throw {get message() { for (;;); }}")]
#[case::thrown_text("throw {message: {toString() { for (;;); }}}")]
#[case::top_level_getter("module.exports = null; for (;;);")]
#[case::proxy("api.idToken.setCustomClaim('a', new Proxy({}, {ownKeys() { for (;;); }}))")]
#[case::timers("setInterval(() => { for (;;); }, 0); await new Promise(() => {})")]
#[tokio::test]
async fn whoever_computes_too_long_is_stopped(#[case] text: &str) {
    let began = Instant::now();
    let (kind, message) = failure(text).await;
    assert_eq!(kind, FailureKind::Timeout, "{message}");
    assert_eq!(message, "the Action computed for longer than 250 ms");
    // Far less than the script wants, and enough for a machine that is busy with other tests.
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[rstest]
#[case::text("let s = 'x'; for (;;) s += s")]
#[case::array("const a = []; for (;;) a.push({})")]
#[case::caught("const a = []; for (;;) try { a.push('x'.repeat(1e6) + a.length) } catch (e) { throw e }")]
#[case::buffer("const a = []; for (;;) a.push(new ArrayBuffer(1e7))")]
#[case::one_buffer("new ArrayBuffer(1e9)")]
#[case::repeat("'x'.repeat(2 ** 29)")]
#[case::encoder("const a = []; for (;;) a.push(new TextEncoder().encode('x'.repeat(1e6)))")]
#[tokio::test]
async fn whoever_needs_too_much_memory_is_stopped(#[case] text: &str) {
    let (kind, message) = failure(text).await;
    // A string may also be longer than the engine allows at all.
    let too_long = message.contains("string too long") || message.contains("array buffer");
    assert!(kind == FailureKind::Memory || too_long, "{kind:?} {message}");
}

#[tokio::test]
async fn an_endless_chain_of_promises_is_stopped_by_one_limit_or_the_other() {
    let (kind, message) = failure("const f = () => Promise.resolve().then(f); await f()").await;
    assert!(matches!(kind, FailureKind::Timeout | FailureKind::Memory), "{kind:?} {message}");
}

#[rstest]
#[case("const f = () => f(); f()")]
#[case("const f = async () => { await f() }; await f()")]
#[case("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)")]
#[case("JSON.parse('['.repeat(1e5))")]
#[case("const o = {get a() { return this.a }}; o.a")]
#[case("const o = {toJSON() { return JSON.stringify(this) }}; JSON.stringify(o)")]
#[tokio::test]
async fn whoever_goes_too_deep_is_stopped(#[case] text: &str) {
    let (kind, message) = failure(text).await;
    assert!(matches!(kind, FailureKind::Stack) || message.contains("SyntaxError"), "{kind:?} {message}");
}

#[rstest]
#[case("await new Promise(() => {})")]
#[case("await {then() {}}")]
#[case("Promise.prototype.then = () => {}; await {then() {}}")]
#[tokio::test]
async fn a_promise_that_nothing_settles_is_noticed_at_once(#[case] text: &str) {
    assert_eq!(failure(text).await.0, FailureKind::Stuck);
}

#[tokio::test]
async fn waiting_has_a_limit_too() {
    let limits = Limits { wall: Duration::from_millis(200), ..Limits::default() };
    let workers = workers(limits);
    for text in
        ["await fetch('https://never.example/')", "await new Promise((done) => setTimeout(done, 1e9))"]
    {
        let code = format!("exports.onExecutePostLogin = async () => {{ {text} }}");
        let failure =
            run_with(&workers, Function::PostLogin, &code, json!({}), &[]).await.result.unwrap_err();
        assert_eq!(
            (failure.kind, &*failure.message),
            (FailureKind::Timeout, "the Action took longer than 0.2 s")
        );
    }
}

#[rstest]
#[case::claim("api.idToken.setCustomClaim('a', 'x'.repeat(2e6))")]
#[case::caught("try { api.idToken.setCustomClaim('a', 'x'.repeat(2e6)) } catch {}")]
#[case::many("for (let i = 0; i < 1e6; i++) api.accessToken.addScope('a')")]
#[case::caught_many("for (let i = 0; i < 2000; i++) try { api.accessToken.addScope('a') } catch {}")]
#[case::together("for (let i = 0; i < 5; i++) api.user.setAppMetadata(`${i}`, 'x'.repeat(9e4))")]
#[tokio::test]
async fn whoever_asks_for_too_much_fails(#[case] text: &str) {
    let outcome = body(text).await;
    assert_eq!(outcome.result.unwrap_err().kind, FailureKind::Output);
    assert!(outcome.commands.len() <= 1_000);
}

#[rstest]
#[case("api.idToken.setCustomClaim('a', 'x'.repeat(103000))", "value must have at most 102400 bytes of JSON")]
#[case("api.idToken.setCustomClaim('a'.repeat(600), 1)", "name must have at most 512 bytes")]
#[case("api.access.deny('x'.repeat(5000))", "reason must have at most 4096 bytes")]
#[case("const a = {}; a.a = a; api.idToken.setCustomClaim('a', a)", "circular reference")]
#[case(
    "let a = 1; for (let i = 0; i < 500; i++) a = [a]; api.idToken.setCustomClaim('a', a)",
    "recursion limit"
)]
#[case("api.idToken.setCustomClaim('a', '\\ud800')", "hex escape")]
#[case("for (let i = 0; i < 30; i++) fetch('https://a.b'); for (;;) await fetch('https://a.b')", "at once")]
#[case("for (;;) await fetch('https://a.b')", "more than 200 calls")]
#[tokio::test]
async fn a_call_that_is_too_large_throws(#[case] text: &str, #[case] message: &str) {
    let (_, said) = failure(text).await;
    assert!(said.contains(message), "{said}");
}

#[tokio::test]
async fn the_console_is_cut() {
    let outcome = body("for (let i = 0; i < 1000; i++) console.log('x'.repeat(1e4))").await;
    assert_eq!(outcome.result, Ok(()));
    assert!(outcome.console.cut);
    assert_eq!(outcome.console.text.len(), 256);
}

#[rstest]
#[case("Object.prototype.kind = 'deny'; Object.prototype.toJSON = () => ({kind: 'deny', reason: 'x'})")]
#[case("JSON.stringify = () => '{\"kind\":\"deny\",\"reason\":\"x\"}'; JSON.parse = () => ({})")]
#[case(
    "Array.prototype.toJSON = () => 7; String.prototype.toJSON = () => 7; Array.prototype[Symbol.iterator] = null"
)]
#[case("Promise.prototype.then = () => {}; Promise.prototype.constructor = null; globalThis.Promise = null")]
#[case("Object.defineProperty(Object.prototype, 'then', {get() { throw 1 }})")]
#[case(
    "Object.setPrototypeOf(Object.prototype.constructor, null); const g = globalThis; for (const k of Object.getOwnPropertyNames(g)) delete g[k]"
)]
#[case(
    "for (const k of ['defineProperty', 'freeze', 'keys']) Object[k] = () => { throw 1 }; Function.prototype.call = Function.prototype.bind = null"
)]
#[case("Object.defineProperty(Object.prototype, 'value', {set() {}, get() { return 8 }})")]
#[case(
    "Error.prepareStackTrace = (e, frames) => { for (const f of frames) f.getFunction?.()?.('command', '{}') }"
)]
#[tokio::test]
async fn what_is_recorded_does_not_depend_on_what_the_script_did_to_the_globals(#[case] tampering: &str) {
    let outcome = body(&format!("{tampering};\napi.accessToken.setCustomClaim('a', 'b')")).await;
    assert_eq!(outcome.result, Ok(()));
    let recorded = serde_json::to_value(&outcome.commands).unwrap();
    assert_eq!(recorded, json!([{"kind": "set_claim", "token": "access", "name": "a", "value": "b"}]));
}

#[tokio::test]
async fn the_api_cannot_be_changed() {
    let text = "
        'use strict';
        const tries = [
            () => { api.access = {} }, () => { api.access.deny = () => {} }, () => { delete api.idToken },
            () => Object.defineProperty(api, 'cache', {value: 1}), () => { api.x = 1 },
        ];
        const refused = tries.filter((f) => { try { f() } catch { return true } }).length;
        api.idToken.setCustomClaim('x', refused)";
    assert_eq!(claim(text).await, json!(5));
}

#[rstest]
#[case("eval('1')")]
#[case("new Function('return 1')()")]
#[case("(() => {}).constructor('return 1')()")]
#[case("(async () => {}).constructor('return 1')()")]
#[case("(function* () {}).constructor('return 1')()")]
#[case("(async function* () {}).constructor('return 1')()")]
#[case("Object.getPrototypeOf(class {}).constructor('return 1')()")]
#[case("await import('fs')")]
#[case("(await import('guildhall.js')).default('1').makeApi('post-login', true)")]
#[tokio::test]
async fn code_from_strings_does_not_run(#[case] text: &str) {
    assert!(body(text).await.result.is_err());
}

#[tokio::test]
async fn nothing_of_one_run_is_seen_by_the_next() {
    let workers = workers(Limits { processes: 1, ..Limits::default() });
    let code = "
        exports.onExecutePostLogin = (event, api) => {
            const seen = [globalThis.left, Object.prototype.left, fetch.left, api.cache.get('left')?.value, Date.left];
            api.idToken.setCustomClaim('x', seen.map((value) => value ?? null));
            globalThis.left = Object.prototype.left = fetch.left = Date.left = event.secrets.key;
            api.cache.set('left', 'x');
        }";
    for _ in 0..3 {
        let event = json!({"secrets": {"key": "secret"}});
        let outcome = run_with(&workers, Function::PostLogin, code, event, &[]).await;
        let Some(Command::SetClaim { value, .. }) = outcome.commands.first() else { panic!("{outcome:?}") };
        assert_eq!(*value, json!([null, null, null, null, null]));
    }
}

#[tokio::test]
async fn others_are_answered_while_some_misbehave() {
    let bombs = [
        "const a = []; a.length = 4294967295; a.join()",
        "for (;;);",
        "let s = 'x'; for (;;) s += s",
        "await fetch('https://never.example/')",
    ];
    let limits = Limits { wall: Duration::from_secs(8), ..Limits::default() };
    let workers = workers(limits);
    let bad = bombs.iter().cycle().take(12).map(|text| {
        let code = format!("exports.onExecutePostLogin = async () => {{ {text} }}");
        let workers = &workers;
        async move {
            let run = Run {
                tenant: "bad",
                code: &code,
                function: Function::PostLogin,
                event: &json!({}),
                cache: &[],
                now: now(),
                can_redirect: false,
            };
            workers.run(run, &World).await
        }
    });
    let code = "exports.onExecutePostLogin = async (event, api) => api.idToken.setCustomClaim('x', event.n)";
    let good = (0..50).map(|n| {
        let workers = &workers;
        async move {
            let event = json!({"n": n});
            let run = Run {
                tenant: "good",
                code,
                function: Function::PostLogin,
                event: &event,
                cache: &[],
                now: now(),
                can_redirect: false,
            };
            let outcome = workers.run(run, &World).await;
            assert_eq!(outcome.result, Ok(()));
            let Some(Command::SetClaim { value, .. }) = outcome.commands.into_iter().next() else { panic!() };
            assert_eq!(value, json!(n));
        }
    });
    let began = Instant::now();
    let good = async {
        join_all(good).await;
        began.elapsed()
    };
    let bad = async {
        let outcomes = join_all(bad).await;
        (outcomes, began.elapsed())
    };
    let ((outcomes, bad), good) = tokio::join!(bad, good);
    assert!(outcomes.iter().all(|outcome| outcome.result.is_err()));
    assert!(good < bad, "the good ones waited for the bad ones: {good:?}, {bad:?}");
}

#[tokio::test]
async fn whoever_comes_when_too_many_wait_is_told_so() {
    let workers =
        workers(Limits { per_tenant: 1, queue: 1, wall: Duration::from_secs(1), ..Limits::default() });
    let code = "exports.onExecutePostLogin = async () => { await fetch('https://never.example/') }";
    let runs = (0..3).map(|_| run_with(&workers, Function::PostLogin, code, json!({}), &[]));
    let outcomes = join_all(runs).await;
    let busy = outcomes
        .iter()
        .filter(|outcome| outcome.result.as_ref().is_err_and(|failure| failure.kind == FailureKind::Busy));
    assert!(busy.count() >= 1);
}

#[tokio::test]
async fn an_event_that_is_too_large_fails_the_run() {
    let event = json!({"user": {"app_metadata": "x".repeat(9 << 20)}});
    let outcome = run(Function::PostLogin, TRIVIAL, event).await;
    assert_eq!(outcome.result.unwrap_err().kind, FailureKind::Output);
    let deep = (0..100).fold(Value::Null, |inner, _| json!([inner]));
    assert_eq!(run(Function::PostLogin, TRIVIAL, deep).await.result, Ok(()));
}
