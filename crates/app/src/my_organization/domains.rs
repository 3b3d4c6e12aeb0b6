//! Domains of the caller's organization, and the proof that they are its own. Contract section 16.

use chrono::TimeDelta;
use guildhall_domain::discovery_domain::{DiscoveryDomain, DomainStatus};
use guildhall_domain::id::DiscoveryDomainId;
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{NewOrganizationDomain, OrganizationDomain};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::discovery_domains as stored;

use crate::context::{App, found};
use crate::discovery_domains;
use crate::problem::{Problem, Taken, Thing};

/// How long after a look for a domain's record the next one may be.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// A page of the domains.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadDomains>,
    page: &PageRequest,
) -> Result<Page<OrganizationDomain>, Problem> {
    let page = stored::list(app.store(), by.scope(), page).await?;
    Ok(page.map(|domain| OrganizationDomain::of(by.organization(), domain)))
}

/// The domain with this id.
///
/// # Errors
/// [`Thing::DiscoveryDomain`].
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadDomains>,
    id: &DiscoveryDomainId,
) -> Result<OrganizationDomain, Problem> {
    Ok(OrganizationDomain::of(by.organization(), existing(app, by, id).await?))
}

/// Refuses a domain that the organization does not have.
///
/// # Errors
/// [`Thing::DiscoveryDomain`].
pub async fn exists(
    app: &App,
    by: &AuthorizedIn<needs::ReadDomains>,
    id: &DiscoveryDomainId,
) -> Result<(), Problem> {
    existing(app, by, id).await.map(|_| ())
}

async fn existing<N: guildhall_domain::policy::Need>(
    app: &App,
    by: &AuthorizedIn<N>,
    id: &DiscoveryDomainId,
) -> Result<DiscoveryDomain, Problem> {
    found(stored::find(app.store(), by.scope(), id).await?, Thing::DiscoveryDomain)
}

/// Adds a domain, with what a TXT record must say to prove that it is the organization's.
///
/// # Errors
/// [`Taken::DiscoveryDomain`], [`crate::Limit::DiscoveryDomains`].
pub async fn add(
    app: &App,
    by: &AuthorizedIn<needs::CreateDomains>,
    new: NewOrganizationDomain,
) -> Result<OrganizationDomain, Problem> {
    let mut unit = app.begin_in(by).await?;
    let domain = discovery_domains::add_within(app, &mut unit, by.scope(), new.into()).await?;
    unit.commit().await?;
    Ok(OrganizationDomain::of(by.organization(), domain))
}

/// Removes a domain.
///
/// # Errors
/// [`Thing::DiscoveryDomain`].
pub async fn remove(
    app: &App,
    by: &AuthorizedIn<needs::DeleteDomains>,
    id: &DiscoveryDomainId,
) -> Result<(), Problem> {
    let mut unit = app.begin_in(by).await?;
    discovery_domains::remove_within(&mut unit, by.scope(), id).await?;
    unit.commit().await?;
    Ok(())
}

/// Looks for the record that proves that the domain is the organization's, and keeps what came of it. A domain that is known
/// to be its own stays so, whatever became of the record.
///
/// # Errors
/// [`Thing::DiscoveryDomain`], [`Problem::TooSoon`] within ten seconds of the last look, [`Taken::VerifiedDomain`] when
/// another organization has proved the same.
pub async fn verify(
    app: &App,
    by: &AuthorizedIn<needs::UpdateDomains>,
    id: &DiscoveryDomainId,
) -> Result<OrganizationDomain, Problem> {
    let shown = |domain| OrganizationDomain::of(by.organization(), domain);
    let known = existing(app, by, id).await?;
    if known.status == DomainStatus::Verified {
        return Ok(shown(known));
    }
    if !stored::begin_check(app.store(), by.scope(), id, app.clock().now(), PAUSE).await? {
        return Err(Problem::TooSoon(PAUSE));
    }
    let texts = texts(app, &known).await;

    let mut unit = app.begin_in(by).await?;
    let before = found(stored::find(&unit, by.scope(), id).await?, Thing::DiscoveryDomain)?;
    if before.status == DomainStatus::Verified {
        return Ok(shown(before));
    }
    let after = before.clone().checked(&texts);
    let is_proved = after.status == DomainStatus::Verified;
    if is_proved && stored::is_verified_elsewhere(&unit, by.scope(), &after.domain).await? {
        return Err(Problem::Taken(Taken::VerifiedDomain));
    }
    stored::update(&unit, by.scope(), &after).await?;
    let change = Change::new("organization.discovery_domain_checked", id.as_str());
    unit.record(change.within(by.organization()).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(shown(after))
}

/// What stands at the place of the domain's record; nothing where nobody could be asked.
async fn texts(app: &App, domain: &DiscoveryDomain) -> Vec<String> {
    let Some(records) = &app.0.txt_records else { return Vec::new() };
    records.at(&domain.verification_host).await.unwrap_or_else(|error| {
        tracing::warn!(%error, host = domain.verification_host, "a domain cannot be proved");
        Vec::new()
    })
}
