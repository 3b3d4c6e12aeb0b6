//! The epoch of each tenant as this node knows it, and whether that knowledge is fresh enough to trust caches by.

use std::collections::HashMap;
use std::sync::RwLock;
use std::time::{Duration, Instant};

use guildhall_domain::id::TenantId;

/// How old the last look at the database may be before caches are not trusted.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct Known {
    epochs: HashMap<TenantId, i64>,
    seen: Option<Instant>,
    hosts: HashMap<String, TenantId>,
    default: Option<TenantId>,
}

#[derive(Debug, Default)]
pub(crate) struct Epochs(RwLock<Known>);

impl Epochs {
    /// The tenant's epoch, or nothing when this node cannot follow the log at the moment.
    pub(crate) fn current(&self, tenant: &TenantId) -> Option<i64> {
        let known = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let fresh = known.seen.is_some_and(|seen| seen.elapsed() < FRESH);
        fresh.then(|| known.epochs.get(tenant).copied()).flatten()
    }

    /// Notes a change that this node made.
    pub(crate) fn moved(&self, tenant: &TenantId, epoch: i64) {
        let mut known = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let entry = known.epochs.entry(tenant.clone()).or_insert(epoch);
        *entry = epoch.max(*entry);
    }

    /// The tenant of a host, or nothing when this node does not know well enough.
    pub(crate) fn tenant_of(&self, host: &str) -> Option<TenantId> {
        let known = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let fresh = known.seen.is_some_and(|seen| seen.elapsed() < FRESH);
        fresh.then(|| known.hosts.get(host).or(known.default.as_ref()).cloned()).flatten()
    }

    /// Whether these epochs are all that this node knows already, so that no host can have changed either.
    pub(crate) fn knows(&self, epochs: &[(TenantId, i64)]) -> bool {
        let known = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.seen.is_some() && epochs.iter().all(|(tenant, epoch)| known.epochs.get(tenant) == Some(epoch))
    }

    /// Notes which hosts lead to which tenants.
    pub(crate) fn routed(&self, hosts: Vec<(String, TenantId)>, default: Option<TenantId>) {
        let mut known = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.hosts = hosts.into_iter().collect();
        known.default = default;
    }

    /// Notes what the database said, asked at `asked`.
    pub(crate) fn seen(&self, epochs: Vec<(TenantId, i64)>, asked: Instant) {
        let mut known = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        for (tenant, epoch) in epochs {
            let entry = known.epochs.entry(tenant).or_insert(epoch);
            *entry = epoch.max(*entry);
        }
        known.seen = Some(asked);
    }
}
