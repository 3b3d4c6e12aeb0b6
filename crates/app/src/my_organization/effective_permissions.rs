//! What members and clients of the caller's organization may do there, and through what (an addition to the contract).

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::SubjectType;
use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::log::Actor;
use guildhall_domain::my_organization::ShownRole;
use guildhall_domain::policy::{AuthorizedIn, Need, my_organization as needs};
use guildhall_domain::rights::Snapshot;
use guildhall_persistence::{client_grants, clients};

use super::conferring::is_assignable;
use crate::context::{App, found};
use crate::effective_permissions::{client_in, existing_api, member_in, roles_in};
use crate::problem::{Problem, Thing};

/// What a member may do with the API of this identifier, through any client or through one. Everybody may ask about
/// themselves.
///
/// # Errors
/// [`Problem::Denied`], [`Thing::Member`], [`Thing::ResourceServer`], [`Thing::Client`].
pub async fn of_member(
    app: &App,
    by: &AuthorizedIn<needs::Belong>,
    member: &UserId,
    through: Option<&ClientId>,
    api: &str,
) -> Result<Snapshot, Problem> {
    let is_own = matches!(&by.caller().actor, Actor::User(user, _) if user == member);
    if !is_own {
        by.also::<needs::ReadEffectivePermissions>()?;
    }
    if let Some(client) = through {
        existing(app, by, client).await?;
    }
    member_in(app, by.scope().within(), by.organization(), member, through, api).await
}

/// The roles that hold a permission and that a member here can be given.
///
/// # Errors
/// None but the unforeseen.
pub async fn roles_with(
    app: &App,
    by: &AuthorizedIn<needs::Belong>,
    snapshot: &Snapshot,
    permission: &str,
) -> Result<Vec<ShownRole>, Problem> {
    let roles = roles_in(app, by.scope(), snapshot, permission).await?;
    let here = roles.into_iter().filter(|role| is_assignable(&snapshot.envelope, by.organization(), role));
    Ok(here.map(ShownRole::from).collect())
}

/// What a client may do by itself with the API of this identifier; nothing where it is the organization's own and has no
/// access to the API.
///
/// # Errors
/// [`Thing::ResourceServer`]; [`Thing::Client`] also for one of the vendor's that has no access to the API here.
pub async fn of_client(
    app: &App,
    by: &AuthorizedIn<needs::ReadEffectivePermissions>,
    client: &ClientId,
    api: &str,
) -> Result<Option<Snapshot>, Problem> {
    let scope = by.scope().within();
    let api = existing_api(app, scope, api).await?;
    let known = existing(app, by, client).await?;
    let nothing = || match known.owner_id {
        Some(_) => Ok(None),
        None => Err(Problem::NoSuch(Thing::Client)),
    };
    let grant = client_grants::find_for(app.store(), scope, client, &api.id, SubjectType::Client).await?;
    let Some(grant) = grant else { return nothing() };
    match client_in(app, scope, by.organization(), grant).await {
        Err(Problem::NoSuch(Thing::ClientGrant)) => nothing(),
        told => told.map(Some),
    }
}

/// The client, unless it is another organization's.
async fn existing<N: Need>(app: &App, by: &AuthorizedIn<N>, client: &ClientId) -> Result<Client, Problem> {
    let client = clients::find(app.store(), by.scope().within(), client).await?;
    found(client.filter(|client| client.belongs_to(Some(by.organization()))), Thing::Client)
}
