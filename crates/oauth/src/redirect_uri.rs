//! Whether an address that a request names is one that the client registered (RFC 6749 section 3.1.2, contract
//! section 6).

use url::Url;

/// In place of the organization's name, in a registered address.
const ORGANIZATION_NAME: &str = "{organization_name}";

/// Schemes that run or read something where they are followed.
const DANGEROUS: [&str; 6] = ["javascript", "data", "vbscript", "file", "blob", "about"];

/// Whether a sign-in may return to `asked`: it is a registered callback, character by character, but for one `*` in
/// the first label of a registered host, which stands for a part of a label, and `{organization_name}`.
pub fn is_callback(registered: &[String], asked: &str, organization_name: Option<&str>) -> bool {
    is_safe(asked) && registered.iter().any(|pattern| matches(pattern, asked, organization_name))
}

/// An address that a sign-in may return to: a registered one as it stands where there is one, or the first of the others
/// with something in the place of what it leaves open.
pub fn example(registered: &[String], organization_name: Option<&str>) -> Option<String> {
    let whole = |pattern: &&String| !pattern.contains(ORGANIZATION_NAME) && wildcard(pattern).is_none();
    if let Some(callback) = registered.iter().find(whole) {
        return Some(callback.clone());
    }
    registered.iter().find_map(|pattern| {
        let named = match organization_name {
            Some(name) => pattern.replace(ORGANIZATION_NAME, name),
            None if pattern.contains(ORGANIZATION_NAME) => return None,
            None => pattern.clone(),
        };
        let filled = wildcard(&named).map(|(before, after)| format!("{before}preview{after}"));
        Some(filled.unwrap_or(named))
    })
}

/// Whether a sign-out may return to `asked`: as for callbacks, but for query and fragment, which are not compared.
pub fn is_logout_url(registered: &[String], asked: &str) -> bool {
    let bare = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let asked_bare = bare(asked);
    is_safe_scheme(asked) && registered.iter().any(|pattern| matches(&bare(pattern), &asked_bare, None))
}

/// Whether a page of this origin is one that the client registered.
pub fn is_origin(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|pattern| matches(pattern.trim_end_matches('/'), asked, None))
}

/// The origin of an address, as browsers write it; nothing for a scheme that has none.
pub fn origin_of(address: &str) -> Option<String> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// An absolute address without a fragment that can be followed safely.
fn is_safe(asked: &str) -> bool {
    is_safe_scheme(asked) && !asked.contains('#')
}

fn is_safe_scheme(asked: &str) -> bool {
    let printable = asked.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
    printable && Url::parse(asked).is_ok_and(|url| !DANGEROUS.contains(&url.scheme()))
}

fn matches(pattern: &str, asked: &str, organization_name: Option<&str>) -> bool {
    if pattern.contains(ORGANIZATION_NAME) {
        return organization_name
            .is_some_and(|name| matches(&pattern.replace(ORGANIZATION_NAME, name), asked, None));
    }
    match wildcard(pattern) {
        None => pattern == asked,
        Some((before, after)) => {
            let part = asked.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            // Nothing that could end the label, and with it the host that was registered.
            part.is_some_and(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
        }
    }
}

/// The two sides of the `*` of an address that has one where one may be: once, in the first label of a host below a
/// registrable domain, with `http` or `https`.
fn wildcard(pattern: &str) -> Option<(&str, &str)> {
    let (before, after) = pattern.split_once('*')?;
    let (scheme, start) = before.split_once("://")?;
    let host = after.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels = host.split('.').skip(1).filter(|label| !label.is_empty()).count();
    let in_first_label = !start.contains(['.', '/', '?', '#', '@', ':']) && !after.contains('*');
    (matches!(scheme, "http" | "https") && in_first_label && labels >= 2).then_some((before, after))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::itself("https://app.example/cb", "https://app.example/cb", true)]
    #[case::a_closing_slash("https://app.example/cb", "https://app.example/cb/", false)]
    #[case::another_case("https://app.example/cb", "https://app.example/CB", false)]
    #[case::more("https://app.example/cb", "https://app.example/cb?x=1", false)]
    #[case::another_port("http://localhost:3000/cb", "http://localhost:3001/cb", false)]
    #[case::an_apps_scheme("com.example.app://callback", "com.example.app://callback", true)]
    #[case::a_fragment("https://app.example/cb#x", "https://app.example/cb#x", false)]
    #[case::a_script("javascript:alert(1)", "javascript:alert(1)", false)]
    #[case::no_address("/cb", "/cb", false)]
    #[case::one_label("https://*.app.example/cb", "https://aurora.app.example/cb", true)]
    #[case::a_part_of_a_label("https://pr-*-web.app.example/cb", "https://pr-12-web.app.example/cb", true)]
    #[case::no_label("https://*.app.example/cb", "https://.app.example/cb", false)]
    #[case::two_labels("https://*.app.example/cb", "https://a.b.app.example/cb", false)]
    #[case::a_host_before("https://*.app.example/cb", "https://evil.example/.app.example/cb", false)]
    #[case::a_user_before("https://*.app.example/cb", "https://x@evil.example?.app.example/cb", false)]
    #[case::another_path("https://*.app.example/cb", "https://aurora.app.example/other", false)]
    #[case::too_wide("https://*.example", "https://evil.example", false)]
    #[case::in_the_path("https://app.example/*", "https://app.example/cb", false)]
    #[case::in_a_later_label("https://app.*.example.com/cb", "https://app.evil.example.com/cb", false)]
    #[case::two_of_them("https://*.*.example.com/cb", "https://a.b.example.com/cb", false)]
    fn a_callback_is_one_that_was_registered(
        #[case] registered: &str,
        #[case] asked: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(is_callback(&[registered.to_owned()], asked, None), expected);
    }

    #[test]
    fn an_organizations_name_stands_where_its_placeholder_was() {
        let registered = ["https://{organization_name}.app.example/cb".to_owned()];
        assert!(is_callback(&registered, "https://aurora.app.example/cb", Some("aurora")));
        assert!(!is_callback(&registered, "https://borealis.app.example/cb", Some("aurora")));
        assert!(!is_callback(&registered, "https://aurora.app.example/cb", None));
        assert!(!is_callback(&registered, &registered[0], None));
    }

    #[rstest]
    #[case::as_it_stands(&["https://*.app.example/cb", "https://app.example/cb"], None, Some("https://app.example/cb"))]
    #[case::a_label(&["https://*.app.example/cb"], None, Some("https://preview.app.example/cb"))]
    #[case::a_name(&["https://{organization_name}.app.example/cb"], Some("aurora"), Some("https://aurora.app.example/cb"))]
    #[case::no_name(&["https://{organization_name}.app.example/cb"], None, None)]
    #[case::the_next(&["https://{organization_name}.app.example/cb", "https://*.app.example/cb"], None, Some("https://preview.app.example/cb"))]
    #[case::none(&[], Some("aurora"), None)]
    fn an_example_is_an_address_to_return_to(
        #[case] registered: &[&str],
        #[case] name: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        let registered: Vec<String> = registered.iter().map(|&pattern| pattern.to_owned()).collect();
        let example = example(&registered, name);
        assert_eq!(example.as_deref(), expected);
        assert!(example.is_none_or(|example| is_callback(&registered, &example, name)));
    }

    #[rstest]
    #[case("https://app.example/bye", "https://app.example/bye?from=here#top", true)]
    #[case("https://app.example/bye?x=1", "https://app.example/bye", true)]
    #[case("https://app.example", "https://app.example/", false)]
    #[case("https://*.app.example", "https://aurora.app.example?x", true)]
    #[case("https://app.example/bye", "https://evil.example/bye", false)]
    #[case("https://app.example", "https://app.example@evil.example", false)]
    fn a_logout_address_is_compared_without_query_and_fragment(
        #[case] registered: &str,
        #[case] asked: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(is_logout_url(&[registered.to_owned()], asked), expected);
    }

    #[rstest]
    #[case("https://app.example", "https://app.example", true)]
    #[case("https://app.example/", "https://app.example", true)]
    #[case("https://*.app.example", "https://aurora.app.example", true)]
    #[case("https://app.example", "http://app.example", false)]
    #[case("https://app.example", "null", false)]
    fn an_origin_is_one_that_was_registered(
        #[case] registered: &str,
        #[case] asked: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(is_origin(&[registered.to_owned()], asked), expected);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(origin_of("https://App.example:443/cb?x").as_deref(), Some("https://app.example"));
        assert_eq!(origin_of("http://127.0.0.1:3000").as_deref(), Some("http://127.0.0.1:3000"));
        assert_eq!(origin_of("com.example.app://cb"), None);
    }
}
