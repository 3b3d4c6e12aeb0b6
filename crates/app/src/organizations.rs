//! Organizations. Contract section 3.2.

pub mod search;

use guildhall_domain::id::OrganizationId;
use guildhall_domain::log::Change;
use guildhall_domain::organization::{CreatedOrganization, NewOrganization, Organization, OrganizationPatch};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
pub use guildhall_persistence::organizations::{Sort, SortBy};
use guildhall_persistence::{UnitOfWork, organizations};

use crate::context::App;
use crate::effects::{self, Concern, Made};
use crate::organization_connections;
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// Creates an organization, and enables connections for it.
///
/// # Errors
/// [`Taken::OrganizationName`], [`Limit::Entities`]; [`Problem::Denied`] when connections are given and may not be
/// enabled, and the refusals of enabling one.
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateOrganizations>,
    mut new: NewOrganization,
) -> Result<CreatedOrganization, Problem> {
    let wanted = std::mem::take(&mut new.enabled_connections);
    if !wanted.is_empty() {
        by.also::<needs::CreateOrganizationConnections>()?;
    }
    let tenant = app.tenant(by.scope()).await?;
    let limits = &tenant.settings.limits;
    let mut unit = app.begin(by).await?;
    if organizations::count(&unit, by.scope()).await? >= limits.organizations {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    let clock = app.clock();
    let organization =
        new.create(OrganizationId::generate(clock), tenant.settings.token_strategy, clock.now());
    organizations::insert(&unit, by.scope(), &organization).await.map_err(taken(Taken::OrganizationName))?;
    let change = Change::new("organization.created", organization.id.as_str());
    unit.record(change.within(&organization.id).after(&organization)).await?;
    let inside = by.scope().organization(organization.id.clone());
    let most = limits.connections_per_organization;
    let mut enabled_connections = Vec::new();
    for connection in wanted {
        let added =
            organization_connections::insert(app, &mut unit, &inside, connection.into(), most).await?;
        enabled_connections.push(added.into());
    }
    unit.commit().await?;
    Ok(CreatedOrganization { organization, enabled_connections })
}

/// A page of the tenant's organizations.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadOrganizations>,
    page: &PageRequest,
    sort: Option<Sort>,
) -> Result<Page<Organization>, Problem> {
    Ok(organizations::list(app.store(), by.scope(), page, sort).await?)
}

/// The organization with this id.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadOrganizations>,
    id: &OrganizationId,
) -> Result<Organization, Problem> {
    organizations::find(app.store(), by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::Organization))
}

/// The organization with this name.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn get_by_name(
    app: &App,
    by: &Authorized<needs::ReadOrganizationsWhole>,
    name: &str,
) -> Result<Organization, Problem> {
    organizations::find_by_name(app.store(), by.scope(), name)
        .await?
        .ok_or(Problem::NoSuch(Thing::Organization))
}

/// Changes an organization.
///
/// # Errors
/// [`Thing::Organization`], [`Taken::OrganizationName`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateOrganizations>,
    id: &OrganizationId,
    patch: OrganizationPatch,
) -> Result<Organization, Problem> {
    let unit = app.begin(by).await?;
    let made = update_within(app, &unit, by, id, patch).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn update_within(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateOrganizations>,
    id: &OrganizationId,
    patch: OrganizationPatch,
) -> Result<Made<Organization>, Problem> {
    let before =
        organizations::find(unit, by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::Organization))?;
    let concern = match patch.token_strategy {
        Some(_) => Concern::Audiences(id.clone()),
        None => Concern::Nothing,
    };
    // 30 days are the longest that any API's tokens may live.
    let retire_at = organizations::retirement(app.clock().now(), 2_592_000);
    let after = before.clone().patched(patch, retire_at);
    organizations::update(unit, by.scope(), &after).await.map_err(taken(Taken::OrganizationName))?;
    let change = Change::new("organization.updated", id.as_str()).within(id);
    Ok(Made::new(change.before(&before).after(&after), concern).with(after))
}

/// Deletes an organization; its members stay users of the tenant.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteOrganizations>,
    id: &OrganizationId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before =
        organizations::find(&unit, by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::Organization))?;
    organizations::delete(&unit, by.scope(), id).await?;
    unit.record(Change::new("organization.deleted", id.as_str()).within(id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}
