//! Tenants, organizations, members, roles, APIs, clients, grants, users, keys and the log.

use sea_orm_migration::prelude::*;

/// The first schema.
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
CREATE TABLE tenants (
    id {id} PRIMARY KEY,
    name {id} NOT NULL UNIQUE,
    issuer {id} NOT NULL UNIQUE,
    is_default boolean NOT NULL,
    settings {json} NOT NULL,
    epoch bigint NOT NULL,
    created_at bigint NOT NULL)

CREATE UNIQUE INDEX tenants_default ON tenants (is_default) WHERE is_default

CREATE TABLE tenant_hosts (
    host {id} PRIMARY KEY,
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE)

CREATE TABLE signing_keys (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kid {id} NOT NULL,
    algorithm {id} NOT NULL,
    state {id} NOT NULL,
    sealed text NOT NULL,
    certificate text NOT NULL,
    jwk {json} NOT NULL,
    created_at bigint NOT NULL,
    current_since bigint,
    current_until bigint,
    revoked_at bigint,
    PRIMARY KEY (tenant_id, kid))

CREATE UNIQUE INDEX signing_keys_current ON signing_keys (tenant_id, algorithm) WHERE state = 'current'

CREATE UNIQUE INDEX signing_keys_next ON signing_keys (tenant_id, algorithm) WHERE state = 'next'

CREATE TABLE organizations (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name {id} NOT NULL,
    display_name text,
    token_strategy {id} NOT NULL,
    audiences_retire_at bigint,
    body {json} NOT NULL,
    epoch bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT organizations_name UNIQUE (tenant_id, name))

CREATE INDEX organizations_strategy ON organizations (tenant_id, token_strategy, id)

CREATE TABLE resource_servers (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    identifier {id} NOT NULL,
    name text,
    is_system boolean NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT resource_servers_identifier UNIQUE (tenant_id, identifier))

CREATE TABLE permissions (
    tenant_id {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    value {id} NOT NULL,
    description text,
    position integer NOT NULL,
    PRIMARY KEY (tenant_id, resource_server_id, value),
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE organization_audiences (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    audience {id} NOT NULL,
    retires_at bigint,
    PRIMARY KEY (tenant_id, audience),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE UNIQUE INDEX organization_audiences_current
    ON organization_audiences (tenant_id, resource_server_id, organization_id) WHERE retires_at IS NULL

CREATE TABLE roles (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    owner_id {id},
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE)

CREATE UNIQUE INDEX roles_name ON roles (tenant_id, name) WHERE owner_id IS NULL

CREATE UNIQUE INDEX roles_owner_name ON roles (tenant_id, owner_id, name) WHERE owner_id IS NOT NULL

CREATE TABLE role_permissions (
    tenant_id {id} NOT NULL,
    role_id {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    permission {id} NOT NULL,
    PRIMARY KEY (tenant_id, role_id, resource_server_id, permission),
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id, permission)
        REFERENCES permissions (tenant_id, resource_server_id, value) ON DELETE CASCADE)

CREATE INDEX role_permissions_permission ON role_permissions (tenant_id, resource_server_id, permission)

CREATE TABLE users (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    connection {id} NOT NULL,
    email {id},
    username {id},
    phone_number {id},
    name text,
    picture text,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT users_email UNIQUE (tenant_id, connection, email),
    CONSTRAINT users_username UNIQUE (tenant_id, connection, username),
    CONSTRAINT users_phone_number UNIQUE (tenant_id, connection, phone_number))

CREATE INDEX users_by_email ON users (tenant_id, email)

CREATE TABLE user_roles (
    tenant_id {id} NOT NULL,
    user_id {id} NOT NULL,
    role_id {id} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX user_roles_role ON user_roles (tenant_id, role_id, user_id)

CREATE TABLE user_permissions (
    tenant_id {id} NOT NULL,
    user_id {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    permission {id} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, resource_server_id, permission),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id, permission)
        REFERENCES permissions (tenant_id, resource_server_id, value) ON DELETE CASCADE)

CREATE INDEX user_permissions_permission ON user_permissions (tenant_id, resource_server_id, permission)

CREATE TABLE memberships (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    user_id {id} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, user_id),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX memberships_user ON memberships (tenant_id, user_id, organization_id)

CREATE TABLE membership_roles (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    user_id {id} NOT NULL,
    role_id {id} NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, user_id, role_id),
    FOREIGN KEY (tenant_id, organization_id, user_id)
        REFERENCES memberships (tenant_id, organization_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX membership_roles_role ON membership_roles (tenant_id, role_id, organization_id, user_id)

CREATE TABLE clients (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name text NOT NULL,
    app_type {id},
    is_first_party boolean NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id))

CREATE TABLE client_secrets (
    tenant_id {id} NOT NULL,
    client_id {id} NOT NULL,
    hash {id} NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    PRIMARY KEY (tenant_id, client_id, hash),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE client_credentials (
    tenant_id {id} NOT NULL,
    client_id {id} NOT NULL,
    id {id} NOT NULL,
    kid {id} NOT NULL,
    body {json} NOT NULL,
    pem text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, client_id, id),
    CONSTRAINT client_credentials_kid UNIQUE (tenant_id, client_id, kid),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE used_assertions (
    tenant_id {id} NOT NULL,
    client_id {id} NOT NULL,
    jti {id} NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, client_id, jti),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX used_assertions_expiry ON used_assertions (expires_at)

CREATE TABLE client_grants (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    client_id {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    subject_type {id} NOT NULL,
    scope {json},
    allow_all_scopes boolean NOT NULL,
    organization_usage {id},
    allow_any_organization boolean,
    is_system boolean NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT client_grants_subject UNIQUE (tenant_id, client_id, resource_server_id, subject_type),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX client_grants_api ON client_grants (tenant_id, resource_server_id)

CREATE TABLE organization_client_grants (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    grant_id {id} NOT NULL,
    scope {json},
    has_roles boolean NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, grant_id),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, grant_id) REFERENCES client_grants (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX organization_client_grants_grant ON organization_client_grants (tenant_id, grant_id, organization_id)

CREATE TABLE organization_client_grant_roles (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    grant_id {id} NOT NULL,
    role_id {id} NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, grant_id, role_id),
    FOREIGN KEY (tenant_id, organization_id, grant_id)
        REFERENCES organization_client_grants (tenant_id, organization_id, grant_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE)

CREATE TABLE logs (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    date bigint NOT NULL,
    kind {id} NOT NULL,
    description text NOT NULL,
    epoch bigint,
    client_id {id},
    user_id {id},
    organization_id {id},
    ip {id},
    user_agent text,
    details {json} NOT NULL,
    PRIMARY KEY (tenant_id, id)) {clustered}

CREATE UNIQUE INDEX logs_epoch ON logs (tenant_id, epoch) WHERE epoch IS NOT NULL

CREATE INDEX logs_date ON logs (tenant_id, date, id)

CREATE INDEX logs_user ON logs (tenant_id, user_id, id) WHERE user_id IS NOT NULL
"#;
