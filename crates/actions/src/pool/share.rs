//! What each tenant may have of the pool: a vendor whose Actions wait for a slow server does not keep the others'
//! from running.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::Limits;

/// From how many tenants on those without runs are forgotten.
const MANY: usize = 1_000;

/// The shares of all tenants that have runs.
#[derive(Debug)]
pub(super) struct Shares {
    per_tenant: usize,
    computing: usize,
    queue: usize,
    shares: Mutex<HashMap<String, Arc<Share>>>,
}

#[derive(Debug)]
struct Share {
    running: Arc<Semaphore>,
    computing: Semaphore,
    queued: AtomicUsize,
}

/// A place in a tenant's queue.
pub(super) struct Place(Arc<Share>);

/// A tenant's turn. It lasts as long as this.
pub(super) struct Turn {
    share: Arc<Share>,
    _running: OwnedSemaphorePermit,
}

impl Shares {
    /// The shares of a pool in which `computing` runs compute at once: one tenant never has all of them.
    pub fn new(limits: &Limits) -> Self {
        let Limits { per_tenant, queue, .. } = *limits;
        let computing = limits.computing.saturating_sub(1).max(1);
        Self { per_tenant, computing, queue, shares: Mutex::default() }
    }

    /// A place in the queue, if there is one.
    pub fn queue(&self, tenant: &str) -> Option<Place> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() >= MANY {
            shares.retain(|_, share| share.running.available_permits() < self.per_tenant);
        }
        let share = shares.entry(tenant.to_owned()).or_insert_with(|| {
            Arc::new(Share {
                running: Arc::new(Semaphore::new(self.per_tenant)),
                computing: Semaphore::new(self.computing),
                queued: AtomicUsize::new(0),
            })
        });
        let free = share.running.available_permits();
        if share.queued.fetch_add(1, Ordering::Relaxed) >= self.queue + free {
            share.queued.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Place(share.clone()))
    }
}

impl Place {
    /// Waits for the tenant's turn.
    pub async fn turn(self) -> Option<Turn> {
        let running = self.0.running.clone().acquire_owned().await.ok()?;
        Some(Turn { share: self.0.clone(), _running: running })
    }
}

impl Turn {
    /// Waits until the tenant may compute, which it may as long as what this returns lives.
    pub async fn compute(&self) -> Option<SemaphorePermit<'_>> {
        self.share.computing.acquire().await.ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, Ordering::Relaxed);
    }
}
