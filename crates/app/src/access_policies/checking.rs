//! The one question that every way to a token asks: do the policies allow it?

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use guildhall_domain::access_policy::{
    AccessPolicy, Denied, Facts, Person, PolicyVerdict, Whence, decide, names_connections, standing, verdicts,
};
use guildhall_domain::applies_to::Issuance;
use guildhall_domain::id::{ClientId, ConnectionId, OrganizationId};
use guildhall_domain::log::Origin;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{Db, access_policies, connections};

use crate::context::App;
use crate::problem::Problem;

/// The tokens that are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    /// None where nobody knows through which one.
    pub(crate) client: Option<&'a ClientId>,
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
    db: impl Into<Db<'_>>,
    tenant: &Tenant,
    scope: &TenantScope,
    sought: Sought<'_>,
) -> Result<Vec<AccessPolicy>, Problem> {
    let mut policies = access_policies::applying(db, scope, &issuance(sought)).await?;
    leave_management_alone(&mut policies, tenant, sought.api);
    Ok(policies)
}

/// The policies that may apply to tokens of the API, for whichever client, in these organizations and outside; name fewer than
/// 1,000.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_api(
    db: impl Into<Db<'_>>,
    tenant: &Tenant,
    scope: &TenantScope,
    api: &ResourceServer,
    organizations: &[OrganizationId],
) -> Result<Vec<AccessPolicy>, Problem> {
    let mut policies = access_policies::of_api(db, scope, &api.id, organizations).await?;
    leave_management_alone(&mut policies, tenant, Some(api));
    Ok(policies)
}

fn issuance(sought: Sought<'_>) -> Issuance<'_> {
    let api = sought.api.map(|api| &api.id);
    Issuance { client: sought.client, organization: sought.organization, api }
}

fn leave_management_alone(policies: &mut Vec<AccessPolicy>, tenant: &Tenant, api: Option<&ResourceServer>) {
    if api.is_some_and(|api| api.identifier == tenant.management_audience()) {
        policies.retain(|policy| policy.applies_to.resource_server_id.is_some());
    }
}

/// Tells the operator's log of a denial; the tenant's is told by whoever sought.
pub(crate) fn tell(denied: &Denied, sought: Sought<'_>) {
    tracing::info!(
        policy = denied.id.as_str(),
        name = denied.name,
        rule = ?denied.rule,
        reason = denied.reason,
        client = sought.client.map(ClientId::as_str),
        organization = sought.organization.map(tracing::field::display),
        audience = sought.api.map(|api| api.identifier.as_str()),
        "refused by an access policy"
    );
}

/// The facts that policies are asked about.
pub(crate) fn facts<'a>(sought: Sought<'a>, whence: Whence, person: Option<&'a Person>) -> Facts<'a> {
    let audience = sought.api.map(|api| api.identifier.as_str());
    Facts { client: sought.client, organization: sought.organization, audience, whence, person }
}

/// Whether the policies that apply allow a person's tokens. `authenticated_at` is when the person last proved who they
/// are, where that is known. Within, a denial, of which the operator's log is told.
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
    let known = Standing::load(app.store(), tenant, scope, sought, std::slice::from_ref(user)).await?;
    let session_age = authenticated_at.map(|then| app.clock().now() - then);
    Ok(known.decide(sought, whence, user, session_age).inspect_err(|denied| tell(denied, sought)))
}

/// Policies that may apply to what is sought, and what they want to know of people.
pub(crate) struct Standing {
    policies: Vec<AccessPolicy>,
    connections: HashMap<String, ConnectionId>,
}

impl Standing {
    /// Reads them, and of the users what they ask about.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn load<'d>(
        db: impl Into<Db<'d>> + Copy,
        tenant: &Tenant,
        scope: &TenantScope,
        sought: Sought<'_>,
        users: &[User],
    ) -> Result<Self, Problem> {
        Self::with(db, scope, applying(db, tenant, scope, sought).await?, users).await
    }

    /// What these policies want to know of the users.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn with<'d>(
        db: impl Into<Db<'d>> + Copy,
        scope: &TenantScope,
        policies: Vec<AccessPolicy>,
        users: &[User],
    ) -> Result<Self, Problem> {
        let mut known = HashMap::new();
        if names_connections(&policies) {
            for identity in users.iter().flat_map(|user| &user.identities) {
                if known.contains_key(&identity.connection) {
                    continue;
                }
                if let Some(found) = connections::find_by_name(db, scope, &identity.connection).await? {
                    known.insert(identity.connection.clone(), found.id);
                }
            }
        }
        Ok(Self { policies, connections: known })
    }

    /// The policies that refuse a person, or a machine client, whenever they ask.
    pub(crate) fn denials(&self, sought: Sought<'_>, user: Option<&User>) -> Vec<Denied> {
        if self.policies.is_empty() {
            return Vec::new();
        }
        let person = user.map(|user| self.person(user));
        let issuance = issuance(sought);
        let applying = self.policies.iter().filter(|policy| policy.applies_to.covers(&issuance));
        standing(applying, &facts(sought, Whence::AskedBefore, person.as_ref()))
    }

    /// Whether they allow a person's tokens. `session_age` is how long ago the person proved who they are, where that is
    /// known.
    ///
    /// # Errors
    /// [`Denied`].
    pub(crate) fn decide(
        &self,
        sought: Sought<'_>,
        whence: Whence,
        user: &User,
        session_age: Option<Duration>,
    ) -> Result<(), Denied> {
        let person = Person { session_age, ..self.person(user) };
        decide(&self.policies, &facts(sought, whence, Some(&person)))
    }

    /// What each policy says of a person who has just signed in.
    pub(crate) fn verdicts(&self, sought: Sought<'_>, whence: Whence, user: &User) -> Vec<PolicyVerdict> {
        let person = Person { session_age: Some(Duration::zero()), ..self.person(user) };
        verdicts(&self.policies, &facts(sought, whence, Some(&person)))
    }

    fn person(&self, user: &User) -> Person {
        let ids = user.identities.iter().filter_map(|identity| self.connections.get(&identity.connection));
        Person {
            email_verified: user.email_verified && user.email.is_some(),
            session_age: None,
            connections: ids.cloned().collect(),
        }
    }
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
