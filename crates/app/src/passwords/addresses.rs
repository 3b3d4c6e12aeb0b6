//! Addresses that caused many failed attempts: theirs go one by one from then on. No address is ever refused because of
//! what others behind it did.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// How many failures an address may cause before its attempts go one by one.
const UNHURRIED: i64 = 100;

/// Seconds after which one failure is forgotten.
const SECONDS_PER_FAILURE: i64 = 6;

/// How many addresses are known before those without failures are dropped.
const SWEEP_AT: usize = 10_000;

/// Failures of each address on this node, as the moment at which all of them will be forgotten.
#[derive(Debug, Default)]
pub(crate) struct Addresses(Mutex<HashMap<String, i64>>);

impl Addresses {
    /// Counts a failure.
    pub fn failed(&self, network: &str, now: DateTime<Utc>) {
        let now = now.timestamp();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > SWEEP_AT {
            all.retain(|_, forgotten| *forgotten > now);
        }
        let forgotten = all.entry(network.to_owned()).or_insert(now);
        let most = now + 2 * UNHURRIED * SECONDS_PER_FAILURE;
        *forgotten = ((*forgotten).max(now) + SECONDS_PER_FAILURE).min(most);
    }

    /// Whether attempts from there go one by one.
    pub fn is_slow(&self, network: &str, now: DateTime<Utc>) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(network)
            .is_some_and(|forgotten| forgotten - now.timestamp() > UNHURRIED * SECONDS_PER_FAILURE)
    }
}

/// The network that an address stands for: whoever has one IPv6 address has 2^64 of them.
pub(crate) fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_slow_after_many_failures_and_quick_again_later() {
        let addresses = Addresses::default();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        for _ in 0..100 {
            addresses.failed("a", at(0));
        }
        assert!(!addresses.is_slow("a", at(0)));
        addresses.failed("a", at(0));
        assert!(addresses.is_slow("a", at(0)) && !addresses.is_slow("b", at(0)));
        assert!(!addresses.is_slow("a", at(SECONDS_PER_FAILURE)));
        for _ in 0..100_000 {
            addresses.failed("a", at(0));
        }
        assert!(
            !addresses.is_slow("a", at(UNHURRIED * SECONDS_PER_FAILURE)),
            "slow for longer than it takes"
        );
    }

    #[test]
    fn ipv6_addresses_are_known_by_their_network() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::ffff"), "2001:db8:1:2::/64");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }
}
