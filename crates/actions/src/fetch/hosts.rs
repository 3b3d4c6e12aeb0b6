//! Where a script's requests may go.

use url::{Host, Url};

/// The hosts that a script may reach.
///
/// `api.example.com`, `api.example.com:8443`, and `*.example.com` for all names below a domain stand for HTTPS;
/// plain HTTP is only for those that say so, such as `http://localhost:8080`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Allowed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    /// Scheme, host and port.
    origin: Url,
    /// Whether it is the names below the host instead of the host.
    below: bool,
}

/// Why an entry is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a host name such as api.example.com, *.example.com or http://api.example.com:8080")]
pub struct InvalidHost(pub String);

impl AllowedHosts {
    /// Reads a list of hosts.
    ///
    /// # Errors
    /// The first entry that is none.
    pub fn parse<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Result<Self, InvalidHost> {
        let parsed = hosts.into_iter().map(|host| {
            let host = host.as_ref();
            Allowed::parse(host).ok_or_else(|| InvalidHost(host.to_owned()))
        });
        parsed.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a request may go there.
    pub(super) fn allow(&self, url: &Url) -> bool {
        self.0.iter().any(|allowed| allowed.allows(url))
    }
}

impl Allowed {
    fn parse(entry: &str) -> Option<Self> {
        let (scheme, rest) = entry.split_once("://").unwrap_or(("https", entry));
        let (rest, below) = match rest.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (rest, false),
        };
        let origin = Url::parse(&format!("{scheme}://{rest}")).ok()?;
        let is_domain = matches!(origin.host()?, Host::Domain(domain) if domain.contains('.'));
        let is_bare = origin.path() == "/"
            && !rest.ends_with('/')
            && origin.query().is_none()
            && origin.fragment().is_none()
            && origin.username().is_empty()
            && origin.password().is_none();
        let understood = matches!(scheme, "https" | "http") && is_bare && (is_domain || !below);
        let has_wildcard = origin.host_str()?.contains('*');
        (understood && !has_wildcard).then_some(Self { origin, below })
    }

    fn allows(&self, url: &Url) -> bool {
        let (Some(host), Some(wanted)) = (url.host_str(), self.origin.host_str()) else { return false };
        let fits = match self.below {
            true => host.strip_suffix(wanted).is_some_and(|name| name.ends_with('.') && name.len() > 1),
            false => host == wanted,
        };
        fits && url.scheme() == self.origin.scheme()
            && url.port_or_known_default() == self.origin.port_or_known_default()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("api.example.com", "https://api.example.com/a?b", true)]
    #[case("api.example.com", "https://API.example.com:443/", true)]
    #[case("api.example.com", "http://api.example.com/", false)]
    #[case("api.example.com", "https://api.example.com:8443/", false)]
    #[case("api.example.com", "https://example.com/", false)]
    #[case("api.example.com", "https://x.api.example.com/", false)]
    #[case("api.example.com", "https://api.example.com.evil.com/", false)]
    #[case("api.example.com:8443", "https://api.example.com:8443/", true)]
    #[case("*.example.com", "https://a.b.example.com/", true)]
    #[case("*.example.com", "https://example.com/", false)]
    #[case("*.example.com", "https://evilexample.com/", false)]
    #[case("http://localhost:8080", "http://localhost:8080/x", true)]
    #[case("http://localhost:8080", "https://localhost:8080/x", false)]
    #[case("bücher.example", "https://xn--bcher-kva.example/", true)]
    fn a_host_allows_its_own_addresses(#[case] host: &str, #[case] url: &str, #[case] allowed: bool) {
        let hosts = AllowedHosts::parse([host]).unwrap();
        assert_eq!(hosts.allow(&Url::parse(url).unwrap()), allowed);
    }

    #[rstest]
    fn what_is_no_host_is_refused(
        #[values(
            "",
            "*",
            "*.com/",
            "*.*.example.com",
            "a.*.example.com",
            "ftp://example.com",
            "example.com/path",
            "https://example.com?x",
            "user@example.com",
            "exa mple.com",
            "*.127.0.0.1",
            "*.localhost"
        )]
        host: &str,
    ) {
        assert_eq!(AllowedHosts::parse([host]), Err(InvalidHost(host.to_owned())));
    }
}
