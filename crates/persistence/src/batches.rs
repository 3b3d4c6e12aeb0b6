//! Rows that are written in batches, off the path of the answer: they change nothing of who may do what.

use std::time::Duration;

use guildhall_domain::action::execution::Execution;
use guildhall_domain::id::TenantId;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, Statement, TransactionTrait, Value};
use tokio::sync::{mpsc, oneshot};

use crate::error::Result;
use crate::events::Event;
use crate::store::Store;
use crate::{action_executions, events};

/// Rows of one transaction.
const BATCH: usize = 1000;

/// The most rows of one INSERT. Pieces are powers of two, so that any number of rows is a few pieces, each of them a
/// statement that was prepared before.
const PIECE: usize = 128;

/// How the rows of a table are written.
pub(crate) struct Table<T> {
    /// The statement up to the values.
    pub insert: &'static str,
    /// How many columns it names.
    pub columns: usize,
    /// How many of them, at the end, hold JSON.
    pub json: usize,
    /// Adds the values of a row, in the order of the columns; JSON as text.
    pub push: fn(&T, &mut Vec<Value>) -> Result<()>,
}

enum Message {
    Event(Box<(TenantId, Event)>),
    Execution(Box<(TenantId, Execution)>),
    Flush(oneshot::Sender<()>),
}

/// What was taken from the channel at once.
#[derive(Default)]
struct Batch {
    events: Vec<(TenantId, Event)>,
    executions: Vec<(TenantId, Execution)>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// The way of token events and of runs of actions to the database: they wait in memory and are written in batches.
#[derive(Clone, Debug)]
pub struct EventLog(mpsc::Sender<Message>);

impl EventLog {
    /// Starts the writer. It ends when the last clone is dropped.
    pub fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(50_000);
        tokio::spawn(write(store, receiver));
        Self(sender)
    }

    /// Hands a token event over. False when so much waits that this one is not kept.
    pub fn append(&self, tenant: &TenantId, event: Event) -> bool {
        self.0.try_send(Message::Event(Box::new((tenant.clone(), event)))).is_ok()
    }

    /// Hands a run of actions over. False when so much waits that this one is not kept.
    pub fn append_execution(&self, tenant: &TenantId, execution: Execution) -> bool {
        self.0.try_send(Message::Execution(Box::new((tenant.clone(), execution)))).is_ok()
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
        let mut batch = Batch::default();
        for message in messages.drain(..) {
            match message {
                Message::Event(event) => batch.events.push(*event),
                Message::Execution(execution) => batch.executions.push(*execution),
                Message::Flush(done) => batch.waiting.push(done),
            }
        }
        while let Err(error) = save(&store, &batch).await {
            let (events, executions) = (batch.events.len(), batch.executions.len());
            tracing::error!(%error, events, executions, "token events and runs of actions wait for the database");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for done in batch.waiting {
            let _ = done.send(());
        }
        // Gather for a moment: one INSERT of many rows costs little more than one of a few.
        if receiver.len() < BATCH {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn save(store: &Store, batch: &Batch) -> Result<()> {
    if batch.events.is_empty() && batch.executions.is_empty() {
        return Ok(());
    }
    let transaction = store.events().begin().await?;
    insert(&transaction, &events::TABLE, &batch.events).await?;
    insert(&transaction, &action_executions::TABLE, &batch.executions).await?;
    transaction.commit().await?;
    Ok(())
}

async fn insert<T>(transaction: &DatabaseTransaction, table: &Table<T>, mut rows: &[T]) -> Result<()> {
    while !rows.is_empty() {
        let (piece, others) = rows.split_at(PIECE.min(1 << rows.len().ilog2()));
        transaction.execute_raw(insertion(transaction.get_database_backend(), table, piece)?).await?;
        rows = others;
    }
    Ok(())
}

/// One INSERT, written out: built through the entity it would take longer than the database needs to run it. A commit
/// that was answered with an error may have happened all the same: what is there already is no error then.
fn insertion<T>(backend: DatabaseBackend, table: &Table<T>, rows: &[T]) -> Result<Statement> {
    let json = if backend == DatabaseBackend::Postgres { " AS jsonb)" } else { " AS text)" };
    let mut sql = String::with_capacity(60 * rows.len() + 250);
    sql.push_str(table.insert);
    let mut values: Vec<Value> = Vec::with_capacity(table.columns * rows.len());
    for (number, row) in rows.iter().enumerate() {
        sql.push_str(if number == 0 { "(" } else { ", (" });
        for column in 1..=table.columns {
            let is_json = column > table.columns - table.json;
            sql.push_str(if column == 1 { "" } else { ", " });
            sql.push_str(if is_json { "CAST(" } else { "" });
            push_parameter(&mut sql, backend, number * table.columns + column);
            sql.push_str(if is_json { json } else { "" });
        }
        sql.push(')');
        (table.push)(row, &mut values)?;
    }
    sql.push_str(" ON CONFLICT DO NOTHING");
    Ok(Statement::from_sql_and_values(backend, sql, values))
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
