use super::{Bound, Expression, LogField, OrganizationField, Pattern, Test, UserField, parse};

fn user(text: &str) -> Result<Expression<UserField>, String> {
    parse(text).map_err(|refused| refused.0)
}

fn field(field: UserField, test: Test) -> Expression<UserField> {
    Expression::Field(field, test)
}

fn equals(text: &str) -> Test {
    Test::Equals(text.to_owned())
}

fn like(parts: &[&str]) -> Test {
    Test::Like(Pattern(parts.iter().map(|part| (*part).to_owned()).collect()))
}

#[test]
fn values_stand_quoted_or_not() {
    assert_eq!(user("email:\"Jane@Example.COM\""), Ok(field(UserField::Email, equals("Jane@Example.COM"))));
    assert_eq!(user("user_id:\"auth0|Ab\""), Ok(field(UserField::Id, equals("auth0|Ab"))));
    assert_eq!(user("user_id:auth0|Ab"), Ok(field(UserField::Id, equals("auth0|Ab"))));
    assert_eq!(user("email.domain:Example.com"), Ok(field(UserField::EmailDomain, equals("Example.com"))));
    let plan = UserField::AppMetadata(vec!["plan".to_owned(), "name".to_owned()]);
    assert_eq!(user("app_metadata.plan.name:\"Gold\""), Ok(field(plan, equals("Gold"))));
}

#[test]
fn wildcards() {
    assert_eq!(user("name:Jan*"), Ok(field(UserField::Name, like(&["Jan", ""]))));
    assert_eq!(user("name:\"Jane D\"*"), Ok(field(UserField::Name, like(&["Jane D", ""]))));
    assert_eq!(user("email:*@acme.com"), Ok(field(UserField::Email, like(&["", "@acme.com"]))));
    assert_eq!(user("name:*ane*"), Ok(field(UserField::Name, like(&["", "ane", ""]))));
    assert_eq!(user("name:\"a*\""), Ok(field(UserField::Name, equals("a*"))));
    assert_eq!(user("name:a\\*"), Ok(field(UserField::Name, equals("a*"))));
    assert!(user("name:*ab").unwrap_err().contains("at least 3"));
    assert!(user("name:j?ne").unwrap_err().contains('?'));
    assert!(user("user_metadata.a:x*").unwrap_err().contains("wildcard"));
    assert!(user("organization_id:org_*").unwrap_err().contains("wildcard"));
}

#[test]
fn ranges() {
    let day = Test::Times(Some(1_735_689_600_000), Some(1_735_776_000_000));
    assert_eq!(user("created_at:[2025-01-01 TO 2025-01-02}"), Ok(field(UserField::CreatedAt, day.clone())));
    assert_eq!(user("created_at:2025-01-01"), Ok(field(UserField::CreatedAt, day)));
    let from = Test::Times(Some(1_735_689_600_500), None);
    assert_eq!(user("updated_at:[2025-01-01T00:00:00.500Z TO *]"), Ok(field(UserField::UpdatedAt, from)));
    let texts = Test::Texts(Bound::Included("A".to_owned()), Bound::Excluded("C".to_owned()));
    assert_eq!(user("name:[A TO C}"), Ok(field(UserField::Name, texts)));
    let level = UserField::AppMetadata(vec!["level".to_owned()]);
    assert_eq!(
        user("app_metadata.level:>=2"),
        Ok(field(level, Test::Numbers(Bound::Included(2.0), Bound::Open)))
    );
    assert!(user("user_metadata.level:[1 TO 2]").unwrap_err().contains("range"));
    assert!(user("created_at:[yesterday TO *]").unwrap_err().contains("is a time"));
}

#[test]
fn combinations() {
    let blocked = || field(UserField::Blocked, Test::Is(true));
    let named = || field(UserField::Name, Test::Exists);
    let not = |inner| Expression::Not(Box::new(inner));
    assert_eq!(user("blocked:true AND _exists_:name"), Ok(Expression::And(vec![blocked(), named()])));
    assert_eq!(user("blocked:true OR name:*"), Ok(Expression::Or(vec![blocked(), named()])));
    assert_eq!(user("blocked:true _exists_:name"), Ok(Expression::Or(vec![blocked(), named()])));
    assert_eq!(user("NOT _exists_:name"), Ok(not(named())));
    assert_eq!(
        user("blocked:true AND NOT _exists_:name"),
        Ok(Expression::And(vec![blocked(), not(named())]))
    );
    assert_eq!(user("blocked:true NOT _exists_:name"), Ok(Expression::And(vec![blocked(), not(named())])));
    assert_eq!(user("blocked:true -_exists_:name"), Ok(Expression::And(vec![blocked(), not(named())])));
    let both = Expression::And(vec![blocked(), named()]);
    let either = Expression::Or(vec![both, field(UserField::Id, equals("x"))]);
    assert_eq!(user("(blocked:true AND _exists_:name) OR user_id:x"), Ok(either.clone()));
    assert_eq!(user("blocked:true AND _exists_:name OR user_id:x"), Ok(either));
    let ids = ["a", "b"].map(|id| field(UserField::Id, equals(id)));
    assert_eq!(user("user_id:(a OR b)"), Ok(Expression::Or(ids.to_vec())));
    assert_eq!(user(" "), Ok(Expression::All));
    assert_eq!(user("*"), Ok(Expression::All));
    let all: Expression<LogField> = parse("type:sapi client_id:x").unwrap();
    assert!(matches!(all, Expression::And(terms) if terms.len() == 2));
}

#[test]
fn what_is_refused_is_named() {
    for (text, names) in [
        ("jane", "jane"),
        ("password:x", "password"),
        ("name:a^2", "boost"),
        ("name:\"a b\"~2", "proximity"),
        ("name: IN [a b]", "sets"),
        ("name:'a'", "double quotes"),
        ("blocked:maybe", "true or false"),
        ("name:a AND name:b name:c", "AND or OR"),
        ("name:", "Lucene"),
        ("name:\"a", "Lucene"),
        ("(name:a", "Lucene"),
        ("- *", "stands directly"),
        ("+ *", "stands directly"),
        ("user_metadata.:x", "user_metadata."),
    ] {
        let reason = user(text).expect_err(text);
        assert!(reason.contains(names), "{text}: {reason}");
    }
    let six = "name:aaa OR name:bbb OR name:ccc OR name:ddd OR name:eee OR name:fff";
    assert!(parse::<OrganizationField>(six).unwrap_err().0.contains("at most 5"));
}

#[test]
fn hostile_searches_end_soon() {
    for text in [
        "(".repeat(1999),
        format!("{}name:a{}", "(".repeat(8), ")".repeat(8)),
        format!("{}name:a", "(".repeat(8)),
        "NOT ".repeat(499),
        format!("{}name:a", "NOT ".repeat(20)),
        "name:".repeat(400),
        "-".repeat(2000),
        "name:a OR ".repeat(199),
        format!("name:{}", "\"".repeat(1000)),
        "name:(".repeat(300),
        "name:(".repeat(8),
        "'".repeat(2000),
        "\\".repeat(2000),
        format!("'{}", "(".repeat(1000)),
        "x".repeat(2001),
    ] {
        let _ = user(&text);
    }
}

#[test]
fn names_of_organizations_need_no_field() {
    let found: Expression<OrganizationField> = parse("acm*").unwrap();
    let name = Expression::Field(OrganizationField::Name, like(&["acm", ""]));
    let display_name = Expression::Field(OrganizationField::DisplayName, like(&["acm", ""]));
    assert_eq!(found, Expression::Or(vec![name, display_name]));
    let open: Expression<OrganizationField> = parse("(*cme*) AND name: *abc").unwrap();
    let both = [OrganizationField::Name, OrganizationField::DisplayName];
    let either = both.map(|field| Expression::Field(field, like(&["", "cme", ""])));
    let name = Expression::Field(OrganizationField::Name, like(&["", "abc"]));
    assert_eq!(open, Expression::And(vec![Expression::Or(either.to_vec()), name]));
}
