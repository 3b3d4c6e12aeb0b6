//! The database: its connections, its schema and what this node knows of its epochs.

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use guildhall_domain::clock::Clock;
use guildhall_domain::id::TenantId;
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::policy::TenantScope;
use guildhall_migrations::Migrator;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseExecutor, DatabaseTransaction,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor};

use crate::epochs::Epochs;
use crate::error::{Error, Result};
use crate::records::Records;
use crate::unit::UnitOfWork;
use crate::{statistics, tenants};

/// The advisory lock under which PostgreSQL migrates.
const MIGRATION_LOCK: i64 = 0x6775_696c_6468;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    read: DatabaseConnection,
    write: DatabaseConnection,
    events: DatabaseConnection,
    clock: Clock,
    epochs: Arc<Epochs>,
}

/// Where a read happens, in the store or within a unit of work, and by which clock.
pub struct Db<'a>(pub(crate) DatabaseExecutor<'a>, pub(crate) &'a Clock);

impl Db<'_> {
    /// When the read happens.
    pub fn now(&self) -> DateTime<Utc> {
        self.1.now()
    }
}

impl<'a> From<&'a Store> for Db<'a> {
    fn from(store: &'a Store) -> Self {
        Self(DatabaseExecutor::Connection(&store.read), &store.clock)
    }
}

impl<'a> From<&'a UnitOfWork> for Db<'a> {
    fn from(unit: &'a UnitOfWork) -> Self {
        Self(DatabaseExecutor::Transaction(unit.transaction()), unit.clock())
    }
}

impl<'a> From<&'a View> for Db<'a> {
    fn from(view: &'a View) -> Self {
        Self(DatabaseExecutor::Transaction(&view.0), &view.1)
    }
}

/// The database as it was at one moment.
#[derive(Debug)]
pub struct View(DatabaseTransaction, Clock);

impl Store {
    /// Opens the database at `url` (`sqlite://path?mode=rwc` or `postgres://…`).
    ///
    /// # Errors
    /// [`Error::Unusable`] when the address is neither or cannot be reached.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let unusable = |error: sqlx::Error| {
            Error::Unusable(format!("the database at {} cannot be opened: {error}", without_password(url)))
        };
        let (read, write, events) = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(unusable)?
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("cache_size", "-8192")
                .pragma("temp_store", "memory")
                .disable_statement_logging();
            // One writer: SQLite has one at a time anyway, and waiting in a pool is fair where waiting on a lock is not.
            let write = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
            let write = write.connect_with(options.clone()).await.map_err(unusable)?;
            let read = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
            let read = read.connect_with(options).await.map_err(unusable)?;
            let write = DatabaseConnection::from(write);
            (read.into(), write.clone(), write)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(unusable)?.disable_statement_logging();
            let pool = || planning_each_time().max_connections(10).connect_with(options.clone());
            // Units of a tenant wait for each other, each with its connection. The one whose turn it is reads beside itself
            // what was there before it, and must not wait for a connection of those.
            let (read, write) = (pool().await.map_err(unusable)?, pool().await.map_err(unusable)?);
            // Token events have a connection that no worker of the HTTP server has opened: such a one ends with the
            // worker, and the last events are written after the workers.
            let events = planning_each_time().max_connections(1).connect_lazy_with(options);
            (read.into(), write.into(), events.into())
        } else {
            return Err(Error::Unusable("the database URL starts with sqlite: or postgres:".to_owned()));
        };
        Ok(Self { read, write, events, clock, epochs: Arc::default() })
    }

    /// Brings the schema up to date. Several nodes may call it at once.
    ///
    /// # Errors
    /// [`Error::Database`] when a migration fails; what it did is undone.
    pub async fn migrate(&self) -> Result<()> {
        if self.write.get_database_backend() != DatabaseBackend::Postgres {
            Migrator::up(&self.write, None).await?;
            return statistics::assume(&self.write).await;
        }
        // The lock belongs to a transaction of its own, so it ends with this call, whatever happens.
        let lock = self.write.begin().await?;
        let take = Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT pg_advisory_xact_lock($1)",
            [MIGRATION_LOCK.into()],
        );
        lock.execute_raw(take).await?;
        Migrator::up(&self.write, None).await?;
        lock.commit().await?;
        Ok(())
    }

    /// The names of the migrations that have not run yet.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let pending = Migrator::get_pending_migrations(&self.write).await?;
        Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
    }

    /// Holds the present still: whatever is read of the view, no change comes between.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn view(&self) -> Result<View> {
        let mut options = TransactionOptions::default();
        // In SQLite, whatever a transaction reads is of the moment of its first read.
        if self.read.get_database_backend() == DatabaseBackend::Postgres {
            options.isolation_level = Some(IsolationLevel::RepeatableRead);
            options.access_mode = Some(AccessMode::ReadOnly);
        }
        Ok(View(self.read.begin_with_options(options).await?, self.clock.clone()))
    }

    /// Begins a unit of work in a tenant, on behalf of `actor`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin(&self, scope: &TenantScope, actor: Actor, origin: Origin) -> Result<UnitOfWork> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.write.begin_with_options(options).await?;
        if self.write.get_database_backend() == DatabaseBackend::Postgres {
            // Writers of a tenant wait here, not in the middle: what they count stays true, and none can deadlock.
            let lock = "SELECT 1 FROM tenants WHERE id = $1 FOR UPDATE";
            let tenant = [scope.tenant().as_str().into()];
            transaction
                .execute_raw(Statement::from_sql_and_values(DatabaseBackend::Postgres, lock, tenant))
                .await?;
        }
        Ok(UnitOfWork::new(
            transaction,
            scope.clone(),
            actor,
            origin,
            self.clock.clone(),
            self.epochs.clone(),
        ))
    }

    /// Begins a transaction of records that pass no door.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin_records(&self) -> Result<Records> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Records(self.write.begin_with_options(options).await?, self.clock.clone()))
    }

    /// Asks the database for the epoch of every tenant, so that caches of this node notice changes made by others.
    ///
    /// # Errors
    /// [`Error::Database`]; caches are not trusted once the last success is a second old.
    pub async fn follow(&self) -> Result<()> {
        let asked = Instant::now();
        let epochs = tenants::epochs(self).await?;
        if !self.epochs.knows(&epochs) {
            let (hosts, default) = tenants::routes(self).await?;
            self.epochs.routed(hosts, default);
        }
        self.epochs.seen(epochs, asked);
        Ok(())
    }

    /// The tenant of a host (with port), or the default tenant for a host that none registered.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tenant_id_of_host(&self, host: &str) -> Result<Option<TenantId>> {
        match self.epochs.tenant_of(host) {
            Some(tenant) => Ok(Some(tenant)),
            None => Ok(tenants::of_host(self, host).await?.map(|tenant| tenant.id)),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Database`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.read.ping().await?)
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn epochs(&self) -> &Epochs {
        &self.epochs
    }

    /// The connection for writes that are no change to who may do what: used assertions, sessions, tokens.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// The connection for token events.
    pub(crate) fn events(&self) -> &DatabaseConnection {
        &self.events
    }
}

/// A plan for whichever organization is one for the average: in the largest it takes a thousand times as long. Said by each
/// connection itself, because poolers refuse such a thing among the parameters of a start.
fn planning_each_time() -> PgPoolOptions {
    PgPoolOptions::new().acquire_timeout(Duration::from_secs(10)).after_connect(|connection, _| {
        Box::pin(async move { connection.execute("SET plan_cache_mode = force_custom_plan").await.map(drop) })
    })
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}
