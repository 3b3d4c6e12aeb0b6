//! Who gains and loses what by a change of rights, counted and listed.

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_domain::effect::{Difference, Effect, Extent, Holder, Subject, beyond};
use guildhall_domain::id::{ClientId, ResourceServerId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{Holdings, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Store, UnitOfWork, concerned, holdings, resource_servers};

use crate::context::{App, tenant};
use crate::problem::Problem;
use crate::{searches, snapshots};

/// The most that is looked at while others wait to write: holders, each with as many APIs as it is about.
const MOST: usize = 10_000;

/// How many holders are read at once.
const AT_ONCE: usize = 250;

/// A change of rights that was made within a unit of work.
pub(super) struct Survey<'a> {
    before: &'a Store,
    after: &'a UnitOfWork,
    scope: &'a TenantScope,
    tenant: Tenant,
    concerned: &'a Concerned,
    apis: Option<&'a [ResourceServerId]>,
}

/// The last of a page: the whole of a holder, or up to an API.
type Last = (Holder, Option<String>);

impl<'a> Survey<'a> {
    pub(super) async fn new(
        app: &'a App,
        after: &'a UnitOfWork,
        scope: &'a TenantScope,
        concerned: &'a Concerned,
        apis: Option<&'a [ResourceServerId]>,
    ) -> Result<Self, Problem> {
        let tenant = tenant(after, scope).await?;
        Ok(Self { before: app.store(), after, scope, tenant, concerned, apis })
    }

    /// The whole of it, in numbers.
    pub(super) async fn extent(&self) -> Result<Extent, Problem> {
        let holders = concerned::list(self.before, self.scope, self.concerned, None, MOST + 1).await?;
        match self.difference(&holders).await? {
            Some(difference) => Ok(Extent { concerned: holders.len() as u64, difference: Some(difference) }),
            None => {
                let concerned = concerned::count(self.before, self.scope, self.concerned).await?;
                Ok(Extent { concerned, difference: None })
            }
        }
    }

    /// The difference to these holders; nothing where that is too much to look at.
    async fn difference(&self, holders: &[Holder]) -> Result<Option<Difference>, Problem> {
        let (mut difference, mut looked_at) = (Difference::default(), 0);
        if holders.len() > MOST {
            return Ok(None);
        }
        for chunk in holders.chunks(AT_ONCE) {
            let apis = self.apis(chunk).await?;
            looked_at += chunk.len() * apis.len();
            if looked_at > MOST {
                return Ok(None);
            }
            let mut last = None;
            for (holder, effect) in self.effects(chunk, &apis).await? {
                difference.gained += effect.gained.len() as u64;
                difference.lost += effect.lost.len() as u64;
                difference.subjects += u64::from(last.as_ref() != Some(&holder));
                last = Some(holder);
            }
        }
        Ok(Some(difference))
    }

    /// A page of it. It may have less than was asked for, and end before the last, where many are concerned and few gain or
    /// lose.
    pub(super) async fn page(&self, request: &PageRequest) -> Result<Page<Effect>, Problem> {
        let passed = match request {
            PageRequest::Checkpoint { after: Some(after), .. } => Some(read(after)?),
            _ => None,
        };
        let from = passed.as_ref().map(|(holder, _)| holder);
        let holders = concerned::list(self.before, self.scope, self.concerned, from, MOST + 1).await?;
        let most = usize::try_from(request.limit()).unwrap_or(usize::MAX);
        let (mut items, mut last, mut looked_at) = (Vec::new(), passed.clone(), 0);
        for chunk in holders.chunks(AT_ONCE) {
            if looked_at > MOST {
                return Ok(Page { items, total: None, next: last.as_ref().map(write) });
            }
            let apis = self.apis(chunk).await?;
            looked_at += chunk.len() * apis.len().max(1);
            for (holder, effect) in self.effects(chunk, &apis).await? {
                let at = (holder, Some(effect.resource_server_identifier.clone()));
                if passed.as_ref().is_some_and(|passed| is_passed(passed, &at)) {
                    continue;
                }
                if items.len() == most {
                    return Ok(Page { items, total: None, next: last.as_ref().map(write) });
                }
                items.push(effect);
                last = Some(at);
            }
            last = chunk.last().map(|holder| (holder.clone(), None));
        }
        let next = last.filter(|_| holders.len() > MOST);
        Ok(Page { items, total: None, next: next.as_ref().map(write) })
    }

    /// The APIs that it is about to these holders, in the order of identifiers.
    async fn apis(&self, holders: &[Holder]) -> Result<Vec<Arc<ResourceServer>>, Problem> {
        let ids = match self.apis {
            Some(ids) => BTreeSet::from_iter(ids.iter().cloned()),
            None => {
                let mut ids = holdings::apis(self.before, self.scope, holders).await?;
                ids.extend(holdings::apis(self.after, self.scope, holders).await?);
                ids
            }
        };
        let apis = resource_servers::find_all(self.after, self.scope, &Vec::from_iter(ids)).await?;
        Ok(apis.into_iter().map(Arc::new).collect())
    }

    /// What each of the holders gains and loses on each of the APIs, in order.
    async fn effects(
        &self,
        holders: &[Holder],
        apis: &[Arc<ResourceServer>],
    ) -> Result<Vec<(Holder, Effect)>, Problem> {
        let mut effects = Vec::new();
        for api in apis {
            let before = snapshots::of_holders(self.before, &self.tenant, self.scope, holders, api).await?;
            let after = snapshots::of_holders(self.after, &self.tenant, self.scope, holders, api).await?;
            for holder in holders {
                let effect = effect(holder, api, before.get(holder), after.get(holder));
                effects.extend(effect.map(|effect| (holder.clone(), effect)));
            }
        }
        // APIs come in the order of their identifiers already.
        effects.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(effects)
    }
}

fn effect(
    holder: &Holder,
    api: &ResourceServer,
    before: Option<&Snapshot>,
    after: Option<&Snapshot>,
) -> Option<Effect> {
    let held = |snapshot: Option<&Snapshot>| snapshot.map(Snapshot::held).unwrap_or_default();
    let (had, has) = (held(before), held(after));
    let (gained, lost) = (beyond(&has, &had), beyond(&had, &has));
    if gained.is_empty() && lost.is_empty() {
        return None;
    }
    let subject = match holder.user() {
        Some(user) => Subject::User(user.clone()),
        None => Subject::Client(before.or(after).and_then(client)?.clone()),
    };
    Some(Effect {
        subject,
        organization_id: holder.organization().cloned(),
        any_organization: matches!(holder, Holder::ClientAnywhere(_)),
        resource_server_identifier: api.identifier.clone(),
        gained,
        lost,
    })
}

fn client(snapshot: &Snapshot) -> Option<&ClientId> {
    match &snapshot.holdings {
        Holdings::Client(grant, _) => Some(&grant.client_id),
        Holdings::Person(_) => None,
    }
}

fn is_passed((holder, api): &Last, at: &Last) -> bool {
    at.0 < *holder || at.0 == *holder && (api.is_none() || at.1 <= *api)
}

fn write(last: &Last) -> String {
    serde_json::json!(last).to_string()
}

fn read(cursor: &str) -> Result<Last, Problem> {
    serde_json::from_str(cursor)
        .map_err(|_| searches::refused("from", "from is not the next of an earlier answer"))
}
