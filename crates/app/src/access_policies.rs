//! Access policies (an addition to the contract): kept by the vendor, and asked by every way to a token.

mod checking;

use guildhall_domain::access_policy::{AccessPolicy, AccessPolicyPatch, NewAccessPolicy, Rules};
use guildhall_domain::applies_to::AppliesTo;
use guildhall_domain::id::{AccessPolicyId, ClientId, OrganizationId, ResourceServerId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_persistence::concerned::{Concerned, Places};
use guildhall_persistence::{
    UnitOfWork, access_policies, clients, connections, organizations, resource_servers,
};

use crate::applies_to;
use crate::context::{App, found, limits};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Thing};

pub(crate) use checking::{Sought, Standing, applying, check_person, facts, of_api, refusal, tell, whence};

/// A page of the tenant's policies.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadAccessPolicies>,
    page: &PageRequest,
) -> Result<Page<AccessPolicy>, Problem> {
    Ok(access_policies::list(app.store(), by.scope(), page).await?)
}

/// The policy with this id.
///
/// # Errors
/// [`Thing::AccessPolicy`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadAccessPolicies>,
    id: &AccessPolicyId,
) -> Result<AccessPolicy, Problem> {
    found(access_policies::find(app.store(), by.scope(), id).await?, Thing::AccessPolicy)
}

/// Makes a policy. It counts from the next token on.
///
/// # Errors
/// [`Problem::Invalid`] for what does not exist, [`Limit::AccessPolicies`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateAccessPolicies>,
    new: NewAccessPolicy,
) -> Result<AccessPolicy, Problem> {
    let unit = app.begin(by).await?;
    let made = create_within(app, &unit, by, new).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn create_within(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<needs::CreateAccessPolicies>,
    new: NewAccessPolicy,
) -> Result<Made<AccessPolicy>, Problem> {
    let mut policy = new.create(AccessPolicyId::generate(app.clock()));
    policy.applies_to = applies_to::existing(unit, by.scope(), policy.applies_to).await?;
    names_what_exists(unit, by.scope(), &policy.rules).await?;
    has_room(unit, by.scope(), &policy).await?;
    access_policies::insert(unit, by.scope(), &policy, app.clock().now()).await?;
    let change = change("access_policy.created", &policy).after(&policy);
    let concern = under(unit, by.scope(), &[&policy]).await?;
    Ok(Made::new(change, concern).with(policy))
}

/// Changes a policy.
///
/// # Errors
/// [`Thing::AccessPolicy`], and those of [`create`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateAccessPolicies>,
    id: &AccessPolicyId,
    patch: AccessPolicyPatch,
) -> Result<AccessPolicy, Problem> {
    let unit = app.begin(by).await?;
    let made = update_within(&unit, by, id, patch).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn update_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateAccessPolicies>,
    id: &AccessPolicyId,
    patch: AccessPolicyPatch,
) -> Result<Made<AccessPolicy>, Problem> {
    let before = found(access_policies::find(unit, by.scope(), id).await?, Thing::AccessPolicy)?;
    if let Some(rules) = &patch.rules {
        names_what_exists(unit, by.scope(), rules).await?;
    }
    let mut after = before.clone().patched(patch);
    after.applies_to = applies_to::existing(unit, by.scope(), after.applies_to).await?;
    if after.applies_to != before.applies_to {
        has_room(unit, by.scope(), &after).await?;
    }
    access_policies::update(unit, by.scope(), &after).await?;
    let change = change("access_policy.updated", &after).before(&before).after(&after);
    let concern = under(unit, by.scope(), &[&before, &after]).await?;
    Ok(Made::new(change, concern).with(after))
}

/// Deletes a policy.
///
/// # Errors
/// [`Thing::AccessPolicy`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteAccessPolicies>,
    id: &AccessPolicyId,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = delete_within(&unit, by, id).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn delete_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::DeleteAccessPolicies>,
    id: &AccessPolicyId,
) -> Result<Made, Problem> {
    let before = found(access_policies::find(unit, by.scope(), id).await?, Thing::AccessPolicy)?;
    access_policies::delete(unit, by.scope(), id).await?;
    let change = change("access_policy.deleted", &before).before(&before);
    let concern = under(unit, by.scope(), &[&before]).await?;
    Ok(Made::new(change, concern))
}

/// What those hold to whom any of the policies may apply, of which the unit has removed or changed some.
async fn under(
    unit: &UnitOfWork,
    scope: &TenantScope,
    policies: &[&AccessPolicy],
) -> Result<Concern, Problem> {
    let same = |id: fn(&AppliesTo) -> Option<&str>| {
        let mut ids = policies.iter().map(|policy| id(&policy.applies_to));
        let first = ids.next().flatten()?;
        ids.all(|id| id == Some(first)).then(|| first.to_owned())
    };
    let api = same(|to| to.resource_server_id.as_ref().map(AsRef::as_ref)).map(ResourceServerId::new);
    let organization = same(|to| to.organization_id.as_ref().map(AsRef::as_ref)).map(OrganizationId::new);
    let client = same(|to| to.client_id.as_ref().map(AsRef::as_ref)).map(ClientId::new);
    let places = match organization {
        Some(organization) => Places::In(organization),
        None => Places::All(access_policies::named(unit, scope, policies).await?),
    };
    let apis = api.clone().map(|api| vec![api]);
    Ok(Concern::Rights(Concerned::Apis { api, places, client }, apis))
}

fn change(action: &'static str, policy: &AccessPolicy) -> Change {
    let change = Change::new(action, policy.id.as_str());
    match &policy.applies_to.organization_id {
        Some(organization) => change.within(organization),
        None => change,
    }
}

async fn has_room(unit: &UnitOfWork, scope: &TenantScope, policy: &AccessPolicy) -> Result<(), Problem> {
    let most = limits(unit, scope).await?.access_policies_per_target;
    match access_policies::count(unit, scope, &policy.applies_to).await? < most {
        true => Ok(()),
        false => Err(Problem::LimitReached(Limit::AccessPolicies(most))),
    }
}

/// A name that is misspelt would keep everyone out.
async fn names_what_exists(unit: &UnitOfWork, scope: &TenantScope, rules: &Rules) -> Result<(), Problem> {
    let absent =
        |list: &str, id: &str| Problem::invalid(format!("rules.{list}"), format!("There is no {id}."));
    for audience in rules.allowed_audiences.iter().flatten() {
        if resource_servers::find_by_identifier(unit, scope, audience).await?.is_none() {
            return Err(absent("allowed_audiences", audience));
        }
    }
    for client in rules.allowed_clients.iter().flatten() {
        if clients::find(unit, scope, client).await?.is_none() {
            return Err(absent("allowed_clients", client.as_str()));
        }
    }
    for organization in rules.allowed_organizations.iter().flatten() {
        if organizations::find(unit, scope, organization).await?.is_none() {
            return Err(absent("allowed_organizations", organization.as_str()));
        }
    }
    for connection in rules.allowed_connections.iter().flatten() {
        if connections::find(unit, scope, connection).await?.is_none() {
            return Err(absent("allowed_connections", connection.as_str()));
        }
    }
    Ok(())
}
