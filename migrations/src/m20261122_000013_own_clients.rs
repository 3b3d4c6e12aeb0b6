//! Machine clients of organizations' own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// Whose a client is, whether it is off and when it ends, who made it, and the way to its newest token.
#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, SQL).await?;
        super::run(
            manager,
            if manager.get_database_backend() == DatabaseBackend::Postgres { KEY } else { TRIGGER },
        )
        .await
    }
}

const SQL: &str = r#"
ALTER TABLE clients ADD COLUMN owner_id {id}

ALTER TABLE clients ADD COLUMN disabled boolean NOT NULL DEFAULT false

ALTER TABLE clients ADD COLUMN expires_at bigint

ALTER TABLE clients ADD COLUMN created_by {json}

CREATE INDEX clients_owner ON clients (tenant_id, owner_id, id) WHERE owner_id IS NOT NULL

CREATE INDEX logs_client ON logs (tenant_id, client_id, kind, id) WHERE client_id IS NOT NULL
"#;

/// An organization takes its clients with it.
const KEY: &str = r#"
ALTER TABLE clients ADD CONSTRAINT clients_owner_key
    FOREIGN KEY (tenant_id, owner_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
"#;

/// The same in SQLite, which adds no key of two columns to a table that is there.
const TRIGGER: &str = r#"
CREATE TRIGGER organizations_own_clients AFTER DELETE ON organizations
BEGIN
    DELETE FROM clients WHERE tenant_id = OLD.tenant_id AND owner_id = OLD.id;
END
"#;
