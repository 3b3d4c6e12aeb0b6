use serde_json::json;

use super::*;

fn entry(kind: EventType, details: Value) -> LogEntry {
    LogEntry {
        id: "1".into(),
        date: DateTime::UNIX_EPOCH,
        kind: kind.as_str().to_owned(),
        description: "what was said".to_owned(),
        epoch: Some(7),
        client_id: Some("client".to_owned()),
        user_id: None,
        organization_id: Some("org_a".to_owned()),
        ip: None,
        user_agent: None,
        details,
    }
}

fn known() -> KnownInOrganization {
    KnownInOrganization {
        clients: HashMap::from([("client".to_owned(), "Portal".to_owned())]),
        members: HashMap::from([("member".to_owned(), Some("Mia".to_owned()))]),
    }
}

fn change(details: Value) -> OrganizationLog {
    entry(EventType::Change, details).shown_in(&"org_a".into(), &known())
}

#[test]
fn an_organization_sees_itself_without_what_the_vendor_keeps_about_it() {
    let organization = json!({
        "id": "org_a", "name": "aurora", "metadata": {"plan": "gold"},
        "token_quota": {"client_credentials": {"enforce": true}},
    });
    let details = json!({"action": "organization.updated", "before": organization, "after": organization});
    let log = change(details);
    assert_eq!(log.after, Some(json!({"id": "org_a", "name": "aurora"})));
    assert_eq!(log.before, log.after);
}

#[test]
fn what_was_another_organizations_is_not_shown() {
    let policy = |of: &str| json!({"name": "Office", "applies_to": {"organization_id": of}});
    let details =
        json!({"action": "access_policy.updated", "before": policy("org_b"), "after": policy("org_a")});
    let log = change(details);
    assert_eq!((log.before, log.after), (None, Some(json!({"name": "Office"}))));
}

#[test]
fn of_an_action_that_is_not_known_neither_side_is_shown() {
    assert_eq!(change(json!({"action": "claim_mapping.updated", "after": {"name": "Plan"}})).after, None);
}

#[test]
fn a_person_is_named_with_the_client_they_came_by() {
    let log = change(json!({"action": "organization.member_left", "actor": {"user": ["member", "client"]}}));
    let portal = LogActor {
        kind: ActorKind::Client,
        id: Some("client".to_owned()),
        name: Some("Portal".to_owned()),
        chain: Vec::new(),
    };
    let mia = LogActor {
        kind: ActorKind::User,
        id: Some("member".to_owned()),
        name: Some("Mia".to_owned()),
        chain: vec![portal],
    };
    assert_eq!(log.actor, mia);
}

#[test]
fn whoever_was_refused_is_named_as_a_member_only() {
    let of = |user: &str, kind: EventType| {
        let entry = LogEntry { user_id: Some(user.to_owned()), ..entry(kind, json!({})) };
        entry.shown_in(&"org_a".into(), &known())
    };
    let stranger = of("stranger", EventType::SignInRefused);
    assert_eq!((stranger.user_id, stranger.actor.id, stranger.actor.kind), (None, None, ActorKind::Unknown));
    assert_eq!(of("member", EventType::SignInRefused).user_name.as_deref(), Some("Mia"));
    let refused = LogEntry {
        client_id: Some("theirs".to_owned()),
        ..entry(EventType::ClientCredentialsRefused, json!({}))
    };
    assert_eq!(refused.shown_in(&"org_a".into(), &known()).actor, LogActor::default());
    assert_eq!(of("left", EventType::SignedIn).user_id.as_deref(), Some("left"));
}

#[test]
fn what_a_script_said_when_it_failed_is_not_shown() {
    let log = entry(EventType::ActionFailed, json!({"action": {"name": "Sync"}}));
    let log = log.shown_in(&"org_a".into(), &known());
    assert_eq!((log.description.as_str(), log.action), ("An Action failed.", None));
}
