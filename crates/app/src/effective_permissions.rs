//! What subjects may do, and through what (contract section 4, and beyond it in organizations).

use guildhall_domain::id::{ClientGrantId, OrganizationId, UserId};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::role::Role;
use guildhall_persistence::{client_grants, organizations, resource_servers, role_permissions};

use crate::context::{App, found};
use crate::member_roles::existing_member;
use crate::problem::{Problem, Thing};
use crate::snapshots;
use crate::user_roles::existing_user;

/// The most roles that are named as a way to a permission.
const MOST_ROLES: u64 = 50;

/// What a user may do outside organizations with the API of this identifier.
///
/// # Errors
/// [`Thing::User`], [`Thing::ResourceServer`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadUserEffectivePermissions>,
    user: &UserId,
    api: &str,
) -> Result<Snapshot, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    let (tenant, api) = (app.tenant(by.scope()).await?, existing_api(app, by.scope(), api).await?);
    snapshots::of_person(app, &tenant, by.scope(), user, None, api).await
}

/// What a member may do in the organization with the API of this identifier.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`], [`Thing::ResourceServer`].
pub async fn of_member(
    app: &App,
    by: &Authorized<needs::ReadMemberEffectivePermissions>,
    id: &OrganizationId,
    member: &UserId,
    api: &str,
) -> Result<Snapshot, Problem> {
    existing_member(app.store(), by.scope(), id, member).await?;
    let organization = found(organizations::find(app.store(), by.scope(), id).await?, Thing::Organization)?;
    let (tenant, api) = (app.tenant(by.scope()).await?, existing_api(app, by.scope(), api).await?);
    snapshots::of_person(app, &tenant, by.scope(), member, Some(&organization), api).await
}

/// What the client of a grant may do in the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`] also for one that is not associated with the organization.
pub async fn of_client(
    app: &App,
    by: &Authorized<needs::ReadOrganizationClientGrants>,
    id: &OrganizationId,
    grant: &ClientGrantId,
) -> Result<Snapshot, Problem> {
    let organization = found(organizations::find(app.store(), by.scope(), id).await?, Thing::Organization)?;
    let grant = found(client_grants::find(app.store(), by.scope(), grant).await?, Thing::ClientGrant)?;
    let api = resource_servers::find(app.store(), by.scope(), &grant.resource_server_id).await?;
    let (tenant, api) = (app.tenant(by.scope()).await?, found(api, Thing::ResourceServer)?);
    let snapshot = snapshots::of_client_in(app, &tenant, by.scope(), &organization, api, grant).await?;
    Ok(found(snapshot, Thing::ClientGrant)?.0)
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
    let inside = by.scope().organization(organization.clone());
    let mut roles =
        role_permissions::roles_with(app.store(), &inside, &snapshot.api.id, permission, MOST_ROLES).await?;
    let grantable = snapshot.envelope.grantable_on(&snapshot.api.identifier);
    let admits = grantable.is_none_or(|grantable| grantable.contains(permission));
    roles.retain(|role| admits || role.owner_id.is_none());
    Ok(roles)
}

async fn existing_api(app: &App, scope: &TenantScope, identifier: &str) -> Result<ResourceServer, Problem> {
    let api = resource_servers::find_by_identifier(app.store(), scope, identifier).await?;
    found(api, Thing::ResourceServer)
}
