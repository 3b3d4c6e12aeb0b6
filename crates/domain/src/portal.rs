//! The portal: pages on which the people of an organization run it themselves (an addition to the contract).

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::envelope::PortalSection;
use crate::field;
use crate::id::{OrganizationId, SessionId, UserId};

/// The client of the portal in every tenant: Guildhall's own, which cannot be changed.
pub const CLIENT: &str = "guildhall_portal";

/// How long a visit lasts.
const WHOLE: Duration = Duration::hours(12);

/// How long it lasts unused, and a visit in a frame altogether.
const SHORT: Duration = Duration::hours(1);

/// Seconds that a link is good for unless its maker says otherwise.
const DEFAULT_TTL: i64 = 60;

/// A visit of someone to the portal, for one organization, as part of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// The session with which it ends.
    pub session_id: SessionId,
    /// Whether it takes place in a frame of the vendor's application.
    pub is_framed: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When a page was last asked for.
    pub used_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

impl Visit {
    /// A visit that begins.
    pub fn begin(
        organization_id: OrganizationId,
        user_id: UserId,
        session_id: SessionId,
        is_framed: bool,
        now: DateTime<Utc>,
    ) -> Self {
        let expires_at = now + if is_framed { SHORT } else { WHOLE };
        Self { organization_id, user_id, session_id, is_framed, created_at: now, used_at: now, expires_at }
    }

    /// Whether it still counts.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at > now && self.used_at + SHORT > now
    }
}

/// A link that lets a member into the portal, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// Where it leads; to the first page when absent.
    pub page: Option<PortalSection>,
    /// Whether the visit takes place in a frame of the vendor's application.
    pub is_framed: bool,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// The body of `POST /api/v2/organizations/{id}/portal-links`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPortalLink {
    /// The member.
    pub user_id: UserId,
    /// Where it leads; to the first page unless given.
    pub page: Option<PortalSection>,
    /// Whether the visit takes place in a frame of one of the tenant's `portal.allowed_origins`; not unless given.
    pub framed: Option<bool>,
    /// Seconds that the link is good for; 60 unless given.
    #[schema(minimum = 10, maximum = 300)]
    #[validate(range(min = 10, max = 300))]
    pub ttl_sec: Option<i64>,
}

impl NewPortalLink {
    /// The link.
    pub fn create(self, organization_id: OrganizationId, now: DateTime<Utc>) -> Link {
        Link {
            organization_id,
            user_id: self.user_id,
            page: self.page,
            is_framed: self.framed.unwrap_or_default(),
            expires_at: now + Duration::seconds(self.ttl_sec.unwrap_or(DEFAULT_TTL)),
        }
    }
}

/// A link that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadePortalLink {
    /// The address to send the member to at once.
    pub url: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// How a tenant's portal is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PortalSettings {
    /// The origins whose pages may hold the portal in a frame: each `https://`, a host and a port where it is not 443, exactly
    /// (`http://` on this machine alone). None unless set.
    #[schema(max_items = 20)]
    #[validate(length(max = 20), custom(function = "origins"))]
    pub allowed_origins: Vec<String>,
}

fn origins(origins: &[String]) -> Result<(), ValidationError> {
    match origins.iter().all(|origin| is_origin(origin)) {
        true => Ok(()),
        false => Err(field::refuse("origin", "Each is https://, a host, and a port where it is not 443")),
    }
}

/// Whether a text is exactly one origin, such as a policy of the browser may name.
fn is_origin(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1");
    let good_scheme = url.scheme() == "https" || url.scheme() == "http" && is_here;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let plain = !host.is_empty() && host.bytes().all(plain);
    good_scheme && plain && text.len() <= 300 && url.origin().ascii_serialization() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_exactly_one() {
        for good in
            ["https://app.example", "https://app.example:8443", "http://localhost:3000", "https://10.0.0.1"]
        {
            assert!(is_origin(good), "{good}");
        }
        for wrong in [
            "",
            "https:",
            "https://",
            "https://*",
            "https://*.example",
            "http://app.example",
            "https://app.example/",
            "https://app.example/path",
            "https://app.example:443",
            "https://APP.example",
            "https://app.example?x",
            "https://user@app.example",
            "https://a;script-src.example",
            "https://a'b.example",
            "https://a,b",
            "https://a b.example",
            "https://[::1]",
            "wss://app.example",
            "null",
            "'self'",
            "*",
            "app.example",
        ] {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_visit_ends_unused_and_in_the_end() {
        let start = DateTime::UNIX_EPOCH;
        let begin = |framed| {
            Visit::begin(OrganizationId::new("o"), UserId::new("u"), SessionId::new("s"), framed, start)
        };
        let visit = begin(false);
        assert!(visit.is_live(start + Duration::minutes(59)));
        assert!(!visit.is_live(start + Duration::minutes(60)));
        let used = Visit { used_at: start + Duration::minutes(719), ..visit };
        assert!(used.is_live(start + Duration::minutes(719)));
        assert!(!used.is_live(start + Duration::minutes(720)));
        let framed = Visit { used_at: start + Duration::minutes(59), ..begin(true) };
        assert!(!framed.is_live(start + Duration::minutes(60)));
    }
}
