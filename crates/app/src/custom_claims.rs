//! The claims that a tenant adds to its tokens: by mappings, and its own claim for the organization. Contract section 14.3.

use std::borrow::Cow;

use guildhall_domain::applies_to::Issuance;
use guildhall_domain::claim_mapping::{ClaimMapping, Known, Place, mapped, names_roles};
use guildhall_domain::field::Object;
use guildhall_domain::id::RoleId;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::role::ConferredBy;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::tenant_settings::OrganizationValue;
use guildhall_domain::user::User;
use guildhall_oauth::error::OAuthError;
use guildhall_persistence::{claim_mappings, roles, user_roles};
use guildhall_tokens::custom_claims::{CustomClaims, Names, custom_claim_allowed, is_namespaced};

use crate::access_policies::Sought;
use crate::context::App;
use crate::member_roles;
use crate::problem::Problem;

/// The most roles that a claim lists.
const MOST_ROLES: usize = 1000;

/// The claims that are added, by where they stand; names are not looked at yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomObjects {
    pub(crate) access_token: Object,
    pub(crate) id_token: Object,
    pub(crate) userinfo: Object,
}

/// What is added for a person.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_person(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    sought: Sought<'_>,
    organization: Option<&Organization>,
    user: &User,
) -> Result<CustomObjects, Problem> {
    let mappings = applying(app, scope, sought).await?;
    let mut held = Vec::new();
    if names_roles(&mappings) {
        let (store, user) = (app.store(), &user.user_id);
        let found = match (organization, sought.organization) {
            (Some(organization), _) => {
                member_roles::counting(store, tenant, scope, organization, user).await?
            }
            (None, Some(_)) => Vec::new(),
            (None, None) => {
                user_roles::list(store, scope, user, &PageRequest::first(MOST_ROLES as u64)).await?.items
            }
        };
        held.extend(found.into_iter().take(MOST_ROLES).map(|role| role.name));
    }
    let known = Known {
        organization_metadata: organization.map(|organization| &organization.metadata),
        user_metadata: user.user_metadata.as_ref(),
        app_metadata: user.app_metadata.as_ref(),
        roles: Some(&held),
    };
    let at = |place| with_organization(tenant, organization, mapped(&mappings, place, &known));
    Ok(CustomObjects {
        access_token: at(Place::AccessToken),
        id_token: at(Place::IdToken),
        userinfo: at(Place::Userinfo),
    })
}

/// What is added to the access token of a machine client, which holds these roles in the organization by this word, where it
/// holds any there.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_machine(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    sought: Sought<'_>,
    organization: Option<&Organization>,
    held: Option<(&[RoleId], ConferredBy)>,
) -> Result<Object, Problem> {
    let mappings = applying(app, scope, sought).await?;
    let names = match held.filter(|_| names_roles(&mappings)) {
        Some((ids, by)) => {
            let envelope = organization.map(|it| tenant.settings.envelope_of(it)).unwrap_or_default();
            let found = roles::find_all(app.store(), scope, ids).await?.into_iter();
            let counting = found.filter(|role| !envelope.suspends(&role.id, role.kind, by));
            Some(counting.map(|role| role.name).collect::<Vec<_>>())
        }
        None => None,
    };
    let known = Known {
        organization_metadata: organization.map(|organization| &organization.metadata),
        roles: names.as_deref(),
        ..Known::default()
    };
    Ok(with_organization(tenant, organization, mapped(&mappings, Place::AccessToken, &known)))
}

async fn applying(app: &App, scope: &TenantScope, sought: Sought<'_>) -> Result<Vec<ClaimMapping>, Problem> {
    let api = sought.api.map(|api| &api.id);
    let issuance = Issuance { client: sought.client, organization: sought.organization, api };
    Ok(claim_mappings::applying(app.store(), scope, &issuance).await?)
}

/// The same with the tenant's own claim for the organization, unless a mapping took its name.
fn with_organization(tenant: &Tenant, organization: Option<&Organization>, mut claims: Object) -> Object {
    if let (Some(claim), Some(organization)) = (tenant.settings.organization_claim(), organization) {
        let value = match claim.value {
            OrganizationValue::Id => organization.id.as_str(),
            OrganizationValue::Name => &organization.name,
        };
        claims.entry(claim.name).or_insert_with(|| value.into());
    }
    claims
}

/// The names that access tokens of an API leave to the tenant.
pub(crate) fn names(api: &ResourceServer) -> Names {
    match api.is_system {
        true => Names::Namespaced,
        false => Names::Any,
    }
}

/// What of the claims may stand in a token.
///
/// # Errors
/// `invalid_request` where they are too large.
pub(crate) fn admitted(claims: &Object, names: Names) -> Result<CustomClaims, OAuthError> {
    let claims = CustomClaims::new(claims.clone(), names);
    claims.map_err(|error| OAuthError::invalid_request(error.to_string()))
}

/// The claims with those that Actions added.
///
/// # Errors
/// `invalid_request` where they are too large.
pub(crate) fn with<'a>(
    known: &'a CustomClaims,
    added: &Object,
    api: &ResourceServer,
) -> Result<Cow<'a, CustomClaims>, OAuthError> {
    if added.is_empty() {
        return Ok(Cow::Borrowed(known));
    }
    let mut claims: Object = known.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    claims.extend(added.clone());
    admitted(&claims, names(api)).map(Cow::Owned)
}

/// Whether a tenant may use the name for a claim of its own.
///
/// # Errors
/// The reason why not.
pub(crate) fn is_free(name: &str, names: Names) -> Result<(), &'static str> {
    if !custom_claim_allowed(name) {
        return Err("The name has a meaning already, or is in a namespace that is not yours.");
    }
    match names == Names::Namespaced && !is_namespaced(name) {
        true => Err("The name must be in a namespace: an http(s) URL or a URN."),
        false => Ok(()),
    }
}
