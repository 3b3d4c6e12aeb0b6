//! Invitations to organizations. Contract section 3.4.

mod accept;

use chrono::Duration;
use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::{ClientId, ConnectionId, InvitationId, OrganizationId, TenantId};
use guildhall_domain::invitation::{Invitation, NewInvitation, ShownInvitation};
use guildhall_domain::log::Change;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, TenantScope, needs};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::invitations::StoredTicket;
use guildhall_persistence::{
    UnitOfWork, clients, connections, invitations, organization_client_grants, organization_connections,
    organizations,
};
use guildhall_tokens::secret::{Secret, random_ticket};

use crate::context::{App, found};
use crate::mail::{self, Language, Occasion};
use crate::members::existing_organization;
use crate::problem::{Problem, Thing, missing};
use crate::seats;

pub use accept::{Refusal, accept, find_by_ticket};

/// How long an invitation is remembered after it expired.
const KEPT: Duration = Duration::days(30);

/// Why no address can be made that leads to the acceptance.
const NO_LOGIN_URI: &str = "A default login route is required to generate the invitation url. Set initiate_login_uri of the client or default_redirection_uri of the tenant.";

/// Invites someone, by mail unless the body says otherwise. Whoever confers roles by it must be allowed to assign them.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Roles`], [`Problem::Denied`], [`Problem::NotNow`] for a client or connection that
/// cannot be used so, [`crate::Limit::Seats`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateInvitations>,
    organization: &OrganizationId,
    new: NewInvitation,
) -> Result<ShownInvitation, Problem> {
    if new.roles.is_some() {
        by.also::<needs::CreateMemberRoles>()?;
    }
    let tenant = app.tenant(by.scope()).await?;
    let sends = new.send_invitation_email.unwrap_or(true);
    let id = InvitationId::generate(app.clock());
    let ticket = ticket(app, &tenant.id, &id)?;
    let mut unit = app.begin(by).await?;
    let home = organizations::find(&unit, by.scope(), organization).await?;
    let home = found(home, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    let client = clients::find(&unit, by.scope(), &new.client_id).await?;
    let login_uri = login_uri(&tenant, client, &new.client_id)?;
    if let Some(connection) = &new.connection_id {
        usable(&unit, &inside, connection).await?;
    }
    let unknown =
        organization_client_grants::unknown_roles(&unit, &inside, new.roles.as_deref().unwrap_or_default())
            .await?;
    if !unknown.is_empty() {
        return Err(Problem::NoSuch(Thing::Roles(unknown)));
    }
    let now = app.clock().now();
    seats::room_to_invite(&unit, by.scope(), &tenant, &home, 1, now).await?;
    let invitation = new.create(id, organization.clone(), login_uri, now);
    let shown = add(&mut unit, &inside, &home, invitation, ticket).await?;
    if sends {
        send(app, &unit, by.scope(), &tenant, &home, &shown).await?;
    }
    unit.commit().await?;
    Ok(shown)
}

/// Adds an invitation with its ticket.
///
/// # Errors
/// [`Thing::Organization`].
pub(crate) async fn add(
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    home: &Organization,
    invitation: Invitation,
    (ticket, stored): (Secret, StoredTicket),
) -> Result<ShownInvitation, Problem> {
    let inserted = invitations::insert(unit, inside, &invitation, stored).await;
    inserted.map_err(missing(Thing::Organization))?;
    let change = Change::new("organization.invitation_created", invitation.id.as_str());
    unit.record(change.within(inside.organization()).after(&invitation)).await?;
    Ok(invitation.shown(home, ticket.expose()))
}

/// Sends an invitation again, expired or not: with another ticket, and as much time as it had at first.
/// The ticket before is worth nothing from now on.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Invitation`], [`Problem::Denied`] when it confers roles and the caller may not,
/// [`crate::Limit::Seats`] for one that had expired.
pub async fn resend(
    app: &App,
    by: &Authorized<needs::CreateInvitations>,
    organization: &OrganizationId,
    id: &InvitationId,
) -> Result<ShownInvitation, Problem> {
    let tenant = app.tenant(by.scope()).await?;
    let (ticket, stored) = ticket(app, &tenant.id, id)?;
    let mut unit = app.begin(by).await?;
    let home = organizations::find(&unit, by.scope(), organization).await?;
    let home = found(home, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    let (before, _) = found(invitations::find(&unit, &inside, id).await?, Thing::Invitation)?;
    if !before.roles.is_empty() {
        by.also::<needs::CreateMemberRoles>()?;
    }
    let now = app.clock().now();
    if before.open(now).is_err() {
        seats::room_to_invite(&unit, by.scope(), &tenant, &home, 1, now).await?;
    }
    let after = before.clone().renewed(now);
    if !invitations::renew(&unit, &inside, &after, stored).await? {
        return Err(Problem::NoSuch(Thing::Invitation));
    }
    let change = Change::new("organization.invitation_resent", id.as_str()).within(organization);
    unit.record(change.before(&before).after(&after)).await?;
    let shown = after.shown(&home, ticket.expose());
    send(app, &unit, by.scope(), &tenant, &home, &shown).await?;
    unit.commit().await?;
    Ok(shown)
}

/// Queues the letter that invites.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn send(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    home: &Organization,
    shown: &ShownInvitation,
) -> Result<(), Problem> {
    let occasion = Occasion::Invitation {
        inviter: &shown.invitation.inviter.name,
        organization: home.display_name.as_ref().unwrap_or(&home.name),
        url: &shown.invitation_url,
    };
    let to = &shown.invitation.invitee.email;
    mail::queue(app, unit, scope, tenant, to, Language::default(), &occasion).await
}

/// A page of the organization's invitations that were neither accepted nor taken back.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadInvitations>,
    organization: &OrganizationId,
    page: &PageRequest,
    ascending: bool,
) -> Result<Page<ShownInvitation>, Problem> {
    let home = organizations::find(app.store(), by.scope(), organization).await?;
    let home = found(home, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    let page = invitations::list(app.store(), &inside, page, ascending).await?;
    let items = page.items.into_iter().map(|stored| shown(app, &inside, &home, stored));
    Ok(Page { items: items.collect::<Result<_, _>>()?, total: page.total, next: page.next })
}

/// An invitation as it is stored, with its ticket.
///
/// # Errors
/// None but the unforeseen.
pub(crate) fn shown(
    app: &App,
    inside: &OrgScope,
    home: &Organization,
    (invitation, sealed): (Invitation, String),
) -> Result<ShownInvitation, Problem> {
    let ticket = opened(app, inside.tenant(), &invitation.id, &sealed)?;
    Ok(invitation.shown(home, ticket.expose()))
}

/// An invitation that was neither accepted nor taken back.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Invitation`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadInvitations>,
    organization: &OrganizationId,
    id: &InvitationId,
) -> Result<ShownInvitation, Problem> {
    let home = organizations::find(app.store(), by.scope(), organization).await?;
    let home = found(home, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    let stored = found(invitations::find(app.store(), &inside, id).await?, Thing::Invitation)?;
    shown(app, &inside, &home, stored)
}

/// Takes an invitation back: its ticket is worth nothing from now on.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Invitation`].
pub async fn revoke(
    app: &App,
    by: &Authorized<needs::DeleteInvitations>,
    organization: &OrganizationId,
    id: &InvitationId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    take_back(&mut unit, &inside, id).await?;
    unit.commit().await?;
    Ok(())
}

/// Takes an invitation back within a unit of work.
///
/// # Errors
/// [`Thing::Invitation`].
pub(crate) async fn take_back(
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    id: &InvitationId,
) -> Result<(), Problem> {
    let (before, _) = found(invitations::find(&*unit, inside, id).await?, Thing::Invitation)?;
    if !invitations::revoke(unit, inside, id).await? {
        return Err(Problem::NoSuch(Thing::Invitation));
    }
    let change = Change::new("organization.invitation_revoked", id.as_str()).within(inside.organization());
    unit.record(change.before(&before)).await?;
    Ok(())
}

/// Forgets invitations that expired 30 days ago, whatever became of them.
///
/// # Errors
/// None but the unforeseen.
pub async fn forget_expired(app: &App) -> Result<u64, Problem> {
    Ok(invitations::forget_expired(app.store(), app.clock().now() - KEPT).await?)
}

/// Where the person is led to accept: the client's own address, or else the tenant's.
///
/// # Errors
/// [`Problem::NotNow`] for a client that nobody can be led to.
pub(crate) fn login_uri(tenant: &Tenant, client: Option<Client>, id: &ClientId) -> Result<String, Problem> {
    let refuse = |reason: String| Err(Problem::NotNow(reason));
    let Some(client) = client else {
        return refuse(format!("The specified client_id ({id}) does not exist."));
    };
    match client.settings.organization_usage {
        Some(OrganizationUsage::Allow | OrganizationUsage::Require) => {}
        _ => {
            return refuse(format!("The specified client_id ({id}) does not allow organizations."));
        }
    }
    let of_tenant = || tenant.settings.other("default_redirection_uri").and_then(|uri| uri.as_str());
    let own = client.settings.initiate_login_uri.as_deref().filter(|uri| !uri.is_empty());
    match own.or_else(of_tenant).filter(|uri| !uri.is_empty()) {
        Some(uri) => Ok(uri.to_owned()),
        None => refuse(NO_LOGIN_URI.to_owned()),
    }
}

/// Refuses a connection that nobody can sign in with to the organization.
///
/// # Errors
/// [`Problem::NotNow`].
pub(crate) async fn usable(unit: &UnitOfWork, inside: &OrgScope, id: &ConnectionId) -> Result<(), Problem> {
    let refuse = |reason: String| Err(Problem::NotNow(reason));
    let Some(connection) = connections::find(unit, inside.within(), id).await? else {
        return refuse("The specified connection does not exist.".to_owned());
    };
    if connection.is_passwordless() {
        return refuse("Passwordless connections are not supported.".to_owned());
    }
    match organization_connections::find(unit, inside, id).await? {
        Some(known) if known.is_enabled => Ok(()),
        _ => refuse(format!("The specified connection ({id}) is not enabled for the organization")),
    }
}

/// A new ticket, in plain and as it is stored.
///
/// # Errors
/// None but the unforeseen.
pub(crate) fn ticket(
    app: &App,
    tenant: &TenantId,
    id: &InvitationId,
) -> Result<(Secret, StoredTicket), Problem> {
    let ticket = random_ticket();
    let sealed =
        app.0.vault.seal(&place(tenant, id), ticket.expose().as_bytes()).map_err(Problem::internal)?;
    let hash = app.0.pepper.hash(ticket.expose()).into();
    Ok((ticket, StoredTicket { hash, sealed }))
}

fn opened(app: &App, tenant: &TenantId, id: &InvitationId, sealed: &str) -> Result<Secret, Problem> {
    let ticket = app.0.vault.open(&place(tenant, id), sealed).map_err(Problem::internal)?;
    Ok(Secret::from(String::from_utf8(ticket.to_vec()).map_err(Problem::internal)?))
}

/// What binds a sealed ticket to its invitation.
fn place(tenant: &TenantId, id: &InvitationId) -> String {
    format!("{tenant}/invitations/{id}")
}
