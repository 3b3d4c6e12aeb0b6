//! Who gains and loses what by a change of rights, counted and listed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::dry_run::DryRun;
use guildhall_domain::effect::{Difference, Effect, Extent, Holder, Subject, beyond};
use guildhall_domain::id::{ClientId, ResourceServerId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::{Holdings, Snapshot};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{Db, Store, UnitOfWork, concerned, holdings, resource_servers};
use serde::{Deserialize, Serialize};

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
    /// After the change; nothing that is surveyed changes the settings, so before it as well.
    tenant: Tenant,
    concerned: &'a Concerned,
    apis: Option<BTreeSet<ResourceServerId>>,
}

/// What is looked at of some holders.
struct Looked<'a> {
    holders: &'a [Holder],
    /// Those of them who are people, with each of these APIs.
    people: &'a [Holder],
    apis: BTreeSet<ResourceServerId>,
    /// Clients, each with the API that its grant is on.
    clients: BTreeMap<ResourceServerId, Vec<Holder>>,
}

impl Looked<'_> {
    /// How much it is: the rights of one holder on one API count once.
    fn rights(&self) -> usize {
        self.people.len() * self.apis.len() + self.clients.values().map(Vec::len).sum::<usize>()
    }

    /// Those who are looked at on an API.
    fn on(&self, api: &ResourceServerId) -> Vec<Holder> {
        let people = if self.apis.contains(api) { self.people } else { &[] };
        [people, self.clients.get(api).map_or(&[], Vec::as_slice)].concat()
    }
}

/// The last of a page: the whole of a holder, or up to an API.
type Last = (Holder, Option<String>);

/// What holders gain and lose, and the last of it where more follows.
type Page = (Vec<Effect>, Option<Last>);

/// Where a page ended, with the numbers of the first, so that all pages have the same.
#[derive(Serialize, Deserialize)]
struct Cursor {
    extent: Extent,
    last: Last,
}

impl<'a> Survey<'a> {
    pub(super) async fn new(
        app: &'a App,
        after: &'a UnitOfWork,
        scope: &'a TenantScope,
        concerned: &'a Concerned,
        apis: Option<&[ResourceServerId]>,
    ) -> Result<Self, Problem> {
        let tenant = tenant(after, scope).await?;
        let apis = apis.map(|ids| ids.iter().cloned().collect());
        Ok(Self { before: app.store(), after, scope, tenant, concerned, apis })
    }

    /// The whole of it, in numbers.
    pub(super) async fn extent(&self) -> Result<Extent, Problem> {
        Ok(self.whole(&self.holders(None).await?, 0).await?.0)
    }

    /// A page of it, and the whole in numbers; the numbers alone unless it `is_listed`.
    pub(super) async fn tell(&self, request: &PageRequest, is_listed: bool) -> Result<DryRun, Problem> {
        let cursor = match request {
            PageRequest::Checkpoint { after: Some(after), .. } => Some(read(after)?),
            _ => None,
        };
        let most = usize::try_from(request.limit()).unwrap_or(usize::MAX);
        let holders = self.holders(cursor.as_ref().map(|cursor| &cursor.last.0)).await?;
        let (extent, first) = match &cursor {
            Some(cursor) => (cursor.extent, None),
            None => self.whole(&holders, most).await?,
        };
        if !is_listed {
            return Ok(DryRun { extent, ..DryRun::default() });
        }
        let (effects, last) = match first {
            Some(first) => first,
            None => self.page(&holders, cursor.map(|cursor| cursor.last), most).await?,
        };
        let next = last.map(|last| write(&Cursor { extent, last }));
        Ok(DryRun { extent, effects: Some(effects), next, ..DryRun::default() })
    }

    /// Those whom it concerns, from one of them on: one more than are looked at, where there are more.
    async fn holders(&self, from: Option<&Holder>) -> Result<Vec<Holder>, Problem> {
        Ok(concerned::list(self.before, self.scope, self.concerned, from, MOST + 1).await?)
    }

    /// The whole in numbers, and its first page; without the difference and the page where that is too much to look at.
    async fn whole(&self, holders: &[Holder], most: usize) -> Result<(Extent, Option<Page>), Problem> {
        let concerned = match holders.len() > MOST {
            true => concerned::count(self.before, self.scope, self.concerned).await?,
            false => holders.len() as u64,
        };
        let too_much = (Extent { concerned, difference: None }, None);
        let (people, _) = people_and_clients(holders);
        let foreseen = people.len() * self.apis.as_ref().map_or(0, BTreeSet::len);
        if holders.len().max(foreseen) > MOST {
            return Ok(too_much);
        }
        let (mut difference, mut subjects, mut looked_at) = (Difference::default(), HashSet::new(), 0);
        let (mut items, mut last, mut is_cut) = (Vec::new(), None, false);
        for chunk in holders.chunks(AT_ONCE) {
            let looked = self.look(chunk).await?;
            looked_at += looked.rights();
            if looked_at > MOST {
                return Ok(too_much);
            }
            for (holder, effect) in self.effects(&looked).await? {
                difference.gained += effect.gained.len() as u64;
                difference.lost += effect.lost.len() as u64;
                let who = (effect.subject.clone(), effect.organization_id.clone(), effect.any_organization);
                subjects.insert(who);
                is_cut = items.len() == most;
                if !is_cut {
                    last = Some((holder, Some(effect.resource_server_identifier.clone())));
                    items.push(effect);
                }
            }
        }
        let difference = Some(Difference { subjects: subjects.len() as u64, ..difference });
        Ok((Extent { concerned, difference }, Some((items, last.filter(|_| is_cut)))))
    }

    /// A page of it after what was `passed`, and the last of the page unless it is that of all. It may have less than was
    /// asked for, where many are concerned and few gain or lose.
    async fn page(&self, holders: &[Holder], passed: Option<Last>, most: usize) -> Result<Page, Problem> {
        let mut rest = match (&passed, holders) {
            (Some((whole, None)), [first, rest @ ..]) if first == whole => rest,
            _ => holders,
        };
        let (mut items, mut last, mut looked_at) = (Vec::new(), passed.clone(), 0);
        while !rest.is_empty() {
            let looked = self.look_first(rest).await?;
            if looked_at > 0 && looked_at + looked.rights() > MOST {
                return Ok((items, last));
            }
            looked_at += looked.rights();
            for (holder, effect) in self.effects(&looked).await? {
                let at = (holder, Some(effect.resource_server_identifier.clone()));
                if passed.as_ref().is_some_and(|passed| is_passed(passed, &at)) {
                    continue;
                }
                if items.len() == most {
                    return Ok((items, last));
                }
                items.push(effect);
                last = Some(at);
            }
            last = looked.holders.last().map(|holder| (holder.clone(), None));
            rest = &rest[looked.holders.len()..];
        }
        Ok((items, last.filter(|_| holders.len() > MOST)))
    }

    /// What is looked at of so many of the first holders that it is not too much; of one at the least.
    async fn look_first<'h>(&self, holders: &'h [Holder]) -> Result<Looked<'h>, Problem> {
        let looked = self.look(&holders[..holders.len().min(AT_ONCE)]).await?;
        let fitting = (MOST / looked.apis.len().max(1)).max(1);
        match looked.people.len() > fitting {
            true => self.look(&holders[..fitting]).await,
            false => Ok(looked),
        }
    }

    async fn look<'h>(&self, holders: &'h [Holder]) -> Result<Looked<'h>, Problem> {
        let (people, machines) = people_and_clients(holders);
        let apis = match &self.apis {
            _ if people.is_empty() => BTreeSet::new(),
            Some(ids) => ids.clone(),
            None => {
                let mut ids = holdings::apis(self.before, self.scope, people).await?;
                ids.extend(holdings::apis(self.after, self.scope, people).await?);
                ids
            }
        };
        let mut granted = holdings::apis_of_grants(self.before, self.scope, machines).await?;
        granted.extend(holdings::apis_of_grants(self.after, self.scope, machines).await?);
        let is_meant = |api: &&ResourceServerId| self.apis.as_ref().is_none_or(|ids| ids.contains(*api));
        let mut clients: BTreeMap<ResourceServerId, Vec<Holder>> = BTreeMap::new();
        for client in machines {
            let api = client.grant().and_then(|grant| granted.get(grant)).filter(is_meant);
            if let Some(api) = api {
                clients.entry(api.clone()).or_default().push(client.clone());
            }
        }
        Ok(Looked { holders, people, apis, clients })
    }

    /// What each of the holders gains and loses on each of the APIs, in order.
    async fn effects(&self, looked: &Looked<'_>) -> Result<Vec<(Holder, Effect)>, Problem> {
        let ids: BTreeSet<&ResourceServerId> = looked.apis.iter().chain(looked.clients.keys()).collect();
        let ids: Vec<ResourceServerId> = ids.into_iter().cloned().collect();
        let mut effects = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            for api in resource_servers::find_all(self.after, self.scope, ids).await? {
                let (holders, api) = (looked.on(&api.id), Arc::new(api));
                let before = self.snapshots(self.before, &holders, &api).await?;
                let after = self.snapshots(self.after, &holders, &api).await?;
                for holder in holders {
                    let effect = effect(&holder, &api, before.get(&holder), after.get(&holder));
                    effects.extend(effect.map(|effect| (holder, effect)));
                }
            }
        }
        effects.sort_by(|one, other| place(one).cmp(&place(other)));
        Ok(effects)
    }

    async fn snapshots<'d>(
        &self,
        db: impl Into<Db<'d>> + Copy,
        holders: &[Holder],
        api: &Arc<ResourceServer>,
    ) -> Result<HashMap<Holder, Snapshot>, Problem> {
        snapshots::of_holders(db, &self.tenant, self.scope, holders, api).await
    }
}

/// The order of holders has people before clients.
fn people_and_clients(holders: &[Holder]) -> (&[Holder], &[Holder]) {
    holders.split_at(holders.partition_point(|holder| holder.user().is_some()))
}

fn place((holder, effect): &(Holder, Effect)) -> (&Holder, &str) {
    (holder, &effect.resource_server_identifier)
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

fn write(cursor: &Cursor) -> String {
    serde_json::json!(cursor).to_string()
}

fn read(cursor: &str) -> Result<Cursor, Problem> {
    serde_json::from_str(cursor)
        .map_err(|_| searches::refused("from", "from is not the next of an earlier answer"))
}
