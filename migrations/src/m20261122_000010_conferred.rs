//! By whose word roles and access are held in organizations.

use sea_orm_migration::prelude::*;

/// Whether the organization conferred it itself. All that was there before is the vendor's word.
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
ALTER TABLE membership_roles ADD COLUMN by_organization boolean NOT NULL DEFAULT false

ALTER TABLE organization_client_grants ADD COLUMN by_organization boolean NOT NULL DEFAULT false
"#;
