//! What subjects may do, and through what (contract section 4, and beyond it in organizations).

use std::sync::Arc;

use guildhall_domain::client_grant::{ClientGrant, OrganizationUsage, SubjectType};
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::{Authorized, OrgScope, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{Obstacle, Snapshot};
use guildhall_domain::role::Role;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{
    Db, client_grants, clients, organizations, resource_servers, role_permissions, users,
};

use crate::context::{App, found};
use crate::member_roles::existing_member;
use crate::problem::{Problem, Thing};
use crate::sign_in::step::usage;
use crate::snapshots;

/// The most roles that are named as a way to a permission.
const MOST_ROLES: u64 = 50;

/// What a user may do outside organizations with the API of this identifier, through any client or through one.
///
/// # Errors
/// [`Thing::User`], [`Thing::ResourceServer`], [`Thing::Client`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadUserEffectivePermissions>,
    user: &UserId,
    through: Option<&ClientId>,
    api: &str,
) -> Result<Snapshot, Problem> {
    let (store, scope) = (app.store(), by.scope());
    let user = found(users::find(store, scope, user).await?, Thing::User)?;
    let (tenant, api) = (app.tenant(scope).await?, existing_api(app, scope, api).await?);
    let snapshot = snapshots::of_person(store, &tenant, scope, &user.user_id, None, api).await?;
    explained(store, &tenant, scope, snapshot, None, (through, &user)).await
}

/// What a member may do in the organization with the API of this identifier, through any client or through one.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`], [`Thing::ResourceServer`], [`Thing::Client`].
pub async fn of_member(
    app: &App,
    by: &Authorized<needs::ReadMemberEffectivePermissions>,
    id: &OrganizationId,
    member: &UserId,
    through: Option<&ClientId>,
    api: &str,
) -> Result<Snapshot, Problem> {
    member_in(app, by.scope(), id, member, through, api).await
}

/// The same for whoever may ask.
///
/// # Errors
/// Those of [`of_member`].
pub(crate) async fn member_in(
    app: &App,
    scope: &TenantScope,
    id: &OrganizationId,
    member: &UserId,
    through: Option<&ClientId>,
    api: &str,
) -> Result<Snapshot, Problem> {
    let store = app.store();
    existing_member(store, scope, id, member).await?;
    let organization = found(organizations::find(store, scope, id).await?, Thing::Organization)?;
    let user = found(users::find(store, scope, member).await?, Thing::Member)?;
    let (tenant, api, of) =
        (app.tenant(scope).await?, existing_api(app, scope, api).await?, Some(&organization));
    let snapshot = snapshots::of_person(store, &tenant, scope, member, of, api).await?;
    explained(store, &tenant, scope, snapshot, of, (through, &user)).await
}

/// A person's snapshot with what stands in the way: policies, and the client that they come through, where that is known.
///
/// # Errors
/// [`Thing::Client`].
pub(crate) async fn explained<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    scope: &TenantScope,
    mut snapshot: Snapshot,
    organization: Option<&Organization>,
    (through, user): (Option<&ClientId>, &User),
) -> Result<Snapshot, Problem> {
    if let Some(client) = through {
        let client = found(clients::find(db, scope, client).await?, Thing::Client)?;
        let for_people = snapshots::for_people(db, scope, &client.client_id, &snapshot.api).await?;
        snapshot.through_client = for_people.permissions();
        let is_for_here = match usage(&client) {
            OrganizationUsage::Deny => organization.is_none(),
            OrganizationUsage::Allow => true,
            OrganizationUsage::Require => organization.is_some(),
        };
        snapshot.bars.extend((!is_for_here).then_some(Obstacle::OrganizationUsage));
        let is_open = organization.is_none_or(|organization| organization.lets_in(&client));
        snapshot.bars.extend((!is_open).then_some(Obstacle::ThirdPartyClientAccess));
    }
    snapshots::under_policies(db, tenant, scope, snapshot, organization, (through, Some(user))).await
}

/// What the client of a grant may do in the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`] also for one that is for people, or not associated with the organization.
pub async fn of_client(
    app: &App,
    by: &Authorized<needs::ReadOrganizationClientGrants>,
    id: &OrganizationId,
    grant: &ClientGrantId,
) -> Result<Snapshot, Problem> {
    let grant = client_grants::find(app.store(), by.scope(), grant).await?;
    let grant = found(grant.filter(|it| it.subject_type == SubjectType::Client), Thing::ClientGrant)?;
    client_in(app, by.scope(), id, grant).await
}

/// The same for whoever may ask, where the grant is known to be for the client itself.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`] when it is not associated with the organization.
pub(crate) async fn client_in(
    app: &App,
    scope: &TenantScope,
    id: &OrganizationId,
    grant: ClientGrant,
) -> Result<Snapshot, Problem> {
    let store = app.store();
    let organization = found(organizations::find(store, scope, id).await?, Thing::Organization)?;
    let api = resource_servers::find(store, scope, &grant.resource_server_id).await?;
    let (tenant, api) = (app.tenant(scope).await?, Arc::new(found(api, Thing::ResourceServer)?));
    let client = grant.client_id.clone();
    let snapshot = snapshots::of_client_in(store, &tenant, scope, &organization, api, grant).await?;
    let (snapshot, _) = found(snapshot, Thing::ClientGrant)?;
    let subject = (Some(&client), None);
    snapshots::under_policies(store, &tenant, scope, snapshot, Some(&organization), subject).await
}

/// The roles that hold a permission and can be held in the organization, or in the tenant where there is none.
///
/// # Errors
/// None but the unforeseen.
pub async fn roles_with(
    app: &App,
    by: &Authorized<needs::ReadMemberEffectivePermissions>,
    organization: &OrganizationId,
    snapshot: &Snapshot,
    permission: &str,
) -> Result<Vec<Role>, Problem> {
    roles_in(app, &by.scope().organization(organization.clone()), snapshot, permission).await
}

/// The same for whoever may ask.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn roles_in(
    app: &App,
    inside: &OrgScope,
    snapshot: &Snapshot,
    permission: &str,
) -> Result<Vec<Role>, Problem> {
    let mut roles =
        role_permissions::roles_with(app.store(), inside, &snapshot.api.id, permission, MOST_ROLES).await?;
    let grantable = snapshot.envelope.grantable_on(&snapshot.api.identifier);
    let admits = grantable.is_none_or(|grantable| grantable.contains(permission));
    roles.retain(|role| admits || role.owner_id.is_none());
    Ok(roles)
}

/// The API of this identifier.
///
/// # Errors
/// [`Thing::ResourceServer`].
pub(crate) async fn existing_api(
    app: &App,
    scope: &TenantScope,
    identifier: &str,
) -> Result<Arc<ResourceServer>, Problem> {
    let api = resource_servers::find_by_identifier(app.store(), scope, identifier).await?;
    found(api, Thing::ResourceServer).map(Arc::new)
}
