//! What access evaluation asks for.

use sea_orm_migration::prelude::*;

/// The vendor's own types of resources, and ways to those who may hold a permission in the order of their ids.
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
CREATE TABLE resource_types (
    tenant_id {id} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name {id} NOT NULL,
    resource_server_id {id} NOT NULL,
    actions {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, name),
    FOREIGN KEY (tenant_id, resource_server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX resource_types_resource_server ON resource_types (tenant_id, resource_server_id)

CREATE INDEX role_permissions_holder ON role_permissions (tenant_id, resource_server_id, permission, role_id)

DROP INDEX role_permissions_permission

CREATE INDEX user_permissions_holder ON user_permissions (tenant_id, resource_server_id, permission, user_id)

DROP INDEX user_permissions_permission

CREATE INDEX client_grants_holder ON client_grants (tenant_id, resource_server_id, subject_type, id)

CREATE INDEX client_grants_holder_anywhere
    ON client_grants (tenant_id, resource_server_id, subject_type, allow_any_organization, id)

DROP INDEX client_grants_api
"#;
