//! Dry runs: what they tell is the difference that the change then makes, and stands in the log of it.

use serde_json::{Value, json};

use super::evaluations;
use super::searches::in_order;
use crate::one_truth::World;
use crate::one_truth::change::Change;
use crate::one_truth::furnish::{Ids, identifier, strategy};
use crate::one_truth::model::{Model, Place, Policy, Rule, Subject};

/// How many effects are on a page: so few that there are several.
const ON_A_PAGE: usize = 3;

/// Stands for every organization that a machine is not associated with and no policy names.
const ANY: usize = usize::MAX;

/// Makes a change. Where changes of its kind can be tried, it is tried before, and what that told is compared.
pub async fn compare(world: &mut World, change: Change) {
    let told = match tried(&world.ids, &change) {
        Some(tried) => Some(told(world, tried).await),
        None => None,
    };
    let (before, audiences_before) = (world.model.clone(), audiences(world, &change));
    let what = format!("{change:?}");
    world.make(change.clone()).await;
    let Some(told) = told else { return };
    let right = difference(world, &before);
    let numbers = numbers(&right);
    world.same((&what, "effects"), in_order(told.effects), in_order(right));
    world.same((&what, "numbers"), counted(&told.whole), numbers);
    let logged = world.vendor.get("/logs?per_page=10&search=type:sapi").await.is(200);
    // The change itself comes first, then its entries in organizations.
    let request = |entry: &&Value| entry["details"]["request_id"] == logged[0]["details"]["request_id"];
    let first = logged.as_array().unwrap().iter().rfind(request).unwrap();
    world.same((&what, "log"), counted(&first["details"]["effect"]), numbers);
    let changed = audiences_before.into_iter().zip(audiences(world, &change));
    let changed = changed.filter(|((_, before), (_, after))| before != after);
    let right = changed.map(|((api, before), (_, after))| {
        json!({"resource_server_identifier": api, "before": before, "after": after})
    });
    world.same((&what, "audiences"), in_order(told.audiences), in_order(right.collect()));
}

/// What a dry run told, on all of its pages.
struct Told {
    whole: Value,
    effects: Vec<Value>,
    audiences: Vec<Value>,
}

async fn told(world: &World, tried: Value) -> Told {
    let mut told = Told { whole: Value::Null, effects: Vec::new(), audiences: Vec::new() };
    let mut from = String::new();
    loop {
        let path = format!("/dry-runs?take={ON_A_PAGE}{from}");
        let answer = world.vendor.post(&path, tried.clone()).await.is(200);
        let items = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
        told.effects.extend(items("effects"));
        told.audiences.extend(items("audiences"));
        match answer["next"].as_str() {
            Some(next) => from = format!("&from={}", crate::harness::segment(next)),
            None => return Told { whole: answer, ..told },
        }
    }
}

/// How many subjects gain or lose, and how much is gained and lost.
fn counted(of: &Value) -> [Option<u64>; 3] {
    ["subjects", "gained", "lost"].map(|name| of[name].as_u64())
}

fn numbers(effects: &[Value]) -> [Option<u64>; 3] {
    let sum = |name: &str| effects.iter().map(|it| it[name].as_array().unwrap().len() as u64).sum();
    // On several APIs one is still one, but in several organizations several.
    let who = |it: &Value| json!([it["subject"], it["organization_id"], it["any_organization"]]).to_string();
    let mut subjects: Vec<String> = effects.iter().map(who).collect();
    subjects.sort();
    subjects.dedup();
    [Some(subjects.len() as u64), Some(sum("gained")), Some(sum("lost"))]
}

/// What everybody gained and lost since.
fn difference(world: &World, before: &Model) -> Vec<Value> {
    let (after, mut effects) = (&world.model, Vec::new());
    let anywhere = (0..after.apis.len()).map(|api| Place { api, organization: Some(ANY) });
    for place in after.places().into_iter().chain(anywhere) {
        for subject in after.subjects() {
            if !is_told(before, subject, place) && !is_told(after, subject, place) {
                continue;
            }
            let (had, has) = (held(before, subject, place), held(after, subject, place));
            let beyond = |these: &[&'static str], others: &[&'static str]| {
                these.iter().copied().filter(|name| !others.contains(name)).collect::<Vec<_>>()
            };
            let (gained, lost) = (beyond(&has, &had), beyond(&had, &has));
            if gained.is_empty() && lost.is_empty() {
                continue;
            }
            let mut effect = json!({"subject": evaluations::subject(world, subject),
                "resource_server_identifier": identifier(place.api), "gained": gained, "lost": lost});
            match place.organization {
                Some(ANY) => effect["any_organization"] = true.into(),
                Some(organization) => {
                    effect["organization_id"] = json!(world.ids.organizations[organization])
                }
                None => {}
            }
            effects.push(effect);
        }
    }
    effects
}

fn held(model: &Model, subject: Subject, place: Place) -> Vec<&'static str> {
    let is_refused = !model.refusing(subject, place, Model::known_client(subject)).is_empty();
    match is_refused || model.is_closed_to(subject, place.api) || model.is_blocked(subject) {
        true => Vec::new(),
        false => model.held(subject, place),
    }
}

/// Whether a place is told of by itself: of a machine, an organization that it is associated with or that a policy names, or
/// all others at once.
fn is_told(model: &Model, subject: Subject, place: Place) -> bool {
    match (subject, place.organization) {
        (Subject::User(_), organization) => organization != Some(ANY),
        (Subject::Machine(_), None | Some(ANY)) => true,
        (Subject::Machine(machine), Some(organization)) => {
            let grant = model.grants.get(&(machine, place.api));
            grant.is_some_and(|grant| grant.associations.contains_key(&organization))
                || model.policies.values().any(|policy| names(policy, organization))
        }
    }
}

fn names(policy: &Policy, organization: usize) -> bool {
    let lists = |rule: &Rule| matches!(rule, Rule::Organizations(listed) if listed.contains(&organization));
    policy.organization == Some(organization) || policy.rules.iter().any(lists)
}

/// The audience of each API in the organization whose strategy is changed.
fn audiences(world: &World, change: &Change) -> Vec<(String, String)> {
    let Change::SetStrategy { organization, .. } = change else { return Vec::new() };
    let audience = |api| match world.model.organizations[*organization].has_audiences {
        true => world.ids.own_audience(api, *organization),
        false => identifier(api),
    };
    (0..world.model.apis.len()).map(|api| (identifier(api), audience(api))).collect()
}

/// The dry run of a change.
fn tried(ids: &Ids, change: &Change) -> Option<Value> {
    let grant = |machine: &usize, api: &usize| json!(ids.grants[&(*machine, *api)]);
    let (organizations, users, roles) = (&ids.organizations, &ids.users, &ids.roles);
    let mut tried = match change {
        // No dry run is by the organization's word.
        Change::AddAssociation { association, .. } if association.by_organization => return None,
        Change::AddRolePermissions { role, .. } => {
            json!({"type": "add_role_permissions", "role_id": roles[*role]})
        }
        Change::RemoveRolePermissions { role, .. } => {
            json!({"type": "remove_role_permissions", "role_id": roles[*role]})
        }
        Change::AddMemberRoles { organization, user, .. } => json!({"type": "add_member_roles",
            "organization_id": organizations[*organization], "user_id": users[*user]}),
        Change::RemoveMemberRoles { organization, user, .. } => json!({"type": "remove_member_roles",
            "organization_id": organizations[*organization], "user_id": users[*user]}),
        Change::AddUserRoles { user, .. } => json!({"type": "add_user_roles", "user_id": users[*user]}),
        Change::RemoveUserRoles { user, .. } => json!({"type": "remove_user_roles", "user_id": users[*user]}),
        Change::AddUserPermissions { user, .. } => {
            json!({"type": "add_user_permissions", "user_id": users[*user]})
        }
        Change::RemoveUserPermissions { user, .. } => {
            json!({"type": "remove_user_permissions", "user_id": users[*user]})
        }
        Change::AddGrant { .. } => json!({"type": "create_client_grant"}),
        Change::SetGrantScope { machine, api, .. }
        | Change::SetGrantUsage { machine, api, .. }
        | Change::SetGrantPlaces { machine, api, .. } => {
            json!({"type": "update_client_grant", "client_grant_id": grant(machine, api)})
        }
        Change::RemoveGrant { machine, api } => {
            json!({"type": "delete_client_grant", "client_grant_id": grant(machine, api)})
        }
        Change::AddAssociation { organization, .. } => json!({"type": "add_organization_client_grant",
            "organization_id": organizations[*organization]}),
        Change::RemoveAssociation { organization, machine, api } => {
            json!({"type": "remove_organization_client_grant",
            "organization_id": organizations[*organization], "client_grant_id": grant(machine, api)})
        }
        Change::SetEnvelope { organization, envelope } => json!({
            "type": if envelope.is_some() { "set_envelope" } else { "delete_envelope" },
            "organization_id": organizations[*organization]}),
        Change::SetStrategy { organization, has_audiences } => {
            return Some(
                json!({"type": "set_token_strategy", "organization_id": organizations[*organization],
                "token_strategy": strategy(*has_audiences)}),
            );
        }
        Change::AddPolicy { .. } => json!({"type": "create_access_policy"}),
        Change::UpdatePolicy { number, .. } => {
            json!({"type": "update_access_policy", "access_policy_id": ids.policies[number]})
        }
        Change::RemovePolicy { number } => {
            json!({"type": "delete_access_policy", "access_policy_id": ids.policies[number]})
        }
        Change::ConferMemberRoles { .. }
        | Change::AddMember { .. }
        | Change::RemoveMember { .. }
        | Change::SetBlocked { .. }
        | Change::SetTenantEnvelope { .. } => return None,
    };
    if let (_, _, Some(body)) = ids.request(change) {
        tried["body"] = body;
    }
    Some(tried)
}
