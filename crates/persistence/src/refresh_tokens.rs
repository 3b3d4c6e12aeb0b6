//! Refresh tokens. One that was revoked is gone, with every value that it has had.

use chrono::{DateTime, Utc};
use guildhall_domain::authorization_code::SignedIn;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, OrganizationId, RefreshTokenId, SessionId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::refresh_token::{GrantedApi, RefreshToken};
use guildhall_domain::session::Device;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::entity::{self, refresh_tokens as table};
use crate::error::Result;
use crate::paging;
use crate::records::Writer;
use crate::store::{Db, Store};

/// Which refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// These.
    Ids(&'a [RefreshTokenId]),
    /// Those of the user.
    User(&'a UserId),
    /// Those of the user for the client.
    UserAndClient(&'a UserId, &'a ClientId),
    /// Those that began in the session.
    Session(&'a SessionId),
}

impl Which<'_> {
    fn condition(&self) -> Condition {
        let all = Condition::all();
        match self {
            Self::Ids(ids) => all.add(table::Column::Id.is_in(ids.iter().map(RefreshTokenId::as_str))),
            Self::User(user) => all.add(table::Column::UserId.eq(user.as_str())),
            Self::UserAndClient(user, client) => all
                .add(table::Column::UserId.eq(user.as_str()))
                .add(table::Column::ClientId.eq(client.as_str())),
            Self::Session(session) => all.add(table::Column::SessionId.eq(session.as_str())),
        }
    }
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// What has no column of its own.
#[derive(Serialize, Deserialize)]
struct Body {
    device: Device,
    resource_servers: Vec<GrantedApi>,
    organization_id: Option<OrganizationId>,
    scope: Vec<String>,
    signed_in: SignedIn,
}

/// The refresh token with this id, if it still counts.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &RefreshTokenId,
    now: DateTime<Utc>,
) -> Result<Option<RefreshToken>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).filter(live(now));
    query.one(&db.into().0).await?.map(token).transpose()
}

/// A page of those that still count.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    which: &Which<'_>,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<RefreshToken>> {
    let query = in_tenant(scope).filter(which.condition()).filter(live(now));
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(token).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

fn live(now: DateTime<Utc>) -> Condition {
    let none_or_later =
        |end: table::Column| Condition::any().add(end.is_null()).add(end.gt(now.timestamp_millis()));
    Condition::all()
        .add(none_or_later(table::Column::ExpiresAt))
        .add(none_or_later(table::Column::IdleExpiresAt))
}

/// Adds a refresh token, without a value yet.
///
/// # Errors
/// [`crate::Error::Missing`] when user or client are gone.
pub async fn insert(writer: impl Into<Writer<'_>>, scope: &TenantScope, token: &RefreshToken) -> Result<()> {
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(token.id.to_string()),
        user_id: Set(token.user_id.to_string()),
        client_id: Set(token.client_id.to_string()),
        session_id: Set(token.session_id.as_ref().map(ToString::to_string)),
        rotating: Set(token.rotating),
        created_at: Set(token.created_at.timestamp_millis()),
        idle_expires_at: Set(token.idle_expires_at.map(|end| end.timestamp_millis())),
        expires_at: Set(token.expires_at.map(|end| end.timestamp_millis())),
        last_exchanged_at: Set(token.last_exchanged_at.map(|time| time.timestamp_millis())),
        body: Set(body(token)?),
        metadata: Set(token.refresh_token_metadata.as_ref().map(|metadata| json!(metadata))),
    };
    table::Entity::insert(row).exec_without_returning(&writer.into().0).await?;
    Ok(())
}

/// Notes that the refresh token was used. False when it was revoked. Whoever comes after waits until these records are
/// permanent or gone.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn exchanged(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    token: &RefreshToken,
) -> Result<bool> {
    let row = table::ActiveModel {
        idle_expires_at: Set(token.idle_expires_at.map(|end| end.timestamp_millis())),
        expires_at: Set(token.expires_at.map(|end| end.timestamp_millis())),
        last_exchanged_at: Set(token.last_exchanged_at.map(|time| time.timestamp_millis())),
        body: Set(body(token)?),
        ..Default::default()
    };
    update_row(&writer.into(), scope, &token.id, row).await
}

/// Puts these data of the vendor's in the place of those that are there. False when the refresh token was revoked.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn set_metadata(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    id: &RefreshTokenId,
    metadata: Option<&Object>,
) -> Result<bool> {
    let metadata = Set(metadata.map(|metadata| json!(metadata)));
    update_row(&writer.into(), scope, id, table::ActiveModel { metadata, ..Default::default() }).await
}

async fn update_row(
    writer: &Writer<'_>,
    scope: &TenantScope,
    id: &RefreshTokenId,
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

/// Revokes refresh tokens; says how many.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(writer: impl Into<Writer<'_>>, scope: &TenantScope, which: &Which<'_>) -> Result<u64> {
    let done = table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(which.condition())
        .exec(&writer.into().0)
        .await?;
    Ok(done.rows_affected)
}

/// Revokes the oldest that the user has for the client, so that `keep` remain.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn drop_oldest(
    writer: impl Into<Writer<'_>>,
    scope: &TenantScope,
    user: &UserId,
    client: &ClientId,
    keep: u64,
) -> Result<()> {
    let writer = writer.into();
    // Ids are in the order of time, but those brought from elsewhere need not be.
    let beyond: Vec<String> = in_tenant(scope)
        .filter(Which::UserAndClient(user, client).condition())
        .select_only()
        .column(table::Column::Id)
        .order_by_desc(table::Column::CreatedAt)
        .order_by_desc(table::Column::Id)
        .offset(keep)
        .limit(1_000)
        .into_tuple()
        .all(&writer.0)
        .await?;
    if !beyond.is_empty() {
        let beyond: Vec<RefreshTokenId> = beyond.into_iter().map(RefreshTokenId::new).collect();
        delete(writer, scope, &Which::Ids(&beyond)).await?;
    }
    Ok(())
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

fn body(token: &RefreshToken) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(Body {
        device: token.device.clone(),
        resource_servers: token.resource_servers.clone(),
        organization_id: token.organization_id.clone(),
        scope: token.scope.clone(),
        signed_in: token.signed_in.clone(),
    })?)
}

fn token(row: table::Model) -> Result<RefreshToken> {
    let body: Body = serde_json::from_value(row.body)?;
    Ok(RefreshToken {
        id: RefreshTokenId::new(row.id),
        user_id: UserId::new(row.user_id),
        created_at: entity::time(row.created_at)?,
        idle_expires_at: row.idle_expires_at.map(entity::time).transpose()?,
        expires_at: row.expires_at.map(entity::time).transpose()?,
        device: body.device,
        client_id: ClientId::new(row.client_id),
        session_id: row.session_id.map(SessionId::new),
        rotating: row.rotating,
        resource_servers: body.resource_servers,
        refresh_token_metadata: row.metadata.map(serde_json::from_value).transpose()?,
        last_exchanged_at: row.last_exchanged_at.map(entity::time).transpose()?,
        organization_id: body.organization_id,
        scope: body.scope,
        signed_in: body.signed_in,
    })
}
