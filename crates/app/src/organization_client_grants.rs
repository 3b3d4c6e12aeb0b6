//! Client grants of organizations. Contract section 3.6, and beyond it what narrows a grant in one organization.

use guildhall_domain::client_grant::{
    Association, ClientGrant, NewOrganizationClientGrant, OrganizationClientGrant,
};
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, OrganizationId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, OrgScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::role::ConferredBy;
use guildhall_persistence::concerned::Concerned;
pub use guildhall_persistence::organization_client_grants::Filter;
use guildhall_persistence::{
    UnitOfWork, client_grant_requests, client_grants, organization_client_grants, organizations,
    resource_servers,
};

use crate::context::{App, found, limits};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// A page of the grants that are associated with an organization.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadOrganizationClientGrants>,
    organization: &OrganizationId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<OrganizationClientGrant>, Problem> {
    found(organizations::find(app.store(), by.scope(), organization).await?, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    Ok(organization_client_grants::list(app.store(), &inside, filter, page).await?)
}

/// Associates a grant with an organization, narrowed there where the body says so. Where the organization did that itself, the
/// vendor's word takes the place of its own.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`], [`Thing::Roles`], [`Taken::OrganizationClientGrant`],
/// [`Limit::OrganizationClientGrants`], [`Problem::Invalid`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::CreateOrganizationClientGrants>,
    organization: &OrganizationId,
    new: NewOrganizationClientGrant,
) -> Result<OrganizationClientGrant, Problem> {
    let unit = app.begin(by).await?;
    let made = add_within(app, &unit, by, organization, new).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn add_within(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<needs::CreateOrganizationClientGrants>,
    organization: &OrganizationId,
    new: NewOrganizationClientGrant,
) -> Result<Made<OrganizationClientGrant>, Problem> {
    let association = new.create(organization.clone(), ConferredBy::Vendor);
    let inside = by.scope().organization(organization.clone());
    found(organizations::find(unit, by.scope(), organization).await?, Thing::Organization)?;
    let grant = client_grants::find(unit, by.scope(), &association.grant_id).await?;
    let grant = found(grant, Thing::ClientGrant)?;
    if let Some(narrowed) = &association.scope {
        let api = resource_servers::find(unit, by.scope(), &grant.resource_server_id).await?;
        within(&grant, &found(api, Thing::ResourceServer)?, narrowed)?;
    }
    if let Some(roles) = &association.roles {
        let unknown = organization_client_grants::unknown_roles(unit, &inside, roles).await?;
        if !unknown.is_empty() {
            return Err(Problem::NoSuch(Thing::Roles(unknown)));
        }
    }
    let before = organization_client_grants::find(unit, &inside, &grant.id).await?;
    if before.as_ref().is_some_and(|before| !before.by_organization) {
        return Err(Problem::Taken(Taken::OrganizationClientGrant));
    }
    if before.is_some() {
        organization_client_grants::delete(unit, &inside, &grant.id).await?;
    }
    let made = associate(app, unit, &inside, before.as_ref(), &association).await?;
    Ok(made.with(association.describe(grant)))
}

/// Refuses permissions that the grant does not have.
///
/// # Errors
/// [`Problem::Invalid`].
pub(crate) fn within(grant: &ClientGrant, api: &ResourceServer, scope: &[String]) -> Result<(), Problem> {
    let beyond = grant.beyond(api, scope);
    match beyond.is_empty() {
        true => Ok(()),
        false => {
            let beyond = beyond.join(", ");
            let reason = format!("The following scopes are not granted by the client grant: {beyond}");
            Err(Problem::invalid("scope", reason))
        }
    }
}

/// Associates a grant, which answers what the organization was asked for.
///
/// # Errors
/// [`Taken::OrganizationClientGrant`], [`Limit::OrganizationClientGrants`].
pub(crate) async fn associate(
    app: &App,
    unit: &UnitOfWork,
    inside: &OrgScope,
    before: Option<&Association>,
    association: &Association,
) -> Result<Made, Problem> {
    let most = limits(unit, inside.within()).await?.client_grants_per_organization;
    if organization_client_grants::count(unit, inside).await? >= most {
        return Err(Problem::LimitReached(Limit::OrganizationClientGrants(most)));
    }
    let now = app.clock().now();
    let inserted = organization_client_grants::insert(unit, inside, association, now).await;
    inserted.map_err(taken(Taken::OrganizationClientGrant))?;
    client_grant_requests::delete(unit, inside, &association.grant_id).await?;
    let (id, grant) = (inside.organization(), &association.grant_id);
    let change = Change::new("organization.client_grant_added", grant.as_str()).within(id);
    Ok(Made::new(change.before(&before).after(association), of_client(id, grant)))
}

/// Ends the association of a grant with an organization. Tokens that were issued stay valid until they expire.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::ClientGrant`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::DeleteOrganizationClientGrants>,
    organization: &OrganizationId,
    grant: &ClientGrantId,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = remove_within(&unit, by, organization, grant).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn remove_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::DeleteOrganizationClientGrants>,
    organization: &OrganizationId,
    grant: &ClientGrantId,
) -> Result<Made, Problem> {
    let inside = by.scope().organization(organization.clone());
    found(organizations::find(unit, by.scope(), organization).await?, Thing::Organization)?;
    let before = found(organization_client_grants::find(unit, &inside, grant).await?, Thing::ClientGrant)?;
    dissociate(unit, &inside, &before).await
}

/// Ends an association.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn dissociate(
    unit: &UnitOfWork,
    inside: &OrgScope,
    before: &Association,
) -> Result<Made, Problem> {
    let (id, grant) = (inside.organization(), &before.grant_id);
    organization_client_grants::delete(unit, inside, grant).await?;
    let change = Change::new("organization.client_grant_removed", grant.as_str()).within(id);
    Ok(Made::new(change.before(before), of_client(id, grant)))
}

fn of_client(organization: &OrganizationId, grant: &ClientGrantId) -> Concern {
    let holder = Holder::ClientIn(organization.clone(), grant.clone());
    Concern::Rights(Concerned::one(holder), None)
}
