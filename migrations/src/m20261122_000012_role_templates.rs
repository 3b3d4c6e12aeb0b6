//! What roles of organizations' own were made from.

use sea_orm_migration::prelude::*;

/// The template of a role, and the way from a template to the roles that were made from it.
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
ALTER TABLE roles ADD COLUMN template_id {id}

CREATE INDEX roles_template ON roles (tenant_id, template_id) WHERE template_id IS NOT NULL
"#;
