//! What is read to compute rights: one snapshot for one subject and one API. Whatever tells of rights begins here.
//!
//! Tokens are refused by policies as a whole, which are asked about the request; whatever tells of rights without one
//! reads them [`under_policies`].

mod many;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::client::Client;
use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{ClientId, OrganizationId, RoleId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{ResourceServer, SubjectPolicy};
use guildhall_domain::rights::{Holdings, InOrganization, Obstacle, Snapshot};
use guildhall_domain::role::ConferredBy;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{
    Db, client_grants, clients, membership_roles, organization_client_grants, user_permissions,
};

use crate::access_policies::{Sought, Standing};
use crate::problem::Problem;

pub(crate) use many::of_holders;

/// What a person holds on an API: in the organization by the roles held there, or in none.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_person(
    db: impl Into<Db<'_>>,
    tenant: &Tenant,
    scope: &TenantScope,
    user: &UserId,
    organization: Option<&Organization>,
    api: Arc<ResourceServer>,
) -> Result<Snapshot, Problem> {
    let held = match organization {
        Some(organization) => {
            let inside = scope.organization(organization.id.clone());
            membership_roles::holdings(db, &inside, user, &api.id).await?
        }
        None => user_permissions::holdings(db, scope, user, &api.id).await?,
    };
    let envelope = organization.map(|organization| tenant.settings.envelope_of(organization));
    Ok(Snapshot::new(api, Holdings::Person(held), envelope.unwrap_or_default()))
}

/// What a machine client holds on an API outside organizations.
pub(crate) fn of_client(api: Arc<ResourceServer>, grant: ClientGrant) -> Snapshot {
    Snapshot::new(api, Holdings::Client(grant, None), Envelope::default())
}

/// What a machine client holds on an API in an organization, and the roles that it has there and by whose word, where it has
/// any. Nothing when the organization does not let it in.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_client_in<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    scope: &TenantScope,
    organization: &Organization,
    api: Arc<ResourceServer>,
    grant: ClientGrant,
) -> Result<Option<(Snapshot, Option<(Vec<RoleId>, ConferredBy)>)>, Problem> {
    let inside = scope.organization(organization.id.clone());
    let association = organization_client_grants::find(db, &inside, &grant.id).await?;
    if association.is_none() && grant.allow_any_organization != Some(true) {
        return Ok(None);
    }
    let (mut given, mut ids) = (InOrganization::default(), None);
    if let Some(association) = association {
        given.by = association.conferred_by(&grant);
        if association.roles.is_some() {
            let roles = organization_client_grants::held_roles(db, &inside, &grant.id, &api.id).await?;
            given.roles = Some(roles);
        }
        given.scope = association.scope;
        ids = association.roles.map(|ids| (ids, given.by));
    }
    let envelope = tenant.settings.envelope_of(organization);
    let holdings = Holdings::Client(grant, Some(given));
    Ok(Some((Snapshot::new(api, holdings, envelope), ids)))
}

/// What people can have of an API through a client.
pub(crate) enum ForPeople {
    /// Whatever they hold.
    Everything,
    /// What the client's grant for people lets through.
    Granted(ClientGrant),
    /// Nothing: the API wants a grant that the client does not have.
    Nothing,
    /// Nothing: the API is closed to people.
    Closed,
}

/// What people can have of the API through the client.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn for_people(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
    api: &ResourceServer,
) -> Result<ForPeople, Problem> {
    match api.subject_type_authorization.user.policy {
        SubjectPolicy::AllowAll => Ok(ForPeople::Everything),
        SubjectPolicy::DenyAll => Ok(ForPeople::Closed),
        SubjectPolicy::RequireClientGrant => {
            let found = client_grants::find_for(db, scope, client, &api.id, SubjectType::User).await?;
            Ok(found.map_or(ForPeople::Nothing, ForPeople::Granted))
        }
    }
}

impl ForPeople {
    /// The permissions that the client lets people have; all where absent.
    pub(crate) fn permissions(&self) -> Option<HashSet<String>> {
        match self {
            Self::Everything | Self::Closed => None,
            Self::Granted(grant) => grant.permissions(),
            Self::Nothing => Some(HashSet::new()),
        }
    }
}

/// The snapshot of a subject with what refuses it tokens whenever it asks, policies and what the user or client is itself: a user, through a client where that
/// is known, or a machine client.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn under_policies<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    scope: &TenantScope,
    snapshot: Snapshot,
    organization: Option<&Organization>,
    (client, user): (Option<&ClientId>, Option<&User>),
) -> Result<Snapshot, Problem> {
    let api = snapshot.api.clone();
    let sought = Sought { client, organization: organization.map(|it| &it.id), api: Some(&api) };
    let standing = Standing::load(db, tenant, scope, sought, user.map_or(&[], std::slice::from_ref)).await?;
    let client = match (client, user) {
        (Some(client), None) => clients::find(db, scope, client).await?,
        _ => None,
    };
    let mut snapshot = Snapshot { denials: standing.denials(sought, user), ..snapshot };
    let client = client.as_ref().map(|client| (client, organization.map(|it| &it.id)));
    snapshot.bars.extend(bar(user, client, db.into().now()));
    Ok(snapshot)
}

/// What keeps a user, or a machine client in an organization or in none, from any token.
fn bar(
    user: Option<&User>,
    client: Option<(&Client, Option<&OrganizationId>)>,
    now: DateTime<Utc>,
) -> Option<Obstacle<'static>> {
    match (user, client) {
        (Some(user), _) => user.is_blocked().then_some(Obstacle::Blocked),
        (None, Some((client, organization))) => match client {
            client if !client.asks_for_itself() => Some(Obstacle::ClientCredentials),
            client if !client.belongs_to(organization) => Some(Obstacle::ClientOwner),
            client if client.disabled => Some(Obstacle::ClientDisabled),
            client => (!client.is_live(now)).then_some(Obstacle::ClientExpired),
        },
        (None, None) => None,
    }
}
