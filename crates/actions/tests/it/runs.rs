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
