//! The way from a role to the machine clients that hold it in organizations.

use sea_orm_migration::prelude::*;

/// Whom a change of a role concerns is found without reading every client's roles.
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
CREATE INDEX organization_client_grant_roles_role
    ON organization_client_grant_roles (tenant_id, role_id, organization_id, grant_id)
"#;
