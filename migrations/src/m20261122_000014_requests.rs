//! What organizations are asked to let in, and what they may let in unasked; invitations of their own.

use sea_orm_migration::prelude::*;

/// A request is there as long as it is open, one for each grant in an organization. Every grant that there is stays the
/// vendor's to give, and every invitation is the vendor's.
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
ALTER TABLE client_grants ADD COLUMN allow_organization_approval boolean NOT NULL DEFAULT false

CREATE INDEX client_grants_approvable ON client_grants (tenant_id, allow_organization_approval, id)

CREATE INDEX client_grants_anywhere ON client_grants (tenant_id, allow_any_organization, id)

CREATE TABLE client_grant_requests (
    tenant_id {id} NOT NULL,
    id {id} NOT NULL,
    organization_id {id} NOT NULL,
    grant_id {id} NOT NULL,
    body {json} NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT client_grant_requests_open UNIQUE (tenant_id, organization_id, grant_id),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, grant_id) REFERENCES client_grants (tenant_id, id) ON DELETE CASCADE)

CREATE INDEX client_grant_requests_grant ON client_grant_requests (tenant_id, grant_id)

ALTER TABLE invitations ADD COLUMN by_organization boolean NOT NULL DEFAULT false

CREATE INDEX invitations_by_organization ON invitations (tenant_id, organization_id, by_organization, created_at)
"#;
