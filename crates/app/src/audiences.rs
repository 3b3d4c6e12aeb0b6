//! Organizations' own audiences of APIs (an addition to the contract; design section 5).

use chrono::{DateTime, Duration, Utc};
use guildhall_domain::audience::{self, Audience, AudienceStatus, ExplicitAudience, NewAudience};
use guildhall_domain::id::OrganizationId;
use guildhall_domain::log::Change;
use guildhall_domain::organization::{Organization, TokenStrategy};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, needs};
use guildhall_domain::resource_server::{LONGEST_LIFETIME, ResourceServer};
use guildhall_persistence::{UnitOfWork, audiences, organizations, resource_servers};

use crate::context::{App, found};
use crate::problem::{Problem, Taken, Thing, taken};
use crate::resource_servers::{derives_from, referenced};

/// The audiences that an API should accept, of one organization after the other, and a tag that changes when they do.
///
/// # Errors
/// [`Thing::ResourceServer`].
pub async fn of_api(
    app: &App,
    by: &Authorized<needs::ReadResourceServers>,
    references: &[String],
    page: &PageRequest,
) -> Result<(Page<Audience>, String), Problem> {
    let api = referenced(app.store(), by.scope(), references).await?;
    let page = match api.is_system {
        true => Page { items: Vec::new(), total: None, next: None },
        false => audiences::of_api(app.store(), by.scope(), &api, page, app.clock().now()).await?,
    };
    let text = serde_json::to_string(&(&page.items, &page.next)).map_err(Problem::internal)?;
    let tag = app.0.pepper.hash(&format!("audiences\0{text}")).as_str().to_owned();
    Ok((page, tag))
}

/// The explicit audiences of an organization that are current or retiring.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn of_organization(
    app: &App,
    by: &Authorized<needs::ReadOrganizationsWhole>,
    organization: &OrganizationId,
    page: &PageRequest,
) -> Result<Page<ExplicitAudience>, Problem> {
    found(organizations::find(app.store(), by.scope(), organization).await?, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    Ok(audiences::of_organization(app.store(), &inside, page, app.clock().now()).await?)
}

/// Sets an organization's audience of an API. What it was before retires.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ResourceServer`], [`Problem::System`], [`Taken::Audience`].
pub async fn set(
    app: &App,
    by: &Authorized<needs::UpdateOrganizations>,
    organization: &OrganizationId,
    references: &[String],
    new: NewAudience,
) -> Result<ExplicitAudience, Problem> {
    let now = app.clock().now();
    let mut unit = app.begin(by).await?;
    let (organization, api, inside) = place(&unit, by, organization, references).await?;
    let former = audiences::current(&unit, &inside, &api.id).await?;
    let after = ExplicitAudience {
        resource_server_id: api.id.clone(),
        resource_server_identifier: api.identifier.clone(),
        audience: new.audience,
        status: AudienceStatus::Current,
        retires_at: None,
    };
    // Recorded first: the epoch's row is locked from here on, so what is checked below stays as it is.
    let change = Change::new("organization.audience.set", api.id.as_str()).within(&organization.id);
    unit.record(change.before(&former).after(&after)).await?;
    if former.as_ref() != Some(&after.audience) {
        audiences::forget_retired(&unit, inside.within(), now).await?;
        check_free(&unit, &inside, &api, &after.audience).await?;
        leave(&unit, &inside, &api, former, retirement(&organization, now), &after.audience).await?;
        audiences::set(&unit, &inside, &api.id, &after.audience).await.map_err(taken(Taken::Audience))?;
    }
    unit.commit().await?;
    Ok(after)
}

/// Removes an organization's explicit audience of an API; the derived one takes its place.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ResourceServer`], [`Thing::Audience`], [`Problem::System`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::UpdateOrganizations>,
    organization: &OrganizationId,
    references: &[String],
) -> Result<(), Problem> {
    let now = app.clock().now();
    let mut unit = app.begin(by).await?;
    let (organization, api, inside) = place(&unit, by, organization, references).await?;
    let former = found(audiences::current(&unit, &inside, &api.id).await?, Thing::Audience)?;
    let derived = audience::derived(&api.identifier, &organization.id);
    audiences::forget(&unit, &inside, &derived).await?;
    match retirement(&organization, now) {
        Some(end) if former != derived => audiences::leave(&unit, &inside, &former, end).await?,
        _ => audiences::forget(&unit, &inside, &former).await?,
    }
    let change = Change::new("organization.audience.removed", api.id.as_str()).within(&organization.id);
    unit.record(change.before(&former)).await?;
    unit.commit().await?;
    Ok(())
}

async fn place(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateOrganizations>,
    organization: &OrganizationId,
    references: &[String],
) -> Result<(Organization, ResourceServer, OrgScope), Problem> {
    let organization =
        found(organizations::find(unit, by.scope(), organization).await?, Thing::Organization)?;
    let api = referenced(unit, by.scope(), references).await?;
    if api.is_system {
        return Err(Problem::System);
    }
    let inside = by.scope().organization(organization.id.clone());
    Ok((organization, api, inside))
}

/// An explicit audience is no API's identifier, no other's audience, and nothing that derives to another's. One that
/// the organization left and takes up again is no longer left.
async fn check_free(
    unit: &UnitOfWork,
    inside: &OrgScope,
    api: &ResourceServer,
    audience: &str,
) -> Result<(), Problem> {
    let scope = inside.within();
    let own = (api.id.clone(), inside.organization().clone());
    let taken = Err(Problem::Taken(Taken::Audience));
    if resource_servers::find_by_identifier(unit, scope, audience).await?.is_some() {
        return taken;
    }
    match audiences::find(unit, scope, audience).await? {
        Some((holder_api, holder, _)) if (&holder_api, &holder) != (&own.0, &own.1) => return taken,
        Some(_) => audiences::forget(unit, inside, audience).await?,
        None => {}
    }
    match derives_from(unit, scope, audience).await? {
        Some(other) if other != own => taken,
        _ => Ok(()),
    }
}

/// Lets the audience of before retire, unless no token with it can be valid or it is the new one itself.
async fn leave(
    unit: &UnitOfWork,
    inside: &OrgScope,
    api: &ResourceServer,
    explicit: Option<String>,
    retirement: Option<DateTime<Utc>>,
    new: &str,
) -> Result<(), Problem> {
    let derived = audience::derived(&api.identifier, inside.organization());
    match (explicit, retirement) {
        (Some(former), Some(end)) => audiences::leave(unit, inside, &former, end).await?,
        (Some(former), None) => audiences::forget(unit, inside, &former).await?,
        (None, Some(end)) if derived != new => {
            audiences::note_left(unit, inside, &api.id, &derived, end)
                .await
                .map_err(taken(Taken::Audience))?;
        }
        (None, _) => {}
    }
    Ok(())
}

/// When the last token with an audience that the organization leaves now has expired; nothing when there is none.
fn retirement(organization: &Organization, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match organization.token_strategy {
        TokenStrategy::Audience => Some(now + Duration::seconds(LONGEST_LIFETIME)),
        TokenStrategy::Claim => organization.audiences_retire_at.filter(|end| *end > now),
    }
}
