//! Proof of domains, and the log of one organization. That a proof failed stands beside the status, which older nodes read.

use sea_orm_migration::prelude::*;

/// When a domain's record was last looked for, whether in vain, and the way to what the log says of an organization.
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
ALTER TABLE discovery_domains ADD COLUMN checked_at bigint

ALTER TABLE discovery_domains ADD COLUMN failed boolean NOT NULL DEFAULT false

CREATE INDEX logs_organization ON logs (tenant_id, organization_id, id) WHERE organization_id IS NOT NULL
"#;
