//! Which column or part of the body each field of a user is found in.

use guildhall_domain::policy::TenantScope;
use guildhall_domain::search::{Expression, Test, UserField};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DatabaseBackend, Order, QueryOrder, Select};

use crate::dialect;
use crate::entity::{memberships, users};
use crate::search::{self, Case};

pub(super) fn condition(
    backend: DatabaseBackend,
    scope: &TenantScope,
    expression: &Expression<UserField>,
) -> Condition {
    search::condition(expression, &|field, test| match place(field) {
        Place::Text(column, case) => search::text(backend, column.into_expr(), case, test),
        Place::Time(column) => search::time(column.into_expr(), test),
        Place::Body(path, case) => search::json(backend, body(), &path, case, test),
        Place::Domain => search::text(backend, domain(backend), Case::Lower, test),
        Place::Memberships => member(scope, test),
    })
}

/// Orders users by a field, those without it last.
pub(super) fn sorted(
    backend: DatabaseBackend,
    query: Select<users::Entity>,
    field: &UserField,
    descending: bool,
) -> Select<users::Entity> {
    let by = match place(field) {
        Place::Text(column, _) => dialect::ordered(backend, column.into_expr()),
        Place::Time(column) => column.into_expr(),
        Place::Body(path, _) => dialect::json_text(backend, body(), &path),
        Place::Domain => dialect::ordered(backend, domain(backend)),
        Place::Memberships => return query,
    };
    let order = if descending { Order::Desc } else { Order::Asc };
    query.order_by(by.clone().is_null(), Order::Asc).order_by(by, order)
}

enum Place {
    Text(users::Column, Case),
    Time(users::Column),
    Body(String, Case),
    Domain,
    Memberships,
}

fn place(field: &UserField) -> Place {
    let flag = |name: &str| Place::Body(dialect::path(&[name]), Case::Exact);
    let folded = |name: &str| Place::Body(dialect::path(&["folded", name]), Case::Lower);
    match field {
        UserField::Id => Place::Text(users::Column::Id, Case::Exact),
        UserField::Email => Place::Text(users::Column::Email, Case::Lower),
        UserField::EmailDomain => Place::Domain,
        UserField::EmailVerified => flag("email_verified"),
        UserField::Username => Place::Text(users::Column::Username, Case::Exact),
        UserField::PhoneNumber => Place::Text(users::Column::PhoneNumber, Case::Exact),
        UserField::PhoneVerified => flag("phone_verified"),
        UserField::Name => folded("name"),
        UserField::Nickname => folded("nickname"),
        UserField::GivenName => folded("given_name"),
        UserField::FamilyName => folded("family_name"),
        UserField::Picture => Place::Text(users::Column::Picture, Case::Exact),
        UserField::Blocked => flag("blocked"),
        UserField::CreatedAt => Place::Time(users::Column::CreatedAt),
        UserField::UpdatedAt => Place::Time(users::Column::UpdatedAt),
        UserField::Connection => Place::Text(users::Column::Connection, Case::Exact),
        UserField::Provider => Place::Body("$.\"identities\"[0].\"provider\"".to_owned(), Case::Exact),
        UserField::ProviderId => Place::Body("$.\"identities\"[0].\"user_id\"".to_owned(), Case::Exact),
        UserField::OrganizationId => Place::Memberships,
        UserField::UserMetadata(keys) => metadata("user_metadata", keys),
        UserField::AppMetadata(keys) => metadata("app_metadata", keys),
    }
}

fn metadata(name: &str, keys: &[String]) -> Place {
    let keys: Vec<&str> = std::iter::once(name).chain(keys.iter().map(String::as_str)).collect();
    Place::Body(dialect::path(&keys), Case::Exact)
}

fn body() -> Expr {
    users::Column::Body.into_expr()
}

fn domain(backend: DatabaseBackend) -> Expr {
    dialect::after(backend, users::Column::Email.into_expr(), "@")
}

fn member(scope: &TenantScope, test: &Test) -> Expr {
    let mut theirs = Query::select();
    theirs.column(memberships::Column::UserId).from(memberships::Entity);
    theirs.and_where(memberships::Column::TenantId.eq(scope.tenant().as_str()));
    if let Test::Equals(organization) = test {
        theirs.and_where(memberships::Column::OrganizationId.eq(organization.as_str()));
    }
    users::Column::Id.in_subquery(theirs)
}
