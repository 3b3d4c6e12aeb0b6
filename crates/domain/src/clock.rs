//! Time and time-ordered identifiers, passed in so that tests can hold them still.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Duration, DurationRound, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Counts within a millisecond, so that ids of one node come in the order they were made.
static ORDER: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));

/// Where the time comes from: the system, or a value that a test moves.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at `at` until [`Clock::advance`] moves it; its clones move with it.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.timestamp_millis()))))
    }

    /// Moves a fixed clock forward. The system's clock is not moved.
    pub fn advance(&self, by: Duration) {
        if let Some(at) = &self.0 {
            at.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }

    /// Now, in whole milliseconds, the precision that both databases and the wire keep.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Some(at) => DateTime::from_timestamp_millis(at.load(Ordering::SeqCst)).unwrap_or_default(),
            None => {
                let now = Utc::now();
                now.duration_trunc(Duration::milliseconds(1)).unwrap_or(now)
            }
        }
    }

    /// A new time-ordered UUID (version 7).
    pub fn uuid(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(&*ORDER, seconds, now.timestamp_subsec_nanos()))
    }
}
