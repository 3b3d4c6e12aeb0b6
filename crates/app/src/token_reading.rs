//! The tenant's own access tokens, read back: whether they are genuine, and whether they still count.

use std::sync::Arc;

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::SubjectType;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{client_grants, clients, memberships, organizations};
use guildhall_tokens::jwks::VerifyingKey;
use guildhall_tokens::jws::{Expectations, Typ, unverified_audiences, verify};
use serde::Deserialize;

use crate::context::App;
use crate::person::{self, Worth, opaque::Opaque};
use crate::problem::Problem;
use crate::resource_servers::signing_secret;
use crate::targets::{self, Target};
use crate::{client_authentication, keys, machine, snapshots};

/// What a genuine token that has not expired says.
#[derive(Clone, Debug)]
pub(crate) struct ReadToken {
    pub(crate) subject: String,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) organization_id: Option<OrganizationId>,
    pub(crate) organization_name: Option<String>,
    pub(crate) scope: Vec<String>,
    /// None where the token is good for `/userinfo` alone.
    pub(crate) audiences: Vec<String>,
    pub(crate) issued_at: Option<i64>,
    pub(crate) expires_at: i64,
    pub(crate) id: Option<String>,
    /// What Actions added to the ID token that came with it, where the token keeps it.
    pub(crate) claims: Object,
    /// The API.
    pub(crate) api: Option<ResourceServer>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(alias = "azp")]
    client_id: Option<String>,
    org_id: Option<String>,
    org_name: Option<String>,
    #[serde(default)]
    scope: String,
    iat: Option<i64>,
    exp: i64,
    jti: Option<String>,
}

impl ReadToken {
    /// Reads a token; nothing when it is none of the tenant's, was changed or has expired.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn read(
        app: &App,
        tenant: &Tenant,
        scope: &TenantScope,
        token: &str,
    ) -> Result<Option<Self>, Problem> {
        let now = app.clock().now();
        if let Some(opaque) = Opaque::open(app, scope, token, now) {
            return Ok(Some(opaque.into()));
        }
        let audiences = unverified_audiences(token);
        let Some(audience) = audiences.first() else {
            return Ok(None);
        };
        let expected = Expectations {
            issuer: &tenant.issuer,
            audience,
            typ: &[Typ::Jwt, Typ::AccessToken],
            now,
            leeway: 0,
        };
        let ring = keys::ring(app, scope).await?;
        let mut claims = verify::<Claims>(token, ring.verifying(), &expected).ok();
        // An ID token is signed by the same keys, but its audience is no API.
        let target = targets::find(app, scope, audience).await?;
        let (api, organization) = match target {
            Some(Target::Api(api)) => (api, None),
            Some(Target::OfOrganization(api, organization, _)) => (api, Some(organization.id)),
            None => return Ok(None),
        };
        if claims.is_none() && api.signing_secret.is_some() {
            let key = VerifyingKey::secret(None, signing_secret(app, scope, &api)?.as_bytes());
            claims = verify(token, [&key], &expected).ok();
        }
        Ok(claims.map(|claims| Self {
            claims: Object::new(),
            subject: claims.sub,
            client_id: claims.client_id.map(ClientId::new),
            // Where the tenant leaves `org_id` out, the audience says it.
            organization_id: claims.org_id.map(OrganizationId::new).or(organization),
            organization_name: claims.org_name,
            scope: claims.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            audiences,
            issued_at: claims.iat,
            expires_at: claims.exp,
            id: claims.jti,
            api: Some(api),
        }))
    }

    /// What it is worth on its API now; none when whoever it is about may have it no longer.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn worth_now(
        &self,
        app: &App,
        tenant: &Tenant,
        scope: &TenantScope,
    ) -> Result<Option<Worth>, Problem> {
        let organization = match &self.organization_id {
            Some(id) => match organizations::find(app.store(), scope, id).await? {
                None => return Ok(None),
                found => found,
            },
            None => None,
        };
        let (store, organization) = (app.store(), organization.as_ref());
        let Some(client) = self.subject.strip_suffix("@clients").map(ClientId::new) else {
            let Some(user) = self.person(app, scope).await? else { return Ok(None) };
            let Some(api) = self.api.clone() else {
                return Ok(Some(Worth { held: Vec::new(), scope: self.scope.clone() }));
            };
            let subject = (&user, self.client_id.as_ref());
            return person::worth_now(app, tenant, scope, subject, organization, (api, &self.scope)).await;
        };
        let known = client_authentication::find(app, scope, client.as_str()).await?;
        let (now, id) = (app.clock().now(), organization.map(|organization| &organization.id));
        let may_ask = |it: &Client| machine::may_ask(it).is_ok() && it.is_live(now) && it.belongs_to(id);
        if !known.is_some_and(|known| may_ask(&known.client)) {
            return Ok(None);
        }
        let Some(api) = self.api.clone().map(Arc::new) else { return Ok(None) };
        let found = client_grants::find_for(app.store(), scope, &client, &api.id, SubjectType::Client);
        let Some(grant) = found.await? else { return Ok(None) };
        let found = match organization {
            None => Some(snapshots::of_client(api, grant)),
            Some(organization) => {
                let found = snapshots::of_client_in(store, tenant, scope, organization, api, grant).await?;
                found.map(|(snapshot, _)| snapshot)
            }
        };
        let Some(found) = found.filter(Snapshot::is_let_in) else { return Ok(None) };
        let subject = (Some(&client), None);
        let found = snapshots::under_policies(store, tenant, scope, found, organization, subject).await?;
        let held = found.held();
        let scope = self.scope.iter().filter(|scope| held.contains(scope)).cloned().collect();
        Ok(Some(Worth { held, scope }))
    }

    /// The person it is about, if they still may sign in, still belong to the organization, and the client still exists.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) async fn person(&self, app: &App, scope: &TenantScope) -> Result<Option<User>, Problem> {
        let Some(user) = person::live_user(app, scope, &UserId::new(&self.subject)).await? else {
            return Ok(None);
        };
        if let Some(client) = &self.client_id
            && clients::find(app.store(), scope, client).await?.is_none()
        {
            return Ok(None);
        }
        if let Some(organization) = &self.organization_id {
            let inside = scope.organization(organization.clone());
            if !memberships::exists(app.store(), &inside, &user.user_id).await? {
                return Ok(None);
            }
        }
        Ok(Some(user))
    }
}

impl From<Opaque> for ReadToken {
    fn from(opaque: Opaque) -> Self {
        Self {
            claims: opaque.claims,
            subject: opaque.sub.into_string(),
            client_id: Some(opaque.client_id),
            organization_id: opaque.org_id,
            organization_name: None,
            scope: opaque.scope,
            audiences: Vec::new(),
            issued_at: Some(opaque.iat),
            expires_at: opaque.exp,
            id: None,
            api: None,
        }
    }
}
