//! Entries of the log: written by the one door, and in batches for what changes nothing.

use guildhall_domain::id::TenantId;
use guildhall_domain::log::LogEntry;
use sea_orm::{ConnectionTrait, EntityTrait, Set, Value};

use crate::batches::Table;
use crate::entity::logs;
use crate::error::Result;

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

/// How token events are written.
pub(crate) const TABLE: Table<(TenantId, Event)> = Table {
    insert: "INSERT INTO logs (tenant_id, id, date, kind, description, client_id, user_id, organization_id, ip, user_agent, details) VALUES ",
    columns: 11,
    json: 1,
    push,
};

fn push((tenant, event): &(TenantId, Event), values: &mut Vec<Value>) -> Result<()> {
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
    Ok(())
}
