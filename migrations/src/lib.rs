#![doc = include_str!("../README.md")]

mod m20261121_000001_first;
mod m20261121_000002_connections;
mod m20261121_000003_people;
mod m20261121_000004_grants;
mod m20261121_000005_authorize;
mod m20261121_000006_actions;
mod m20261121_000007_policies;
mod m20261121_000008_access;
mod m20261121_000009_roles_of_clients;
mod m20261122_000010_conferred;
mod m20261122_000011_proofs;
mod m20261122_000012_role_templates;
mod m20261122_000013_own_clients;
mod m20261122_000014_requests;
mod m20261122_000015_portal;
mod m20261122_000016_searches;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_first::Migration),
            Box::new(m20261121_000002_connections::Migration),
            Box::new(m20261121_000003_people::Migration),
            Box::new(m20261121_000004_grants::Migration),
            Box::new(m20261121_000005_authorize::Migration),
            Box::new(m20261121_000006_actions::Migration),
            Box::new(m20261121_000007_policies::Migration),
            Box::new(m20261121_000008_access::Migration),
            Box::new(m20261121_000009_roles_of_clients::Migration),
            Box::new(m20261122_000010_conferred::Migration),
            Box::new(m20261122_000011_proofs::Migration),
            Box::new(m20261122_000012_role_templates::Migration),
            Box::new(m20261122_000013_own_clients::Migration),
            Box::new(m20261122_000014_requests::Migration),
            Box::new(m20261122_000015_portal::Migration),
            Box::new(m20261122_000016_searches::Migration),
        ]
    }
}

/// What the two databases call the same thing.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    /// Text that is compared byte by byte: ids and names.
    id: &'static str,
    /// JSON that can be searched.
    json: &'static str,
    /// A table that is its primary key's index, where rows are written often and in the order of the key.
    clustered: &'static str,
}

impl Dialect {
    fn of(backend: DatabaseBackend) -> Self {
        match backend {
            DatabaseBackend::Postgres => Self { id: "text COLLATE \"C\"", json: "jsonb", clustered: "" },
            _ => Self { id: "text", json: "text", clustered: "WITHOUT ROWID" },
        }
    }
}

/// Runs the statements of a migration, separated by blank lines, in this database's dialect.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let dialect = Dialect::of(connection.get_database_backend());
    let sql = sql.replace("{id}", dialect.id).replace("{json}", dialect.json);
    let sql = sql.replace("{clustered}", dialect.clustered);
    for statement in sql.split("\n\n").filter(|statement| !statement.trim().is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
