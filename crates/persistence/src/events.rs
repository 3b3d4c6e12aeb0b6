//! Entries of the log: written by the one door, and in batches for what changes nothing.

use std::time::Duration;

use guildhall_domain::id::TenantId;
use guildhall_domain::log::LogEntry;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, Set, Statement, TransactionTrait, Value};
use tokio::sync::{mpsc, oneshot};

use crate::entity::logs;
use crate::error::Result;
use crate::store::Store;

/// Entries of one transaction.
const BATCH: usize = 1000;

/// The most rows of one INSERT. Pieces are powers of two, so that any number of rows is a few pieces, each of them a
/// statement that was prepared before.
const PIECE: usize = 128;

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

/// What happened, with the details as JSON text.
pub type Event = LogEntry<String>;

enum Message {
    Event(TenantId, Box<Event>),
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

    /// Hands an event over. False when so many wait that this one is not kept.
    pub fn append(&self, tenant: &TenantId, event: Event) -> bool {
        self.0.try_send(Message::Event(tenant.clone(), Box::new(event))).is_ok()
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
        let mut events = Vec::new();
        let mut waiting = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Event(tenant, event) => events.push((tenant, event)),
                Message::Flush(done) => waiting.push(done),
            }
        }
        while let Err(error) = save(&store, &events).await {
            tracing::error!(%error, events = events.len(), "token events wait for the database");
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

async fn save(store: &Store, events: &[(TenantId, Box<Event>)]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let transaction = store.events().begin().await?;
    let mut rest = events;
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(PIECE.min(1 << rest.len().ilog2()));
        transaction.execute_raw(insertion(transaction.get_database_backend(), piece)).await?;
        rest = others;
    }
    transaction.commit().await?;
    Ok(())
}

/// One INSERT, written out: built through the entity it would take longer than the database needs to run it. A commit
/// that was answered with an error may have happened all the same: what is there already is no error then.
fn insertion(backend: DatabaseBackend, events: &[(TenantId, Box<Event>)]) -> Statement {
    const COLUMNS: usize = 11;
    let mut sql = String::with_capacity(60 * events.len() + 200);
    sql.push_str("INSERT INTO logs (tenant_id, id, date, kind, description, client_id, user_id, organization_id, ip, user_agent, details) VALUES ");
    let mut values: Vec<Value> = Vec::with_capacity(COLUMNS * events.len());
    for (number, (tenant, event)) in events.iter().enumerate() {
        sql.push_str(if number == 0 { "(" } else { ", (" });
        for column in 1..COLUMNS {
            push_parameter(&mut sql, backend, number * COLUMNS + column);
            sql.push_str(", ");
        }
        sql.push_str("CAST(");
        push_parameter(&mut sql, backend, (number + 1) * COLUMNS);
        sql.push_str(if backend == DatabaseBackend::Postgres { " AS jsonb))" } else { " AS text))" });
        values.extend([
            tenant.as_str().into(),
            event.id.as_str().into(),
            event.date.timestamp_millis().into(),
            event.kind.clone().into(),
            event.description.clone().into(),
            event.client_id.clone().into(),
            event.user_id.clone().into(),
            event.organization_id.clone().into(),
            event.ip.clone().into(),
            event.user_agent.clone().into(),
            event.details.clone().into(),
        ]);
    }
    sql.push_str(" ON CONFLICT DO NOTHING");
    Statement::from_sql_and_values(backend, sql, values)
}

fn push_parameter(sql: &mut String, backend: DatabaseBackend, number: usize) {
    match backend {
        DatabaseBackend::Postgres => {
            sql.push('$');
            sql.push_str(&number.to_string());
        }
        _ => sql.push('?'),
    }
}
