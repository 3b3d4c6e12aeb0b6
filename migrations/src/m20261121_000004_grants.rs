//! Sessions, authorization codes, refresh tokens and consents.

use sea_orm_migration::prelude::*;

/// What people's sign-ins leave behind.
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
CREATE TABLE sessions (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    token_hash {id} NOT NULL,
    user_id {id} NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    authenticated_at bigint NOT NULL,
    last_interacted_at bigint NOT NULL,
    idle_expires_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    body {json} NOT NULL,
    metadata {json},
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT sessions_token UNIQUE (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX sessions_user ON sessions (tenant_id, user_id, id)

CREATE INDEX sessions_expiry ON sessions (expires_at)

CREATE INDEX sessions_idle_expiry ON sessions (idle_expires_at)

CREATE TABLE session_clients (
    tenant_id {id} NOT NULL,
    session_id {id} NOT NULL,
    client_id {id} NOT NULL,
    PRIMARY KEY (tenant_id, session_id, client_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE authorization_codes (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    hash {id} NOT NULL,
    state {id} NOT NULL,
    refresh_token_id {id},
    expires_at bigint NOT NULL,
    body {json} NOT NULL,
    PRIMARY KEY (tenant_id, hash))

CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at)

CREATE TABLE refresh_tokens (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    user_id {id} NOT NULL,
    client_id {id} NOT NULL,
    session_id {id},
    rotating boolean NOT NULL,
    created_at bigint NOT NULL,
    idle_expires_at bigint,
    expires_at bigint,
    last_exchanged_at bigint,
    body {json} NOT NULL,
    metadata {json},
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX refresh_tokens_user ON refresh_tokens (tenant_id, user_id, client_id, id)

CREATE INDEX refresh_tokens_client ON refresh_tokens (tenant_id, client_id, id)

CREATE INDEX refresh_tokens_session ON refresh_tokens (tenant_id, session_id) WHERE session_id IS NOT NULL

CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at) WHERE expires_at IS NOT NULL

CREATE INDEX refresh_tokens_idle_expiry ON refresh_tokens (idle_expires_at) WHERE idle_expires_at IS NOT NULL

CREATE TABLE refresh_token_values (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    refresh_token_id {id} NOT NULL,
    state {id} NOT NULL,
    used_at bigint,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, refresh_token_id) REFERENCES refresh_tokens (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX refresh_token_values_family ON refresh_token_values (tenant_id, refresh_token_id, used_at)

CREATE TABLE consents (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    user_id {id} NOT NULL,
    client_id {id} NOT NULL,
    audience {id} NOT NULL,
    scope {json} NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT consents_subject UNIQUE (tenant_id, user_id, client_id, audience),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)
"#;
