//! Access policies and claim mappings.

use sea_orm_migration::prelude::*;

/// Who gets a token, and what stands in it, by rules of the tenant's own.
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

// `target` is client, organization and API in one value, so that what applies to a token is found by equality.
const SQL: &str = r#"
CREATE TABLE access_policies (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    target {id} NOT NULL,
    client_id {id},
    organization_id {id},
    resource_server_id {id},
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX access_policies_target ON access_policies (tenant_id, target)

CREATE INDEX access_policies_client ON access_policies (tenant_id, client_id)

CREATE INDEX access_policies_organization ON access_policies (tenant_id, organization_id)

CREATE INDEX access_policies_resource_server ON access_policies (tenant_id, resource_server_id)

CREATE TABLE claim_mappings (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    target {id} NOT NULL,
    client_id {id},
    organization_id {id},
    resource_server_id {id},
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX claim_mappings_target ON claim_mappings (tenant_id, target)

CREATE INDEX claim_mappings_client ON claim_mappings (tenant_id, client_id)

CREATE INDEX claim_mappings_organization ON claim_mappings (tenant_id, organization_id)

CREATE INDEX claim_mappings_resource_server ON claim_mappings (tenant_id, resource_server_id)
"#;
