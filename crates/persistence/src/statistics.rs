//! What SQLite's planner is told of the data. Without statistics it takes a tenant for ten rows, and walks through all of it
//! rather than look up an organization. What it could gather itself would be of the moment: whoever begins with one customer
//! would get plans for one customer. So it is told what large data is like, and plans the same way everywhere.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, QueryResult, Statement, TransactionTrait, Value,
};

use crate::error::Result;

/// How many rows a large table has.
const ROWS: u64 = 1_000_000;

/// How many of them are the vendor's, where organizations own the others.
const OF_VENDOR: u64 = 1_000;

/// The columns of all indexes, each index in its order.
const INDEXES: &str = r#"
SELECT tables.name, indexes.name, indexes."unique", columns.name,
    coalesce((SELECT sql FROM sqlite_schema WHERE name = indexes.name), '') LIKE '%WHERE owner_id IS NULL'
FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indexes, pragma_index_info(indexes.name) AS columns
WHERE tables.type = 'table' ORDER BY indexes.name, columns.seqno"#;

const INSERT: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)";

struct Index {
    table: String,
    is_unique: bool,
    is_of_vendor: bool,
    columns: Vec<String>,
}

/// How many values a column has in a large tenant.
fn values(column: &str) -> u64 {
    match column {
        "tenant_id" => 1,
        column if column.starts_with("is_") || column.starts_with("by_") => 2,
        "connection_id" | "connection" | "kind" | "resource_server_id" | "state" | "strategy"
        | "subject_type" | "token_strategy" | "trigger_id" => 10,
        "permission" | "value" => 100,
        "owner_id" => 1_000,
        // Ids, names, and what is so of few: no index is to be walked past a column of these.
        _ => 100_000,
    }
}

impl Index {
    /// How many rows there are, and how many share the first value, the first two and so on.
    fn statistic(&self) -> String {
        let mut rows = if self.is_of_vendor { OF_VENDOR } else { ROWS };
        let mut text = rows.to_string();
        for (number, column) in self.columns.iter().enumerate() {
            let is_whole = number + 1 == self.columns.len();
            rows = if is_whole && self.is_unique { 1 } else { (rows / values(column)).max(1) };
            text.push_str(&format!(" {rows}"));
        }
        text
    }
}

/// Tells the planner. Connections that are opened later know it, and others as soon as they see another schema.
///
/// # Errors
/// [`crate::Error::Database`].
pub(crate) async fn assume(db: &DatabaseConnection) -> Result<()> {
    let transaction = db.begin().await?;
    let sql =
        |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(DatabaseBackend::Sqlite, sql, values);
    // Makes the table of statistics, where there is none. First, because whoever has read cannot write any more once another
    // process has.
    transaction.execute_unprepared("ANALYZE tenants").await?;
    transaction.execute_unprepared("DELETE FROM sqlite_stat1").await?;
    let mut indexes: BTreeMap<String, Index> = BTreeMap::new();
    for row in transaction.query_all_raw(sql(INDEXES, Vec::new())).await? {
        let (name, index, column) = read(&row)?;
        indexes.entry(name).or_insert(index).columns.push(column);
    }
    for (name, index) in &indexes {
        let told = vec![index.table.as_str().into(), name.as_str().into(), index.statistic().into()];
        transaction.execute_raw(sql(INSERT, told)).await?;
    }
    transaction.commit().await?;
    db.execute_unprepared("ANALYZE sqlite_schema").await?;
    Ok(())
}

/// The name of an index, what it is, and one of its columns.
fn read(row: &QueryResult) -> Result<(String, Index, String)> {
    let (table, is_unique, is_of_vendor) = (row.try_get_by(0)?, row.try_get_by(2)?, row.try_get_by(4)?);
    let index = Index { table, is_unique, is_of_vendor, columns: Vec::new() };
    Ok((row.try_get_by(1)?, index, row.try_get_by(3)?))
}

#[cfg(test)]
mod tests {
    use super::Index;

    #[test]
    fn a_tenant_is_large_and_a_member_of_it_few_rows() {
        let statistic = |is_unique, columns: &[&str]| {
            let columns = columns.iter().map(ToString::to_string).collect();
            Index { table: "any".to_owned(), is_unique, is_of_vendor: false, columns }.statistic()
        };
        assert_eq!(statistic(true, &["tenant_id", "id"]), "1000000 1000000 1");
        let holder = ["tenant_id", "resource_server_id", "permission", "role_id"];
        assert_eq!(statistic(false, &holder), "1000000 1000000 100000 1000 1");
    }
}
