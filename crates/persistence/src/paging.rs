//! Pages of a query, in the order of a key that no two rows share.

use guildhall_domain::page::{Page, PageRequest};
use sea_orm::sea_query::IntoIden;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::error::Result;
use crate::store::Db;

/// Runs `query` for the page asked for. Rows are in the order of `key`, unless `order` has ordered them already
/// (offset pagination only).
pub(crate) async fn page<E, C>(
    db: &Db<'_>,
    query: Select<E>,
    request: &PageRequest,
    key: C,
    key_of: impl Fn(&E::Model) -> String,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
    C: ColumnTrait + IntoIden,
{
    let total = total(db, &query, request).await?;
    let rows = cut_to(query.order_by_asc(key), request, key).all(&db.0).await?;
    Ok(cut(rows, total, request, key_of))
}

/// The keys of the page asked for, alone: an index may hold all that it takes to find them.
pub(crate) async fn keys<E, C>(
    db: &Db<'_>,
    query: Select<E>,
    request: &PageRequest,
    key: C,
) -> Result<Page<String>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
    C: ColumnTrait + IntoIden,
{
    let total = total(db, &query, request).await?;
    let keys = query.select_only().column(key).order_by_asc(key);
    let keys = cut_to(keys, request, key).into_tuple::<String>().all(&db.0).await?;
    Ok(cut(keys, total, request, String::clone))
}

async fn total<E>(db: &Db<'_>, query: &Select<E>, request: &PageRequest) -> Result<Option<u64>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    Ok(match request.totals() {
        true => Some(query.clone().count(&db.0).await?),
        false => None,
    })
}

/// The rows of the page, and one more where a cursor may follow.
fn cut_to<E: EntityTrait>(ordered: Select<E>, request: &PageRequest, key: impl ColumnTrait) -> Select<E> {
    let limit = request.limit();
    match request {
        PageRequest::Offset { .. } => ordered.offset(request.offset()).limit(limit),
        PageRequest::Checkpoint { after: None, .. } => ordered.limit(limit + 1),
        PageRequest::Checkpoint { after: Some(after), .. } => {
            ordered.filter(key.gt(after.as_str())).limit(limit + 1)
        }
    }
}

/// Turns up to one row more than the limit into a page that says whether more follow.
pub(crate) fn cut<T>(
    rows: Vec<T>,
    total: Option<u64>,
    request: &PageRequest,
    key_of: impl Fn(&T) -> String,
) -> Page<T> {
    Page { total, ..cut_after(rows, request.limit(), key_of) }
}

/// The same without a total.
pub(crate) fn cut_after<T>(mut rows: Vec<T>, limit: u64, key_of: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(key_of) } else { None };
    Page { items: rows, total: None, next }
}
