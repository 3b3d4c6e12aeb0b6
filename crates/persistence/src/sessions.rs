//! Sessions, found by their id or by the keyed hash of their cookie.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, SessionId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::{Session, SessionClient};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Select, Set};
use serde_json::json;

use crate::entity::{self, session_clients, sessions as table};
use crate::error::Result;
use crate::paging;
use crate::records::Writer;
use crate::store::{Db, Store};

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn live(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(table::Column::ExpiresAt.gt(now.timestamp_millis()))
        .add(table::Column::IdleExpiresAt.gt(now.timestamp_millis()))
}

/// The session with this id, if it still counts.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Session>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).filter(live(now))).await
}

/// The session whose cookie has this hash, if it still counts.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_hash(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::TokenHash.eq(hash)).filter(live(now))).await
}

async fn one(db: &Db<'_>, scope: &TenantScope, query: Select<table::Entity>) -> Result<Option<Session>> {
    let rows: Vec<table::Model> = query.one(&db.0).await?.into_iter().collect();
    Ok(with_clients(db, scope, rows).await?.pop())
}

/// A page of the user's sessions that still count.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_user(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<Session>> {
    let db = db.into();
    let query = in_tenant(scope).filter(table::Column::UserId.eq(user.as_str())).filter(live(now));
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_clients(&db, scope, rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

async fn with_clients(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<Session>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut clients: HashMap<String, Vec<SessionClient>> = HashMap::new();
    if !ids.is_empty() {
        let query = session_clients::Entity::find()
            .filter(session_clients::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(session_clients::Column::SessionId.is_in(ids))
            .order_by_asc(session_clients::Column::ClientId);
        for row in query.all(&db.0).await? {
            let client = SessionClient { client_id: ClientId::new(row.client_id) };
            clients.entry(row.session_id).or_default().push(client);
        }
    }
    rows.into_iter()
        .map(|row| {
            let of_session = clients.remove(&row.id).unwrap_or_default();
            session(row, of_session)
        })
        .collect()
}

/// Adds a session whose cookie has this hash.
///
/// # Errors
/// [`crate::Error::Missing`] when the user is gone.
pub async fn insert(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    session: &Session,
    hash: &str,
) -> Result<()> {
    let row = table::ActiveModel { token_hash: Set(hash.to_owned()), ..row(scope, session) };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// Changes a session, but not the vendor's data about it. False when it has ended.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(writer: impl Into<Writer<'_>>, scope: &TenantScope, session: &Session) -> Result<bool> {
    let row = table::ActiveModel { metadata: sea_orm::NotSet, ..row(scope, session) };
    update_row(&writer.into(), scope, &session.id, row).await
}

/// Puts these data of the vendor's in the place of those that are there. False when the session has ended.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn set_metadata(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    id: &SessionId,
    metadata: Option<&Object>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = table::ActiveModel {
        metadata: Set(metadata.map(|metadata| json!(metadata))),
        updated_at: Set(now.timestamp_millis()),
        ..Default::default()
    };
    update_row(&writer.into(), scope, id, row).await
}

async fn update_row(
    writer: &Writer<'_>,
    scope: &TenantScope,
    id: &SessionId,
    row: table::ActiveModel,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .set(row)
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .exec(&writer.0)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the session was used for the client.
///
/// # Errors
/// [`crate::Error::Missing`] when either is gone.
pub async fn add_client(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    session: &SessionId,
    client: &ClientId,
) -> Result<()> {
    let row = session_clients::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        session_id: Set(session.to_string()),
        client_id: Set(client.to_string()),
    };
    session_clients::Entity::insert_many([row])
        .on_conflict_do_nothing()
        .exec_without_returning(&writer.into().0)
        .await?;
    Ok(())
}

/// Ends a session. False when there was none.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(writer: impl Into<Writer<'_>>, scope: &TenantScope, id: &SessionId) -> Result<bool> {
    let key = (scope.tenant().to_string(), id.to_string());
    Ok(table::Entity::delete_by_id(key).exec(&writer.into().0).await?.rows_affected == 1)
}

/// Ends every session of the user.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete_of_user(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    user: &UserId,
) -> Result<u64> {
    let done = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
        .exec(&writer.into().0)
        .await?;
    Ok(done.rows_affected)
}

/// Forgets those that have ended.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store) -> Result<u64> {
    let now = store.clock().now().timestamp_millis();
    let ended =
        Condition::any().add(table::Column::ExpiresAt.lt(now)).add(table::Column::IdleExpiresAt.lt(now));
    Ok(table::Entity::delete_many().filter(ended).exec(store.writer()).await?.rows_affected)
}

/// The row but for the hash of the cookie.
fn row(scope: &TenantScope, session: &Session) -> table::ActiveModel {
    table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(session.id.to_string()),
        token_hash: sea_orm::NotSet,
        user_id: Set(session.user_id.to_string()),
        created_at: Set(session.created_at.timestamp_millis()),
        updated_at: Set(session.updated_at.timestamp_millis()),
        authenticated_at: Set(session.authenticated_at.timestamp_millis()),
        last_interacted_at: Set(session.last_interacted_at.timestamp_millis()),
        idle_expires_at: Set(session.idle_expires_at.timestamp_millis()),
        expires_at: Set(session.expires_at.timestamp_millis()),
        body: Set(json!({
            "device": session.device,
            "authentication": session.authentication,
            "cookie": session.cookie,
        })),
        metadata: Set(session.session_metadata.as_ref().map(|metadata| json!(metadata))),
    }
}

fn session(mut row: table::Model, clients: Vec<SessionClient>) -> Result<Session> {
    Ok(Session {
        id: SessionId::new(row.id),
        user_id: UserId::new(row.user_id),
        created_at: entity::time(row.created_at)?,
        updated_at: entity::time(row.updated_at)?,
        authenticated_at: entity::time(row.authenticated_at)?,
        idle_expires_at: entity::time(row.idle_expires_at)?,
        expires_at: entity::time(row.expires_at)?,
        last_interacted_at: entity::time(row.last_interacted_at)?,
        device: serde_json::from_value(row.body["device"].take())?,
        clients,
        authentication: serde_json::from_value(row.body["authentication"].take())?,
        cookie: serde_json::from_value(row.body["cookie"].take())?,
        session_metadata: row.metadata.map(serde_json::from_value).transpose()?,
    })
}
