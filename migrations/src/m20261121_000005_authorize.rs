//! Pushed requests, device codes and notices of sign-outs.

use sea_orm_migration::prelude::*;

/// What sign-ins that come or go another way than through one browser wait in.
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
CREATE TABLE pushed_requests (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    client_id {id} NOT NULL,
    expires_at bigint NOT NULL,
    body {json} NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at)

CREATE TABLE device_codes (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    user_code_hash {id} NOT NULL,
    client_id {id} NOT NULL,
    state {id} NOT NULL,
    user_id {id},
    session_id {id},
    polled_at bigint,
    expires_at bigint NOT NULL,
    body {json} NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    CONSTRAINT device_codes_user_code UNIQUE (tenant_id, user_code_hash),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX device_codes_expiry ON device_codes (expires_at)

CREATE TABLE logout_notices (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    client_id {id} NOT NULL,
    url text NOT NULL,
    user_id {id} NOT NULL,
    session_id {id} NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX logout_notices_due ON logout_notices (due_at)
"#;
