//! A bounded cache whose values are used only at the epoch they were read at.

use std::future::Future;

use guildhall_domain::policy::TenantScope;

use crate::store::Store;

/// Values by key, each stamped with its tenant's epoch from before it was read. Any change in the tenant makes it stale.
pub struct Cache<V: Clone + Send + Sync + 'static> {
    values: Option<quick_cache::sync::Cache<String, (i64, V)>>,
}

impl<V: Clone + Send + Sync + 'static> Cache<V> {
    /// A cache of at most `capacity` values; 0 turns it off.
    pub fn new(capacity: usize) -> Self {
        Self { values: (capacity > 0).then(|| quick_cache::sync::Cache::new(capacity)) }
    }

    /// The value under `key` in the tenant, read by `load` unless one of the tenant's current epoch is held.
    /// `None` from `load` is not kept, so that a caller cannot fill the cache with what does not exist.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get_or_load<E, F>(
        &self,
        store: &Store,
        scope: &TenantScope,
        key: &str,
        load: impl FnOnce() -> F,
    ) -> Result<Option<V>, E>
    where
        F: Future<Output = Result<Option<V>, E>>,
    {
        let Some(values) = &self.values else { return load().await };
        let epoch = store.epochs().current(scope.tenant());
        let key = format!("{}\0{key}", scope.tenant());
        if let (Some(epoch), Some((stamp, value))) = (epoch, values.get(&key))
            && stamp == epoch
        {
            return Ok(Some(value));
        }
        let value = load().await?;
        if let (Some(epoch), Some(value)) = (epoch, &value) {
            values.insert(key, (epoch, value.clone()));
        }
        Ok(value)
    }
}
