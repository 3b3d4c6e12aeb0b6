//! What policies and claim mappings apply to exists when they are saved, and they are deleted together with it.

use guildhall_domain::applies_to::AppliesTo;
use guildhall_domain::policy::TenantScope;
use guildhall_persistence::{UnitOfWork, clients, organizations, resource_servers};

use crate::problem::Problem;

/// The same, with the API that its audience is.
///
/// # Errors
/// [`Problem::Invalid`] for what does not exist.
pub(crate) async fn existing(
    unit: &UnitOfWork,
    scope: &TenantScope,
    given: AppliesTo,
) -> Result<AppliesTo, Problem> {
    if let Some(client) = &given.client_id
        && clients::find(unit, scope, client).await?.is_none()
    {
        return Err(Problem::invalid("applies_to.client_id", "The client does not exist."));
    }
    if let Some(organization) = &given.organization_id
        && organizations::find(unit, scope, organization).await?.is_none()
    {
        return Err(Problem::invalid("applies_to.organization_id", "The organization does not exist."));
    }
    let resource_server_id = match &given.audience {
        Some(audience) => match resource_servers::find_by_identifier(unit, scope, audience).await? {
            Some(api) => Some(api.id),
            None => {
                let reason = "There is no resource server with this identifier.";
                return Err(Problem::invalid("applies_to.audience", reason));
            }
        },
        None => None,
    };
    Ok(AppliesTo { resource_server_id, ..given })
}
