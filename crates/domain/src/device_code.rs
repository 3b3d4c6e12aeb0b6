//! Device codes: how something without a browser signs a person in (RFC 8628). Contract section 13.4.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, UserId};

/// Seconds in which a person must answer.
pub const LIFETIME: i64 = 900;

/// Seconds that a device waits between questions.
pub const INTERVAL: i64 = 5;

/// The letters of a user code: none that is read as another, no vowels that make words (RFC 8628 section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters a user code has.
pub const LENGTH: usize = 8;

/// What became of a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceCodeState {
    /// Nobody has answered yet.
    Pending,
    /// A person allowed it.
    Allowed,
    /// A person denied it.
    Denied,
    /// It was exchanged.
    Used,
}

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    /// The scope.
    pub scope: Vec<String>,
    /// The API; none for a token that is good for `/userinfo` alone.
    pub audience: Option<String>,
}

/// A device code.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceCode {
    /// The client.
    pub client_id: ClientId,
    /// What became of it.
    pub state: DeviceCodeState,
    /// What is asked for.
    pub request: DeviceRequest,
    /// The person who allowed it.
    pub user_id: Option<UserId>,
    /// The session in which they did.
    pub session_id: Option<String>,
    /// When the device last asked.
    pub polled_at: Option<DateTime<Utc>>,
    /// Until when it counts.
    pub expires_at: DateTime<Utc>,
}

/// What a device is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// To go on asking.
    Pending,
    /// To ask less often.
    TooSoon,
    /// That it took too long, or was exchanged.
    Expired,
    /// That the person denied it.
    Denied,
    /// That the person allowed it.
    Allowed,
}

impl DeviceCode {
    /// What a device that asks now is told (RFC 8628 section 3.5).
    pub fn poll(&self, now: DateTime<Utc>) -> Poll {
        if now >= self.expires_at {
            return Poll::Expired;
        }
        match self.state {
            DeviceCodeState::Used => Poll::Expired,
            DeviceCodeState::Denied => Poll::Denied,
            DeviceCodeState::Allowed => Poll::Allowed,
            DeviceCodeState::Pending => {
                let soon = |last: DateTime<Utc>| now < last + Duration::seconds(INTERVAL);
                if self.polled_at.is_some_and(soon) { Poll::TooSoon } else { Poll::Pending }
            }
        }
    }
}

/// A user code from random bytes, as it is shown: two groups of four.
pub fn user_code(random: &[u8; LENGTH * 2]) -> String {
    // Two bytes to a letter: what is left over of 65,536 by 20 favours a letter by less than one in three thousand.
    let letters = random.chunks_exact(2).map(|pair| {
        let number = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        char::from(LETTERS[number % LETTERS.len()])
    });
    let letters: String = letters.collect();
    format!("{}-{}", &letters[..LENGTH / 2], &letters[LENGTH / 2..])
}

/// A user code as people type it, without what they add.
pub fn normalized(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(state: DeviceCodeState, polled: Option<i64>) -> DeviceCode {
        DeviceCode {
            client_id: ClientId::new("c"),
            state,
            request: DeviceRequest { scope: Vec::new(), audience: None },
            user_id: None,
            session_id: None,
            polled_at: polled.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            expires_at: DateTime::from_timestamp(LIFETIME, 0).expect("a time"),
        }
    }

    #[test]
    fn a_device_is_told_what_the_person_did() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let cases = [
            (DeviceCodeState::Pending, None, 0, Poll::Pending),
            (DeviceCodeState::Pending, Some(10), 14, Poll::TooSoon),
            (DeviceCodeState::Pending, Some(10), 15, Poll::Pending),
            (DeviceCodeState::Allowed, Some(10), 11, Poll::Allowed),
            (DeviceCodeState::Denied, None, 0, Poll::Denied),
            (DeviceCodeState::Used, None, 0, Poll::Expired),
            (DeviceCodeState::Allowed, None, LIFETIME, Poll::Expired),
        ];
        for (state, polled, now, expected) in cases {
            assert_eq!(code(state, polled).poll(at(now)), expected, "{state:?} {polled:?} {now}");
        }
    }

    #[test]
    fn a_user_code_is_typed_as_people_type() {
        let code = user_code(&[0, 0, 0, 1, 0, 19, 0, 20, 1, 0, 255, 255, 0, 2, 0, 3]);
        assert_eq!(code, "BCZB-VTDF");
        assert_eq!(normalized(" bczb vtdf "), normalized(&code));
    }
}
