//! Organizations, searched for.

use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::search::{Expression, OrganizationField};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, Order, QueryFilter, QueryOrder, QuerySelect,
};

use super::{SortBy, in_tenant, organization, table};
use crate::error::Result;
use crate::search::{self, Case};
use crate::store::Db;
use crate::{dialect, paging};

/// Up to `take` organizations that a search finds, the oldest first or in the order of `sort`. `after` is where the
/// part before ended; `None` when it ended under another order.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    expression: &Expression<OrganizationField>,
    sort: Option<SortBy>,
    after: Option<&str>,
    take: u64,
) -> Result<Option<Page<Organization>>> {
    let db = db.into();
    let backend = db.0.get_database_backend();
    let mut query = in_tenant(scope).filter(condition(backend, expression));
    if let Some(after) = after {
        let Some(after) = following(backend, sort, after) else {
            return Ok(None);
        };
        query = query.filter(after);
    }
    if let Some(sort) = sort {
        query = query.order_by(sorted(backend, sort), Order::Asc);
    }
    let rows = query.order_by_asc(table::Column::Id).limit(take + 1).all(&db.0).await?;
    let request = PageRequest::Checkpoint { after: None, take };
    let page = paging::cut(rows, None, &request, |row| match sort {
        None => row.id.clone(),
        Some(SortBy::Name) => format!("{}\n{}", row.id, row.name),
        Some(SortBy::DisplayName) => {
            format!("{}\n{}", row.id, row.display_name.as_deref().unwrap_or_default())
        }
        Some(SortBy::CreatedAt) => format!("{}\n{}", row.id, row.created_at),
    });
    let items = page.items.into_iter().map(organization).collect::<Result<Vec<_>>>()?;
    Ok(Some(Page { items, total: None, next: page.next }))
}

fn sorted(backend: DatabaseBackend, sort: SortBy) -> Expr {
    match sort {
        SortBy::Name => table::Column::Name.into_expr(),
        SortBy::DisplayName => {
            let column: Expr = table::Column::DisplayName.into_expr();
            dialect::ordered(backend, Func::coalesce([column, "".into()]).into())
        }
        SortBy::CreatedAt => table::Column::CreatedAt.into_expr(),
    }
}

/// What comes after the organization that `after` names with the value it was sorted by.
fn following(backend: DatabaseBackend, sort: Option<SortBy>, after: &str) -> Option<Condition> {
    let Some(sort) = sort else {
        return (!after.contains('\n')).then(|| table::Column::Id.gt(after).into());
    };
    let (id, value) = after.split_once('\n')?;
    let value: Expr = match sort {
        SortBy::CreatedAt => value.parse::<i64>().ok()?.into(),
        _ => value.into(),
    };
    let by = sorted(backend, sort);
    let same = by.clone().eq(value.clone()).and(table::Column::Id.gt(id));
    Some(Condition::any().add(by.gt(value)).add(same))
}

fn condition(backend: DatabaseBackend, expression: &Expression<OrganizationField>) -> Condition {
    search::condition(expression, &|field, test| {
        let text = |column: table::Column, case| search::text(backend, column.into_expr(), case, test);
        match field {
            OrganizationField::Id => text(table::Column::Id, Case::Exact),
            OrganizationField::Name => text(table::Column::Name, Case::Lower),
            OrganizationField::DisplayName => text(table::Column::DisplayName, Case::Folded),
            OrganizationField::CreatedAt => search::time(table::Column::CreatedAt.into_expr(), test),
            OrganizationField::Metadata(key) => {
                let body: Expr = table::Column::Body.into_expr();
                search::json(backend, body, &dialect::path(&["metadata", key]), Case::Exact, test)
            }
        }
    })
}
