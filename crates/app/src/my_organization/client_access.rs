//! What an organization's own clients have access to: nothing that its giver does not hold.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::client_grant::{
    Association, ClientGrant, NewOrganizationClientGrant, OrganizationUsage, SubjectType,
};
use guildhall_domain::effect::Holder;
use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{ClientGrantId, ClientId, ResourceServerId, RoleId};
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{AccessOfClient, ClientAccess, NewClientAccess, OrganizationClient};
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_domain::resource_server::{ResourceServer, SubjectPolicy};
use guildhall_domain::rights::{Holdings, InOrganization, Snapshot};
use guildhall_domain::role::ConferredBy;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::permissions::PermissionKey;
use guildhall_persistence::{
    Db, UnitOfWork, client_grants, clients, organization_client_grants, resource_servers,
};
use serde_json::json;

use super::clients::described;
use super::conferring::Conferrer;
use crate::context::{App, found};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// A grant of a client, and what gives it in the organization, where something does.
type Given = (ClientGrant, Option<Association>);

/// Replaces what the organization gives its client; what the vendor gave stays. Whatever the client could have before needs
/// nobody's right.
///
/// # Errors
/// [`Thing::Client`], [`Thing::Roles`], [`Problem::NotHeld`], [`Problem::Invalid`] for an API that does not exist or on which
/// the caller holds nothing, [`Limit::Entities`], [`Limit::OrganizationClientGrants`].
pub async fn replace(
    app: &App,
    by: &AuthorizedIn<needs::UpdateClients>,
    id: &ClientId,
    access: AccessOfClient,
) -> Result<OrganizationClient, Problem> {
    let inside = by.scope();
    let unit = app.begin_in(by).await?;
    let client = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    let before = shown(&unit, inside, id).await?;
    let conferrer = Conferrer::new(&unit, by).await?;
    let holders = give(app, &unit, &conferrer, inside, id, access.access).await?;
    let after = shown(&unit, inside, id).await?;
    let change = Change::new("client.access_replaced", id.as_str()).within(by.organization());
    let change = change.before(&json!({ "access": before })).after(&json!({ "access": after }));
    let answer = described(&unit, inside, client).await?;
    let concern = Concern::Rights(Concerned::These(holders), None);
    effects::save(app, unit, inside.within(), Made::new(change, concern).with(answer)).await
}

/// What the client has access to in the organization, as it is shown.
pub(super) async fn shown<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    client: &ClientId,
) -> Result<Vec<ClientAccess>, Problem> {
    let given = given(db, inside, client).await?.into_iter();
    let access = given.filter_map(|(grant, association)| {
        let association = association.or_else(|| anywhere(inside, &grant))?;
        let scope = match (grant.scope, association.scope) {
            (Some(granted), Some(narrowed)) => {
                Some(granted.into_iter().filter(|scope| narrowed.contains(scope)).collect())
            }
            (granted, narrowed) => narrowed.or(granted),
        };
        Some(ClientAccess {
            resource_server_identifier: grant.audience,
            scope,
            roles: association.roles,
            by_organization: association.by_organization,
        })
    });
    Ok(access.collect())
}

/// Whose rights a change of the client is about.
pub(super) async fn holders<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    client: &ClientId,
) -> Result<BTreeSet<Holder>, Problem> {
    let grants = client_grants::of_client(db, inside.within(), client).await?;
    Ok(grants.into_iter().map(|grant| holder(inside, grant.id)).collect())
}

fn holder(inside: &OrgScope, grant: ClientGrantId) -> Holder {
    Holder::ClientIn(inside.organization().clone(), grant)
}

/// All that the client may come to have as it is now: what an envelope suspends, an API that is closed or a client that is
/// turned off can be there again without anyone giving anything.
pub(super) async fn potential(
    unit: &UnitOfWork,
    inside: &OrgScope,
    client: &ClientId,
) -> Result<HashSet<PermissionKey>, Problem> {
    let mut all = HashSet::new();
    for (grant, association) in given(unit, inside, client).await? {
        let Some(association) = association.or_else(|| anywhere(inside, &grant)) else { continue };
        let api = resource_servers::find(unit, inside.within(), &grant.resource_server_id).await?;
        let mut api = found(api, Thing::ResourceServer)?;
        api.subject_type_authorization.client.policy = SubjectPolicy::RequireClientGrant;
        let mut roles = None;
        if association.roles.is_some() {
            roles = Some(organization_client_grants::held_roles(unit, inside, &grant.id, &api.id).await?);
        }
        let open = ClientGrant { organization_usage: Some(OrganizationUsage::Require), ..grant };
        let given = InOrganization { scope: association.scope, roles, by: ConferredBy::Vendor };
        let id = api.id.clone();
        let holdings = Holdings::Client(open, Some(given));
        let held = Snapshot::new(Arc::new(api), holdings, Envelope::default()).held();
        all.extend(held.into_iter().map(|permission| key(&id, permission)));
    }
    Ok(all)
}

fn key(api: &ResourceServerId, permission: String) -> PermissionKey {
    PermissionKey { resource_server_id: api.clone(), permission }
}

/// The client's grants, each with what gives it in the organization.
async fn given<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    client: &ClientId,
) -> Result<Vec<Given>, Problem> {
    let mut given = Vec::new();
    for grant in client_grants::of_client(db, inside.within(), client).await? {
        let association = organization_client_grants::find(db, inside, &grant.id).await?;
        given.push((grant, association));
    }
    Ok(given)
}

/// What a grant for any organization gives where nothing narrows it.
fn anywhere(inside: &OrgScope, grant: &ClientGrant) -> Option<Association> {
    let new = NewOrganizationClientGrant { grant_id: grant.id.clone(), scope: None, roles: None };
    let is_anywhere = grant.allow_any_organization == Some(true);
    is_anywhere.then(|| new.create(inside.organization().clone(), ConferredBy::Vendor))
}

/// Gives the client this instead of all that the organization gave it before, and tells whose rights that is about.
///
/// # Errors
/// Those of [`replace`] but [`Thing::Client`].
pub(super) async fn give<'u>(
    app: &App,
    unit: &UnitOfWork,
    conferrer: &Conferrer<'u, &'u UnitOfWork>,
    inside: &OrgScope,
    client: &ClientId,
    wanted: Vec<NewClientAccess>,
) -> Result<BTreeSet<Holder>, Problem> {
    let before = given(unit, inside, client).await?;
    let had = potential(unit, inside, client).await?;
    // A client may change its own access: what the giver holds is what they held before.
    let mut held = HashMap::new();
    let mut checked = Vec::new();
    for (index, wanted) in wanted.into_iter().enumerate() {
        let known = before.iter().find(|(grant, _)| grant.audience == wanted.resource_server_identifier);
        if known.is_some_and(|known| !is_own(known)) {
            continue;
        }
        let api = named(unit, inside, &wanted, index).await?;
        let giver = conferrer.held_on(&api.id).await?;
        if known.is_none() && giver.is_empty() {
            return Err(absent(index));
        }
        check(conferrer, &api, &giver, known, &wanted).await?;
        held.insert(api.id.clone(), giver);
        checked.push((api, known, wanted));
    }
    let mut holders: BTreeSet<Holder> =
        before.iter().filter(|it| is_own(it)).map(|(grant, _)| holder(inside, grant.id.clone())).collect();
    for (grant, _) in before.iter().filter(|it| is_own(it)) {
        match checked.iter().any(|(api, ..)| api.id == grant.resource_server_id) {
            true => organization_client_grants::delete(unit, inside, &grant.id).await?,
            false => client_grants::delete(unit, inside.within(), &grant.id).await?,
        }
    }
    for (api, known, wanted) in checked {
        holders.insert(holder(inside, store(app, unit, inside, client, (&api, known, wanted)).await?));
    }
    let limits = &conferrer.tenant.settings.limits;
    if client_grants::count(unit, inside.within()).await? > limits.client_grants {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    let most = limits.client_grants_per_organization;
    if organization_client_grants::count(unit, inside).await? > most {
        return Err(Problem::LimitReached(Limit::OrganizationClientGrants(most)));
    }
    let gained = potential(unit, inside, client).await?;
    let gained = gained.into_iter().filter(|key| !had.contains(key));
    let is_held = |key: &PermissionKey| {
        held.get(&key.resource_server_id).is_some_and(|held| held.contains(&key.permission))
    };
    let mut beyond: Vec<String> = gained.filter(|key| !is_held(key)).map(|key| key.permission).collect();
    beyond.sort_unstable();
    match beyond.is_empty() {
        true => Ok(holders),
        false => Err(Problem::NotHeld(beyond)),
    }
}

/// Whether the organization gave it: everything else is the vendor's, and stays.
fn is_own((_, association): &Given) -> bool {
    association.as_ref().is_some_and(|association| association.by_organization)
}

async fn named(
    unit: &UnitOfWork,
    inside: &OrgScope,
    wanted: &NewClientAccess,
    index: usize,
) -> Result<ResourceServer, Problem> {
    let identifier = &wanted.resource_server_identifier;
    let api = resource_servers::find_by_identifier(unit, inside.within(), identifier).await?;
    api.ok_or_else(|| absent(index))
}

/// An API that does not exist for the caller.
fn absent(index: usize) -> Problem {
    let property = format!("access[{index}].resource_server_identifier");
    Problem::invalid(property, "The resource server does not exist")
}

/// Refuses permissions and roles that are new and that the caller cannot confer.
async fn check<'u>(
    conferrer: &Conferrer<'u, &'u UnitOfWork>,
    api: &ResourceServer,
    held: &HashSet<String>,
    known: Option<&Given>,
    wanted: &NewClientAccess,
) -> Result<(), Problem> {
    let grantable = conferrer.envelope.grantable_on(&api.identifier);
    let had: &[String] = known.and_then(|(grant, _)| grant.scope.as_deref()).unwrap_or_default();
    let can = |scope: &String| {
        had.contains(scope)
            || held.contains(scope)
                && grantable.as_ref().is_none_or(|grantable| grantable.contains(scope.as_str()))
    };
    let beyond: Vec<String> = wanted.scope.iter().flatten().filter(|scope| !can(scope)).cloned().collect();
    if !beyond.is_empty() {
        return Err(Problem::NotHeld(beyond));
    }
    let had = known.and_then(|(_, association)| association.as_ref()?.roles.as_ref());
    let is_new = |role: &&RoleId| had.is_none_or(|had| !had.contains(role));
    let new: Vec<RoleId> = wanted.roles.iter().flatten().filter(is_new).cloned().collect();
    if !new.is_empty() {
        conferrer.roles(&new).await?;
    }
    Ok(())
}

/// Writes the grant on an API and what gives it in the organization.
async fn store(
    app: &App,
    unit: &UnitOfWork,
    inside: &OrgScope,
    client: &ClientId,
    (api, known, wanted): (&ResourceServer, Option<&Given>, NewClientAccess),
) -> Result<ClientGrantId, Problem> {
    let now = app.clock().now();
    let mut seen = HashSet::new();
    let scope = wanted.scope.map(|mut scope| {
        scope.retain(|it| seen.insert(it.clone()));
        scope
    });
    let grant = ClientGrant {
        id: known.map_or_else(|| ClientGrantId::generate(app.clock()), |(grant, _)| grant.id.clone()),
        client_id: client.clone(),
        audience: api.identifier.clone(),
        allow_all_scopes: scope.is_none(),
        scope,
        subject_type: SubjectType::Client,
        organization_usage: Some(OrganizationUsage::Require),
        allow_any_organization: None,
        allow_organization_approval: false,
        is_system: false,
        resource_server_id: api.id.clone(),
        created_at: known.map_or(now, |(grant, _)| grant.created_at),
    };
    match known {
        Some(_) => client_grants::update(unit, inside.within(), &grant).await?,
        None => {
            client_grants::insert(unit, inside.within(), &grant).await.map_err(taken(Taken::ClientGrant))?
        }
    }
    let new = NewOrganizationClientGrant { grant_id: grant.id.clone(), scope: None, roles: wanted.roles };
    let association = new.create(inside.organization().clone(), ConferredBy::Organization);
    let inserted = organization_client_grants::insert(unit, inside, &association, now).await;
    inserted.map_err(taken(Taken::OrganizationClientGrant))?;
    Ok(grant.id)
}
