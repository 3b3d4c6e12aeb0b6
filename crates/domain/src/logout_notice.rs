//! Notices of sign-outs, which clients that are registered for them are sent (OpenID Connect Back-Channel Logout 1.0).

use chrono::{DateTime, Duration, Utc};

use crate::client::Client;
use crate::id::{ClientId, LogoutNoticeId, UserId};

/// How often a notice is sent in vain before it is given up.
pub const MOST_ATTEMPTS: i64 = 6;

/// A notice that is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct LogoutNotice {
    /// The identifier.
    pub id: LogoutNoticeId,
    /// The client.
    pub client_id: ClientId,
    /// Where the client wants it.
    pub url: String,
    /// Who signed out.
    pub user_id: UserId,
    /// Of which session.
    pub session_id: String,
    /// How often it was sent in vain.
    pub attempts: i64,
    /// When it is to be sent next.
    pub due_at: DateTime<Utc>,
}

impl LogoutNotice {
    /// The notice after it was sent in vain: later each time; nothing when it is given up.
    pub fn failed(mut self, now: DateTime<Utc>) -> Option<Self> {
        self.attempts += 1;
        self.due_at = now + Duration::seconds(5 * 4_i64.pow(u32::try_from(self.attempts).ok()?));
        (self.attempts < MOST_ATTEMPTS).then_some(self)
    }
}

impl Client {
    /// Where the client wants notices of sign-outs: `oidc_logout.backchannel_logout_urls`.
    pub fn logout_notice_urls(&self) -> Vec<String> {
        let urls =
            self.settings.oidc_logout.as_ref().and_then(|logout| logout.get("backchannel_logout_urls"));
        let urls = urls.and_then(|urls| urls.as_array()).into_iter().flatten();
        let urls = urls.filter_map(|url| url.as_str());
        urls.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .map(str::to_owned)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_sent_again_ever_later_and_then_given_up() {
        let now = DateTime::UNIX_EPOCH;
        let mut notice = LogoutNotice {
            id: LogoutNoticeId::new("n"),
            client_id: ClientId::new("c"),
            url: "https://a".to_owned(),
            user_id: UserId::new("u"),
            session_id: "s".to_owned(),
            attempts: 0,
            due_at: now,
        };
        let mut waits = Vec::new();
        while let Some(next) = notice.clone().failed(now) {
            waits.push((next.due_at - now).num_seconds());
            notice = next;
        }
        assert_eq!(waits, [20, 80, 320, 1280, 5120]);
    }
}
