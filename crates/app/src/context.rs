//! What use cases share: the store, the keys, the caches, the log of token events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use guildhall_domain::clock::Clock;
use guildhall_domain::id::KeyId;
use guildhall_domain::limits::Limits;
use guildhall_domain::policy::{Authorized, AuthorizedIn, Caller, Need, TenantScope, authorize_in, issuance};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{Cache, Db, EventLog, Store, UnitOfWork, tenants};
use guildhall_tokens::key::SigningKey;
use guildhall_tokens::secret::Pepper;
use guildhall_tokens::vault::{MasterKey, Vault};

use crate::actions::flow::BoundAction;
use crate::client_authentication::KnownClient;
use crate::keys::KeyRing;
use crate::machine::{Access, Quotas};
use crate::my_organization;
use crate::passwords::Addresses;
use crate::problem::{Problem, Thing};
use crate::triggers::Engine;
use crate::turns::Turns;
use crate::txt_records::TxtRecords;

/// How many values each cache holds at the most.
const CACHED: usize = 50_000;

/// The same for flows of actions, which are larger than the rest: some kilobytes, and two megabytes at the most.
const CACHED_FLOWS: usize = 2_000;

pub(crate) struct Shared {
    store: Store,
    pub(crate) vault: Vault,
    pub(crate) pepper: Pepper,
    pub(crate) events: EventLog,
    pub(crate) opened: Mutex<HashMap<KeyId, SigningKey>>,
    pub(crate) quotas: Quotas,
    pub(crate) turns: Turns,
    pub(crate) addresses: Addresses,
    hosts: Cache<Arc<Tenant>>,
    pub(crate) keys: Cache<Arc<KeyRing>>,
    pub(crate) clients: Cache<Arc<KnownClient>>,
    pub(crate) accesses: Cache<Arc<Access>>,
    pub(crate) engine: Option<Engine>,
    pub(crate) txt_records: Option<Box<dyn TxtRecords>>,
    pub(crate) flows: Cache<Arc<Vec<BoundAction>>>,
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Shared>);

impl App {
    /// The application over a store. Without `caching` everything is read from the database each time; without an
    /// engine no token is issued where an Action is bound, and without a way to TXT records no domain is proved.
    pub fn new(
        store: Store,
        key: &MasterKey,
        caching: bool,
        engine: Option<Engine>,
        txt_records: Option<Box<dyn TxtRecords>>,
    ) -> Self {
        let capacity = if caching { CACHED } else { 0 };
        Self(Arc::new(Shared {
            events: EventLog::start(store.clone()),
            store,
            vault: key.vault(),
            pepper: key.pepper(),
            opened: Mutex::default(),
            quotas: Quotas::default(),
            turns: Turns::default(),
            addresses: Addresses::default(),
            hosts: Cache::new(capacity),
            keys: Cache::new(capacity),
            clients: Cache::new(capacity),
            accesses: Cache::new(capacity),
            engine,
            txt_records,
            flows: Cache::new(capacity.min(CACHED_FLOWS)),
        }))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Clock {
        self.0.store.clock()
    }

    /// Waits until every token event so far is in the log.
    pub async fn flush_events(&self) {
        self.0.events.flush().await;
    }

    /// The tenant of a request's host (with port), or the default tenant.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub async fn tenant_of_host(&self, host: &str) -> Result<Option<Arc<Tenant>>, Problem> {
        let host = host.to_lowercase();
        if host.len() > 300 {
            return Ok(None);
        }
        let Some(id) = self.0.store.tenant_id_of_host(&host).await? else {
            return Ok(None);
        };
        self.0
            .hosts
            .get_or_load(self.store(), &issuance(&id), "tenant", || async {
                Ok::<_, Problem>(tenants::get(self.store(), &issuance(&id)).await?.map(Arc::new))
            })
            .await
    }

    pub(crate) async fn tenant(&self, scope: &TenantScope) -> Result<Tenant, Problem> {
        tenant(self.store(), scope).await
    }

    pub(crate) async fn begin<N: Need>(&self, by: &Authorized<N>) -> Result<UnitOfWork, Problem> {
        let caller = by.caller();
        Ok(self.store().begin(by.scope(), caller.actor.clone(), caller.origin.clone()).await?)
    }
}

impl App {
    /// Begins a unit of work in an organization. What the caller may do there is read again within it: of two changes at
    /// once, the second is decided by what the first left.
    ///
    /// # Errors
    /// [`Problem::Denied`] when the caller may not do this any more, [`Thing::Organization`] when they do not belong to it
    /// any more.
    pub(crate) async fn begin_in<N: Need>(&self, by: &AuthorizedIn<N>) -> Result<UnitOfWork, Problem> {
        let caller = by.caller();
        let scope = by.scope().within();
        let unit = self.store().begin(scope, caller.actor.clone(), caller.origin.clone()).await?;
        let tenant = tenant(&unit, scope).await?;
        let held = my_organization::caller::held(&unit, &tenant, by.scope(), &caller.actor).await?;
        let held = found(held, Thing::Organization)?;
        let scopes = caller.scopes.iter().filter(|scope| held.contains(scope)).cloned().collect();
        authorize_in::<N>(Caller { scopes, ..caller.clone() }, by.organization().clone())?;
        Ok(unit)
    }
}

/// The tenant, as the store or a unit of work has it.
pub(crate) async fn tenant(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<Tenant, Problem> {
    tenants::get(db, scope).await?.ok_or_else(|| Problem::internal("the tenant is gone"))
}

/// How much the tenant may hold.
pub(crate) async fn limits(unit: &UnitOfWork, scope: &TenantScope) -> Result<Limits, Problem> {
    Ok(tenant(unit, scope).await?.settings.limits)
}

/// Turns absence into the refusal that names what is absent.
pub(crate) fn found<T>(value: Option<T>, thing: Thing) -> Result<T, Problem> {
    value.ok_or(Problem::NoSuch(thing))
}
