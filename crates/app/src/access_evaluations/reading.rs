//! What one request reads to be answered, each thing once.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId, ResourceServerId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::resource_type::ResourceType;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authzen::Object;
use guildhall_oauth::authzen::entity::Resource;
use guildhall_oauth::authzen::evaluation::Evaluation;
use guildhall_persistence::{View, client_grants, organizations, resource_servers, resource_types};
use serde_json::Value;

use super::named::{Place, Who, text};
use crate::context::{self, App};
use crate::problem::Problem;
use crate::snapshots;

/// How often a tenant is looked at that has not come to the epoch demanded: for a second in all.
const LOOKS: u32 = 20;

/// How long to wait between looks.
const PAUSE: Duration = Duration::from_millis(50);

type Key = (Who, ResourceServerId, Option<OrganizationId>);

/// What was read so far, all of it of one epoch.
pub(super) struct Reading<'a> {
    /// Whatever is read beside this is read of it as well: a second connection could be waited for in vain.
    pub(super) view: Arc<View>,
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
        let mut view = app.store().view().await?;
        let mut tenant = context::tenant(&view, scope).await?;
        for _ in 0..LOOKS {
            if tenant.epoch >= minimum {
                break;
            }
            // Others need the connection meanwhile.
            drop(view);
            tokio::time::sleep(PAUSE).await;
            view = app.store().view().await?;
            tenant = context::tenant(&view, scope).await?;
        }
        if tenant.epoch < minimum {
            return Err(Problem::EpochNotReached { epoch: tenant.epoch, minimum });
        }
        Ok(Self {
            view: Arc::new(view),
            scope,
            tenant,
            kinds: HashMap::new(),
            apis: HashMap::new(),
            organizations: HashMap::new(),
            snapshots: HashMap::new(),
        })
    }

    /// The epoch that everything here is of.
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
        let (view, scope) = (&*self.view, self.scope);
        let read = async || Ok(resource_types::find(view, scope, name).await?.map(Arc::new));
        once(&mut self.kinds, name.to_owned(), read).await
    }

    pub(super) async fn api(&mut self, identifier: &str) -> Result<Option<Arc<ResourceServer>>, Problem> {
        let (view, scope) = (&*self.view, self.scope);
        let read =
            async || Ok(resource_servers::find_by_identifier(view, scope, identifier).await?.map(Arc::new));
        once(&mut self.apis, identifier.to_owned(), read).await
    }

    pub(super) async fn organization(
        &mut self,
        id: OrganizationId,
    ) -> Result<Option<Arc<Organization>>, Problem> {
        let (view, scope) = (&*self.view, self.scope);
        let read = async || Ok(organizations::find(view, scope, &id).await?.map(Arc::new));
        once(&mut self.organizations, id.clone(), read).await
    }

    /// What the subject holds; nothing for one that does not exist, or that the organization does not let in.
    pub(super) async fn snapshot(
        &mut self,
        who: &Who,
        place: &Place,
    ) -> Result<Option<Arc<Snapshot>>, Problem> {
        self.load(std::iter::once((who.clone(), place.clone()))).await?;
        Ok(self.snapshots.get(&key(who, place)).cloned().flatten())
    }

    /// Reads what subjects hold, those with respect to one API together; ask for fewer than 1,000.
    pub(super) async fn load(
        &mut self,
        asked: impl IntoIterator<Item = (Who, Place)>,
    ) -> Result<(), Problem> {
        let mut unknown: HashMap<ResourceServerId, Vec<(Who, Place)>> = HashMap::new();
        for (who, place) in asked {
            if !self.snapshots.contains_key(&key(&who, &place)) {
                unknown.entry(place.api.id.clone()).or_default().push((who, place));
            }
        }
        for asked in unknown.into_values() {
            let (_, Place { api, .. }) = &asked[0];
            let grants = self.grants(asked.iter().map(|(who, _)| who), api).await?;
            let mut holders = Vec::with_capacity(asked.len());
            for (who, place) in &asked {
                holders.extend(holder(who, place, &grants));
            }
            holders.sort_unstable();
            holders.dedup();
            let (view, scope) = (&*self.view, self.scope);
            let found = snapshots::of_holders(view, &self.tenant, scope, &holders, api).await?;
            let found: HashMap<Holder, Arc<Snapshot>> =
                found.into_iter().map(|(holder, snapshot)| (holder, Arc::new(snapshot))).collect();
            for (who, place) in &asked {
                let snapshot = holder(who, place, &grants).and_then(|holder| found.get(&holder).cloned());
                self.snapshots.insert(key(who, place), snapshot);
            }
        }
        Ok(())
    }

    /// Whether each of the subjects holds the permission in its place; ask for fewer than 1,000.
    pub(super) async fn decide(
        &mut self,
        asked: Vec<(Who, Place)>,
        permission: &str,
    ) -> Result<Vec<bool>, Problem> {
        self.load(asked.iter().cloned()).await?;
        let snapshot = |(who, place): &(Who, Place)| self.snapshots.get(&key(who, place))?.as_ref();
        let holds = |asked| snapshot(asked).is_some_and(|snapshot| snapshot.holds(permission));
        let results = asked.iter().map(holds).collect();
        // A search asks about each but once.
        self.snapshots.clear();
        Ok(results)
    }

    /// The grants by which clients are subjects of an API.
    async fn grants(
        &self,
        subjects: impl Iterator<Item = &Who>,
        api: &ResourceServer,
    ) -> Result<HashMap<ClientId, ClientGrantId>, Problem> {
        let clients: BTreeSet<&ClientId> = subjects
            .filter_map(|who| match who {
                Who::Client(client) => Some(client),
                Who::User(_) => None,
            })
            .collect();
        let clients: Vec<ClientId> = clients.into_iter().cloned().collect();
        let found = client_grants::find_all_of(&*self.view, self.scope, &clients, &api.id).await?;
        Ok(found.into_iter().map(|grant| (grant.client_id, grant.id)).collect())
    }

    /// The grant by which a client is a subject of an API.
    pub(super) async fn grant(
        &self,
        client: &ClientId,
        api: &ResourceServer,
    ) -> Result<Option<ClientGrant>, Problem> {
        let (view, scope) = (&*self.view, self.scope);
        Ok(client_grants::find_for(view, scope, client, &api.id, SubjectType::Client).await?)
    }

    /// Reads together what several evaluations will ask for, each of which would read it alone otherwise.
    pub(super) async fn read_ahead(&mut self, evaluations: &[&Evaluation]) -> Result<(), Problem> {
        let mut ids: BTreeSet<OrganizationId> = BTreeSet::new();
        for evaluation in evaluations {
            let resource = &evaluation.resource;
            let named = match resource.r#type.as_str() {
                "organization" => Some(resource.id.as_str()),
                _ => text(&resource.properties, "organization_id").ok().flatten(),
            };
            ids.extend(named.map(OrganizationId::new));
        }
        let ids = Vec::from_iter(ids);
        let mut found: HashMap<OrganizationId, Arc<Organization>> = HashMap::new();
        for organization in organizations::find_all(&*self.view, self.scope, &ids).await? {
            found.insert(organization.id.clone(), Arc::new(organization));
        }
        self.organizations.extend(ids.into_iter().map(|id| {
            let organization = found.get(&id).cloned();
            (id, organization)
        }));
        let mut asked = Vec::with_capacity(evaluations.len());
        for evaluation in evaluations {
            if let Some(who) = Who::of(&evaluation.subject)
                && let Some(place) = self.place(&evaluation.resource).await?
            {
                asked.push((who, place));
            }
        }
        self.load(asked).await
    }
}

fn key(who: &Who, place: &Place) -> Key {
    let organization = place.organization.as_ref().map(|organization| organization.id.clone());
    (who.clone(), place.api.id.clone(), organization)
}

/// Whose rights these are; nobody's where a client has no grant.
fn holder(who: &Who, place: &Place, grants: &HashMap<ClientId, ClientGrantId>) -> Option<Holder> {
    let organization = place.organization.as_ref().map(|organization| organization.id.clone());
    Some(match (who, organization) {
        (Who::User(user), None) => Holder::User(user.clone()),
        (Who::User(user), Some(organization)) => Holder::Member(organization, user.clone()),
        (Who::Client(client), None) => Holder::Client(grants.get(client)?.clone()),
        (Who::Client(client), Some(organization)) => {
            Holder::ClientIn(organization, grants.get(client)?.clone())
        }
    })
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
