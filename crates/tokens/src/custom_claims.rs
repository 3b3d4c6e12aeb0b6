//! Claims that a tenant adds to its tokens.

use serde::Serialize;
use serde_json::{Map, Value};

/// The largest JSON text of all custom claims of a token, in bytes (100 KB).
pub const MAX_CUSTOM_CLAIMS: usize = 100 * 1024;

/// Names that the service gives a meaning to, sorted. `scope`, `org_epoch` and `permissions_omitted` are ours to add: a second member of
/// that name would let a reader choose which one it believes.
const RESTRICTED: &str = "\
    acr act active amr at_hash ath attest aud auth_time authorization_details azp \
    c_hash client_id cnf cty dest entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe \
    jwk kid may_act mky nbf nonce object_id org_epoch org_id org_name orig origid permissions permissions_omitted roles rph \
    s_hash scope sid sip_callid sip_cseq_num sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn \
    typ uuid vot vtm x5t#S256";

/// Hosts whose names, and those below them, are no namespace for a tenant.
const RESERVED_HOSTS: [&str; 3] = ["auth0.com", "webtask.io", "webtask.run"];

/// Which names the audience of a token leaves to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// An API of the tenant: any name that is not restricted.
    Any,
    /// An API of the service itself: only names in a namespace, an http(s) URL or a URN.
    Namespaced,
}

/// Custom claims that may stand in a token.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct CustomClaims(Map<String, Value>);

/// The custom claims are larger than [`MAX_CUSTOM_CLAIMS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("custom claims exceed 100 KB")]
pub struct CustomClaimsTooLarge;

impl CustomClaims {
    /// Takes the claims whose names are allowed, in their order, and drops the others without a word.
    ///
    /// # Errors
    /// [`CustomClaimsTooLarge`] when what is left is larger than [`MAX_CUSTOM_CLAIMS`] as JSON.
    pub fn new(mut claims: Map<String, Value>, names: Names) -> Result<Self, CustomClaimsTooLarge> {
        claims.retain(|name, _| custom_claim_allowed(name) && (names == Names::Any || is_namespaced(name)));
        let size = serde_json::to_string(&claims).map_or(usize::MAX, |json| json.len());
        if size > MAX_CUSTOM_CLAIMS { Err(CustomClaimsTooLarge) } else { Ok(Self(claims)) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is one of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The claims, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }
}

/// Whether a tenant may add a claim of this name: not a restricted one, and not in a namespace of the service
/// (`auth0.com`, `webtask.io`, `webtask.run`, hosts below them, `urn:auth0`).
pub fn custom_claim_allowed(name: &str) -> bool {
    !name.is_empty()
        && !RESTRICTED.split(' ').any(|restricted| restricted == name)
        && namespace(name) != Namespace::Reserved
}

/// Whether the name is in a namespace of the tenant's: an http(s) URL or a URN.
pub fn is_namespaced(name: &str) -> bool {
    namespace(name) == Namespace::Foreign
}

#[derive(PartialEq, Eq)]
enum Namespace {
    None,
    Reserved,
    Foreign,
}

fn namespace(name: &str) -> Namespace {
    let name = name.to_ascii_lowercase();
    if let Some(urn) = name.strip_prefix("urn:") {
        let reserved = urn.split(':').next() == Some("auth0");
        return if reserved { Namespace::Reserved } else { Namespace::Foreign };
    }
    let Some(url) = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")) else {
        return Namespace::None;
    };
    // RFC 3986 section 3.2: the authority ends at `/`, `?` or `#`; user info and port are not the host.
    let authority = url.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    let below = |reserved: &&str| {
        host.strip_suffix(*reserved).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    };
    if host.is_empty() {
        Namespace::None
    } else if RESERVED_HOSTS.iter().any(below) {
        Namespace::Reserved
    } else {
        Namespace::Foreign
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names() {
        for allowed in [
            "email",
            "zoneinfo",
            "org",
            "country",
            "Iss",
            "https://acme.example/roles",
            "http://acme.example",
            "urn:acme:roles",
            "https://notauth0.com/x",
            "https://auth0.com.acme.example/x",
            "https://auth0.community/",
        ] {
            assert!(custom_claim_allowed(allowed), "{allowed}");
        }
        for refused in [
            "",
            "iss",
            "sub",
            "scope",
            "org_id",
            "org_epoch",
            "permissions",
            "permissions_omitted",
            "x5t#S256",
            "https://auth0.com/x",
            "https://acme.auth0.com",
            "HTTPS://Acme.AUTH0.com:443/x",
            "https://me@webtask.io/",
            "http://webtask.run?x",
            "https://auth0.com./x",
            "urn:auth0",
            "URN:auth0:x",
        ] {
            assert!(!custom_claim_allowed(refused), "{refused}");
        }
        assert!(RESTRICTED.split(' ').is_sorted());
        assert_eq!(RESTRICTED.split(' ').count(), 63);
    }

    #[test]
    fn claims_are_filtered_and_keep_their_order() {
        let claims = json!({"z": 1, "sub": "evil", "https://acme.example/a": [2], "urn:auth0:x": 3});
        let claims = claims.as_object().unwrap();
        let any = CustomClaims::new(claims.clone(), Names::Any).unwrap();
        assert_eq!(serde_json::to_string(&any).unwrap(), r#"{"z":1,"https://acme.example/a":[2]}"#);
        let namespaced = CustomClaims::new(claims.clone(), Names::Namespaced).unwrap();
        assert_eq!(serde_json::to_string(&namespaced).unwrap(), r#"{"https://acme.example/a":[2]}"#);
    }

    #[test]
    fn a_hundred_kilobytes_at_most() {
        let of = |length: usize| [("a".to_owned(), Value::from("x".repeat(length)))].into_iter().collect();
        let frame = r#"{"a":""}"#.len();
        assert!(CustomClaims::new(of(MAX_CUSTOM_CLAIMS - frame), Names::Any).is_ok());
        assert!(CustomClaims::new(of(MAX_CUSTOM_CLAIMS - frame + 1), Names::Any).is_err());
    }
}
