//! Discovery domains of organizations. Contract section 3.7.

use guildhall_domain::discovery_domain::{DiscoveryDomain, DiscoveryDomainPatch, NewDiscoveryDomain};
use guildhall_domain::id::{DiscoveryDomainId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, needs};
use guildhall_persistence::{UnitOfWork, discovery_domains};
use guildhall_tokens::secret::random_bytes;

use crate::context::{App, found, limits};
use crate::members::existing_organization;
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// A page of the organization's domains.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadDiscoveryDomains>,
    organization: &OrganizationId,
    page: &PageRequest,
) -> Result<Page<DiscoveryDomain>, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    Ok(discovery_domains::list(app.store(), &inside, page).await?)
}

/// The organization's domain with this id.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::DiscoveryDomain`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadDiscoveryDomains>,
    organization: &OrganizationId,
    id: &DiscoveryDomainId,
) -> Result<DiscoveryDomain, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    found(discovery_domains::find(app.store(), &inside, id).await?, Thing::DiscoveryDomain)
}

/// The organization's entry for a domain.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::DiscoveryDomain`].
pub async fn get_by_name(
    app: &App,
    by: &Authorized<needs::ReadDiscoveryDomains>,
    organization: &OrganizationId,
    name: &str,
) -> Result<DiscoveryDomain, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    let domain = discovery_domains::find_by_name(app.store(), &inside, &name.to_lowercase()).await?;
    found(domain, Thing::DiscoveryDomain)
}

/// Adds a domain to the organization, with what a TXT record must say to prove that it is the organization's.
///
/// # Errors
/// [`Thing::Organization`], [`Taken::DiscoveryDomain`], [`Limit::DiscoveryDomains`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::CreateDiscoveryDomains>,
    organization: &OrganizationId,
    new: NewDiscoveryDomain,
) -> Result<DiscoveryDomain, Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let domain = add_within(app, &mut unit, &inside, new).await?;
    unit.commit().await?;
    Ok(domain)
}

/// Adds a domain to the organization and records it.
pub(crate) async fn add_within(
    app: &App,
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    new: NewDiscoveryDomain,
) -> Result<DiscoveryDomain, Problem> {
    let most = limits(unit, inside.within()).await?.discovery_domains_per_organization;
    let id = DiscoveryDomainId::generate(app.clock());
    let txt = random_bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    let domain = new.create(id, inside.organization(), txt);
    if discovery_domains::find_by_name(&*unit, inside, &domain.domain).await?.is_some() {
        return Err(Problem::Taken(Taken::DiscoveryDomain));
    }
    if discovery_domains::count(&*unit, inside).await? >= most {
        return Err(Problem::LimitReached(Limit::DiscoveryDomains(most)));
    }
    let inserted = discovery_domains::insert(unit, inside, &domain, app.clock().now()).await;
    inserted.map_err(taken(Taken::DiscoveryDomain))?;
    let change = Change::new("organization.discovery_domain_added", domain.id.as_str());
    unit.record(change.within(inside.organization()).after(&domain)).await?;
    Ok(domain)
}

/// Changes a domain of the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::DiscoveryDomain`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateDiscoveryDomains>,
    organization: &OrganizationId,
    id: &DiscoveryDomainId,
    patch: DiscoveryDomainPatch,
) -> Result<DiscoveryDomain, Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let before = found(discovery_domains::find(&unit, &inside, id).await?, Thing::DiscoveryDomain)?;
    let after = before.clone().patched(patch);
    discovery_domains::update(&unit, &inside, &after).await?;
    let change = Change::new("organization.discovery_domain_updated", id.as_str()).within(organization);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Removes a domain from the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::DiscoveryDomain`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::DeleteDiscoveryDomains>,
    organization: &OrganizationId,
    id: &DiscoveryDomainId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    remove_within(&mut unit, &inside, id).await?;
    unit.commit().await?;
    Ok(())
}

/// Removes a domain from the organization and records it.
pub(crate) async fn remove_within(
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    id: &DiscoveryDomainId,
) -> Result<(), Problem> {
    let before = found(discovery_domains::find(&*unit, inside, id).await?, Thing::DiscoveryDomain)?;
    discovery_domains::delete(unit, inside, id).await?;
    let change = Change::new("organization.discovery_domain_removed", id.as_str());
    unit.record(change.within(inside.organization()).before(&before)).await?;
    Ok(())
}
