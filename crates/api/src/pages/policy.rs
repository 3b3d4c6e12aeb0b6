//! The Content-Security-Policy of each page.

use std::fmt;

use url::{Host, Url};

/// What a browser may do on a page (CSP level 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    form_action: Vec<String>,
    frame_ancestors: Option<String>,
    connects: bool,
}

impl Policy {
    /// Its form goes to this server, whose answer may lead to these addresses.
    pub fn form(returns_to: &[String]) -> Self {
        let mut form_action = vec!["'self'".to_owned()];
        for source in returns_to.iter().filter_map(|address| source(address)) {
            if !form_action.contains(&source) {
                form_action.push(source);
            }
        }
        Self { form_action, frame_ancestors: None, connects: false }
    }

    /// Its form goes to one address, and not to this server.
    pub fn form_to(target: &str) -> Self {
        Self { form_action: source(target).into_iter().collect(), frame_ancestors: None, connects: false }
    }

    /// No form, and only pages of this origin may hold it in a frame.
    pub fn framed_by(origin: &str) -> Self {
        Self { form_action: Vec::new(), frame_ancestors: source(origin), connects: false }
    }

    /// Pages of these origins may hold it in a frame.
    pub fn within(self, origins: &[String]) -> Self {
        let sources: Vec<String> = origins.iter().filter_map(|origin| source(origin)).collect();
        match sources.is_empty() {
            true => self,
            false => Self { frame_ancestors: Some(sources.join(" ")), ..self },
        }
    }

    /// Whether any page may hold it in a frame.
    pub fn is_framed(&self) -> bool {
        self.frame_ancestors.is_some()
    }

    /// Its scripts may ask this server.
    pub fn connecting(self) -> Self {
        Self { connects: true, ..self }
    }
}

/// What may stand in a policy for an address: its origin, or its scheme where a policy cannot name the host.
fn source(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    match (url.scheme(), url.host()) {
        ("javascript" | "data" | "blob" | "about" | "file", _) => None,
        ("http" | "https", Some(Host::Domain(_) | Host::Ipv4(_))) => Some(url.origin().ascii_serialization()),
        (scheme, _) => Some(format!("{scheme}:")),
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:")?;
        if self.connects {
            f.write_str("; connect-src 'self'")?;
        }
        let none = || "'none'".to_owned();
        let targets = if self.form_action.is_empty() { none() } else { self.form_action.join(" ") };
        let ancestors = self.frame_ancestors.clone().unwrap_or_else(none);
        write!(f, "; form-action {targets}; frame-ancestors {ancestors}; base-uri 'none'")
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn a_form_may_lead_to_registered_addresses_and_nowhere_else() {
        let addresses = [
            "https://app.example/callback?x=1",
            "https://app.example/other",
            "http://localhost:3000/cb",
            "http://[::1]:3000/cb",
            "com.example.app:/callback",
            "javascript:alert(1)",
            "not an address; script-src *",
        ];
        let policy = Policy::form(&addresses.map(str::to_owned)).to_string();
        let expected = "form-action 'self' https://app.example http://localhost:3000 http: com.example.app:; frame-ancestors 'none'; base-uri 'none'";
        assert!(policy.ends_with(expected), "{policy}");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'; img-src"));
    }

    #[test]
    fn a_page_that_speaks_to_its_opener_is_framed_by_nobody_else() {
        let policy = Policy::framed_by("https://app.example").to_string();
        assert!(policy.contains("form-action 'none'; frame-ancestors https://app.example;"), "{policy}");
        let policy = Policy::framed_by("nonsense").to_string();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn an_answer_that_is_posted_goes_to_its_target_alone() {
        let policy = Policy::form_to("https://app.example/callback").to_string();
        assert!(policy.contains("form-action https://app.example;"), "{policy}");
    }
}
