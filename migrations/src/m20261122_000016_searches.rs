//! What lists of an organization are searched by, so that others' rows are never read, and few of its own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// Members and the log are searched within an index that holds all that they are searched by.
#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let own = match manager.get_database_backend() {
            DatabaseBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        super::run(manager, own).await?;
        super::run(manager, SQL).await
    }
}

/// Name and address of the member in lower case, kept by triggers whoever writes; and the action of a change.
const POSTGRES: &str = r#"
ALTER TABLE memberships ADD COLUMN search_text text

UPDATE memberships SET search_text = (
    SELECT lower(coalesce(name, '')) || chr(10) || lower(coalesce(email, ''))
    FROM users WHERE users.tenant_id = memberships.tenant_id AND users.id = memberships.user_id)

CREATE FUNCTION memberships_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := (
        SELECT lower(coalesce(name, '')) || chr(10) || lower(coalesce(email, ''))
        FROM users WHERE users.tenant_id = NEW.tenant_id AND users.id = NEW.user_id);
    RETURN NEW;
END $$

CREATE TRIGGER memberships_search_text BEFORE INSERT ON memberships
    FOR EACH ROW EXECUTE FUNCTION memberships_search_text()

CREATE FUNCTION users_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET search_text = lower(coalesce(NEW.name, '')) || chr(10) || lower(coalesce(NEW.email, ''))
    WHERE memberships.tenant_id = NEW.tenant_id AND memberships.user_id = NEW.id;
    RETURN NULL;
END $$

CREATE TRIGGER users_search_text AFTER UPDATE OF name, email ON users
    FOR EACH ROW WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.email IS DISTINCT FROM OLD.email)
    EXECUTE FUNCTION users_search_text()

ALTER TABLE logs ADD COLUMN action {id}
    GENERATED ALWAYS AS (CASE WHEN kind = 'sapi' THEN details ->> 'action' END) STORED
"#;

/// The same. SQLite does not read generated columns from an index alone.
const SQLITE: &str = r#"
ALTER TABLE memberships ADD COLUMN search_text text

UPDATE memberships SET search_text = (
    SELECT lower(coalesce(name, '')) || char(10) || lower(coalesce(email, ''))
    FROM users WHERE users.tenant_id = memberships.tenant_id AND users.id = memberships.user_id)

CREATE TRIGGER memberships_search_text AFTER INSERT ON memberships
BEGIN
    UPDATE memberships SET search_text = (
        SELECT lower(coalesce(name, '')) || char(10) || lower(coalesce(email, ''))
        FROM users WHERE users.tenant_id = NEW.tenant_id AND users.id = NEW.user_id)
    WHERE tenant_id = NEW.tenant_id AND organization_id = NEW.organization_id AND user_id = NEW.user_id;
END

CREATE TRIGGER users_search_text AFTER UPDATE OF name, email ON users
WHEN NEW.name IS NOT OLD.name OR NEW.email IS NOT OLD.email
BEGIN
    UPDATE memberships SET search_text = lower(coalesce(NEW.name, '')) || char(10) || lower(coalesce(NEW.email, ''))
    WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id;
END

ALTER TABLE logs ADD COLUMN action {id}

UPDATE logs SET action = details ->> 'action' WHERE kind = 'sapi'

CREATE TRIGGER logs_action AFTER INSERT ON logs WHEN NEW.kind = 'sapi'
BEGIN
    UPDATE logs SET action = NEW.details ->> 'action' WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END
"#;

const SQL: &str = r#"
CREATE INDEX memberships_search ON memberships (tenant_id, organization_id, user_id, search_text)

CREATE INDEX logs_search ON logs (tenant_id, organization_id, id, date, kind, user_id, client_id, ip, action)
    WHERE organization_id IS NOT NULL

DROP INDEX IF EXISTS logs_organization

CREATE INDEX roles_of_tenant ON roles (tenant_id, id) WHERE owner_id IS NULL

CREATE INDEX clients_of_tenant ON clients (tenant_id, id) WHERE owner_id IS NULL

CREATE INDEX roles_of_organization ON roles (tenant_id, owner_id, id) WHERE owner_id IS NOT NULL

CREATE INDEX invitations_in_order ON invitations (tenant_id, organization_id, state, id)
"#;
