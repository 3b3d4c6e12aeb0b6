//! Invitations by people and machines of the organization. Contract section 16.

use std::collections::{BTreeSet, HashSet};

use chrono::Duration;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, InvitationId, RoleId};
use guildhall_domain::invitation::{Inviter, NewInvitation, ShownInvitation};
use guildhall_domain::log::Actor;
use guildhall_domain::my_organization::{MemberInvitation, NewMemberInvitations, ShownRole};
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_domain::portal;
use guildhall_domain::role::Role;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{UnitOfWork, clients, invitations, organizations, roles, users};

use super::admins::GIVES_ROLES;
use super::caller;
use super::conferring::Conferrer;
use crate::context::{App, found, tenant};
use crate::invitations::{add, login_uri, send, shown, take_back, ticket, usable};
use crate::problem::{Limit, Problem, Thing};
use crate::seats;

/// The time in which invitations are counted.
pub(super) const DAY: Duration = Duration::hours(24);

/// The longest name of who invites, in characters.
const LONGEST_NAME: usize = 300;

/// Invites people by mail: all of them, or none. Whoever confers roles by it must be able to confer them otherwise.
///
/// # Errors
/// [`Problem::Denied`] for roles without the scope, [`Thing::Roles`], [`Problem::NotHeld`], [`Problem::NotConfigured`] where
/// nothing says which client they are to sign in to, [`Problem::Invalid`] for a connection that cannot be used,
/// [`Limit::Seats`], [`Limit::InvitationsPerDay`].
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::CreateMemberInvitations>,
    new: NewMemberInvitations,
) -> Result<Vec<MemberInvitation>, Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let ids: BTreeSet<&RoleId> = new.invitees.iter().flat_map(|invitee| &invitee.roles).collect();
    let ids: Vec<RoleId> = ids.into_iter().cloned().collect();
    let mut unit = match ids.is_empty() {
        true => app.begin_in(by).await?,
        false => app.begin_in(&by.also::<needs::CreateMemberInvitationsWithRoles>()?).await?,
    };
    let conferrer = Conferrer::new(&unit, by).await?;
    conferrer.roles(&ids).await?;
    let (tenant, home, envelope) = (conferrer.tenant, conferrer.organization, conferrer.envelope);
    let (client, uri) = landing(&unit, &tenant, inside, &by.caller().actor).await?;
    if let Some((field, connection)) = new.connection() {
        usable(&unit, inside, connection).await.map_err(|problem| match problem {
            Problem::NotNow(_) => Problem::invalid(field, "Nobody signs in to this organization with it"),
            problem => problem,
        })?;
    }
    let (now, count) = (app.clock().now(), new.invitees.len() as u64);
    seats::room_to_invite(&unit, scope, &tenant, &home, count, now).await?;
    if let Some(most) = envelope.invitations_per_day
        && invitations::count_made(&unit, inside, now - DAY).await? + count > most
    {
        return Err(Problem::LimitReached(Limit::InvitationsPerDay(most)));
    }
    let inviter = match new.inviter.clone() {
        Some(inviter) => inviter,
        None => inviter(&unit, inside, &home, &by.caller().actor).await?,
    };
    let mut made = Vec::new();
    for new in new.each(&inviter, &client) {
        let shown = invite(app, &mut unit, inside, (&tenant, &home), new, &uri, &by.caller().actor).await?;
        made.push(MemberInvitation::from(shown));
    }
    unit.commit().await?;
    Ok(made)
}

async fn invite(
    app: &App,
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    (tenant, home): (&Tenant, &Organization),
    new: NewInvitation,
    uri: &str,
    actor: &Actor,
) -> Result<ShownInvitation, Problem> {
    let id = InvitationId::generate(app.clock());
    let ticket = ticket(app, inside.tenant(), &id)?;
    let invitation = new.create(id, home.id.clone(), uri.to_owned(), app.clock().now()).by(actor);
    let shown = add(unit, inside, home, invitation, ticket).await?;
    send(app, unit, inside.within(), tenant, home, &shown).await?;
    Ok(shown)
}

/// The client that invited people sign in to, and where it leads them: what the caller's client says, or else the tenant.
async fn landing(
    unit: &UnitOfWork,
    tenant: &Tenant,
    inside: &OrgScope,
    actor: &Actor,
) -> Result<(ClientId, String), Problem> {
    let configuration = configuration(unit, inside, actor).await?;
    let name = "invitation_landing_client_id";
    let of_client = configuration.as_ref().and_then(|it| it.get(name)?.as_str()).filter(|it| !it.is_empty());
    let of_tenant = || tenant.settings.other(name).and_then(|it| it.as_str()).filter(|it| !it.is_empty());
    // Who is invited on the portal comes to the portal, where the vendor says nothing else.
    let is_portal = matches!(actor, Actor::User(_, client) if client.as_str() == portal::CLIENT);
    let portal = || is_portal.then_some(portal::CLIENT);
    let Some(id) = of_client.or_else(of_tenant).or_else(portal) else {
        let reason = "Neither my_organization_configuration of the client nor the tenant has an invitation_landing_client_id.";
        return Err(Problem::NotConfigured(reason.to_owned()));
    };
    let id = ClientId::new(id);
    let client = clients::find(unit, inside.within(), &id).await?;
    let uri = login_uri(tenant, client, &id).map_err(|problem| match problem {
        Problem::NotNow(reason) => Problem::NotConfigured(reason),
        problem => problem,
    })?;
    Ok((id, uri))
}

/// The `my_organization_configuration` of the client that the caller comes by, where it has one.
pub(super) async fn configuration(
    db: impl Into<guildhall_persistence::Db<'_>>,
    inside: &OrgScope,
    actor: &Actor,
) -> Result<Option<Object>, Problem> {
    let (Actor::User(_, client) | Actor::Client(client)) = actor else { return Ok(None) };
    let client = clients::find(db, inside.within(), client).await?;
    Ok(client.and_then(|client| client.settings.my_organization_configuration))
}

/// Whom the letter names: the person who invites, or the organization where a machine does.
async fn inviter(
    unit: &UnitOfWork,
    inside: &OrgScope,
    home: &Organization,
    actor: &Actor,
) -> Result<Inviter, Problem> {
    let person = match actor {
        Actor::User(user, _) => users::find(unit, inside.within(), user).await?,
        _ => None,
    };
    let of_person = person.and_then(|person| person.name.or(person.email)).filter(|name| !name.is_empty());
    let name = of_person.or_else(|| home.display_name.clone()).unwrap_or_else(|| home.name.clone());
    Ok(Inviter { name: name.chars().take(LONGEST_NAME).collect() })
}

/// A page of the invitations that were neither accepted nor taken back, the newest first unless `ascending`; each with its
/// ticket for those who could make it.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberInvitations>,
    page: &PageRequest,
    ascending: bool,
) -> Result<Page<MemberInvitation>, Problem> {
    let inside = by.scope();
    let home = organizations::find(app.store(), inside.within(), inside.organization()).await?;
    let home = found(home, Thing::Organization)?;
    let page = invitations::list_in_order(app.store(), inside, page, ascending).await?;
    let items = page.items.into_iter().map(|stored| shown(app, inside, &home, stored));
    let items = for_caller(app, by, items.collect::<Result<_, _>>()?).await?;
    Ok(Page { items, total: None, next: page.next })
}

/// An invitation that was neither accepted nor taken back, with its ticket for those who could make it.
///
/// # Errors
/// [`Thing::Invitation`].
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberInvitations>,
    id: &InvitationId,
) -> Result<MemberInvitation, Problem> {
    let inside = by.scope();
    let home = organizations::find(app.store(), inside.within(), inside.organization()).await?;
    let home = found(home, Thing::Organization)?;
    let stored = found(invitations::find(app.store(), inside, id).await?, Thing::Invitation)?;
    let shown = vec![shown(app, inside, &home, stored)?];
    found(for_caller(app, by, shown).await?.pop(), Thing::Invitation)
}

/// The invitations as the caller sees them: whoever has a ticket could make others hold the roles that it confers.
async fn for_caller(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberInvitations>,
    shown: Vec<ShownInvitation>,
) -> Result<Vec<MemberInvitation>, Problem> {
    let may_invite = by.may::<needs::CreateMemberInvitations>();
    let roles: BTreeSet<&RoleId> = shown.iter().flat_map(|it| &it.invitation.roles).collect();
    let roles: Vec<RoleId> = roles.into_iter().cloned().collect();
    let mut conferrable = HashSet::new();
    if !roles.is_empty() && by.may::<needs::CreateMemberInvitationsWithRoles>() {
        let roles = Conferrer::new(app.store(), by).await?.conferrable(&roles).await?;
        conferrable.extend(roles.into_iter().map(|role| role.id));
    }
    let of_caller = |shown: ShownInvitation| {
        let could = may_invite && shown.invitation.roles.iter().all(|role| conferrable.contains(role));
        let invitation = MemberInvitation::from(shown);
        if could { invitation } else { invitation.without_ticket() }
    };
    Ok(shown.into_iter().map(of_caller).collect())
}

/// The roles that an invitation confers.
///
/// # Errors
/// [`Thing::Invitation`].
pub async fn roles(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberRoles>,
    id: &InvitationId,
) -> Result<Vec<ShownRole>, Problem> {
    let (invitation, _) = found(invitations::find(app.store(), by.scope(), id).await?, Thing::Invitation)?;
    let known = roles::find_all(app.store(), by.scope().within(), &invitation.roles).await?;
    let mut known: Vec<Role> =
        known.into_iter().filter(|role| role.assignable_in(by.organization())).collect();
    known.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    Ok(known.into_iter().map(ShownRole::from).collect())
}

/// Takes invitations back, all of them or none: their tickets are worth nothing from now on.
///
/// # Errors
/// [`Thing::Invitation`].
pub async fn revoke(
    app: &App,
    by: &AuthorizedIn<needs::DeleteMemberInvitations>,
    ids: &[InvitationId],
) -> Result<(), Problem> {
    let ids: BTreeSet<&InvitationId> = ids.iter().collect();
    let mut unit = app.begin_in(by).await?;
    for id in ids {
        take_back(&mut unit, by.scope(), id).await?;
    }
    unit.commit().await?;
    Ok(())
}

/// Those of the roles that whoever invited may still confer.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn still_conferrable(
    unit: &UnitOfWork,
    inside: &OrgScope,
    inviter: &Actor,
    ids: &[RoleId],
) -> Result<Vec<Role>, Problem> {
    let tenant = tenant(unit, inside.within()).await?;
    let held = match caller::held(unit, &tenant, inside, inviter).await {
        Ok(held) => held.unwrap_or_default(),
        // The client that they came by is gone.
        Err(Problem::NoSuch(_)) => Vec::new(),
        Err(problem) => return Err(problem),
    };
    match held.iter().any(|held| held == GIVES_ROLES) {
        true => Conferrer::of(unit, inside, inviter).await?.conferrable(ids).await,
        false => Ok(Vec::new()),
    }
}
