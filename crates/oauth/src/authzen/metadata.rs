//! Where a Policy Decision Point's endpoints are (section 9).

use serde::Serialize;
use url::Url;

/// Where the metadata of a PDP is that has a host to itself (section 9.2); see [`location`].
pub const WELL_KNOWN: &str = "/.well-known/authzen-configuration";

/// The path of the Access Evaluation API (section 10.1).
pub const ACCESS_EVALUATION: &str = "/access/v1/evaluation";

/// The path of the Access Evaluations API (section 10.1).
pub const ACCESS_EVALUATIONS: &str = "/access/v1/evaluations";

/// The path of the Subject Search API (section 10.1).
pub const SEARCH_SUBJECT: &str = "/access/v1/search/subject";

/// The path of the Resource Search API (section 10.1).
pub const SEARCH_RESOURCE: &str = "/access/v1/search/resource";

/// The path of the Action Search API (section 10.1).
pub const SEARCH_ACTION: &str = "/access/v1/search/action";

/// Paths of the endpoints, relative to the PDP. An API that is not there has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths<'a> {
    /// Access Evaluation.
    pub access_evaluation: &'a str,
    /// Access Evaluations.
    pub access_evaluations: Option<&'a str>,
    /// Subject Search.
    pub search_subject: Option<&'a str>,
    /// Resource Search.
    pub search_resource: Option<&'a str>,
    /// Action Search.
    pub search_action: Option<&'a str>,
}

impl Default for Paths<'static> {
    /// Every API, where a PEP looks for it that knows no metadata (section 10.1).
    fn default() -> Self {
        Self {
            access_evaluation: ACCESS_EVALUATION,
            access_evaluations: Some(ACCESS_EVALUATIONS),
            search_subject: Some(SEARCH_SUBJECT),
            search_resource: Some(SEARCH_RESOURCE),
            search_action: Some(SEARCH_ACTION),
        }
    }
}

/// The metadata of a PDP (section 9.1). What has no value is left out (section 9.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The identifier of the PDP.
    pub policy_decision_point: String,
    /// URL of the Access Evaluation API.
    pub access_evaluation_endpoint: String,
    /// URL of the Access Evaluations API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_evaluations_endpoint: Option<String>,
    /// URL of the Subject Search API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_subject_endpoint: Option<String>,
    /// URL of the Resource Search API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_resource_endpoint: Option<String>,
    /// URL of the Action Search API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_action_endpoint: Option<String>,
    /// URNs of registered capabilities (section 9.1.2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// The same as a signed JWT, which takes precedence (section 9.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_metadata: Option<String>,
}

impl Metadata {
    /// The metadata of the PDP at this address, without capabilities and signature. The specification wants `https`,
    /// which is left to whoever says what the server's address is.
    pub fn new(base: &Url, paths: Paths<'_>) -> Self {
        let policy_decision_point = identifier(base);
        let at = |path: &str| format!("{policy_decision_point}{path}");
        Self {
            access_evaluation_endpoint: at(paths.access_evaluation),
            access_evaluations_endpoint: paths.access_evaluations.map(at),
            search_subject_endpoint: paths.search_subject.map(at),
            search_resource_endpoint: paths.search_resource.map(at),
            search_action_endpoint: paths.search_action.map(at),
            capabilities: Vec::new(),
            signed_metadata: None,
            policy_decision_point,
        }
    }
}

/// The identifier of the PDP at this address (section 9.1.1): without query and fragment, and without a closing slash,
/// since paths are appended to it.
pub fn identifier(base: &Url) -> String {
    let mut identifier = base.clone();
    identifier.set_query(None);
    identifier.set_fragment(None);
    identifier.as_str().trim_end_matches('/').to_owned()
}

/// The path of the metadata of the PDP at this address: the well-known one goes between host and path (section 9.2).
pub fn location(base: &Url) -> String {
    format!("{WELL_KNOWN}{}", base.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    const SOME: Paths<'static> = Paths {
        access_evaluation: ACCESS_EVALUATION,
        access_evaluations: None,
        search_subject: Some(SEARCH_SUBJECT),
        search_resource: Some(SEARCH_RESOURCE),
        search_action: None,
    };

    #[rstest]
    #[case::some_apis_section_9_2_2("https://pdp.example.com", SOME, json!({
        "policy_decision_point": "https://pdp.example.com",
        "access_evaluation_endpoint": "https://pdp.example.com/access/v1/evaluation",
        "search_subject_endpoint": "https://pdp.example.com/access/v1/search/subject",
        "search_resource_endpoint": "https://pdp.example.com/access/v1/search/resource",
    }))]
    #[case::default_paths_section_10_1("https://pdp.example.com/", Paths::default(), json!({
        "policy_decision_point": "https://pdp.example.com",
        "access_evaluation_endpoint": "https://pdp.example.com/access/v1/evaluation",
        "access_evaluations_endpoint": "https://pdp.example.com/access/v1/evaluations",
        "search_subject_endpoint": "https://pdp.example.com/access/v1/search/subject",
        "search_resource_endpoint": "https://pdp.example.com/access/v1/search/resource",
        "search_action_endpoint": "https://pdp.example.com/access/v1/search/action",
    }))]
    #[case::a_tenants_path_section_9_2("https://pdp.example.com:8443/tenant1/", SOME, json!({
        "policy_decision_point": "https://pdp.example.com:8443/tenant1",
        "access_evaluation_endpoint": "https://pdp.example.com:8443/tenant1/access/v1/evaluation",
        "search_subject_endpoint": "https://pdp.example.com:8443/tenant1/access/v1/search/subject",
        "search_resource_endpoint": "https://pdp.example.com:8443/tenant1/access/v1/search/resource",
    }))]
    fn metadata_say_where_each_api_is(#[case] base: &str, #[case] paths: Paths<'_>, #[case] expected: Value) {
        assert_eq!(json!(Metadata::new(&url(base), paths)), expected);
    }

    #[test]
    fn what_is_added_is_written_section_9_1() {
        let mut metadata = Metadata::new(&url("https://pdp.example.com"), SOME);
        metadata.capabilities.push("urn:ietf:params:authzen:example".to_owned());
        metadata.signed_metadata = Some("header.payload.signature".to_owned());
        let written = json!(metadata);
        assert_eq!(written["capabilities"], json!(["urn:ietf:params:authzen:example"]));
        assert_eq!(written["signed_metadata"], "header.payload.signature");
    }

    #[test]
    fn an_identifier_has_no_query_and_no_fragment_section_9_1_1() {
        assert_eq!(identifier(&url("https://pdp.example.com/?a=b#c")), "https://pdp.example.com");
    }

    #[rstest]
    #[case::a_host_section_9_2_1("https://pdp.example.com", "/.well-known/authzen-configuration")]
    #[case::a_closing_slash("https://pdp.example.com/", "/.well-known/authzen-configuration")]
    #[case::a_tenants_path_section_9_2(
        "https://pdp.example.com/tenant1",
        "/.well-known/authzen-configuration/tenant1"
    )]
    fn metadata_are_between_host_and_path(#[case] base: &str, #[case] expected: &str) {
        assert_eq!(location(&url(base)), expected);
    }
}
