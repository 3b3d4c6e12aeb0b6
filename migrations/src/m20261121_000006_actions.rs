//! Actions, their versions, what they are bound to, and what became of their runs.

use sea_orm_migration::prelude::*;

/// The vendor's scripts.
#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, SQL).await
    }
}

const SQL: &str = r#"
CREATE TABLE actions (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name {id} NOT NULL,
    trigger_id {id} NOT NULL,
    draft {json} NOT NULL,
    deployed_version_id {id},
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT actions_name UNIQUE (tenant_id, name))

CREATE TABLE action_versions (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    action_id {id} NOT NULL,
    number bigint NOT NULL,
    content {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT action_versions_number UNIQUE (tenant_id, action_id, number),
    FOREIGN KEY (tenant_id, action_id) REFERENCES actions (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE action_bindings (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    trigger_id {id} NOT NULL,
    position bigint NOT NULL,
    action_id {id} NOT NULL,
    display_name text NOT NULL,
    on_failure {id} NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT action_bindings_position UNIQUE (tenant_id, trigger_id, position),
    FOREIGN KEY (tenant_id, action_id) REFERENCES actions (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX action_bindings_action ON action_bindings (tenant_id, action_id)

CREATE TABLE action_executions (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    trigger_id {id} NOT NULL,
    status {id} NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    user_id {id},
    client_id {id},
    organization_id {id},
    action_ids {json} NOT NULL,
    results {json} NOT NULL,
    PRIMARY KEY (tenant_id, id)) {clustered}

CREATE INDEX action_executions_age ON action_executions (created_at)
"#;
