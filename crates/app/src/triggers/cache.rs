//! What `api.cache` remembers, by tenant and trigger, in the memory of this node (contract section 15.4 promises no
//! more).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use guildhall_actions::outcome::CacheWrite;
use guildhall_actions::run::CacheEntry;
use guildhall_domain::id::TenantId;

/// The most entries of a trigger.
const MOST: usize = 20;

/// The most bytes of a trigger's keys and values.
const ROOM: usize = 8_000;

#[derive(Debug, Default)]
pub(super) struct Caches(Mutex<HashMap<(TenantId, &'static str), Vec<CacheEntry>>>);

impl Caches {
    /// What scripts of a trigger find now.
    pub(super) fn read(
        &self,
        tenant: &TenantId,
        trigger: &'static str,
        now: DateTime<Utc>,
    ) -> Vec<CacheEntry> {
        let caches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = caches.get(&(tenant.clone(), trigger)).map(Vec::as_slice).unwrap_or_default();
        known.iter().filter(|entry| entry.expires_at > now).cloned().collect()
    }

    /// Does what a script did; the oldest entries give way.
    pub(super) fn write(
        &self,
        tenant: &TenantId,
        trigger: &'static str,
        writes: Vec<CacheWrite>,
        now: DateTime<Utc>,
    ) {
        if writes.is_empty() {
            return;
        }
        let mut caches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write(caches.entry((tenant.clone(), trigger)).or_default(), writes, now);
    }
}

/// Does what a script did to the entries of its trigger; the oldest give way.
pub(super) fn write(entries: &mut Vec<CacheEntry>, writes: Vec<CacheWrite>, now: DateTime<Utc>) {
    entries.retain(|entry| entry.expires_at > now);
    for write in writes {
        let key = match &write {
            CacheWrite::Set(entry) => &entry.key,
            CacheWrite::Delete(key) => key,
        };
        entries.retain(|entry| entry.key != *key);
        if let CacheWrite::Set(entry) = write {
            entries.push(entry);
        }
    }
    while entries.len() > MOST || size(entries) > ROOM {
        entries.remove(0);
    }
}

fn size(entries: &[CacheEntry]) -> usize {
    entries.iter().map(|entry| entry.key.len() + entry.value.len()).sum()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn set(key: &str, value: &str, seconds: i64) -> CacheWrite {
        let expires_at = DateTime::UNIX_EPOCH + Duration::seconds(seconds);
        CacheWrite::Set(CacheEntry { key: key.to_owned(), value: value.to_owned(), expires_at })
    }

    #[test]
    fn entries_are_replaced_forgotten_and_kept_within_the_room() {
        let (caches, tenant, start) = (Caches::default(), TenantId::new("t"), DateTime::UNIX_EPOCH);
        let keys = |trigger, at: i64| {
            let entries = caches.read(&tenant, trigger, start + Duration::seconds(at));
            entries.into_iter().map(|entry| entry.key + "=" + &entry.value).collect::<Vec<_>>()
        };
        caches.write(&tenant, "a", vec![set("x", "1", 10), set("y", "1", 20), set("z", "1", 20)], start);
        caches.write(&tenant, "a", vec![set("x", "2", 30), CacheWrite::Delete("z".to_owned())], start);
        assert_eq!(keys("a", 0), ["y=1", "x=2"]);
        assert_eq!(keys("a", 20), ["x=2"]);
        assert!(keys("b", 0).is_empty());
        let many = (0..30).map(|number| set(&number.to_string(), "", 10)).collect();
        caches.write(&tenant, "b", many, start);
        assert_eq!((keys("b", 0).len(), keys("b", 0)[0].as_str()), (20, "10="));
        let large = (0..3).map(|number| set(&number.to_string(), &"v".repeat(3_000), 10)).collect();
        caches.write(&tenant, "c", large, start);
        assert_eq!(keys("c", 0).len(), 2);
    }
}
