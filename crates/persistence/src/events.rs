//! Entries of the log: written by the one door, and in batches for what changes nothing.

use std::time::Duration;

use guildhall_domain::id::TenantId;
use guildhall_domain::log::LogEntry;
use sea_orm::{ConnectionTrait, EntityTrait, Set, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use crate::entity::logs;
use crate::error::Result;
use crate::store::Store;

/// Entries of one transaction.
const BATCH: usize = 1000;

/// Rows of one INSERT.
const PIECE: usize = 50;

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    tenant: &TenantId,
    entries: Vec<LogEntry>,
) -> Result<()> {
    let rows = entries.into_iter().map(|entry| row(tenant, entry));
    logs::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

fn row(tenant: &TenantId, entry: LogEntry) -> logs::ActiveModel {
    logs::ActiveModel {
        tenant_id: Set(tenant.to_string()),
        id: Set(entry.id.into_string()),
        date: Set(entry.date.timestamp_millis()),
        kind: Set(entry.kind),
        description: Set(entry.description),
        epoch: Set(entry.epoch),
        client_id: Set(entry.client_id),
        user_id: Set(entry.user_id),
        organization_id: Set(entry.organization_id),
        ip: Set(entry.ip),
        user_agent: Set(entry.user_agent),
        details: Set(entry.details),
    }
}

enum Message {
    Entry(TenantId, Box<LogEntry>),
    Flush(oneshot::Sender<()>),
}

/// The way of token events to the log: they wait in memory and are written in batches, off the path of the answer.
#[derive(Clone, Debug)]
pub struct EventLog(mpsc::Sender<Message>);

impl EventLog {
    /// Starts the writer. It ends when the last clone is dropped.
    pub fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(50_000);
        tokio::spawn(write(store, receiver));
        Self(sender)
    }

    /// Hands an entry over. False when so many wait that this one is not kept.
    pub fn append(&self, tenant: &TenantId, entry: LogEntry) -> bool {
        self.0.try_send(Message::Entry(tenant.clone(), Box::new(entry))).is_ok()
    }

    /// Waits until everything handed over so far is written.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.0.send(Message::Flush(done)).await.is_ok() {
            let _ = wait.await;
        }
    }
}

async fn write(store: Store, mut receiver: mpsc::Receiver<Message>) {
    let mut messages = Vec::new();
    while receiver.recv_many(&mut messages, BATCH).await > 0 {
        let mut rows = Vec::new();
        let mut waiting = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Entry(tenant, entry) => rows.push(row(&tenant, *entry)),
                Message::Flush(done) => waiting.push(done),
            }
        }
        while let Err(error) = save(&store, rows.clone()).await {
            tracing::error!(%error, events = rows.len(), "token events wait for the database");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for done in waiting {
            let _ = done.send(());
        }
        // Gather for a moment: one INSERT of many rows costs little more than one of a few.
        if receiver.len() < BATCH {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn save(store: &Store, rows: Vec<logs::ActiveModel>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let transaction = store.events().begin().await?;
    // A commit that was answered with an error may have happened all the same: what is there already is no error then.
    // Pieces of one size are one prepared statement; what is left over is another, seldom the same twice.
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let piece: Vec<_> = rows.by_ref().take(PIECE).collect();
        logs::Entity::insert_many(piece)
            .on_conflict_do_nothing()
            .exec_without_returning(&transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}
