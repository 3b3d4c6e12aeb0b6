//! Connections of organizations. Contract section 3.5: one table, in two views.

use guildhall_domain::id::{ConnectionId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::organization_connection::{
    NewOrganizationConnection, OrganizationConnection, OrganizationConnectionPatch,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, needs};
use guildhall_persistence::{UnitOfWork, connections, organization_connections};

use crate::context::{App, found};
use crate::members::existing_organization;
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// Which of an organization's connections a caller speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Those that people can sign in with.
    Enabled,
    /// All of them.
    All,
}

impl View {
    fn shows(self, connection: &OrganizationConnection) -> bool {
        self == Self::All || connection.is_enabled
    }
}

/// A page of the organization's connections: all, or those that are enabled or not.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadOrganizationConnections>,
    organization: &OrganizationId,
    is_enabled: Option<bool>,
    page: &PageRequest,
) -> Result<Page<OrganizationConnection>, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    Ok(organization_connections::list(app.store(), &inside, is_enabled, page).await?)
}

/// A connection of the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::OrganizationConnection`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadOrganizationConnections>,
    organization: &OrganizationId,
    id: &ConnectionId,
    view: View,
) -> Result<OrganizationConnection, Problem> {
    let inside = existing_organization(app.store(), by.scope(), organization).await?;
    let connection = organization_connections::find(app.store(), &inside, id).await?;
    found(connection.filter(|connection| view.shows(connection)), Thing::OrganizationConnection)
}

/// Adds a connection to the organization. One that it has already and the view does not show is set anew.
///
/// # Errors
/// [`Thing::Organization`], [`Problem::NotNow`] for a connection that does not exist or cannot be used so,
/// [`Taken::OrganizationConnection`], [`Limit::OrganizationConnections`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::CreateOrganizationConnections>,
    organization: &OrganizationId,
    new: NewOrganizationConnection,
    view: View,
) -> Result<OrganizationConnection, Problem> {
    let most = app.tenant(by.scope()).await?.settings.limits.connections_per_organization;
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let hidden = organization_connections::find(&unit, &inside, &new.connection_id).await?;
    if let Some(hidden) = hidden.filter(|known| !view.shows(known)) {
        organization_connections::delete(&unit, &inside, &hidden.connection_id).await?;
    }
    let added = insert(app, &mut unit, &inside, new, most).await?;
    unit.commit().await?;
    Ok(added)
}

/// Adds a connection to an organization, within a unit that may do more.
pub(crate) async fn insert(
    app: &App,
    unit: &mut UnitOfWork,
    inside: &OrgScope,
    new: NewOrganizationConnection,
    most: u64,
) -> Result<OrganizationConnection, Problem> {
    let connection = connections::find(&*unit, inside.within(), &new.connection_id).await?;
    let Some(connection) = connection else {
        return Err(Problem::NotNow("The specified connection does not exist.".to_owned()));
    };
    let added = new.create(&connection).map_err(|reason| Problem::NotNow(reason.to_owned()))?;
    if organization_connections::find(&*unit, inside, &added.connection_id).await?.is_some() {
        return Err(Problem::Taken(Taken::OrganizationConnection));
    }
    if organization_connections::count(&*unit, inside).await? >= most {
        return Err(Problem::LimitReached(Limit::OrganizationConnections(most)));
    }
    let inserted = organization_connections::insert(unit, inside, &added, app.clock().now()).await;
    inserted.map_err(taken(Taken::OrganizationConnection))?;
    let change = Change::new("organization.connection_added", added.connection_id.as_str());
    unit.record(change.within(inside.organization()).after(&added)).await?;
    Ok(added)
}

/// Changes a connection of the organization.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::OrganizationConnection`], [`Problem::NotNow`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateOrganizationConnections>,
    organization: &OrganizationId,
    id: &ConnectionId,
    patch: OrganizationConnectionPatch,
    view: View,
) -> Result<OrganizationConnection, Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let before = organization_connections::find(&unit, &inside, id).await?;
    let before = found(before.filter(|known| view.shows(known)), Thing::OrganizationConnection)?;
    let after = before.clone().patched(patch).map_err(|reason| Problem::NotNow(reason.to_owned()))?;
    organization_connections::update(&unit, &inside, &after).await?;
    let change = Change::new("organization.connection_updated", id.as_str()).within(organization);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Takes a connection from the organization. Its members stay.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::OrganizationConnection`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::DeleteOrganizationConnections>,
    organization: &OrganizationId,
    id: &ConnectionId,
    view: View,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let inside = existing_organization(&unit, by.scope(), organization).await?;
    let before = organization_connections::find(&unit, &inside, id).await?;
    let before = found(before.filter(|known| view.shows(known)), Thing::OrganizationConnection)?;
    organization_connections::delete(&unit, &inside, id).await?;
    let change = Change::new("organization.connection_removed", id.as_str()).within(organization);
    unit.record(change.before(&before)).await?;
    unit.commit().await?;
    Ok(())
}
