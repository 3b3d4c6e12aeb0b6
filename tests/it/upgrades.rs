//! What migrations do to the rows that are there.

use crate::harness::Vendor;

/// Takes back what the migration of searches brought, as if these rows had been written before it.
const SQLITE: &str = "
    DROP TRIGGER memberships_search_text;
    DROP TRIGGER users_search_text;
    DROP TRIGGER logs_action;
    DROP INDEX memberships_search;
    DROP INDEX logs_search;
    ALTER TABLE memberships DROP COLUMN search_text;
    ALTER TABLE logs DROP COLUMN action;";

/// The same.
const POSTGRES: &str = "
    DROP FUNCTION memberships_search_text CASCADE;
    DROP FUNCTION users_search_text CASCADE;
    ALTER TABLE memberships DROP COLUMN search_text CASCADE;
    ALTER TABLE logs DROP COLUMN action CASCADE;
    DROP INDEX IF EXISTS memberships_search;
    DROP INDEX IF EXISTS logs_search;";

const BOTH: &str = "
    DROP INDEX roles_of_tenant;
    DROP INDEX clients_of_tenant;
    DROP INDEX roles_of_organization;
    DROP INDEX invitations_in_order;
    DELETE FROM seaql_migrations WHERE version = 'm20261122_000016_searches';";

#[tokio::test]
async fn rows_from_before_are_searched_by_the_same_as_new_ones() {
    let vendor = Vendor::new().await;
    let database = &vendor.node.database;
    let organization = vendor.organization("aurora").await;
    for email in ["Ada@Aurora.example", "grace@aurora.example"] {
        vendor.member(&organization, &vendor.user(email).await).await;
    }
    let old = if database.url.starts_with("sqlite:") { SQLITE } else { POSTGRES };
    database
        .execute(format!(
            "CREATE TABLE members_of_now AS SELECT user_id, search_text AS told FROM memberships;
             CREATE TABLE logs_of_now AS SELECT id, action AS told FROM logs; {old} {BOTH}"
        ))
        .await;
    let _upgraded = vendor.on_another_node().await;
    for (now, rows, key, told) in
        [("members_of_now", "memberships", "user_id", "search_text"), ("logs_of_now", "logs", "id", "action")]
    {
        let same = format!(
            "{now} AS now JOIN {rows} AS rows ON rows.{key} = now.{key} WHERE rows.{told} = now.told"
        );
        let same = database.number(format!("SELECT count(*) FROM {same}")).await;
        let all = database.number(format!("SELECT count(*) FROM {now} WHERE told IS NOT NULL")).await;
        assert!(all > 1, "{rows}");
        assert_eq!(same, all, "{rows}");
    }
}
