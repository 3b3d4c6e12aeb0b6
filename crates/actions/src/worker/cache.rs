//! `api.cache`: values that the Actions of a trigger share for a while (contract section 15.4).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::outcome::CacheWrite;
use crate::run::CacheEntry;

const MOST_ENTRIES: usize = 20;
const LONGEST_KEY: usize = 64;
const LONGEST_VALUE: usize = 4_000;
const MOST_BYTES: usize = 8_000;
const LIFETIME: TimeDelta = TimeDelta::minutes(15);
const LONGEST_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The entries, and what the run did to them.
#[derive(Default)]
pub(super) struct Cache {
    entries: Vec<CacheEntry>,
    writes: Vec<CacheWrite>,
}

/// `set(key, value, {ttl, expires_at})`, both in milliseconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    key: String,
    value: String,
    ttl: Option<i64>,
    expires_at: Option<i64>,
}

impl Cache {
    pub fn new(entries: &[CacheEntry], now: DateTime<Utc>) -> Self {
        let entries = entries.iter().filter(|entry| entry.expires_at > now).cloned().collect();
        Self { entries, writes: Vec::new() }
    }

    pub fn into_writes(self) -> Vec<CacheWrite> {
        self.writes
    }

    /// The record with this key, or `null`, which the prelude makes `undefined`.
    pub fn get(&self, key: &str, now: DateTime<Utc>) -> Value {
        let found = self.entries.iter().find(|entry| entry.key == key && entry.expires_at > now);
        found.map_or(Value::Null, record)
    }

    /// `{type: "success", record}`, or `{type: "error", code}`.
    pub fn set(&mut self, set: Set, now: DateTime<Utc>) -> Value {
        let Set { key, value, ttl, expires_at } = set;
        let wanted = ttl
            .and_then(TimeDelta::try_milliseconds)
            .and_then(|ttl| now.checked_add_signed(ttl))
            .into_iter()
            .chain(expires_at.and_then(DateTime::from_timestamp_millis))
            .min();
        let expires_at = wanted.unwrap_or(now + LIFETIME).min(now + LONGEST_LIFETIME);
        let others = self.entries.iter().filter(|entry| entry.key != key);
        let (count, bytes) = others.fold((1, key.len() + value.len()), |(count, bytes), entry| {
            (count + 1, bytes + entry.key.len() + entry.value.len())
        });
        let code = if key.len() > LONGEST_KEY {
            "CacheKeySizeExceeded"
        } else if value.len() > LONGEST_VALUE {
            "CacheValueSizeExceeded"
        } else if count > MOST_ENTRIES {
            "CacheEntriesExceeded"
        } else if bytes > MOST_BYTES {
            "CacheSizeExceeded"
        } else if expires_at <= now {
            "ItemAlreadyExpired"
        } else {
            let entry = CacheEntry { key, value, expires_at };
            let answer = json!({"type": "success", "record": record(&entry)});
            self.entries.retain(|other| other.key != entry.key);
            self.entries.push(entry.clone());
            self.write(CacheWrite::Set(entry));
            return answer;
        };
        json!({"type": "error", "code": code})
    }

    /// `{type: "success"}`, whether it was there or not.
    pub fn delete(&mut self, key: String) -> Value {
        if self.entries.iter().any(|entry| entry.key == key) {
            self.entries.retain(|entry| entry.key != key);
            self.write(CacheWrite::Delete(key));
        }
        json!({"type": "success"})
    }

    /// The last write of a key is the one that counts.
    fn write(&mut self, write: CacheWrite) {
        self.writes.retain(|other| key_of(other) != key_of(&write));
        self.writes.push(write);
    }
}

fn key_of(write: &CacheWrite) -> &str {
    match write {
        CacheWrite::Set(entry) => &entry.key,
        CacheWrite::Delete(key) => key,
    }
}

fn record(entry: &CacheEntry) -> Value {
    json!({"value": entry.value, "expires_at": entry.expires_at.timestamp_millis()})
}
