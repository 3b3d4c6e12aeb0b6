//! The cookies of a browser: its session, what binds it to its sign-ins, and where it was lately.

use guildhall_domain::tenant::Tenant;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session of who is signed in.
    Session,
    /// What binds the browser to its sign-ins.
    Browser,
    /// The organizations of lately.
    Recent,
    /// A visit to the portal.
    Portal,
    /// A visit to the portal in a frame of the vendor's application.
    PortalFramed,
}

impl Cookie {
    /// Its name. Over `https` its prefix makes browsers refuse it from any other host, or over `http` (RFC 6265bis
    /// section 4.1.3).
    pub fn name(self, tenant: &Tenant) -> String {
        let prefix = if is_secure(tenant) { "__Host-" } else { "" };
        let name = match self {
            Self::Session => "session",
            Self::Browser => "browser",
            Self::Recent => "recent",
            Self::Portal => "portal",
            Self::PortalFramed => "portal_framed",
        };
        format!("{prefix}guildhall_{name}")
    }

    /// The header that sets it, until the browser ends or for some seconds.
    pub fn set(self, tenant: &Tenant, value: &str, seconds: Option<i64>) -> String {
        let lifetime = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let (secure, site) = match (is_secure(tenant), self) {
            // Browsers keep it apart for each application that holds the frame. On this machine they take it over http too.
            (_, Self::PortalFramed) => ("; Secure", "None; Partitioned"),
            // A client's page that asks whether someone is signed in does so from a frame.
            (true, Self::Session) => ("; Secure", "None"),
            (true, _) => ("; Secure", "Lax"),
            (false, _) => ("", "Lax"),
        };
        format!("{}={value}; Path=/{lifetime}; HttpOnly{secure}; SameSite={site}", self.name(tenant))
    }

    /// The header that takes it away.
    pub fn clear(self, tenant: &Tenant) -> String {
        self.set(tenant, "", Some(0))
    }

    /// Its value in the `Cookie` headers of a request; nothing when it is none of ours.
    pub fn read<'a>(self, tenant: &Tenant, headers: impl Iterator<Item = &'a str>) -> Option<String> {
        let name = self.name(tenant);
        let mut pairs =
            headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(known, _)| *known == name)?;
        let ours = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (!value.is_empty() && value.len() <= 512 && value.bytes().all(ours)).then(|| value.to_owned())
    }
}

fn is_secure(tenant: &Tenant) -> bool {
    tenant.issuer.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use guildhall_domain::id::TenantId;
    use guildhall_domain::tenant::TenantSettings;

    use super::*;

    fn tenant(issuer: &str) -> Tenant {
        Tenant {
            id: TenantId::new("t"),
            name: "t".to_owned(),
            issuer: issuer.to_owned(),
            is_default: true,
            settings: TenantSettings::default(),
            epoch: 0,
        }
    }

    #[test]
    fn a_cookie_belongs_to_its_host_alone() {
        let (over_tls, plain) = (tenant("https://id.example/"), tenant("http://localhost/"));
        assert_eq!(
            Cookie::Session.set(&over_tls, "v", Some(60)),
            "__Host-guildhall_session=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None"
        );
        assert_eq!(
            Cookie::Browser.set(&plain, "v", None),
            "guildhall_browser=v; Path=/; HttpOnly; SameSite=Lax"
        );
        assert!(Cookie::Session.clear(&plain).contains("Max-Age=0"));
    }

    #[test]
    fn a_value_that_is_none_of_ours_is_not_read() {
        let plain = tenant("http://localhost/");
        let read = |header: &'static str| Cookie::Session.read(&plain, [header].into_iter());
        assert_eq!(read("a=b; guildhall_session=v-1; c=d").as_deref(), Some("v-1"));
        for none in
            ["guildhall_session=", "guildhall_session=\"v\"", "xguildhall_session=v", "guildhall_session"]
        {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
