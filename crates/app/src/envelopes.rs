//! What organizations may confer (an addition to the contract). Design section 7.

use std::collections::HashSet;

use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::{OrganizationId, RoleId};
use guildhall_domain::log::Change;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::role::RoleType;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{UnitOfWork, organizations, roles};

use crate::context::{App, found};
use crate::effects::{self, Concern, Made};
use crate::problem::{Problem, Thing};
use crate::role_permissions::defined;

/// What the organization may confer: by its own envelope, or else by that of the tenant's settings.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadOrganizationsWhole>,
    id: &OrganizationId,
) -> Result<Envelope, Problem> {
    let organization = organizations::find(app.store(), by.scope(), id).await?;
    let organization = found(organization, Thing::Organization)?;
    Ok(app.tenant(by.scope()).await?.settings.envelope_of(&organization))
}

/// Gives the organization an envelope of its own, in effect at once; nothing has it follow the tenant's settings again.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Permission`] for what no API defines, [`Thing::Roles`] for roles that are none of the
/// tenant's.
pub async fn set(
    app: &App,
    by: &Authorized<needs::UpdateOrganizations>,
    id: &OrganizationId,
    envelope: Option<Envelope>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = set_within(&unit, by, id, envelope).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn set_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateOrganizations>,
    id: &OrganizationId,
    envelope: Option<Envelope>,
) -> Result<Made, Problem> {
    let before = found(organizations::find(unit, by.scope(), id).await?, Thing::Organization)?;
    if let Some(envelope) = &envelope {
        defined(unit, by.scope(), envelope.grantable_permissions.as_deref().unwrap_or_default()).await?;
        assignable(unit, by.scope(), envelope).await?;
    }
    let after = Organization { envelope, ..before.clone() };
    organizations::update(unit, by.scope(), &after).await?;
    let change = Change::new("organization.envelope_set", id.as_str()).within(id);
    let change = change.before(&before.envelope).after(&after.envelope);
    Ok(Made::new(change, Concern::Rights(Concerned::Conferred(id.clone()), None)))
}

/// Refuses roles that are none of the tenant's.
pub(crate) async fn assignable(
    unit: &UnitOfWork,
    scope: &TenantScope,
    envelope: &Envelope,
) -> Result<(), Problem> {
    let Some(ids) = &envelope.assignable_roles else { return Ok(()) };
    let found = roles::find_all(unit, scope, ids).await?;
    let known: HashSet<&RoleId> =
        found.iter().filter(|role| role.kind == RoleType::Tenant).map(|role| &role.id).collect();
    let unknown: Vec<String> = ids.iter().filter(|id| !known.contains(id)).map(RoleId::to_string).collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(Problem::NoSuch(Thing::Roles(unknown))),
    }
}
