//! Connections, where they are enabled, discovery domains and invitations.

use sea_orm_migration::prelude::*;

/// Where people sign in, and how they come into an organization.
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

/// Users of tenants that exist already are in the one connection that there was; it becomes a row, enabled for every
/// client.
const SQL: &str = r#"
CREATE TABLE connections (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name {id} NOT NULL,
    strategy {id} NOT NULL,
    body {json} NOT NULL,
    sealed text,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT connections_name UNIQUE (tenant_id, name))

CREATE TABLE connection_clients (
    tenant_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    client_id {id} NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, client_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX connection_clients_client ON connection_clients (tenant_id, client_id, connection_id)

CREATE TABLE organization_connections (
    tenant_id {id} NOT NULL,
    organization_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    is_enabled boolean NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, connection_id),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX organization_connections_connection
    ON organization_connections (tenant_id, connection_id, organization_id)

CREATE TABLE discovery_domains (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    organization_id {id} NOT NULL,
    domain {id} NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT discovery_domains_domain UNIQUE (tenant_id, organization_id, domain),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX discovery_domains_organization ON discovery_domains (tenant_id, organization_id, id)

CREATE INDEX discovery_domains_by_domain ON discovery_domains (tenant_id, domain)

CREATE TABLE invitations (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    organization_id {id} NOT NULL,
    ticket_hash {id} NOT NULL,
    ticket text NOT NULL,
    state {id} NOT NULL,
    email {id} NOT NULL,
    client_id {id} NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT invitations_ticket UNIQUE (tenant_id, ticket_hash),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX invitations_organization ON invitations (tenant_id, organization_id, state, created_at, id)

CREATE INDEX invitations_client ON invitations (tenant_id, client_id)

CREATE INDEX invitations_expiry ON invitations (expires_at)

INSERT INTO connections (tenant_id, id, name, strategy, body, created_at)
SELECT id, 'con_UsernamePassword', 'Username-Password-Authentication', 'auth0',
    '{"options": {"passwordPolicy": "good", "brute_force_protection": true}, "is_domain_connection": false, "realms": ["Username-Password-Authentication"], "authentication": {"active": true}, "connected_accounts": {"active": false}}',
    created_at
FROM tenants

INSERT INTO connection_clients (tenant_id, connection_id, client_id)
SELECT tenant_id, 'con_UsernamePassword', id FROM clients
"#;
