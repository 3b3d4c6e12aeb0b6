//! Snapshots of many holders at once, by few queries.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::client::Client;
use guildhall_domain::client_grant::{Association, ClientGrant, SubjectType};
use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{HeldRole, Holdings, InOrganization, PersonHoldings, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{Db, client_grants, clients, holdings, organizations, user_permissions, users};

use super::bar;
use crate::access_policies::{self, Sought, Standing};
use crate::problem::Problem;

/// What was read of holders with respect to one API.
struct Read<'a> {
    tenant: &'a Tenant,
    api: &'a Arc<ResourceServer>,
    organizations: HashMap<OrganizationId, Organization>,
    people: HashMap<Holder, PersonHoldings>,
    grants: HashMap<ClientGrantId, ClientGrant>,
    clients: HashMap<ClientId, Client>,
    associations: HashMap<Holder, (Association, Vec<Arc<HeldRole>>)>,
    users: HashMap<UserId, User>,
    standing: Standing,
    now: DateTime<Utc>,
}

/// What each of the holders holds on an API, under policies; nothing for a client that is not let in, and for a user who does
/// not exist. Ask for fewer than 1,000.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn of_holders<'d>(
    db: impl Into<Db<'d>> + Copy,
    tenant: &Tenant,
    scope: &TenantScope,
    holders: &[Holder],
    api: &Arc<ResourceServer>,
) -> Result<HashMap<Holder, Snapshot>, Problem> {
    let ids: BTreeSet<OrganizationId> = holders.iter().filter_map(Holder::organization).cloned().collect();
    let ids = Vec::from_iter(ids);
    let policies = access_policies::of_api(db, tenant, scope, api, &ids).await?;
    let organizations = organizations::find_all(db, scope, &ids).await?;
    let ids: Vec<ClientGrantId> = holders.iter().filter_map(Holder::grant).cloned().collect();
    let mut grants = client_grants::find_all(db, scope, &ids).await?;
    grants.retain(|it| it.resource_server_id == api.id && it.subject_type == SubjectType::Client);
    let mut people = users_outside(db, scope, holders, api).await?;
    for (holder, roles) in holdings::of_members(db, scope, holders, &api.id).await? {
        people.insert(holder, PersonHoldings { roles, ..PersonHoldings::default() });
    }
    let ids: Vec<UserId> = holders.iter().filter_map(Holder::user).cloned().collect();
    let users = users::find_all(db, scope, &ids).await?;
    let ids: BTreeSet<&ClientId> = grants.iter().map(|grant| &grant.client_id).collect();
    let ids: Vec<ClientId> = ids.into_iter().cloned().collect();
    let clients = clients::find_all(db, scope, &ids).await?;
    let read = Read {
        tenant,
        clients: clients.into_iter().map(|it| (it.client_id.clone(), it)).collect(),
        api,
        standing: Standing::with(db, scope, policies, &users).await?,
        organizations: organizations.into_iter().map(|it| (it.id.clone(), it)).collect(),
        people,
        grants: grants.into_iter().map(|it| (it.id.clone(), it)).collect(),
        associations: holdings::of_clients(db, scope, holders, &api.id).await?,
        users: users.into_iter().map(|it| (it.user_id.clone(), it)).collect(),
        now: db.into().now(),
    };
    let snapshot = |holder: &Holder| Some((holder.clone(), read.snapshot(holder)?));
    Ok(holders.iter().filter_map(snapshot).collect())
}

async fn users_outside(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    holders: &[Holder],
    api: &ResourceServer,
) -> Result<HashMap<Holder, PersonHoldings>, Problem> {
    let outside = |holder: &Holder| match holder {
        Holder::User(user) => Some(user.clone()),
        _ => None,
    };
    let ids: Vec<UserId> = holders.iter().filter_map(outside).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let held = user_permissions::holdings_of(db, scope, &ids, &api.id).await?;
    Ok(ids.into_iter().map(Holder::User).zip(held).collect())
}

impl Read<'_> {
    fn snapshot(&self, holder: &Holder) -> Option<Snapshot> {
        let organization = holder.organization().and_then(|id| self.organizations.get(id));
        let envelope = organization.map(|organization| self.tenant.settings.envelope_of(organization));
        let grant = holder.grant().and_then(|id| self.grants.get(id));
        let user = match holder.user() {
            Some(id) => Some(self.users.get(id)?),
            None => None,
        };
        let holdings = match holder {
            Holder::User(_) | Holder::Member(..) => {
                Holdings::Person(self.people.get(holder).cloned().unwrap_or_default())
            }
            Holder::Client(_) => Holdings::Client(grant?.clone(), None),
            Holder::ClientAnywhere(_) | Holder::ClientIn(..) => {
                let given = match self.associations.get(holder) {
                    Some((association, roles)) => InOrganization {
                        scope: association.scope.clone(),
                        roles: association.roles.is_some().then(|| roles.clone()),
                        by: association.conferred_by(grant?),
                    },
                    None if grant?.allow_any_organization == Some(true) => InOrganization::default(),
                    None => return None,
                };
                Holdings::Client(grant?.clone(), Some(given))
            }
        };
        // Every organization is one that no policy names.
        let every = OrganizationId::new("");
        let organization = match holder {
            Holder::ClientAnywhere(_) => Some(&every),
            _ => holder.organization(),
        };
        let client = grant.map(|grant| &grant.client_id);
        let denials = self.standing.denials(Sought { client, organization, api: Some(self.api) }, user);
        let client = client.and_then(|id| self.clients.get(id));
        let bars = bar(user, client.map(|client| (client, organization)), self.now);
        let snapshot = Snapshot::new(self.api.clone(), holdings, envelope.unwrap_or_default());
        Some(Snapshot { denials, bars: bars.into_iter().collect(), ..snapshot })
    }
}
