//! Sign-ins by table.

use chrono::Duration;
use guildhall_domain::access_policy;
use guildhall_domain::client::NewClient;
use guildhall_domain::id::ClientId;
use guildhall_oauth::authorize_request;
use guildhall_oauth::parameters::Parameters;
use serde_json::{Value, json};

use super::*;

const NOW: DateTime<Utc> = DateTime::from_timestamp_millis(1_800_000_000_000).expect("a time");

/// A sign-in that begins with this query.
pub fn transaction(query: &str) -> Transaction {
    let query = format!("client_id=c&{query}");
    let parameters = Parameters::from_form(query.as_bytes()).expect("parameters");
    let request = authorize_request::read(parameters, false).expect("a request");
    let text = json!({
        "request": request, "redirect_uri": "https://app.example/cb", "without_organization": false,
        "accepts_invitation": false, "consented": false, "began_at": NOW, "browser": "",
    });
    serde_json::from_value(text).expect("a transaction")
}

fn client(settings: Value) -> Client {
    let mut new = json!({"name": "App"});
    new.as_object_mut().expect("an object").extend(settings.as_object().expect("an object").clone());
    serde_json::from_value::<NewClient>(new).expect("a client").create(ClientId::new("c"), NOW)
}

fn standing() -> Standing {
    Standing {
        session: "s".to_owned(),
        user: UserId::new("auth0|u"),
        email: Some("u@example.com".to_owned()),
        blocked: false,
        authenticated_at: NOW - Duration::seconds(100),
    }
}

/// A sign-in of a person who has a session, changed by `change`.
fn step(client_settings: Value, query: &str, change: impl FnOnce(&mut Facts<'_>, &mut Transaction)) -> Step {
    let client = client(client_settings);
    let (mut transaction, first) = (transaction(query), transaction(query));
    let mut facts = Facts {
        now: NOW,
        client: &client,
        transaction: &first,
        standing: Some(standing()),
        invited: None,
        belonging: None,
        choices: Choices::Several,
        consented: true,
        denied: None,
    };
    change(&mut facts, &mut transaction);
    next_step(&Facts { transaction: &transaction, ..facts })
}

fn refused(step: Step) -> (&'static str, String) {
    match step {
        Step::Refuse(error) => (error.code.as_str(), error.description),
        other => panic!("{other:?}"),
    }
}

const CODE: &str = "response_type=code";

#[test]
fn whoever_has_a_session_is_done() {
    assert_eq!(step(json!({}), CODE, |_, _| ()), Step::Done);
}

#[test]
fn whoever_has_none_signs_in() {
    assert_eq!(step(json!({}), CODE, |facts, _| facts.standing = None), Step::SignIn);
}

#[test]
fn whoever_must_not_be_asked_is_refused() {
    let none = "response_type=code&prompt=none";
    assert_eq!(step(json!({}), none, |_, _| ()), Step::Done);
    let without = step(json!({}), none, |facts, _| facts.standing = None);
    assert_eq!(refused(without), ("login_required", "Login required".to_owned()));
    let consent = step(json!({}), none, |facts, _| facts.consented = false);
    assert_eq!(refused(consent).0, "consent_required");
    let pick = json!({"organization_usage": "require", "organization_require_behavior": "post_login_prompt"});
    assert_eq!(refused(step(pick, none, |_, _| ())).0, "interaction_required");
    let ask = json!({"organization_usage": "require", "organization_require_behavior": "pre_login_prompt"});
    assert_eq!(refused(step(ask.clone(), none, |_, _| ())).0, "interaction_required");
    assert_eq!(refused(step(ask, none, |facts, _| facts.standing = None)).0, "login_required");
}

#[test]
fn a_session_may_not_be_enough() {
    for query in ["prompt=login", "prompt=select_account", "max_age=0", "max_age=99"] {
        let query = format!("{CODE}&{query}");
        assert_eq!(step(json!({}), &query, |_, _| ()), Step::SignIn, "{query}");
        let again =
            |_: &mut Facts<'_>, transaction: &mut Transaction| transaction.session = Some("s".to_owned());
        assert_eq!(step(json!({}), &query, again), Step::Done, "{query}");
        let other =
            |_: &mut Facts<'_>, transaction: &mut Transaction| transaction.session = Some("x".to_owned());
        assert_eq!(step(json!({}), &query, other), Step::SignIn, "{query}");
    }
    for enough in ["max_age=100", "max_age=9000000000000000", "max_age=9223372036854775807"] {
        assert_eq!(step(json!({}), &format!("{CODE}&{enough}"), |_, _| ()), Step::Done, "{enough}");
    }
}

#[test]
fn a_blocked_person_is_refused() {
    let blocked = |facts: &mut Facts<'_>, _: &mut Transaction| {
        facts.standing = Some(Standing { blocked: true, ..standing() });
    };
    assert_eq!(refused(step(json!({}), CODE, blocked)), ("access_denied", "user is blocked".to_owned()));
}

#[test]
fn a_client_that_requires_an_organization_gets_one() {
    let require =
        |behavior: &str| json!({"organization_usage": "require", "organization_require_behavior": behavior});
    let missing = "parameter organization is required for this client".to_owned();
    for settings in [json!({"organization_usage": "require"}), require("no_prompt")] {
        assert_eq!(refused(step(settings, CODE, |_, _| ())), ("invalid_request", missing.clone()));
    }
    assert_eq!(step(require("pre_login_prompt"), CODE, |_, _| ()), Step::AskOrganization);
    let post = || require("post_login_prompt");
    assert_eq!(step(post(), CODE, |facts, _| facts.standing = None), Step::SignIn);
    assert_eq!(step(post(), CODE, |_, _| ()), Step::PickOrganization { or_none: false });
    let only = OrganizationId::new("org_1");
    let one = step(post(), CODE, |facts, _| facts.choices = Choices::One(only.clone()));
    assert_eq!(one, Step::Choose(only));
    let none = refused(step(post(), CODE, |facts, _| facts.choices = Choices::None));
    assert_eq!(none, ("access_denied", "user auth0|u is not part of any organization".to_owned()));
}

#[test]
fn a_client_that_allows_one_may_ask() {
    let allow = json!({"organization_usage": "allow"});
    assert_eq!(step(allow, CODE, |_, _| ()), Step::Done);
    let asks =
        || json!({"organization_usage": "allow", "organization_require_behavior": "post_login_prompt"});
    assert_eq!(step(asks(), CODE, |_, _| ()), Step::PickOrganization { or_none: true });
    assert_eq!(step(asks(), CODE, |facts, _| facts.choices = Choices::None), Step::Done);
    assert_eq!(step(asks(), CODE, |_, transaction| transaction.without_organization = true), Step::Done);
}

#[test]
fn an_organization_lets_in_whom_it_knows() {
    let into = |belonging: Belonging, is_new: bool| {
        step(json!({"organization_usage": "require"}), CODE, move |facts, transaction| {
            transaction.organization = Some(OrganizationId::new("org_1"));
            transaction.session = is_new.then(|| "s".to_owned());
            facts.belonging = Some(belonging);
        })
    };
    let reason = "user auth0|u is not part of the org_1 organization".to_owned();
    assert_eq!(into(Belonging::Member, false), Step::Done);
    assert_eq!(into(Belonging::MayJoin, false), Step::Join);
    assert_eq!(refused(into(Belonging::Stranger, false)), ("access_denied", reason.clone()));
    assert_eq!(into(Belonging::ElsewhereSignedIn, false), Step::SignIn);
    assert_eq!(refused(into(Belonging::ElsewhereSignedIn, true)), ("access_denied", reason));
}

#[test]
fn policies_are_asked_once_the_organization_is_known_and_before_anyone_joins() {
    let organization = {
        let text =
            json!({"id": "pol_1", "name": "P", "applies_to": {}, "rules": {"require_organization": true}});
        let policies = [serde_json::from_value(text).expect("a policy")];
        let client = ClientId::new("c");
        let facts = access_policy::Facts {
            client: Some(&client),
            organization: None,
            audience: None,
            whence: access_policy::Whence::Unknown,
            person: None,
        };
        access_policy::decide(&policies, &facts).expect_err("a denial")
    };
    let decided = |denied: &Denied, belonging: Option<Belonging>, behavior: &str| {
        let settings = json!({"organization_usage": "allow", "organization_require_behavior": behavior});
        step(settings, CODE, |facts, transaction| {
            facts.denied = Some(denied.clone());
            facts.belonging = belonging;
            transaction.organization = belonging.map(|_| OrganizationId::new("org_1"));
        })
    };
    let deny = Step::Deny(organization.clone());
    assert_eq!(decided(&organization, Some(Belonging::Member), "no_prompt"), deny);
    assert_eq!(decided(&organization, Some(Belonging::MayJoin), "no_prompt"), deny);
    assert_eq!(decided(&organization, None, "no_prompt"), deny);
    let pick = Step::PickOrganization { or_none: true };
    assert_eq!(decided(&organization, None, "post_login_prompt"), pick);
    let old = Denied { rule: Rule::MaxSessionAge, ..organization };
    assert_eq!(decided(&old, Some(Belonging::Member), "no_prompt"), Step::SignIn);
    let stranger = decided(&old, Some(Belonging::Stranger), "no_prompt");
    assert_eq!(refused(stranger).0, "access_denied");
}

#[test]
fn an_invitation_is_for_one_address() {
    let invited = |email: &str, session: Option<&str>, accepts: bool| {
        let (email, session) = (email.to_owned(), session.map(str::to_owned));
        step(json!({"organization_usage": "require"}), CODE, move |facts, transaction| {
            transaction.organization = Some(OrganizationId::new("org_1"));
            transaction.session = session;
            transaction.accepts_invitation = accepts;
            facts.belonging = Some(Belonging::Stranger);
            facts.invited = Some(email);
        })
    };
    assert_eq!(invited("U@example.com", None, false), Step::AskInvitation);
    assert_eq!(invited("u@example.com", None, true), Step::Accept);
    assert_eq!(invited("u@example.com", Some("s"), false), Step::Accept);
    assert_eq!(invited("other@example.com", None, false), Step::SignIn);
    let reason = "the specified account is not allowed to accept the current invitation".to_owned();
    assert_eq!(refused(invited("other@example.com", Some("s"), false)), ("access_denied", reason));
}

#[test]
fn consent_is_asked_for_where_it_is_missing_or_wanted_again() {
    assert_eq!(step(json!({}), CODE, |facts, _| facts.consented = false), Step::Consent);
    let given = |facts: &mut Facts<'_>, transaction: &mut Transaction| {
        facts.consented = false;
        transaction.consented = true;
    };
    assert_eq!(step(json!({}), CODE, given), Step::Done);
    assert_eq!(step(json!({}), "response_type=code&prompt=consent", |_, _| ()), Step::Consent);
}
