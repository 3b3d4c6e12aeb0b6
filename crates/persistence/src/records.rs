//! Records beside the one door: sessions, codes and refresh tokens change nothing of who may do what.

use guildhall_domain::clock::Clock;
use sea_orm::{DatabaseExecutor, DatabaseTransaction};

use crate::error::Result;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// A transaction of records. Dropped without [`Records::commit`], it leaves nothing.
pub struct Records(pub(crate) DatabaseTransaction, pub(crate) Clock);

impl Records {
    /// Makes the records permanent.
    ///
    /// # Errors
    /// [`crate::Error::Database`].
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

/// Where a record is written: on its own, among other records, or with a change that is recorded by the one door.
pub struct Writer<'a>(pub(crate) DatabaseExecutor<'a>);

impl<'a> From<&'a Store> for Writer<'a> {
    fn from(store: &'a Store) -> Self {
        Self(DatabaseExecutor::Connection(store.writer()))
    }
}

impl<'a> From<&'a Records> for Writer<'a> {
    fn from(records: &'a Records) -> Self {
        Self(DatabaseExecutor::Transaction(&records.0))
    }
}

impl<'a> From<&'a UnitOfWork> for Writer<'a> {
    fn from(unit: &'a UnitOfWork) -> Self {
        Self(DatabaseExecutor::Transaction(unit.transaction()))
    }
}

impl<'a> From<&'a Records> for Db<'a> {
    fn from(records: &'a Records) -> Self {
        Self(DatabaseExecutor::Transaction(&records.0), &records.1)
    }
}
