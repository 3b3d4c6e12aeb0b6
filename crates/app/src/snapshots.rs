//! What is read to compute rights: one snapshot for one subject and one API. Whatever tells of rights begins here.

use guildhall_domain::client_grant::ClientGrant;
use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{Holdings, InOrganization, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{membership_roles, organization_client_grants, user_permissions};

use crate::context::App;
use crate::problem::Problem;

/// What a person holds on an API: in the organization by the roles held there, or in none.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_person(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    user: &UserId,
    organization: Option<&Organization>,
    api: ResourceServer,
) -> Result<Snapshot, Problem> {
    let (held, envelope) = match organization {
        Some(organization) => {
            let inside = scope.organization(organization.id.clone());
            let held = membership_roles::holdings(app.store(), &inside, user, &api.id).await?;
            (held, tenant.settings.envelope_of(organization))
        }
        None => (user_permissions::holdings(app.store(), scope, user, &api.id).await?, Envelope::default()),
    };
    Ok(Snapshot { api, holdings: Holdings::Person(held), envelope })
}

/// What a machine client holds on an API outside organizations.
pub(crate) fn of_client(api: ResourceServer, grant: ClientGrant) -> Snapshot {
    Snapshot { api, holdings: Holdings::Client(grant, None), envelope: Envelope::default() }
}

/// What a machine client holds on an API in an organization, and the roles that it has there, where it has any. Nothing
/// when the organization does not let it in.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_client_in(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    organization: &Organization,
    api: ResourceServer,
    grant: ClientGrant,
) -> Result<Option<(Snapshot, Option<Vec<RoleId>>)>, Problem> {
    let inside = scope.organization(organization.id.clone());
    let association = organization_client_grants::find(app.store(), &inside, &grant.id).await?;
    if association.is_none() && grant.allow_any_organization != Some(true) {
        return Ok(None);
    }
    let (mut given, mut ids) = (InOrganization::default(), None);
    if let Some(association) = association {
        if association.roles.is_some() {
            let roles =
                organization_client_grants::held_roles(app.store(), &inside, &grant.id, &api.id).await?;
            given.roles = Some(roles);
        }
        given.scope = association.scope;
        ids = association.roles;
    }
    let envelope = tenant.settings.envelope_of(organization);
    Ok(Some((Snapshot { api, holdings: Holdings::Client(grant, Some(given)), envelope }, ids)))
}
