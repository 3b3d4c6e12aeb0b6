//! Users.

mod search;

use chrono::{DateTime, Utc};
use guildhall_domain::id::{OrganizationId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::search::{Expression, UserField};
use guildhall_domain::user::User;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Set,
};
use serde_json::json;

use crate::entity::{self, memberships, users as table};
use crate::error::Result;
use crate::paging;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// The fields that have columns of their own beside the body.
const COLUMNS: [&str; 11] = [
    "user_id",
    "email",
    "username",
    "phone_number",
    "name",
    "picture",
    "created_at",
    "updated_at",
    "last_login",
    "last_ip",
    "logins_count",
];

/// Which users a list holds, and in which order.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is searched for.
    pub search: Expression<UserField>,
    /// In this connection only.
    pub connection: Option<String>,
    /// By this field, and whether the last comes first; for offset pagination.
    pub sort: Option<(UserField, bool)>,
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn in_connection(scope: &TenantScope, connection: &str) -> Select<table::Entity> {
    in_tenant(scope).filter(table::Column::Connection.eq(connection))
}

/// A page of the tenant's users.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
    wanted: &Wanted,
) -> Result<Page<User>> {
    let db = db.into();
    let backend = db.0.get_database_backend();
    let mut query = in_tenant(scope).filter(search::condition(backend, scope, &wanted.search));
    if let Some(connection) = &wanted.connection {
        query = query.filter(table::Column::Connection.eq(connection.as_str()));
    }
    if let (Some((field, descending)), PageRequest::Offset { .. }) = (&wanted.sort, page) {
        query = search::sorted(backend, query, field, *descending);
    }
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(user).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The user with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &UserId) -> Result<Option<User>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(user).transpose()
}

/// Those of the users that exist, in the order of their ids; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(db: impl Into<Db<'_>>, scope: &TenantScope, ids: &[UserId]) -> Result<Vec<User>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(UserId::as_str)));
    query.order_by_asc(table::Column::Id).all(&db.into().0).await?.into_iter().map(user).collect()
}

/// The users with this e-mail address, one for each connection that has one.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_email(db: impl Into<Db<'_>>, scope: &TenantScope, email: &str) -> Result<Vec<User>> {
    let query = in_tenant(scope).filter(table::Column::Email.eq(email)).order_by_asc(table::Column::Id);
    query.all(&db.into().0).await?.into_iter().map(user).collect()
}

/// The user with this e-mail address, in lower case, in a connection.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_in_connection(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    connection: &str,
    email: &str,
) -> Result<Option<User>> {
    let query = in_connection(scope, connection).filter(table::Column::Email.eq(email));
    query.one(&db.into().0).await?.map(user).transpose()
}

/// The organizations that users of a connection are members of.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organizations_of_connection(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    connection: &str,
) -> Result<Vec<OrganizationId>> {
    let users = in_connection(scope, connection).select_only().column(table::Column::Id).into_query();
    let query = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::OrganizationId)
        .distinct()
        .filter(memberships::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(memberships::Column::UserId.in_subquery(users))
        .order_by_asc(memberships::Column::OrganizationId);
    let ids: Vec<String> = query.into_tuple().all(&db.into().0).await?;
    Ok(ids.into_iter().map(OrganizationId::new).collect())
}

/// The user of a connection whose address, name or number this is; addresses are in lower case.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_identifier(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    connection: &str,
    identifier: &str,
) -> Result<Option<User>> {
    let named = match identifier {
        address if address.contains('@') => {
            let email = table::Column::Email.eq(address.to_lowercase());
            Condition::any().add(email).add(table::Column::Username.eq(address))
        }
        number if number.starts_with('+') => Condition::any()
            .add(table::Column::PhoneNumber.eq(number))
            .add(table::Column::Username.eq(number)),
        name => Condition::all().add(table::Column::Username.eq(name)),
    };
    let query = in_tenant(scope).filter(table::Column::Connection.eq(connection)).filter(named);
    // An address is looked at before a name that looks like one.
    let query = query.order_by_asc(table::Column::Username.into_expr().eq(identifier)).limit(1);
    query.one(&db.into().0).await?.map(user).transpose()
}

/// Notes that a user signed in. It is no change to who may do what, so it has no unit of work.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn signed_in(
    store: &Store,
    scope: &TenantScope,
    id: &UserId,
    at: DateTime<Utc>,
    ip: Option<&str>,
) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::LastLogin, at.timestamp_millis().into())
        .col_expr(table::Column::LastIp, Expr::value(ip.map(str::to_owned)))
        .col_expr(table::Column::LoginsCount, table::Column::LoginsCount.into_expr().add(1))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .exec(store.writer())
        .await?;
    Ok(())
}

/// The organizations that a user is a member of.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organizations(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &UserId,
) -> Result<Vec<OrganizationId>> {
    let query = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::OrganizationId)
        .filter(memberships::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(memberships::Column::UserId.eq(id.as_str()))
        .order_by_asc(memberships::Column::OrganizationId);
    let ids: Vec<String> = query.into_tuple().all(&db.into().0).await?;
    Ok(ids.into_iter().map(OrganizationId::new).collect())
}

/// Adds a user.
///
/// # Errors
/// [`crate::Error::Conflict`] when the id, or the address, name or number in the connection, is taken.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, user: &User) -> Result<()> {
    table::Entity::insert(row(scope, user)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a user.
///
/// # Errors
/// [`crate::Error::Conflict`] when the address, name or number is taken in the connection.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, user: &User) -> Result<()> {
    table::Entity::update(row(scope, user)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a user with all memberships, roles and permissions.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &UserId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// Deletes all users of a connection with all memberships, roles and permissions; returns how many there were.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete_of_connection(unit: &UnitOfWork, scope: &TenantScope, connection: &str) -> Result<u64> {
    let done = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Connection.eq(connection))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected)
}

fn row(scope: &TenantScope, user: &User) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(user)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !COLUMNS.contains(&name.as_str()));
    }
    // What is searched for without regard to case: SQLite itself knows the case of ASCII only.
    let folded = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
    body["folded"] = json!({
        "name": folded(&user.name),
        "nickname": folded(&user.nickname),
        "given_name": folded(&user.given_name),
        "family_name": folded(&user.family_name),
    });
    let connection = user.identities.first().map(|identity| identity.connection.clone());
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(user.user_id.to_string()),
        connection: Set(connection.unwrap_or_default()),
        email: Set(user.email.clone()),
        username: Set(user.username.clone()),
        phone_number: Set(user.phone_number.clone()),
        name: Set(user.name.clone()),
        picture: Set(user.picture.clone()),
        body: Set(body),
        created_at: Set(user.created_at.timestamp_millis()),
        updated_at: Set(user.updated_at.timestamp_millis()),
        // Sign-ins alone write these, beside whatever else changes the user.
        last_login: NotSet,
        last_ip: NotSet,
        logins_count: NotSet,
    })
}

fn user(row: table::Model) -> Result<User> {
    let mut body = row.body;
    body["user_id"] = row.id.into();
    body["email"] = row.email.into();
    body["username"] = row.username.into();
    body["phone_number"] = row.phone_number.into();
    body["name"] = row.name.into();
    body["picture"] = row.picture.into();
    body["created_at"] = serde_json::to_value(entity::time(row.created_at)?)?;
    body["updated_at"] = serde_json::to_value(entity::time(row.updated_at)?)?;
    body["last_login"] = serde_json::to_value(row.last_login.map(entity::time).transpose()?)?;
    body["last_ip"] = row.last_ip.into();
    body["logins_count"] = row.last_login.map(|_| row.logins_count).into();
    Ok(serde_json::from_value(body)?)
}
