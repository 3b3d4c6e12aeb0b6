//! How long an account waits after failed attempts to sign in to it.
//!
//! Failures are counted per account and address, and per account. Each count is met by a delay that grows and ends by
//! itself. An address as such is never refused, and one that the account's owner last signed in from does not feel what
//! others did to the account: neither a colleague nor a stranger can lock anyone out of their office.

use chrono::Duration;

/// Whose failures are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those to sign in to an account from one address.
    AtAddress,
    /// Those to sign in to an account from anywhere.
    Everywhere,
}

impl Counted {
    /// Failures that cost nothing: people mistype.
    fn free(self) -> u32 {
        match self {
            Self::AtAddress => 5,
            Self::Everywhere => 25,
        }
    }

    /// The longest delay.
    fn longest(self) -> Duration {
        match self {
            Self::AtAddress => Duration::minutes(15),
            Self::Everywhere => Duration::minutes(1),
        }
    }

    /// How long the account waits after so many failures: a second at first, then twice as long each time.
    pub fn delay(self, failures: i64) -> Option<Duration> {
        let beyond = failures - i64::from(self.free());
        let doublings = u32::try_from((beyond - 1).min(20)).ok()?;
        Some(Duration::seconds(1 << doublings).min(self.longest()))
    }
}

/// When failures are forgotten that were followed by none.
pub fn forgotten_after() -> Duration {
    Duration::hours(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_end() {
        let seconds = |failures| Counted::AtAddress.delay(failures).map(|delay| delay.num_seconds());
        assert_eq!(
            (seconds(0), seconds(5), seconds(6), seconds(7), seconds(10)),
            (None, None, Some(1), Some(2), Some(16))
        );
        assert_eq!((seconds(1000), seconds(i64::MAX)), (Some(900), Some(900)));
    }

    #[test]
    fn what_strangers_do_delays_an_account_for_a_minute_at_the_most() {
        let seconds = |failures| Counted::Everywhere.delay(failures).map(|delay| delay.num_seconds());
        assert_eq!((seconds(25), seconds(26), seconds(1_000_000)), (None, Some(1), Some(60)));
    }
}
