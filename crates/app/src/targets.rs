//! What audiences and organizations in requests for tokens lead to (design section 5).

use chrono::{DateTime, Utc};
use guildhall_domain::audience;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::organization::{Organization, TokenStrategy};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{Db, audiences, organizations, resource_servers};

use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// The API that an audience leads to, and the organization where the audience is an organization's own.
#[allow(clippy::large_enum_variant, reason = "one lives for a moment")]
pub(crate) enum Target {
    /// An API.
    Api(ResourceServer),
    /// An organization's own audience of an API. Until a time, where the organization has left the audience.
    OfOrganization(ResourceServer, Organization, Option<DateTime<Utc>>),
}

/// What an audience leads to.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn find(app: &App, scope: &TenantScope, asked: &str) -> Result<Option<Target>, Problem> {
    let store = app.store();
    if let Some(api) = resource_servers::find_by_identifier(store, scope, asked).await? {
        return Ok(Some(Target::Api(api)));
    }
    let explicit = audiences::find(store, scope, asked).await?;
    if let Some((api, organization, left)) =
        explicit.filter(|(_, _, end)| end.is_none_or(|end| end > app.clock().now()))
    {
        let api = resource_servers::find(store, scope, &api).await?;
        let organization = organizations::find(store, scope, &organization).await?;
        return Ok(api.zip(organization).and_then(|(api, found)| of_organization(app, api, found, left)));
    }
    let Some((identifiers, organization)) = audience::parse(asked) else {
        return Ok(None);
    };
    for identifier in identifiers {
        if let Some(api) = resource_servers::find_by_identifier(store, scope, &identifier).await? {
            let found = organizations::find(store, scope, &organization).await?;
            return Ok(found.and_then(|found| of_organization(app, api, found, None)));
        }
    }
    Ok(None)
}

/// The organization that an audience leads to: by its strategy, or still, after the strategy left audiences. `left` is
/// when the audience itself retires.
fn of_organization(
    app: &App,
    api: ResourceServer,
    organization: Organization,
    left: Option<DateTime<Utc>>,
) -> Option<Target> {
    let strategy_left = match organization.token_strategy {
        TokenStrategy::Audience => None,
        TokenStrategy::Claim => {
            Some(organization.audiences_retire_at.filter(|end| *end > app.clock().now())?)
        }
    };
    let until = [left, strategy_left].into_iter().flatten().min();
    Some(Target::OfOrganization(api, organization, until))
}

/// The organization that a request names by id, or by name where the tenant allows names.
///
/// # Errors
/// `invalid_request`.
pub(crate) async fn organization(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    named: &str,
) -> Result<Organization, Refusal> {
    let by_name = tenant.settings.allow_organization_name_in_authentication_api;
    if !named.starts_with("org_") && !by_name {
        let description = "authorization request parameter organization must be an organization id";
        return Err(OAuthError::invalid_request(description).into());
    }
    let found = match organizations::find(app.store(), scope, &OrganizationId::new(named)).await? {
        None if by_name => organizations::find_by_name(app.store(), scope, &named.to_lowercase()).await?,
        found => found,
    };
    found.ok_or_else(|| absent(named).into())
}

/// The audience of an API's tokens in the organization, by the organization's strategy.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn audience_in(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    api: &ResourceServer,
    organization: &Organization,
) -> Result<String, Problem> {
    if organization.token_strategy != TokenStrategy::Audience || api.is_system {
        return Ok(api.identifier.clone());
    }
    Ok(audience_of(audiences::current(db, inside, &api.id).await?.as_ref(), api, organization))
}

/// The same where the audience is known that was set explicitly, if one was.
pub(crate) fn audience_of(
    explicit: Option<&String>,
    api: &ResourceServer,
    organization: &Organization,
) -> String {
    match (organization.token_strategy, explicit) {
        (TokenStrategy::Audience, _) if api.is_system => api.identifier.clone(),
        (TokenStrategy::Audience, Some(explicit)) => explicit.clone(),
        (TokenStrategy::Audience, None) => audience::derived(&api.identifier, &organization.id),
        (TokenStrategy::Claim, _) => api.identifier.clone(),
    }
}

/// Whether the request's word for an organization means this one.
pub(crate) fn is_named(tenant: &Tenant, organization: &Organization, named: &str) -> bool {
    let by_name = tenant.settings.allow_organization_name_in_authentication_api
        && organization.name == named.to_lowercase();
    organization.id.as_str() == named || by_name
}

/// An audience that leads nowhere.
pub(crate) fn unknown(audience: &str) -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied, format!("Service not enabled within domain: {audience}"))
}

/// An organization that does not exist for this caller.
pub(crate) fn absent(named: &str) -> OAuthError {
    OAuthError::invalid_request(format!("parameter organization is invalid: {named}"))
}

/// An audience of one organization together with another organization.
pub(crate) fn contradiction(organization: &OrganizationId, named: &str) -> OAuthError {
    OAuthError::invalid_request(format!(
        "parameters audience and organization contradict each other: the audience is that of {organization}, not of {named}"
    ))
}
