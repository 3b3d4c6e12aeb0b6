//! The one question that every way to a token asks: do the policies allow it?

use chrono::{DateTime, Utc};
use guildhall_domain::access_policy::{
    AccessPolicy, Denied, Facts, Person, Whence, decide, names_connections,
};
use guildhall_domain::applies_to::Issuance;
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{access_policies, connections};

use crate::context::App;
use crate::problem::Problem;

/// The tokens that are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    pub(crate) client: &'a ClientId,
    pub(crate) organization: Option<&'a OrganizationId>,
    /// None for a token that is good for `/userinfo` alone.
    pub(crate) api: Option<&'a ResourceServer>,
}

/// The policies that apply to what is asked for. Those that do not name the Management API leave it alone: a vendor must
/// not lose the way to mend a policy by making it.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn applying(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    sought: Sought<'_>,
) -> Result<Vec<AccessPolicy>, Problem> {
    let api = sought.api.map(|api| &api.id);
    let issuance = Issuance { client: sought.client, organization: sought.organization, api };
    let mut policies = access_policies::applying(app.store(), scope, &issuance).await?;
    if sought.api.is_some_and(|api| api.identifier == tenant.management_audience()) {
        policies.retain(|policy| policy.applies_to.resource_server_id.is_some());
    }
    Ok(policies)
}

/// Whether policies allow what is asked for. A denial is told to the operator's log; to the tenant's, by whoever sought.
///
/// # Errors
/// [`Denied`].
pub(crate) fn check(
    policies: &[AccessPolicy],
    sought: Sought<'_>,
    whence: Whence,
    person: Option<&Person>,
) -> Result<(), Denied> {
    let audience = sought.api.map(|api| api.identifier.as_str());
    let facts = Facts { client: sought.client, organization: sought.organization, audience, whence, person };
    decide(policies, &facts).inspect_err(|denied| {
        tracing::info!(
            policy = denied.id.as_str(),
            name = denied.name,
            rule = ?denied.rule,
            reason = denied.reason,
            client = sought.client.as_str(),
            organization = sought.organization.map(tracing::field::display),
            audience,
            "refused by an access policy"
        );
    })
}

/// Whether the policies that apply allow a person's tokens. `authenticated_at` is when the person last proved who they
/// are, where that is known. Within, a denial.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn check_person(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    sought: Sought<'_>,
    (user, authenticated_at): (&User, Option<DateTime<Utc>>),
    whence: Whence,
) -> Result<Result<(), Denied>, Problem> {
    let policies = applying(app, tenant, scope, sought).await?;
    if policies.is_empty() {
        return Ok(Ok(()));
    }
    let mut known = Vec::new();
    if names_connections(&policies) {
        for identity in &user.identities {
            let connection = connections::find_by_name(app.store(), scope, &identity.connection).await?;
            known.extend(connection.map(|connection| connection.id));
        }
    }
    let person = Person {
        email_verified: user.email_verified && user.email.is_some(),
        session_age: authenticated_at.map(|then| app.clock().now() - then),
        connections: known,
    };
    Ok(check(&policies, sought, whence, Some(&person)))
}

/// Where a request comes from.
pub(crate) fn whence(origin: &Origin) -> Whence {
    let address = origin.ip.as_deref().and_then(|ip| ip.parse().ok());
    address.map_or(Whence::Unknown, Whence::Address)
}

/// What a client is told of a denial: the reason.
pub(crate) fn refusal(denied: &Denied) -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied, &denied.reason)
}
