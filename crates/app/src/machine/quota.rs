//! Quotas of token requests, counted by each node in windows of an hour and a day (contract section 13.3).

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use guildhall_domain::organization::TokenQuota;
use guildhall_oauth::error::{ErrorCode, OAuthError};

/// How many counters are kept before those of past windows are dropped.
const SWEEP_AT: usize = 10_000;

/// Whose quota it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    Client,
    Organization,
}

impl Holder {
    /// The header that tells what is left.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Client => "auth0-client-quota-limit",
            Self::Organization => "auth0-organization-quota-limit",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Window {
    Hour,
    Day,
}

impl Window {
    fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hour => "per_hour",
            Self::Day => "per_day",
        }
    }
}

type Key = (Holder, String, Window);

/// Tokens issued in the current windows.
#[derive(Debug, Default)]
pub(crate) struct Quotas(Mutex<HashMap<Key, (i64, i64)>>);

impl Quotas {
    /// Counts one token of `id`, and returns the quota header: its name and text.
    ///
    /// # Errors
    /// `too_many_requests` when the quota is used up and enforced; the token does not count then.
    pub(super) fn spend(
        &self,
        holder: Holder,
        id: &str,
        quota: &TokenQuota,
        now: DateTime<Utc>,
    ) -> Result<(&'static str, String), OAuthError> {
        let quota = &quota.client_credentials;
        let windows = [(Window::Hour, quota.per_hour), (Window::Day, quota.per_day)];
        let limits = windows.into_iter().filter_map(|(window, limit)| Some((window, limit?)));
        let mut counts = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if counts.len() > SWEEP_AT {
            counts.retain(|(_, _, window), (begun, _)| *begun == now.timestamp() / window.seconds());
        }
        let mut header = String::new();
        let mut exceeded = None;
        for (window, limit) in limits.clone() {
            let (begun, used) = current(&counts, holder, id, window, now);
            let resets = (begun + 1) * window.seconds() - now.timestamp();
            if used >= limit {
                exceeded = exceeded.max(Some((resets, limit)));
            }
            let remaining = (limit - used - 1).max(0);
            let comma = if header.is_empty() { "" } else { "," };
            let _ = write!(header, "{comma}b={};q={limit};r={remaining};t={resets}", window.name());
        }
        let header = (holder.header(), header);
        if let Some((resets, limit)) = exceeded.filter(|_| quota.enforce) {
            return Err(refusal(holder, header, resets, limit, now));
        }
        for (window, _) in limits {
            let (begun, used) = current(&counts, holder, id, window, now);
            counts.insert((holder, id.to_owned(), window), (begun, used + 1));
        }
        Ok(header)
    }
}

/// The refusal of a token beyond a quota that comes back after `resets` seconds.
fn refusal(
    holder: Holder,
    header: (&'static str, String),
    resets: i64,
    limit: i64,
    now: DateTime<Utc>,
) -> OAuthError {
    let description = match holder {
        Holder::Client => "Client quota exceeded",
        Holder::Organization => "Organization quota exceeded",
    };
    let headers = vec![
        header,
        ("retry-after", resets.to_string()),
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", (now.timestamp() + resets).to_string()),
    ];
    OAuthError { headers, ..OAuthError::new(ErrorCode::TooManyRequests, description) }
}

/// The number of the current window, and what was used in it.
fn current(
    counts: &HashMap<Key, (i64, i64)>,
    holder: Holder,
    id: &str,
    window: Window,
    now: DateTime<Utc>,
) -> (i64, i64) {
    let number = now.timestamp() / window.seconds();
    match counts.get(&(holder, id.to_owned(), window)) {
        Some((begun, used)) if *begun == number => (number, *used),
        _ => (number, 0),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_domain::organization::Quota;

    use super::*;

    fn quota(per_hour: i64, enforce: bool) -> TokenQuota {
        TokenQuota { client_credentials: Quota { per_day: None, per_hour: Some(per_hour), enforce } }
    }

    #[test]
    fn a_quota_is_used_up_and_comes_back_with_the_next_window() {
        let quotas = Quotas::default();
        let at = DateTime::from_timestamp(7_200, 0).expect("a time");
        let spend = |now| quotas.spend(Holder::Client, "c", &quota(2, true), now);
        assert_eq!(spend(at).map(|header| header.1).as_deref(), Ok("b=per_hour;q=2;r=1;t=3600"));
        assert_eq!(spend(at).map(|header| header.1).as_deref(), Ok("b=per_hour;q=2;r=0;t=3600"));
        assert_eq!(spend(at).expect_err("a refusal").status, 429);
        assert!(spend(at + chrono::Duration::hours(1)).is_ok());
    }

    #[test]
    fn a_quota_that_is_not_enforced_refuses_nothing() {
        let quotas = Quotas::default();
        let at = DateTime::from_timestamp(0, 0).expect("a time");
        for _ in 0..3 {
            assert!(quotas.spend(Holder::Organization, "o", &quota(1, false), at).is_ok());
        }
    }
}
