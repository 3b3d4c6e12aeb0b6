//! What one request reads to be answered, each thing once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::id::{ClientId, OrganizationId, ResourceServerId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::resource_type::ResourceType;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authzen::Object;
use guildhall_oauth::authzen::entity::Resource;
use guildhall_persistence::{client_grants, memberships, organizations, resource_servers, resource_types};
use serde_json::Value;

use super::named::{Place, Who, text};
use crate::context::App;
use crate::person;
use crate::problem::Problem;
use crate::snapshots;

/// How often a tenant is looked at that has not come to the epoch demanded: for a second in all.
const LOOKS: u32 = 20;

/// How long to wait between looks.
const PAUSE: Duration = Duration::from_millis(50);

type Key = (Who, ResourceServerId, Option<OrganizationId>);

/// What was read so far, all of it after the epoch.
pub(super) struct Reading<'a> {
    app: &'a App,
    scope: &'a TenantScope,
    tenant: Tenant,
    kinds: HashMap<String, Option<Arc<ResourceType>>>,
    apis: HashMap<String, Option<Arc<ResourceServer>>>,
    organizations: HashMap<OrganizationId, Option<Arc<Organization>>>,
    snapshots: HashMap<Key, Option<Arc<Snapshot>>>,
}

impl<'a> Reading<'a> {
    /// Begins with the tenant, at the epoch that the request's context demands. Waits a second for it.
    ///
    /// # Errors
    /// [`Problem::EpochNotReached`], [`Problem::Invalid`].
    pub(super) async fn begin(
        app: &'a App,
        scope: &'a TenantScope,
        context: &Object,
    ) -> Result<Self, Problem> {
        let minimum = minimum_epoch(context)?;
        let mut tenant = app.tenant(scope).await?;
        for _ in 0..LOOKS {
            if tenant.epoch >= minimum {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            tenant = app.tenant(scope).await?;
        }
        if tenant.epoch < minimum {
            return Err(Problem::EpochNotReached { epoch: tenant.epoch, minimum });
        }
        Ok(Self {
            app,
            scope,
            tenant,
            kinds: HashMap::new(),
            apis: HashMap::new(),
            organizations: HashMap::new(),
            snapshots: HashMap::new(),
        })
    }

    /// The epoch that everything here is at least as new as.
    pub(super) fn epoch(&self) -> i64 {
        self.tenant.epoch
    }

    /// What a resource stands for; nothing for one that does not exist.
    pub(super) async fn place(&mut self, resource: &Resource) -> Result<Option<Place>, Problem> {
        let properties = &resource.properties;
        if resource.r#type == "organization" {
            let Ok(Some(api)) = text(properties, "resource_server_identifier") else { return Ok(None) };
            return self.at(api, Some(&resource.id), None).await;
        }
        let Ok(organization) = text(properties, "organization_id") else { return Ok(None) };
        if resource.r#type == "resource_server" {
            return self.at(&resource.id, organization, None).await;
        }
        let Some(kind) = self.kind(&resource.r#type).await? else { return Ok(None) };
        self.at(&kind.resource_server_identifier.clone(), organization, Some(kind)).await
    }

    /// An API by its identifier, in an organization or in none; nothing where one of them does not exist.
    async fn at(
        &mut self,
        api: &str,
        organization: Option<&str>,
        kind: Option<Arc<ResourceType>>,
    ) -> Result<Option<Place>, Problem> {
        let Some(api) = self.api(api).await? else { return Ok(None) };
        let Some(id) = organization else { return Ok(Some(Place::of(api, None, kind))) };
        let found = self.organization(OrganizationId::new(id)).await?;
        Ok(found.map(|organization| Place::of(api, Some(organization), kind)))
    }

    async fn kind(&mut self, name: &str) -> Result<Option<Arc<ResourceType>>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let read = async || Ok(resource_types::find(store, scope, name).await?.map(Arc::new));
        once(&mut self.kinds, name.to_owned(), read).await
    }

    pub(super) async fn api(&mut self, identifier: &str) -> Result<Option<Arc<ResourceServer>>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let read =
            async || Ok(resource_servers::find_by_identifier(store, scope, identifier).await?.map(Arc::new));
        once(&mut self.apis, identifier.to_owned(), read).await
    }

    pub(super) async fn organization(
        &mut self,
        id: OrganizationId,
    ) -> Result<Option<Arc<Organization>>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let read = async || Ok(organizations::find(store, scope, &id).await?.map(Arc::new));
        once(&mut self.organizations, id.clone(), read).await
    }

    /// What the subject holds; nothing for one that does not exist, is blocked, or has no place in the organization.
    pub(super) async fn snapshot(
        &mut self,
        who: &Who,
        place: &Place,
    ) -> Result<Option<Arc<Snapshot>>, Problem> {
        let organization = place.organization.as_ref().map(|organization| organization.id.clone());
        let key = (who.clone(), place.api.id.clone(), organization);
        if let Some(known) = self.snapshots.get(&key) {
            return Ok(known.clone());
        }
        let found = match who {
            Who::User(user) => {
                self.people(std::slice::from_ref(user), place).await?.pop().map(|(_, snapshot)| snapshot)
            }
            Who::Client(client) => match self.grant(client, &place.api).await? {
                Some(grant) => self.machine(grant, place).await?,
                None => None,
            },
        };
        let found = found.map(Arc::new);
        self.snapshots.insert(key, found.clone());
        Ok(found)
    }
    /// What each of the users holds who is neither deleted nor blocked, and belongs to the organization; ask for fewer than
    /// 1,000.
    pub(super) async fn people(
        &self,
        users: &[UserId],
        place: &Place,
    ) -> Result<Vec<(UserId, Snapshot)>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let organization = place.organization.as_deref();
        let mut users = person::live_users(self.app, scope, users).await?;
        if let Some(organization) = organization {
            let ids: Vec<UserId> = users.iter().map(|user| user.user_id.clone()).collect();
            let inside = scope.organization(organization.id.clone());
            let members = memberships::members_among(store, &inside, &ids).await?;
            users.retain(|user| members.contains(&user.user_id));
        }
        let snapshots =
            snapshots::of_people(store, &self.tenant, scope, &users, organization, &place.api).await?;
        Ok(users.into_iter().map(|user| user.user_id).zip(snapshots).collect())
    }

    /// The grant by which a client is a subject of an API.
    pub(super) async fn grant(
        &self,
        client: &ClientId,
        api: &ResourceServer,
    ) -> Result<Option<ClientGrant>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        Ok(client_grants::find_for(store, scope, client, &api.id, SubjectType::Client).await?)
    }

    /// What the client of a grant holds; nothing where the organization does not let it in.
    pub(super) async fn machine(
        &self,
        grant: ClientGrant,
        place: &Place,
    ) -> Result<Option<Snapshot>, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let (api, client) = (place.api.clone(), grant.client_id.clone());
        let organization = place.organization.as_deref();
        let found = match organization {
            None => Some(snapshots::of_client(api, grant)),
            Some(organization) => {
                let found = snapshots::of_client_in(store, &self.tenant, scope, organization, api, grant);
                found.await?.map(|(snapshot, _)| snapshot)
            }
        };
        let Some(found) = found else { return Ok(None) };
        let subject = (Some(&client), None);
        snapshots::under_policies(store, &self.tenant, scope, found, organization, subject).await.map(Some)
    }
}

/// What is known already, or is read now.
async fn once<K: Eq + Hash, V: Clone>(
    known: &mut HashMap<K, V>,
    key: K,
    read: impl AsyncFnOnce() -> Result<V, Problem>,
) -> Result<V, Problem> {
    if let Some(known) = known.get(&key) {
        return Ok(known.clone());
    }
    let value = read().await?;
    known.insert(key, value.clone());
    Ok(value)
}

fn minimum_epoch(context: &Object) -> Result<i64, Problem> {
    let refuse = || Problem::invalid("context.minimum_epoch", "must be a non-negative integer");
    match context.get("minimum_epoch") {
        None | Some(Value::Null) => Ok(0),
        Some(value) => value.as_i64().filter(|epoch| *epoch >= 0).ok_or_else(refuse),
    }
}
