//! What became of runs of actions: contract section 10.

use chrono::Duration;
use guildhall_app::actions::executions;
use guildhall_domain::action::execution::{
    Execution, ExecutionError, ExecutionResult, ExecutionStatus, ResultStatus,
};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::id::{
    ActionBindingId, ActionExecutionId, ActionId, ActionVersionId, ClientId, OrganizationId, UserId,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, here};

const PATH: &str = "/actions/executions";

fn failed(vendor: &Vendor, action: &str) -> ExecutionResult {
    let now = vendor.node.clock.now();
    ExecutionResult {
        action_id: ActionId::new(action),
        action_name: "Greet".to_owned(),
        binding_id: Some(ActionBindingId::new("the-binding")),
        version_id: Some(ActionVersionId::new("the-version")),
        status: ResultStatus::Failed,
        error: Some(ExecutionError {
            id: "TypeError".to_owned(),
            msg: "x is undefined\0".to_owned(),
            url: None,
            line: Some(3),
            column: Some(7),
        }),
        logs: "hello".to_owned(),
        started_at: now,
        ended_at: now + Duration::milliseconds(5),
    }
}

fn execution(vendor: &Vendor, trigger: Trigger, status: ExecutionStatus, action: &str) -> Execution {
    let now = vendor.node.clock.now();
    Execution {
        id: ActionExecutionId::generate(&vendor.node.clock),
        trigger_id: trigger,
        status,
        results: vec![failed(vendor, action)],
        user_id: None,
        client_id: None,
        organization_id: None,
        created_at: now,
        updated_at: now + Duration::milliseconds(5),
    }
}

/// Notes runs as issuance does, and waits until they can be read.
async fn note(vendor: &Vendor, noted: Vec<Execution>) {
    let (app, host) = (vendor.node.app(), vendor.host().to_owned());
    let written = async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        for execution in noted {
            executions::note(&app, &tenant.id, execution);
        }
        app.flush_events().await;
    };
    here(written).await;
}

/// A run of each trigger and status, oldest first; the action of those of people is `a`, of machines `b`.
async fn house() -> (Vendor, Vec<String>) {
    let vendor = Vendor::new().await;
    let mut noted = Vec::new();
    for (trigger, action) in [(Trigger::PostLogin, "a"), (Trigger::CredentialsExchange, "b")] {
        for status in [ExecutionStatus::Final, ExecutionStatus::Partial] {
            noted.push(execution(&vendor, trigger, status, action));
        }
    }
    let ids = noted.iter().map(|execution| execution.id.to_string()).collect();
    note(&vendor, noted).await;
    (vendor, ids)
}

fn ids(list: &Value) -> Vec<String> {
    list["executions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_run_is_answered_with_what_became_of_each_script() {
    let vendor = Vendor::new().await;
    let mut noted = execution(&vendor, Trigger::PostLogin, ExecutionStatus::Partial, "the-action");
    noted.user_id = Some(UserId::new("auth0|ada"));
    noted.client_id = Some(ClientId::new("web"));
    noted.organization_id = Some(OrganizationId::new("org_aurora"));
    let (id, begun, ended) = (noted.id.clone(), noted.created_at, noted.updated_at);
    note(&vendor, vec![noted]).await;
    let expected = json!({
        "id": id, "trigger_id": "post-login", "status": "partial",
        "results": [{
            "action_id": "the-action", "action_name": "Greet", "binding_id": "the-binding",
            "version_id": "the-version", "status": "failed",
            "error": {"id": "TypeError", "msg": "x is undefined", "line": 3, "column": 7},
            "logs": "hello", "started_at": begun, "ended_at": ended,
        }],
        "user_id": "auth0|ada", "client_id": "web", "organization_id": "org_aurora",
        "created_at": begun, "updated_at": ended,
    });
    assert_eq!(vendor.get(&format!("{PATH}/{id}")).await.is(200), expected);
}

#[tokio::test]
async fn a_run_of_another_tenant_is_unknown() {
    let (vendor, ids) = house().await;
    let rival = vendor.rival().await;
    rival.get(&format!("{PATH}/{}", ids[0])).await.refuses(404, "", "That execution does not exist.");
    assert_eq!(rival.get(PATH).await.is(200)["executions"], json!([]));
}

#[rstest]
#[case("", &[3, 2, 1, 0])]
#[case("trigger_id=post-login", &[1, 0])]
#[case("trigger_id=other", &[])]
#[case("status=final", &[2, 0])]
#[case("status=suspended", &[])]
#[case("action_id=a", &[1, 0])]
#[case("action_id=b&status=partial", &[3])]
#[case("action_id=c", &[])]
#[case("per_page=3", &[3, 2, 1])]
#[case("page=1&per_page=3", &[0])]
#[case("take=2", &[3, 2])]
#[tokio::test]
async fn runs_are_listed_newest_first_by_what_they_are(#[case] query: &str, #[case] expected: &[usize]) {
    let (vendor, noted) = house().await;
    let list = vendor.get(&format!("{PATH}?{query}")).await.is(200);
    let expected: Vec<String> = expected.iter().map(|number| noted[*number].clone()).collect();
    assert_eq!(ids(&list), expected);
}

#[tokio::test]
async fn a_list_goes_on_where_it_ended() {
    let (vendor, noted) = house().await;
    let first = vendor.get(&format!("{PATH}?take=3&status=final")).await.is(200);
    assert_eq!((ids(&first).len(), first.get("next")), (2, None));
    let first = vendor.get(&format!("{PATH}?take=3")).await.is(200);
    note(&vendor, vec![execution(&vendor, Trigger::PostLogin, ExecutionStatus::Final, "a")]).await;
    let next = vendor.get(&format!("{PATH}?take=3&from={}", first["next"].as_str().unwrap())).await.is(200);
    assert_eq!((ids(&next), next.get("next")), (vec![noted[0].clone()], None));
}

#[rstest]
#[case("status=finished")]
#[case("take=0")]
#[case("take=101")]
#[case("per_page=101")]
#[case("from=%21")]
#[tokio::test]
async fn a_parameter_that_cannot_be_is_refused(#[case] query: &str) {
    let answer = Vendor::new().await.get(&format!("{PATH}?{query}")).await;
    assert_eq!(answer.is(400)["errorCode"], "invalid_query_string");
}

#[tokio::test]
async fn old_runs_are_forgotten() {
    let (vendor, _) = house().await;
    vendor.later(Duration::days(9));
    let young = execution(&vendor, Trigger::PostLogin, ExecutionStatus::Final, "a");
    let kept = young.id.to_string();
    note(&vendor, vec![young]).await;
    vendor.later(Duration::days(2));
    let app = vendor.node.app();
    here(async move { executions::forget_old(&app).await.unwrap() }).await;
    let mut vendor = vendor;
    vendor.sign_in().await;
    assert_eq!(ids(&vendor.get(PATH).await.is(200)), [kept]);
}

#[tokio::test]
async fn more_runs_than_one_statement_takes_are_all_written() {
    let vendor = Vendor::new().await;
    let many =
        (0..300).map(|_| execution(&vendor, Trigger::PostLogin, ExecutionStatus::Final, "a")).collect();
    note(&vendor, many).await;
    assert_eq!(vendor.get(PATH).await.is(200)["total"], 300);
}
