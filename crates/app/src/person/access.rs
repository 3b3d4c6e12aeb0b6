//! What a person may have through a client: the rights of now, in the organization or in the tenant.

use std::sync::Arc;

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::ClientGrant;
use guildhall_domain::id::ClientId;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{self, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::memberships;
use guildhall_tokens::custom_claims::{CustomClaims, Names};
use guildhall_tokens::key::SigningKey;

use super::Asked;
use crate::access_policies::Sought;
use crate::access_tokens;
use crate::context::App;
use crate::custom_claims::{self, CustomObjects};
use crate::refusal::Refusal;
use crate::snapshots::{self, ForPeople};
use crate::targets;

/// What a person may have of an API, in an organization or in none.
pub struct Access {
    /// The API; none for a token that is good for `/userinfo` alone.
    pub api: Option<ResourceServer>,
    /// The organization.
    pub organization: Option<Organization>,
    /// What is granted, in the order in which it was asked for.
    pub scope: Vec<String>,
    /// The audience of the API, by the organization's strategy.
    pub(crate) audience: Option<String>,
    /// All that the person holds on the API.
    pub(super) held: Vec<String>,
    pub(super) secret: Option<SigningKey>,
    /// What the vendor's Actions change of the tokens; the scope has it already.
    pub(crate) changes: TokenChanges,
    /// What the tenant adds to the tokens.
    pub(crate) custom: CustomObjects,
}

impl Access {
    /// Changes the tokens as Actions want it. Their word on a scope counts more than roles.
    ///
    /// # Errors
    /// `invalid_request` where custom claims are too large.
    pub(crate) fn change(&mut self, changes: TokenChanges) -> Result<(), OAuthError> {
        changes.apply(&mut self.scope);
        self.custom.access_token.extend(changes.access_token.clone());
        self.custom.id_token.extend(changes.id_token.clone());
        self.changes = changes;
        self.admitted()
    }

    /// Whether custom claims are as large as they may be, before anything is used up that the tokens are for.
    fn admitted(&self) -> Result<(), OAuthError> {
        self.admitted_in_access_token()?;
        self.admitted_in_id_token()?;
        Ok(())
    }

    /// What policies are asked about.
    pub(crate) fn sought<'a>(&'a self, client: &'a ClientId) -> Sought<'a> {
        let organization = self.organization.as_ref().map(|organization| &organization.id);
        Sought { client: Some(client), organization, api: self.api.as_ref() }
    }

    /// The custom claims of an access token.
    pub(super) fn admitted_in_access_token(&self) -> Result<CustomClaims, OAuthError> {
        custom_claims::admitted(
            &self.custom.access_token,
            self.api.as_ref().map_or(Names::Any, custom_claims::names),
        )
    }

    /// The custom claims of an ID token.
    pub(super) fn admitted_in_id_token(&self) -> Result<CustomClaims, OAuthError> {
        custom_claims::admitted(&self.custom.id_token, Names::Any)
    }

    /// Whether the scope is granted.
    pub fn grants(&self, scope: &str) -> bool {
        self.scope.iter().any(|granted| granted == scope)
    }
}

/// What the person may have now. RBAC is applied per membership: in an organization the roles held there count and no
/// others.
///
/// # Errors
/// `access_denied` for someone who is blocked or no member, `unauthorized_client` where the API wants a grant.
pub async fn resolve_access(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    asked: Asked,
    asked_scope: &[String],
) -> Result<Access, Refusal> {
    if user.is_blocked() {
        return Err(OAuthError::new(ErrorCode::AccessDenied, "user is blocked").into());
    }
    let Asked { api, organization } = asked;
    let inside = organization.as_ref().map(|organization| scope.organization(organization.id.clone()));
    if let Some(inside) = &inside
        && !memberships::exists(app.store(), inside, &user.user_id).await?
    {
        return Err(not_a_member(user, inside.organization().as_str()).into());
    }
    let (mut audience, mut held, mut secret, mut allowed) = (None, Vec::new(), None, None);
    if let Some(api) = &api {
        allowed = grant_for_people(app, scope, client, api).await?;
        let (store, of) = (app.store(), Arc::new(api.clone()));
        let snapshot = snapshots::of_person(store, tenant, scope, &user.user_id, organization.as_ref(), of);
        let through_client = allowed.as_ref().and_then(ClientGrant::permissions);
        held = Snapshot { through_client, ..snapshot.await? }.held();
        secret = access_tokens::secret(app, scope, api)?;
        audience = Some(match inside.as_ref().zip(organization.as_ref()) {
            Some((inside, organization)) => {
                targets::audience_in(app.store(), inside, api, organization).await?
            }
            None => api.identifier.clone(),
        });
    }
    let mut granted = rights::granted_to_person(api.as_ref(), &held, allowed.as_ref(), asked_scope);
    if !may_stay_offline(client, api.as_ref()) {
        granted.retain(|scope| scope != "offline_access");
    }
    let (custom, changes) = (CustomObjects::default(), TokenChanges::default());
    let mut access = Access { api, organization, scope: granted, audience, held, secret, custom, changes };
    access.custom = custom_claims::of_person(
        app,
        tenant,
        scope,
        access.sought(&client.client_id),
        access.organization.as_ref(),
        user,
    )
    .await?;
    access.admitted()?;
    Ok(access)
}

/// Someone who does not belong to the organization.
fn not_a_member(user: &User, organization: &str) -> OAuthError {
    let description = format!("user {} is not part of the {organization} organization", user.user_id);
    OAuthError::new(ErrorCode::AccessDenied, description)
}

fn may_stay_offline(client: &Client, api: Option<&ResourceServer>) -> bool {
    client.allows_grant("refresh_token") && api.is_none_or(|api| api.allow_offline_access)
}

/// The grant that narrows what people get through the client, where the API wants one.
async fn grant_for_people(
    app: &App,
    scope: &TenantScope,
    client: &Client,
    api: &ResourceServer,
) -> Result<Option<ClientGrant>, Refusal> {
    match snapshots::for_people(app.store(), scope, &client.client_id, api).await? {
        ForPeople::Everything => Ok(None),
        ForPeople::Granted(grant) => Ok(Some(grant)),
        ForPeople::Nothing | ForPeople::Closed => {
            let description = format!(
                "Client \"{}\" is not authorized to access resource server \"{}\".",
                client.client_id, api.identifier
            );
            Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into())
        }
    }
}
