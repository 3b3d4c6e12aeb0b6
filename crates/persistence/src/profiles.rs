//! Users as lists of members show them, and whether users exist.

use std::collections::{HashMap, HashSet};

use guildhall_domain::id::UserId;
use guildhall_domain::member::Member;
use guildhall_domain::page::Page;
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::entity::users as table;
use crate::error::Result;
use crate::store::Db;

type Row = (String, Option<String>, Option<String>, Option<String>);

/// Turns a page of users' ids into their profiles, by one query.
pub(crate) async fn page(db: &Db<'_>, scope: &TenantScope, ids: Page<String>) -> Result<Page<Member>> {
    let query = table::Entity::find()
        .select_only()
        .columns([table::Column::Id, table::Column::Email, table::Column::Picture, table::Column::Name])
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.is_in(&ids.items));
    let rows: Vec<Row> = query.into_tuple().all(&db.0).await?;
    let mut profiles: HashMap<String, Member> =
        rows.into_iter().map(|row| (row.0.clone(), member(row))).collect();
    // A user who was deleted since the ids were read is left out.
    let items = ids.items.iter().filter_map(|id| profiles.remove(id)).collect();
    Ok(Page { items, total: ids.total, next: ids.next })
}

fn member((id, email, picture, name): Row) -> Member {
    Member { user_id: UserId::new(id), email, picture, name, roles: None }
}

/// Those of the users who do not exist, in the order given; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn unknown(db: impl Into<Db<'_>>, scope: &TenantScope, ids: &[UserId]) -> Result<Vec<UserId>> {
    let query = table::Entity::find()
        .select_only()
        .column(table::Column::Id)
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.is_in(ids.iter().map(UserId::as_str)));
    let known: Vec<String> = query.into_tuple().all(&db.into().0).await?;
    let known: HashSet<String> = known.into_iter().collect();
    Ok(ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect())
}
