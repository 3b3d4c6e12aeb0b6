//! Seats: how many people there can be in an organization, by the tenant's limit and by the envelope, which binds the vendor
//! as well.

use chrono::{DateTime, Utc};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{UnitOfWork, invitations, memberships};

use crate::problem::{Limit, Problem};

/// Refuses so many new members where there is no room for them. Whoever is only invited takes no seat from them.
///
/// # Errors
/// [`Limit::Members`], [`Limit::Seats`].
pub(crate) async fn room_for(
    unit: &UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    organization: &Organization,
    new: u64,
) -> Result<(), Problem> {
    if new == 0 {
        return Ok(());
    }
    let inside = scope.organization(organization.id.clone());
    let members = memberships::count(unit, &inside).await? + new;
    if members > tenant.settings.limits.members_per_organization {
        return Err(Problem::LimitReached(Limit::Members));
    }
    match tenant.settings.envelope_of(organization).seats {
        Some(seats) if members > seats => Err(Problem::LimitReached(Limit::Seats(seats))),
        _ => Ok(()),
    }
}

/// Refuses so many new invitations where there are no seats for all who would then be members or invited.
///
/// # Errors
/// [`Limit::Seats`].
pub(crate) async fn room_to_invite(
    unit: &UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    organization: &Organization,
    new: u64,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let Some(seats) = tenant.settings.envelope_of(organization).seats else { return Ok(()) };
    let inside = scope.organization(organization.id.clone());
    let members = memberships::count(unit, &inside).await?;
    let invited = invitations::count_open(unit, &inside, now).await?;
    match members + invited + new > seats {
        true => Err(Problem::LimitReached(Limit::Seats(seats))),
        false => Ok(()),
    }
}
