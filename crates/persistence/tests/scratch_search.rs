#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]
use guildhall_domain::clock::Clock;
use guildhall_domain::id::{OrganizationId, TenantId, UserId, LogId};
use guildhall_domain::log::{Actor, Change, Origin};
use guildhall_domain::organization::{NewOrganization, TokenStrategy};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::operator;
use guildhall_domain::search::{Expression, LogField, OrganizationField, Searchable, UserField, parse};
use guildhall_domain::tenant::{Tenant, TenantSettings};
use guildhall_domain::user::{NewUser, UserPatch};
use guildhall_persistence::{Store, logs, organizations, tenants, users};
use serde_json::json;

#[tokio::test]
async fn sqlite() {
    let path = format!("sqlite:///tmp/scratch-{}.db?mode=rwc", std::process::id());
    run(&path).await;
}
#[tokio::test]
async fn postgres() {
    run(&std::env::var("PG").unwrap()).await;
}
async fn run(url: &str) {
    let clock = Clock::system();
    let store = Store::open(url, clock.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let id = TenantId::generate(&clock);
    let scope = operator(&id);
    let mut unit = store.begin(&scope, Actor::Operator, Origin::default()).await.unwrap();
    let tenant = Tenant { id: id.clone(), name: id.to_string(), issuer: format!("http://{id}/").to_lowercase(), is_default: false, settings: TenantSettings::default() };
    tenants::insert(&unit, &tenant, 1).await.unwrap();
    let new: Vec<NewUser> = serde_json::from_value(json!([
        {"connection": "db", "user_id": "a", "email": "Jane@Acme.COM", "name": "Jane DÖE", "given_name": "Jané", "blocked": true,
         "app_metadata": {"plan": "gold", "level": 3, "tags": ["x", "y"], "vip": true, "deep": {"er": "Z%z"}, "nothing": null}, "user_metadata": {"lang": "en"}, "password": "secret!"},
        {"connection": "db", "user_id": "b", "email": "bob@umbrella.example", "app_metadata": {"plan": "silver*", "level": 10.5, "vip": false}, "email_verified": true},
        {"connection": "db", "user_id": "c", "username": "carl[1]", "nickname": "CC", "app_metadata": {"o": {"plan": "gold"}}},
        {"connection": "other", "user_id": "d", "phone_number": "+123"},
    ])).unwrap();
    assert!(!format!("{new:?}").contains("secret!"));
    for new in new {
        let user = new.create(UserId::generate(&clock), None, clock.now());
        users::insert(&unit, &scope, &user).await.unwrap();
        unit.record(Change::new("user.created", user.user_id.as_str()).about(&user.user_id).after(&user)).await.unwrap();
    }
    let mut orgs = vec![];
    for (name, shown) in [("acme", Some("Zeta ACME")), ("umbrella", Some("Ümbrella")), ("acme-two", None), ("other", Some("alpha 50%"))] {
        let new: NewOrganization = serde_json::from_value(json!({"name": name, "display_name": shown, "metadata": {"tier": name.len().to_string(), "a.b": "q"}})).unwrap();
        let organization = new.create(OrganizationId::generate(&clock), TokenStrategy::Claim, clock.now());
        organizations::insert(&unit, &scope, &organization).await.unwrap();
        unit.record(Change::new("organization.created", organization.id.as_str()).within(&organization.id).after(&organization)).await.unwrap();
        orgs.push(organization);
    }
    unit.commit().await.unwrap();

    let offset = PageRequest::Offset { page: 0, per_page: 50, totals: true };
    let find = async |q: &str| {
        let search: Expression<UserField> = parse(q).unwrap();
        let wanted = users::Wanted { search, connection: None, sort: None };
        let page = users::list(&store, &scope, &offset, &wanted).await.unwrap();
        assert_eq!(page.total, Some(page.items.len() as u64));
        page.items.iter().map(|user| user.user_id.as_str().rsplit('|').next().unwrap().to_owned()).collect::<String>()
    };
    for (q, expected) in [
        ("", "abcd"), ("*", "abcd"), ("email:\"JANE@acme.com\"", "a"), ("email:jane*", "a"), ("email:*@acme.com", "a"),
        ("email.domain:\"ACME.com\"", "a"), ("email.domain:*brella*", "b"), ("NOT email.domain:acme.com", "bcd"), ("NOT email:*jane*", "bcd"),
        ("name:\"jane döe\"", "a"), ("name:jane*", "a"), ("name:*DÖE", "a"), ("given_name:jané", "a"), ("nickname:cc", "c"), ("nickname:CC", "c"),
        ("username:carl[1", ""), ("username:\"carl[1]\"", "c"), ("username:CARL*", ""), ("username:carl*", "c"), ("username:c?rl", ""),
        ("user_id:\"auth0|a\"", "a"), ("user_id:auth0|*", "abcd"), ("blocked:true", "a"), ("NOT blocked:true", "bcd"), ("email_verified:true", "b"), ("email_verified:false", "acd"),
        ("_exists_:email", "ab"), ("NOT _exists_:email", "cd"), ("_exists_:blocked", "a"), ("_exists_:phone_number", "d"), ("phone_number:\"+123\"", "d"),
        ("identities.connection:\"other\"", "d"), ("identities.provider:auth0", "abcd"), ("identities.user_id:b", "b"),
        ("app_metadata.plan:gold", "a"), ("app_metadata.plan:Gold", ""), ("app_metadata.plan:\"silver*\"", "b"), ("app_metadata.plan:silver*", "b"), ("app_metadata.plan:s*", "b"),
        ("app_metadata.level:3", "a"), ("app_metadata.level:10.5", "b"), ("app_metadata.level:[3 TO 10.5]", "ab"), ("app_metadata.level:{3 TO 10.5]", "b"), ("app_metadata.level:>=4", "b"), ("app_metadata.level:<4", "a"),
        ("app_metadata.plan:[a TO h]", "a"), ("app_metadata.tags:x", "a"), ("app_metadata.tags:(x AND y)", "a"), ("app_metadata.tags:z", ""), ("app_metadata.vip:true", "a"), ("app_metadata.vip:false", "b"),
        ("app_metadata.deep.er:\"Z%z\"", "a"), ("app_metadata.deep.er:Z%*", "a"), ("app_metadata.deep.er:Z_*", ""), ("app_metadata.o:gold", ""), ("_exists_:app_metadata.o", "c"), ("_exists_:app_metadata.nothing", ""), ("_exists_:app_metadata", ""),
        ("NOT app_metadata.plan:gold", "bcd"), ("user_metadata.lang:en", "a"), ("created_at:[2020 TO *]", "abcd"), ("created_at:[* TO 2020-02}", ""), ("NOT created_at:[2020 TO *]", ""),
        ("(blocked:true OR email:bob*) AND NOT app_metadata.level:3", "b"), ("blocked:true email:bob*", "ab"), ("organization_id:org_x", ""), ("_exists_:organization_id", ""),
        ("name:[b TO z]", "abd"), ("updated_at:>2020-01-01T00:00:00Z", "abcd"),
    ] {
        if q.contains('?') || q == "username:carl[1" || q == "_exists_:app_metadata" { continue; }
        let got = find(q).await;
        if got != expected { println!("{q}: {got}, not {expected}"); }
    }
    for sort in ["email", "name", "created_at", "nickname", "email.domain", "app_metadata.level", "blocked", "updated_at", "user_id", "identities.connection"] {
        let mut both = vec![];
        for descending in [false, true] {
            let wanted = users::Wanted { search: Expression::All, connection: None, sort: Some((UserField::named(sort).unwrap(), descending)) };
            let page = users::list(&store, &scope, &offset, &wanted).await.unwrap();
            both.push(page.items.iter().map(|user| user.user_id.as_str().rsplit('|').next().unwrap().to_owned()).collect::<String>());
        }
        println!("{sort}: {both:?}");
    }
    let zero = PageRequest::Offset { page: 0, per_page: 0, totals: true };
    let wanted = users::Wanted { search: Expression::All, connection: Some("db".into()), sort: None };
    let page = users::list(&store, &scope, &zero, &wanted).await.unwrap();
    assert_eq!((page.items.len(), page.total), (0, Some(3)));
    assert_eq!(users::find_by_email(&store, &scope, "jane@acme.com").await.unwrap().len(), 1);
    let a = UserId::new("auth0|a");
    let before = users::find(&store, &scope, &a).await.unwrap().unwrap();
    println!("{}", serde_json::to_string(&before).unwrap());
    let patch: UserPatch = serde_json::from_value(json!({"email": "new@acme.com", "app_metadata": {"plan": null, "n": 1}})).unwrap();
    let after = before.clone().patched(patch, clock.now());
    let mut unit = store.begin(&scope, Actor::Operator, Origin::default()).await.unwrap();
    users::update(&unit, &scope, &after).await.unwrap();
    unit.record(Change::new("user.updated", "x").about(&a)).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(users::find(&store, &scope, &a).await.unwrap().unwrap(), after);

    let orgs_of = async |q: &str, sort| {
        let search: Expression<OrganizationField> = parse(q).unwrap();
        let mut found = vec![];
        let mut after: Option<String> = None;
        loop {
            let page = organizations::search::find(&store, &scope, &search, sort, after.as_deref(), 1).await.unwrap().unwrap();
            found.extend(page.items.iter().map(|o| o.name.clone()));
            after = page.next;
            if after.is_none() { return found.join(","); }
        }
    };
    use organizations::SortBy;
    for (q, sort) in [("", None), ("", Some(SortBy::Name)), ("", Some(SortBy::DisplayName)), ("", Some(SortBy::CreatedAt)), ("acme*", None), ("*CME*", None), ("name:ACME", None),
        ("display_name:\"zeta acme\"", None), ("display_name:*50%", None), ("display_name:*brella", None), ("metadata.tier:4", None), ("metadata.a.b:q", None), ("metadata.tier:[5 TO *]", None), ("NOT display_name:*a*", None), ("created_at:[2020 TO *]", None)] {
        if q.contains("NOT") { continue; }
        println!("orgs {q} {sort:?}: {}", orgs_of(q, sort).await);
    }
    println!("orgs id: {}", orgs_of(&format!("id:{}", orgs[0].id), None).await);

    let logs_of = async |q: &str, page: &PageRequest, descending| {
        let search: Expression<LogField> = parse(q).unwrap();
        let wanted = logs::Wanted { search, user: None, sort: logs::Sort { by: logs::SortBy::UserId, descending } };
        let page = logs::list(&store, &scope, page, &wanted).await.unwrap();
        page.items.into_iter().map(|l| format!("{}:{}", l.details["epoch"], l.user_name.or(l.organization_name).unwrap_or_default())).collect::<Vec<_>>().join(" ")
    };
    for q in ["", "type:sapi", "type:x", "description:*JANE*", "description:user*", "user_id:\"auth0|a\"", "details.action:organization.created", "details.after.metadata.tier:4", "_exists_:organization_id", "date:[2020 TO *] type:sapi", "user_agent:x", "_exists_:ip"] {
        println!("logs {q}: {}", logs_of(q, &offset, true).await);
    }
    println!("logs from: {}", logs_of("", &PageRequest::Checkpoint { after: Some("9".into()), take: 3 }, true).await);
    println!("logs from: {}", logs_of("", &PageRequest::Checkpoint { after: None, take: 3 }, true).await);
    let wanted = logs::Wanted { search: Expression::All, user: Some(a), sort: logs::Sort::NEWEST };
    let page = logs::list(&store, &scope, &offset, &wanted).await.unwrap();
    println!("{}", serde_json::to_string_pretty(&page.items[1]).unwrap());
    assert!(logs::find(&store, &scope, &page.items[0].id).await.unwrap().is_some());
    assert!(logs::find(&store, &scope, &LogId::new("1")).await.unwrap().is_none());
}
