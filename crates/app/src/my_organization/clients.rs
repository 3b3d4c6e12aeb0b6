//! Machine clients of the organization's own: made within what its maker holds and the envelope allows.

use chrono::{DateTime, Utc};
use guildhall_domain::client::{Client, CredentialRef, Maker};
use guildhall_domain::id::ClientId;
use guildhall_domain::log::{Actor, Change};
use guildhall_domain::my_organization::{
    LastUse, NewOrganizationClient, OrganizationClient, OrganizationClientPatch,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, Need, OrgScope, my_organization as needs};
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Db, UnitOfWork, client_credentials, clients, logs};

use super::client_access;
use super::conferring::Conferrer;
use crate::client_credentials::{add_within, read_credential};
use crate::clients::replace_secret;
use crate::context::{App, found};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Thing};

/// Why a client is refused.
const OUTLIVES: &str = "A client cannot outlive the machine client that makes or changes it.";

/// A page of the clients whose name has the text, without what they have access to.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadClients>,
    text: Option<&str>,
    page: &PageRequest,
) -> Result<Page<OrganizationClient>, Problem> {
    let (store, inside) = (app.store(), by.scope());
    let mut found = clients::list_owned(store, inside, text, page).await?.map(OrganizationClient::from);
    for client in &mut found.items {
        client.last_use = last_use(store, inside, &client.client_id).await?;
    }
    Ok(found)
}

/// A client with what it has access to and its public keys.
///
/// # Errors
/// [`Thing::Client`].
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadClients>,
    id: &ClientId,
) -> Result<OrganizationClient, Problem> {
    let client = found(clients::find_owned(app.store(), by.scope(), id).await?, Thing::Client)?;
    described(app.store(), by.scope(), client).await
}

/// The client with what it has access to and its public keys.
pub(super) async fn described<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    client: Client,
) -> Result<OrganizationClient, Problem> {
    let id = client.client_id.clone();
    let mut client = OrganizationClient::from(client);
    client.last_use = last_use(db, inside, &id).await?;
    client.access = Some(client_access::shown(db, inside, &id).await?);
    client.credentials = Some(client_credentials::of_client(db, inside.within(), &id).await?);
    Ok(client)
}

async fn last_use(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    client: &ClientId,
) -> Result<Option<LastUse>, Problem> {
    let last = logs::last_use(db, inside.within(), client).await?;
    Ok(last.map(|(at, ip)| LastUse { at, ip }))
}

/// Makes a client of the organization's own, with the credentials that the body holds, or else a secret, which is not told
/// again.
///
/// # Errors
/// [`Problem::Invalid`], also for an API that does not exist or on which the caller holds nothing, [`Thing::Roles`],
/// [`Problem::NotHeld`], [`Problem::Forbidden`] when it would outlive the machine client that makes it,
/// [`Limit::OwnClients`], [`Limit::Entities`], [`Limit::Credentials`], [`Limit::OrganizationClientGrants`],
/// [`Taken::CredentialKid`].
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::CreateClients>,
    new: NewOrganizationClient,
) -> Result<OrganizationClient, Problem> {
    let (now, inside, scope) = (app.clock().now(), by.scope(), by.scope().within());
    ahead(new.expires_at, now)?;
    let id = ClientId::generate(app.clock());
    let mut credentials = Vec::new();
    for (index, given) in new.credentials.iter().flatten().enumerate() {
        credentials.push(read_credential(app, &id, given.clone(), &format!("credentials[{index}]"))?);
    }
    let unit = app.begin_in(by).await?;
    let conferrer = Conferrer::new(&unit, by).await?;
    let limits = &conferrer.tenant.settings.limits;
    if clients::count(&unit, scope).await? >= limits.clients {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    if let Some(most) = conferrer.envelope.machine_clients
        && clients::count_owned(&unit, inside).await? >= most
    {
        return Err(Problem::LimitReached(Limit::OwnClients(most)));
    }
    let mut client = new.create(id.clone(), by.organization(), maker(by), now);
    client.expires_at = client.expires_at.or(end_of_caller(&unit, by).await?);
    outlived(&unit, by, &client).await?;
    if !credentials.is_empty() {
        let references = credentials.iter().map(|credential| CredentialRef { id: credential.id.clone() });
        client = client.with_credentials(references.collect());
    }
    clients::insert(&unit, scope, &client).await?;
    let mut secret = None;
    if credentials.is_empty() {
        secret = Some(replace_secret(app, &unit, scope, &id, false).await?);
    }
    for credential in &credentials {
        add_within(&unit, scope, limits, credential).await?;
    }
    let holders = client_access::give(app, &unit, &conferrer, inside, &id, new.access).await?;
    let made = described(&unit, inside, client).await?;
    let change = Change::new("client.created", id.as_str()).within(by.organization()).after(&made);
    let answer =
        OrganizationClient { client_secret: secret.map(|secret| secret.expose().to_owned()), ..made };
    let concern = Concern::Rights(Concerned::These(holders), None);
    effects::save(app, unit, scope, Made::new(change, concern).with(answer)).await
}

/// Changes a client. To turn it on or to prolong it, the caller needs to hold all that it may have.
///
/// # Errors
/// [`Thing::Client`], [`Problem::Invalid`], [`Problem::NotHeld`], [`Problem::Forbidden`] when it would outlive the machine
/// client that changes it.
pub async fn update(
    app: &App,
    by: &AuthorizedIn<needs::UpdateClients>,
    id: &ClientId,
    patch: OrganizationClientPatch,
) -> Result<OrganizationClient, Problem> {
    let (now, inside, scope) = (app.clock().now(), by.scope(), by.scope().within());
    ahead(patch.expires_at.value().copied(), now)?;
    if let Some(reason) = patch.refused_description() {
        return Err(Problem::invalid("description", reason));
    }
    let unit = app.begin_in(by).await?;
    let before = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    let after = patch.applied(before.clone());
    let prolonged = match (before.expires_at, after.expires_at) {
        (Some(before), Some(after)) => after > before,
        (before, after) => before.is_some() && after.is_none(),
    };
    if prolonged || before.disabled && !after.disabled {
        may_issue(&unit, by, &after).await?;
    }
    clients::update(&unit, scope, &after).await?;
    let same = before.disabled == after.disabled && before.expires_at == after.expires_at;
    let concern = match same {
        true => Concern::Nothing,
        false => Concern::Rights(Concerned::These(client_access::holders(&unit, inside, id).await?), None),
    };
    let change = Change::new("client.updated", id.as_str()).within(by.organization());
    let change = change.before(&OrganizationClient::from(before));
    let change = change.after(&OrganizationClient::from(after.clone()));
    let answer = described(&unit, inside, after).await?;
    effects::save(app, unit, scope, Made::new(change, concern).with(answer)).await
}

/// Deletes a client with its credentials and all that it had access to. Tokens that other APIs hold of it stay valid there
/// until they expire.
///
/// # Errors
/// [`Thing::Client`].
pub async fn delete(
    app: &App,
    by: &AuthorizedIn<needs::DeleteClients>,
    id: &ClientId,
) -> Result<(), Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let unit = app.begin_in(by).await?;
    let client = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    let holders = client_access::holders(&unit, inside, id).await?;
    let before = described(&unit, inside, client).await?;
    clients::delete(&unit, scope, id).await?;
    let change = Change::new("client.deleted", id.as_str()).within(by.organization()).before(&before);
    let concern = Concern::Rights(Concerned::These(holders), None);
    effects::save(app, unit, scope, Made::new(change, concern)).await
}

/// Refuses a caller who could get more by the client, or for longer, than they have themselves: whoever issues something
/// by which it proves itself holds all that it may have.
pub(super) async fn may_issue<N: Need>(
    unit: &UnitOfWork,
    by: &AuthorizedIn<N>,
    client: &Client,
) -> Result<(), Problem> {
    outlived(unit, by, client).await?;
    let potential = client_access::potential(unit, by.scope(), &client.client_id).await?;
    Conferrer::new(unit, by).await?.holds(potential).await
}

async fn outlived<N: Need>(unit: &UnitOfWork, by: &AuthorizedIn<N>, client: &Client) -> Result<(), Problem> {
    match end_of_caller(unit, by).await? {
        Some(end) if client.expires_at.is_none_or(|mine| mine > end) => Err(Problem::Forbidden(OUTLIVES)),
        _ => Ok(()),
    }
}

/// When the machine client that calls ends; nothing for people.
async fn end_of_caller<N: Need>(
    unit: &UnitOfWork,
    by: &AuthorizedIn<N>,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let Actor::Client(id) = &by.caller().actor else { return Ok(None) };
    Ok(clients::find(unit, by.scope().within(), id).await?.and_then(|client| client.expires_at))
}

fn ahead(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Problem> {
    match end {
        Some(end) if end <= now => Err(Problem::invalid("expires_at", "must be in the future")),
        _ => Ok(()),
    }
}

fn maker<N: Need>(by: &AuthorizedIn<N>) -> Maker {
    let (user_id, client_id) = match by.caller().actor.clone() {
        Actor::User(user, client) => (Some(user), Some(client)),
        Actor::Person(user) => (Some(user), None),
        Actor::Client(client) | Actor::Actions(client) => (None, Some(client)),
        Actor::Operator => (None, None),
    };
    Maker { user_id, client_id }
}
