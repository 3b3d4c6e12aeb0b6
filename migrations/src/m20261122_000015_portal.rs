//! Visits to the portal, and links into it.

use sea_orm_migration::prelude::*;

/// A visit ends with the session that it is part of, and with the membership; so does a link with the membership.
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
CREATE TABLE portal_visits (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    organization_id {id} NOT NULL,
    user_id {id} NOT NULL,
    session_id {id} NOT NULL,
    is_framed boolean NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, organization_id, user_id)
        REFERENCES memberships (tenant_id, organization_id, user_id) ON DELETE CASCADE)

CREATE INDEX portal_visits_session ON portal_visits (tenant_id, session_id)

CREATE INDEX portal_visits_member ON portal_visits (tenant_id, organization_id, user_id)

CREATE INDEX portal_visits_expiry ON portal_visits (expires_at)

CREATE TABLE portal_links (
    tenant_id {id} NOT NULL,
    hash {id} NOT NULL,
    organization_id {id} NOT NULL,
    user_id {id} NOT NULL,
    state {id} NOT NULL,
    body {json} NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, organization_id, user_id)
        REFERENCES memberships (tenant_id, organization_id, user_id) ON DELETE CASCADE)

CREATE INDEX portal_links_member ON portal_links (tenant_id, organization_id, user_id)

CREATE INDEX portal_links_expiry ON portal_links (expires_at)
"#;
