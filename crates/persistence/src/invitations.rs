//! Invitations. Their tickets are found by a keyed hash and kept encrypted, since the API shows them again.

use chrono::{DateTime, Utc};
use guildhall_domain::id::InvitationId;
use guildhall_domain::invitation::{Invitation, InvitationState};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};

use crate::entity::{self, invitations as table};
use crate::error::Result;
use crate::paging;
use crate::store::{Db, Store};
use crate::unit::UnitOfWork;

/// The fields that have columns of their own beside the body.
const COLUMNS: [&str; 7] =
    ["id", "organization_id", "client_id", "invitee", "created_at", "expires_at", "by_organization"];

/// A ticket as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTicket {
    /// The keyed hash by which it is found.
    pub hash: String,
    /// The ticket, encrypted.
    pub sealed: String,
}

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// Those that were neither accepted nor taken back.
fn pending(scope: &OrgScope) -> Result<Select<table::Entity>> {
    Ok(in_tenant(scope.within())
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::State.eq(entity::text(&InvitationState::Pending)?)))
}

/// A page of the organization's invitations that were neither accepted nor taken back, each with its sealed ticket.
/// The newest come first unless `ascending` or by checkpoint.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
    ascending: bool,
) -> Result<Page<(Invitation, String)>> {
    let mut query = pending(scope)?;
    if let PageRequest::Offset { .. } = page {
        query = match ascending {
            true => query.order_by_asc(table::Column::CreatedAt),
            false => query.order_by_desc(table::Column::CreatedAt).order_by_desc(table::Column::Id),
        };
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(with_ticket).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The same by checkpoint, in the order in which they were made, or the newest first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_in_order(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
    ascending: bool,
) -> Result<Page<(Invitation, String)>> {
    let key = table::Column::Id;
    let mut query = pending(scope)?.limit(page.limit() + 1);
    query = if ascending { query.order_by_asc(key) } else { query.order_by_desc(key) };
    if let PageRequest::Checkpoint { after: Some(after), .. } = page {
        query = query.filter(if ascending { key.gt(after.as_str()) } else { key.lt(after.as_str()) });
    }
    let rows = query.all(&db.into().0).await?;
    let rows = paging::cut(rows, None, page, |row| row.id.clone());
    let items = rows.items.into_iter().map(with_ticket).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: None, next: rows.next })
}

/// An invitation of the organization that was neither accepted nor taken back, with its sealed ticket.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    id: &InvitationId,
) -> Result<Option<(Invitation, String)>> {
    let query = pending(scope)?.filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(with_ticket).transpose()
}

/// How many invitations of the organization can be accepted at this time.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count_open(db: impl Into<Db<'_>>, scope: &OrgScope, now: DateTime<Utc>) -> Result<u64> {
    let open = pending(scope)?.filter(table::Column::ExpiresAt.gt(now.timestamp_millis()));
    Ok(open.count(&db.into().0).await?)
}

/// How many invitations the organization made itself since a time, whatever became of them.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count_made(db: impl Into<Db<'_>>, scope: &OrgScope, since: DateTime<Utc>) -> Result<u64> {
    let made = in_tenant(scope.within())
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::ByOrganization.eq(true))
        .filter(table::Column::CreatedAt.gt(since.timestamp_millis()));
    Ok(made.count(&db.into().0).await?)
}

/// The invitation with this ticket, whatever became of it.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_ticket(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    hash: &str,
) -> Result<Option<Invitation>> {
    let query = in_tenant(scope).filter(table::Column::TicketHash.eq(hash));
    query.one(&db.into().0).await?.map(invitation).transpose()
}

/// Adds an invitation.
///
/// # Errors
/// [`crate::Error::Missing`] when the organization or the client is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    invitation: &Invitation,
    ticket: StoredTicket,
) -> Result<()> {
    let mut body = serde_json::to_value(invitation)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !COLUMNS.contains(&name.as_str()));
    }
    body["login_uri"] = invitation.login_uri.clone().into();
    body["lifetime"] = invitation.lifetime.into();
    if let Some(actor) = &invitation.invited_by {
        body["invited_by"] = serde_json::to_value(actor)?;
    }
    let row = table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(invitation.id.to_string()),
        organization_id: Set(scope.organization().to_string()),
        ticket_hash: Set(ticket.hash),
        ticket: Set(ticket.sealed),
        state: Set(entity::text(&invitation.state)?),
        email: Set(invitation.invitee.email.clone()),
        client_id: Set(invitation.client_id.to_string()),
        body: Set(body),
        created_at: Set(invitation.created_at.timestamp_millis()),
        expires_at: Set(invitation.expires_at.timestamp_millis()),
        by_organization: Set(invitation.by_organization),
    };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Uses up the ticket of an invitation that waits and has not expired. False when another was faster, or it cannot be
/// used any more.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn accept(unit: &UnitOfWork, scope: &TenantScope, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, entity::text(&InvitationState::Accepted)?.into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::TicketHash.eq(hash))
        .filter(table::Column::State.eq(entity::text(&InvitationState::Pending)?))
        .filter(table::Column::ExpiresAt.gt(now.timestamp_millis()))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes an invitation back that waits. False when it does not wait any more.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn revoke(unit: &UnitOfWork, scope: &OrgScope, id: &InvitationId) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, entity::text(&InvitationState::Revoked)?.into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .filter(table::Column::State.eq(entity::text(&InvitationState::Pending)?))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives an invitation that waits another ticket and another end. False when it does not wait any more.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn renew(
    unit: &UnitOfWork,
    scope: &OrgScope,
    invitation: &Invitation,
    ticket: StoredTicket,
) -> Result<bool> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::TicketHash, ticket.hash.into())
        .col_expr(table::Column::Ticket, ticket.sealed.into())
        .col_expr(table::Column::ExpiresAt, invitation.expires_at.timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Id.eq(invitation.id.as_str()))
        .filter(table::Column::State.eq(entity::text(&InvitationState::Pending)?))
        .exec(unit.transaction())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets those that expired before a time, whatever became of them.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn forget_expired(store: &Store, before: DateTime<Utc>) -> Result<u64> {
    let done = table::Entity::delete_many()
        .filter(table::Column::ExpiresAt.lt(before.timestamp_millis()))
        .exec(store.writer())
        .await?;
    Ok(done.rows_affected)
}

fn with_ticket(row: table::Model) -> Result<(Invitation, String)> {
    let ticket = row.ticket.clone();
    Ok((invitation(row)?, ticket))
}

fn invitation(row: table::Model) -> Result<Invitation> {
    let mut body = row.body;
    let login_uri = body["login_uri"].as_str().unwrap_or_default().to_owned();
    let lifetime = body["lifetime"].as_i64().unwrap_or_default();
    let invited_by = serde_json::from_value(body["invited_by"].take())?;
    body["id"] = row.id.into();
    body["organization_id"] = row.organization_id.into();
    body["client_id"] = row.client_id.into();
    body["invitee"] = serde_json::json!({ "email": row.email });
    body["created_at"] = serde_json::to_value(entity::time(row.created_at)?)?;
    body["expires_at"] = serde_json::to_value(entity::time(row.expires_at)?)?;
    let mut invitation: Invitation = serde_json::from_value(body)?;
    invitation.by_organization = row.by_organization;
    invitation.invited_by = invited_by;
    invitation.login_uri = login_uri;
    invitation.lifetime = lifetime;
    invitation.state = entity::value(row.state)?;
    Ok(invitation)
}
