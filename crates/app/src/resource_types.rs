//! Resource types (an addition to the contract), as the vendor keeps them; `access_evaluations` goes by them.

use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::resource_type::{NewResourceType, ResourceType, ResourceTypePatch};
use guildhall_persistence::{UnitOfWork, resource_servers, resource_types};

use crate::context::{App, found};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// A page of the tenant's types.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadResourceTypes>,
    page: &PageRequest,
) -> Result<Page<ResourceType>, Problem> {
    Ok(resource_types::list(app.store(), by.scope(), page).await?)
}

/// The type of this name.
///
/// # Errors
/// [`Thing::ResourceType`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadResourceTypes>,
    name: &str,
) -> Result<ResourceType, Problem> {
    found(resource_types::find(app.store(), by.scope(), name).await?, Thing::ResourceType)
}

/// Makes a type. It counts from the next evaluation on.
///
/// # Errors
/// [`Problem::Invalid`] for an API or a permission that does not exist, [`Taken::ResourceType`], [`Limit::Entities`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateResourceTypes>,
    new: NewResourceType,
) -> Result<ResourceType, Problem> {
    let most = app.tenant(by.scope()).await?.settings.limits.resource_types;
    let mut unit = app.begin(by).await?;
    if resource_types::count(&unit, by.scope()).await? >= most {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    let made = new.create();
    let api = api_of(&unit, by.scope(), &made).await?;
    let now = app.clock().now();
    resource_types::insert(&unit, by.scope(), &made, &api.id, now)
        .await
        .map_err(taken(Taken::ResourceType))?;
    unit.record(Change::new("resource_type.created", &made.r#type).after(&made)).await?;
    unit.commit().await?;
    Ok(made)
}

/// Changes a type.
///
/// # Errors
/// [`Thing::ResourceType`], [`Problem::Invalid`] as for [`create`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateResourceTypes>,
    name: &str,
    patch: ResourceTypePatch,
) -> Result<ResourceType, Problem> {
    let mut unit = app.begin(by).await?;
    let before = found(resource_types::find(&unit, by.scope(), name).await?, Thing::ResourceType)?;
    let after = before.clone().patched(patch);
    let api = api_of(&unit, by.scope(), &after).await?;
    resource_types::update(&unit, by.scope(), &after, &api.id).await?;
    unit.record(Change::new("resource_type.updated", name).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes a type.
///
/// # Errors
/// [`Thing::ResourceType`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteResourceTypes>,
    name: &str,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = found(resource_types::find(&unit, by.scope(), name).await?, Thing::ResourceType)?;
    resource_types::delete(&unit, by.scope(), name).await?;
    unit.record(Change::new("resource_type.deleted", name).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// The API of a type, which defines the permissions of all its actions.
async fn api_of(
    unit: &UnitOfWork,
    scope: &TenantScope,
    of: &ResourceType,
) -> Result<ResourceServer, Problem> {
    let api = resource_servers::find_by_identifier(unit, scope, &of.resource_server_identifier).await?;
    let absent = || Problem::invalid("resource_server_identifier", "The resource server does not exist");
    let api = api.ok_or_else(absent)?;
    let is_unknown = |permission: &str| api.scopes.iter().all(|defined| defined.value != permission);
    match of.actions.iter().position(|action| is_unknown(&action.permission_name)) {
        Some(index) => Err(Problem::invalid(
            format!("actions[{index}].permission_name"),
            "The resource server does not define this permission",
        )),
        None => Ok(api),
    }
}
