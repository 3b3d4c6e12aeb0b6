//! What changes do to rights: before and after are two readings of the same database, one beside the unit of work and one
//! within it. A dry run is a change whose unit of work is dropped, so it cannot differ from the change.

mod survey;

use guildhall_domain::dry_run::{AudienceChange, DryRun};
use guildhall_domain::effect::{Difference, Extent};
use guildhall_domain::id::{OrganizationId, ResourceServerId};
use guildhall_domain::log::Change;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{
    UnitOfWork, audiences, memberships, organization_client_grants, organizations, resource_servers,
};

use self::survey::Survey;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};
use crate::targets;

/// A change that was made within a unit of work, not recorded yet.
pub(crate) struct Made<T = ()> {
    change: Change,
    stamped: Vec<OrganizationId>,
    concern: Concern,
    outcome: T,
}

/// What a change is about, as far as rights go.
pub(crate) enum Concern {
    /// What these hold on these APIs, or on whichever APIs they hold anything.
    Rights(Concerned, Option<Vec<ResourceServerId>>),
    /// The audiences of the organization's tokens; rights stay.
    Audiences(OrganizationId),
    /// Something else.
    Nothing,
}

impl Made {
    /// A change, and what it is about.
    pub(crate) fn new(change: Change, concern: Concern) -> Self {
        Self { change, stamped: Vec::new(), concern, outcome: () }
    }

    /// With what whoever made it is answered.
    pub(crate) fn with<T>(self, outcome: T) -> Made<T> {
        Made { change: self.change, stamped: self.stamped, concern: self.concern, outcome }
    }

    /// To be recorded in these organizations as well.
    pub(crate) fn stamped(self, organizations: Vec<OrganizationId>) -> Self {
        Self { stamped: organizations, ..self }
    }
}

impl<T> Made<T> {
    /// What it is about.
    pub(crate) fn concern(self) -> Concern {
        self.concern
    }
}

/// Records the change together with what it does to rights, and makes it permanent.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn save<T>(
    app: &App,
    mut unit: UnitOfWork,
    scope: &TenantScope,
    made: Made<T>,
) -> Result<T, Problem> {
    let change = made.change;
    unit.record(match extent(app, &unit, scope, &made.concern).await? {
        Some(extent) => change.clone().effect(extent),
        None => change.clone(),
    })
    .await?;
    // The effect is that of the whole change, not of one organization.
    for organization in made.stamped {
        unit.record(change.clone().within(&organization)).await?;
    }
    unit.commit().await?;
    Ok(made.outcome)
}

async fn extent(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    concern: &Concern,
) -> Result<Option<Extent>, Problem> {
    Ok(match concern {
        Concern::Rights(concerned, apis) => {
            Some(Survey::new(app, unit, scope, concerned, apis.as_deref()).await?.extent().await?)
        }
        Concern::Audiences(organization) => Some(of_organization(unit, scope, organization).await?),
        Concern::Nothing => None,
    })
}

/// Everybody there is concerned, and nobody gains or loses.
async fn of_organization(
    unit: &UnitOfWork,
    scope: &TenantScope,
    id: &OrganizationId,
) -> Result<Extent, Problem> {
    let inside = scope.organization(id.clone());
    let members = memberships::count(unit, &inside).await?;
    let clients = organization_client_grants::count_machines(unit, &inside).await?;
    Ok(Extent { concerned: members + clients, difference: Some(Difference::default()) })
}

/// Tells what the change does, and where `is_listed`, to whom. Dropped with its unit of work, it was never made.
///
/// # Errors
/// [`Problem::InvalidQuery`] for a cursor that no answer held.
pub(crate) async fn tell(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    concern: &Concern,
    page: &PageRequest,
    is_listed: bool,
) -> Result<DryRun, Problem> {
    match concern {
        Concern::Rights(concerned, apis) => {
            let survey = Survey::new(app, unit, scope, concerned, apis.as_deref()).await?;
            survey.tell(page, is_listed).await
        }
        Concern::Audiences(id) => {
            let extent = of_organization(unit, scope, id).await?;
            let before = found(organizations::find(app.store(), scope, id).await?, Thing::Organization)?;
            let after = found(organizations::find(unit, scope, id).await?, Thing::Organization)?;
            let apis = resource_servers::list(unit, scope, page, &[]).await?;
            let inside = scope.organization(id.clone());
            let ids = apis.items.iter().map(|api| &api.id);
            let explicit = audiences::all_current(unit, &inside, ids).await?;
            let change = |api: &ResourceServer| AudienceChange {
                resource_server_identifier: api.identifier.clone(),
                before: targets::audience_of(explicit.get(&api.id), api, &before),
                after: targets::audience_of(explicit.get(&api.id), api, &after),
            };
            let changes = apis.items.iter().map(change).filter(|change| change.before != change.after);
            Ok(DryRun { extent, effects: Some(Vec::new()), audiences: changes.collect(), next: apis.next })
        }
        Concern::Nothing => Ok(DryRun::default()),
    }
}
