//! Claim mappings (an addition to the contract), as the vendor keeps them; `custom_claims` makes claims of them.

use guildhall_domain::claim_mapping::{ClaimMapping, ClaimMappingPatch, NewClaimMapping, Place};
use guildhall_domain::id::ClaimMappingId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, Need, TenantScope, needs};
use guildhall_persistence::{UnitOfWork, claim_mappings, resource_servers};
use guildhall_tokens::custom_claims::Names;

use crate::applies_to;
use crate::context::{App, found};
use crate::custom_claims;
use crate::problem::{Limit, Problem, Thing};

/// A page of the tenant's mappings.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadClaimMappings>,
    page: &PageRequest,
) -> Result<Page<ClaimMapping>, Problem> {
    Ok(claim_mappings::list(app.store(), by.scope(), page).await?)
}

/// The mapping with this id.
///
/// # Errors
/// [`Thing::ClaimMapping`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadClaimMappings>,
    id: &ClaimMappingId,
) -> Result<ClaimMapping, Problem> {
    found(claim_mappings::find(app.store(), by.scope(), id).await?, Thing::ClaimMapping)
}

/// Makes a mapping. It counts from the next token on.
///
/// # Errors
/// [`Problem::Invalid`] for what does not exist and for a name that means something already, [`Limit::ClaimMappings`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateClaimMappings>,
    new: NewClaimMapping,
) -> Result<ClaimMapping, Problem> {
    let mut mapping = new.create(ClaimMappingId::generate(app.clock()));
    let mut unit = app.begin(by).await?;
    mapping.applies_to = applies_to::existing(&unit, by.scope(), mapping.applies_to).await?;
    has_a_free_name(&unit, by.scope(), &mapping).await?;
    has_room(app, by, &unit, &mapping).await?;
    claim_mappings::insert(&unit, by.scope(), &mapping, app.clock().now()).await?;
    unit.record(change("claim_mapping.created", &mapping).after(&mapping)).await?;
    unit.commit().await?;
    Ok(mapping)
}

/// Changes a mapping.
///
/// # Errors
/// [`Thing::ClaimMapping`], and those of [`create`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateClaimMappings>,
    id: &ClaimMappingId,
    patch: ClaimMappingPatch,
) -> Result<ClaimMapping, Problem> {
    let mut unit = app.begin(by).await?;
    let before = found(claim_mappings::find(&unit, by.scope(), id).await?, Thing::ClaimMapping)?;
    let mut after = before.clone().patched(patch);
    after.applies_to = applies_to::existing(&unit, by.scope(), after.applies_to).await?;
    has_a_free_name(&unit, by.scope(), &after).await?;
    if after.applies_to != before.applies_to {
        has_room(app, by, &unit, &after).await?;
    }
    claim_mappings::update(&unit, by.scope(), &after).await?;
    unit.record(change("claim_mapping.updated", &after).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes a mapping.
///
/// # Errors
/// [`Thing::ClaimMapping`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteClaimMappings>,
    id: &ClaimMappingId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = found(claim_mappings::find(&unit, by.scope(), id).await?, Thing::ClaimMapping)?;
    claim_mappings::delete(&unit, by.scope(), id).await?;
    unit.record(change("claim_mapping.deleted", &before).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

fn change(action: &'static str, mapping: &ClaimMapping) -> Change {
    let change = Change::new(action, mapping.id.as_str());
    match &mapping.applies_to.organization_id {
        Some(organization) => change.within(organization),
        None => change,
    }
}

async fn has_room<N: Need>(
    app: &App,
    by: &Authorized<N>,
    unit: &UnitOfWork,
    mapping: &ClaimMapping,
) -> Result<(), Problem> {
    let most = app.tenant(by.scope()).await?.settings.limits.claim_mappings_per_target;
    match claim_mappings::count(unit, by.scope(), &mapping.applies_to).await? < most {
        true => Ok(()),
        false => Err(Problem::LimitReached(Limit::ClaimMappings(most))),
    }
}

/// A claim of another name would be left out of tokens without a word.
async fn has_a_free_name(
    unit: &UnitOfWork,
    scope: &TenantScope,
    mapping: &ClaimMapping,
) -> Result<(), Problem> {
    let mut names = Names::Any;
    if let Some(id) = &mapping.applies_to.resource_server_id
        && mapping.places.contain(Place::AccessToken)
        && let Some(api) = resource_servers::find(unit, scope, id).await?
    {
        names = custom_claims::names(&api);
    }
    custom_claims::is_free(&mapping.claim, names).map_err(|reason| Problem::invalid("claim", reason))
}
