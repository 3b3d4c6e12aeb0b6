//! Who calls the My Organization API: someone in an organization, by a token that names it, with what they may do there now.

use std::sync::Arc;

use guildhall_domain::client_grant::SubjectType;
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::{Caller, OrgScope, issuance};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{
    Db, client_grants, clients, memberships, organizations, resource_servers, users,
};
use guildhall_tokens::jws::{Expectations, Typ, verify};
use serde::Deserialize;

use crate::context::App;
use crate::effective_permissions::explained;
use crate::problem::Problem;
use crate::{keys, snapshots};

/// Why a token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not one of this tenant for this API, it has expired, or whoever it speaks of is gone from the organization.
    #[error("invalid token")]
    InvalidToken,
    /// It was issued without an organization.
    #[error("no organization")]
    NoOrganization,
    /// The client that the person comes by has no `my_organization_configuration`.
    #[error("the client is not configured")]
    NotConfigured,
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    scope: String,
    org_id: Option<OrganizationId>,
    azp: Option<ClientId>,
}

/// Verifies a token for the tenant's My Organization API. Its scopes count as far as whoever it speaks of still holds them in
/// the organization: by roles, through the client and its grant.
///
/// # Errors
/// [`Refusal`].
pub async fn authenticate(
    app: &App,
    tenant: &Tenant,
    token: &str,
    origin: Origin,
) -> Result<(Caller, OrganizationId), Refusal> {
    let scope = issuance(&tenant.id);
    let ring = keys::ring(app, &scope).await?;
    let audience = tenant.my_organization_audience();
    let expected = Expectations {
        issuer: &tenant.issuer,
        audience: &audience,
        typ: &[Typ::Jwt, Typ::AccessToken],
        now: app.clock().now(),
        leeway: 0,
    };
    let claims: Claims = verify(token, ring.verifying(), &expected).map_err(|_| Refusal::InvalidToken)?;
    let organization = claims.org_id.ok_or(Refusal::NoOrganization)?;
    let actor = match (claims.sub.strip_suffix("@clients"), claims.azp) {
        (Some(client), _) => Actor::Client(ClientId::new(client)),
        (None, Some(client)) => {
            let known = clients::find(app.store(), &scope, &client).await.map_err(Problem::from)?;
            let known = known.ok_or(Refusal::InvalidToken)?;
            if known.settings.my_organization_configuration.is_none() {
                return Err(Refusal::NotConfigured);
            }
            Actor::User(UserId::new(claims.sub), client)
        }
        (None, None) => return Err(Refusal::InvalidToken),
    };
    let inside = scope.organization(organization.clone());
    let held = held(app.store(), tenant, &inside, &actor).await?.ok_or(Refusal::InvalidToken)?;
    let scopes = claims.scope.split(' ').filter(|scope| held.iter().any(|held| held == scope));
    let scopes = scopes.map(str::to_owned).collect();
    Ok((Caller { tenant: tenant.id.clone(), actor, scopes, origin }, organization))
}

/// What the actor holds on the My Organization API in the organization now; nothing where they do not belong there.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn held<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    inside: &OrgScope,
    actor: &Actor,
) -> Result<Option<Vec<String>>, Problem> {
    let scope = inside.within();
    let Some(organization) = organizations::find(db, scope, inside.organization()).await? else {
        return Ok(None);
    };
    let audience = tenant.my_organization_audience();
    let api = resource_servers::find_by_identifier(db, scope, &audience).await?;
    let api = api.ok_or_else(|| Problem::internal("the My Organization API is gone"))?;
    let snapshot = snapshot(db, tenant, inside, &organization, actor, Arc::new(api)).await?;
    Ok(snapshot.map(|snapshot| snapshot.held()))
}

/// What the actor holds on an API in the organization, through the client that they come by; nothing where they do not
/// belong there, or are not let in.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn snapshot<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    inside: &OrgScope,
    organization: &Organization,
    actor: &Actor,
    api: Arc<ResourceServer>,
) -> Result<Option<Snapshot>, Problem> {
    let (scope, of) = (inside.within(), Some(organization));
    match actor {
        Actor::User(user, client) => {
            if !memberships::exists(db, inside, user).await? {
                return Ok(None);
            }
            let Some(user) = users::find(db, scope, user).await?.filter(|user| !user.is_blocked()) else {
                return Ok(None);
            };
            let snapshot = snapshots::of_person(db, tenant, scope, &user.user_id, of, api).await?;
            Ok(Some(explained(db, tenant, scope, snapshot, of, (Some(client), &user)).await?))
        }
        Actor::Client(client) => {
            let known = clients::find(db, scope, client).await?;
            let now = db.into().now();
            if !known.is_some_and(|it| it.is_live(now) && it.belongs_to(Some(&organization.id))) {
                return Ok(None);
            }
            let grant = client_grants::find_for(db, scope, client, &api.id, SubjectType::Client).await?;
            let Some(grant) = grant else { return Ok(None) };
            let Some((snapshot, _)) =
                snapshots::of_client_in(db, tenant, scope, organization, api, grant).await?
            else {
                return Ok(None);
            };
            let subject = (Some(client), None);
            Ok(Some(snapshots::under_policies(db, tenant, scope, snapshot, of, subject).await?))
        }
        Actor::Person(_) | Actor::Actions(_) | Actor::Operator => Ok(None),
    }
}
