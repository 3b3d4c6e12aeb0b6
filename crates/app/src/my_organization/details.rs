//! The organization itself.

use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{Details, DetailsPatch};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::organizations;

use crate::context::{App, found};
use crate::problem::{Problem, Taken, Thing, taken};

/// The organization.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn get(app: &App, by: &AuthorizedIn<needs::ReadDetails>) -> Result<Details, Problem> {
    let organization = organizations::find(app.store(), by.scope().within(), by.organization()).await?;
    Ok(found(organization, Thing::Organization)?.into())
}

/// Changes its name and how it looks.
///
/// # Errors
/// [`Thing::Organization`], [`Problem::Invalid`], [`Taken::OrganizationName`].
pub async fn update(
    app: &App,
    by: &AuthorizedIn<needs::UpdateDetails>,
    patch: DetailsPatch,
) -> Result<Details, Problem> {
    if let Some(reason) = patch.refused_display_name() {
        return Err(Problem::invalid("display_name", reason));
    }
    let (scope, id) = (by.scope().within(), by.organization());
    let mut unit = app.begin_in(by).await?;
    let before = found(organizations::find(&unit, scope, id).await?, Thing::Organization)?;
    let after = patch.applied(before.clone());
    organizations::update(&unit, scope, &after).await.map_err(taken(Taken::OrganizationName))?;
    let (before, after) = (Details::from(before), Details::from(after));
    let change = Change::new("organization.updated", id.as_str()).within(id);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes the organization; its members stay users of the tenant.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn delete(app: &App, by: &AuthorizedIn<needs::DeleteOrganization>) -> Result<(), Problem> {
    let (scope, id) = (by.scope().within(), by.organization());
    let mut unit = app.begin_in(by).await?;
    let before = found(organizations::find(&unit, scope, id).await?, Thing::Organization)?;
    organizations::delete(&unit, scope, id).await?;
    unit.record(Change::new("organization.deleted", id.as_str()).within(id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}
