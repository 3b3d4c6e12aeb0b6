//! The acceptance of invitations, by whoever signed in with the ticket.

use std::collections::HashSet;

use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::invitation::{Invitation, NotAcceptable};
use guildhall_domain::log::{Actor, Change, EventType, Origin};
use guildhall_domain::policy::{OrgScope, TenantScope, issuance};
use guildhall_domain::role::ConferredBy;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{
    UnitOfWork, connections, invitations, membership_roles, memberships, organizations, roles, users,
};
use serde_json::json;

use crate::context::{App, found};
use crate::my_organization::invitations::still_conferrable;
use crate::passwords::note;
use crate::problem::{Problem, Thing, missing};
use crate::seats;

/// Why an invitation was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It cannot be, by this person or by anyone.
    #[error(transparent)]
    NotAcceptable(#[from] NotAcceptable),
    /// The unforeseen, or a user who does not exist.
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl From<guildhall_persistence::Error> for Refusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Problem(error.into())
    }
}

/// The invitation with this ticket, whatever became of it; [`Invitation::open`] says whether it can be accepted.
///
/// # Errors
/// None but the unforeseen.
pub async fn find_by_ticket(
    app: &App,
    scope: &TenantScope,
    ticket: &str,
) -> Result<Option<Invitation>, Problem> {
    let hash = app.0.pepper.hash(ticket);
    Ok(invitations::find_by_ticket(app.store(), scope, hash.as_str()).await?)
}

/// Accepts an invitation for a user who signed in with its ticket: a member with the roles that it confers, whose
/// address is verified and whose metadata has what it brings. Of those who try at once, one succeeds.
///
/// # Errors
/// [`Refusal::NotAcceptable`] with the reason that the contract gives.
pub async fn accept(
    app: &App,
    tenant: &Tenant,
    ticket: &str,
    user: &UserId,
    origin: Origin,
) -> Result<Invitation, Refusal> {
    let result = use_up(app, tenant, ticket, user, &origin).await;
    match &result {
        Ok((invitation, person)) => {
            let details = json!({
                "description": "",
                "client_id": invitation.client_id,
                "organization_id": invitation.organization_id,
                "invitation_id": invitation.id,
            });
            note(app, tenant, EventType::InvitationAccepted, Some(person), details, &origin);
        }
        Err(Refusal::NotAcceptable(reason)) => {
            let details = json!({ "description": reason.to_string(), "user_id": user });
            note(app, tenant, EventType::InvitationRefused, None, details, &origin);
        }
        Err(Refusal::Problem(_)) => {}
    }
    result.map(|(invitation, _)| invitation)
}

async fn use_up(
    app: &App,
    tenant: &Tenant,
    ticket: &str,
    user: &UserId,
    origin: &Origin,
) -> Result<(Invitation, User), Refusal> {
    let scope = issuance(&tenant.id);
    let hash = app.0.pepper.hash(ticket);
    let known = invitations::find_by_ticket(app.store(), &scope, hash.as_str()).await?;
    let invitation = known.ok_or(NotAcceptable::Unknown)?;
    let now = app.clock().now();
    invitation.open(now)?;

    let actor = Actor::User(user.clone(), invitation.client_id.clone());
    let mut unit = app.store().begin(&scope, actor, origin.clone()).await?;
    let person = found(users::find(&unit, &scope, user).await?, Thing::User)?;
    if !invitation.is_for(&person) || !through_connection(&unit, &scope, &invitation, &person).await? {
        return Err(NotAcceptable::OtherAccount.into());
    }
    if !invitations::accept(&unit, &scope, hash.as_str(), now).await? {
        let now_known = invitations::find_by_ticket(&unit, &scope, hash.as_str()).await?;
        return Err(now_known
            .map_or(NotAcceptable::Unknown, |known| known.open(now).err().unwrap_or(NotAcceptable::Used))
            .into());
    }
    let inside = scope.organization(invitation.organization_id.clone());
    let conferred = join(&unit, &inside, &invitation, user, tenant, now).await?;
    let after = person.clone().accepted(&invitation, now);
    users::update(&unit, &scope, &after).await?;

    let change = Change::new("user.updated", user.as_str()).about(user);
    unit.record(change.before(&person).after(&after)).await?;
    let change = Change::new("organization.invitation_accepted", invitation.id.as_str());
    let change = change.within(&invitation.organization_id).about(user);
    unit.record(change.after(&json!({ "user_id": user, "roles": conferred }))).await?;
    unit.commit().await?;
    Ok((invitation, after))
}

/// Whether the person signed in with the connection that the invitation demands, where it demands one.
async fn through_connection(
    unit: &UnitOfWork,
    scope: &TenantScope,
    invitation: &Invitation,
    person: &User,
) -> Result<bool, Refusal> {
    let Some(id) = &invitation.connection_id else { return Ok(true) };
    let Some(connection) = connections::find(unit, scope, id).await? else { return Ok(false) };
    Ok(person.identities.iter().any(|identity| identity.connection == connection.name))
}

/// Makes the user a member who holds the roles that the invitation confers. Returns those.
async fn join(
    unit: &UnitOfWork,
    inside: &OrgScope,
    invitation: &Invitation,
    user: &UserId,
    tenant: &Tenant,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<RoleId>, Refusal> {
    let organization = organizations::find(unit, inside.within(), inside.organization()).await?;
    let organization = found(organization, Thing::Organization)?;
    let is_member = memberships::exists(unit, inside, user).await?;
    let room = seats::room_for(unit, inside.within(), tenant, &organization, u64::from(!is_member)).await;
    room.map_err(|problem| match problem {
        Problem::LimitReached(_) => NotAcceptable::Full.into(),
        problem => Refusal::Problem(problem),
    })?;
    let (conferred, by) = conferred(unit, inside, invitation).await?;
    let joined = memberships::insert(unit, inside, std::slice::from_ref(user), now).await;
    joined.map_err(missing(Thing::Organization))?;

    let held = membership_roles::held(unit, inside, user).await?;
    if held.iter().chain(&conferred).collect::<HashSet<_>>().len() as u64
        > tenant.settings.limits.roles_per_member
    {
        return Err(NotAcceptable::Full.into());
    }
    if !conferred.is_empty() {
        let inserted = membership_roles::insert(unit, inside, user, &conferred, by).await;
        inserted.map_err(missing(Thing::Member))?;
    }
    Ok(conferred)
}

/// The roles of the invitation that still exist, and by whose word they are held; of an invitation that the organization made,
/// those that whoever made it may confer now.
async fn conferred(
    unit: &UnitOfWork,
    inside: &OrgScope,
    invitation: &Invitation,
) -> Result<(Vec<RoleId>, ConferredBy), Problem> {
    let roles = match &invitation.invited_by {
        Some(inviter) => still_conferrable(unit, inside, inviter, &invitation.roles).await?,
        None => {
            let known = roles::find_all(unit, inside.within(), &invitation.roles).await?;
            known.into_iter().filter(|role| role.assignable_in(inside.organization())).collect()
        }
    };
    let ids = roles.into_iter().map(|role| role.id).collect();
    Ok((ids, ConferredBy::of(invitation.by_organization)))
}
