//! Passwords, failed attempts to sign in, mail that waits, tickets and jobs.

use sea_orm_migration::prelude::*;

/// What people need in order to sign in.
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
ALTER TABLE users ADD COLUMN last_login bigint

ALTER TABLE users ADD COLUMN last_ip {id}

ALTER TABLE users ADD COLUMN logins_count bigint NOT NULL DEFAULT 0

CREATE TABLE passwords (
    tenant_id {id} NOT NULL,
    user_id {id} NOT NULL,
    hash text NOT NULL,
    former {json} NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE sign_in_failures (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    account {id} NOT NULL,
    address {id} NOT NULL,
    failures bigint NOT NULL,
    failed_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, account, address))

CREATE INDEX sign_in_failures_age ON sign_in_failures (failed_at)

CREATE TABLE mails (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    sealed text NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id))

CREATE INDEX mails_due ON mails (due_at)

CREATE TABLE tickets (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    kind {id} NOT NULL,
    user_id {id} NOT NULL,
    state {id} NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX tickets_user ON tickets (tenant_id, user_id)

CREATE INDEX tickets_expiry ON tickets (expires_at)

CREATE TABLE jobs (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    kind {id} NOT NULL,
    status {id} NOT NULL,
    body {json} NOT NULL,
    errors {json} NOT NULL,
    output text,
    output_hash {id},
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id))

CREATE INDEX jobs_age ON jobs (created_at)
"#;
