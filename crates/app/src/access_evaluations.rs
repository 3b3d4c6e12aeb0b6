//! Access evaluation: may this subject do this here, now? OpenID AuthZEN Authorization API 1.0, over the rights that tokens
//! are issued from.
//!
//! Subjects are `user` and `client`, by id. Actions are permissions. A resource is an API (`resource_server`, by its
//! identifier), in an organization where its property `organization_id` names one, or an `organization`, with the API in
//! its property `resource_server_identifier`.

use std::sync::Arc;

use guildhall_domain::client_grant::SubjectType;
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::Snapshot;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authzen::decision::Decision;
use guildhall_oauth::authzen::entity::{Resource, Subject};
use guildhall_oauth::authzen::evaluation::Evaluation;
use guildhall_oauth::authzen::evaluations::Evaluations;
use guildhall_persistence::{client_grants, memberships, organizations, resource_servers};
use serde_json::json;

use crate::context::App;
use crate::person;
use crate::problem::Problem;
use crate::snapshots;

/// The most evaluations in one request.
pub const MOST: usize = 100;

/// Decides one evaluation.
///
/// # Errors
/// None but the unforeseen: what does not exist is denied.
pub async fn decide(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    evaluation: &Evaluation,
) -> Result<Decision, Problem> {
    let tenant = app.tenant(by.scope()).await?;
    decided(app, by, &tenant, evaluation).await
}

/// Decides evaluations in their order, until it is enough.
///
/// # Errors
/// None but the unforeseen.
pub async fn decide_all(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    asked: &Evaluations,
) -> Result<Vec<Decision>, Problem> {
    let tenant = app.tenant(by.scope()).await?;
    let mut decisions = Vec::with_capacity(asked.evaluations.len());
    for evaluation in &asked.evaluations {
        let decision = match evaluation {
            Ok(evaluation) => decided(app, by, &tenant, evaluation).await?,
            Err(malformed) => Decision::from(malformed),
        };
        let is_enough = asked.semantic.ends_with(&decision);
        decisions.push(decision);
        if is_enough {
            break;
        }
    }
    Ok(decisions)
}

/// The reason is for those alone who may read what everybody holds.
async fn decided(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    tenant: &Tenant,
    evaluation: &Evaluation,
) -> Result<Decision, Problem> {
    let scope = by.scope();
    let Some((api, organization)) = target(app, scope, &evaluation.resource).await? else {
        return Ok(Decision::deny());
    };
    let found =
        snapshot(app, tenant, scope, &evaluation.subject, organization.as_ref(), Arc::new(api)).await?;
    let Some(snapshot) = found else { return Ok(Decision::deny()) };
    let explained = snapshot.explain(&evaluation.action.name);
    let decision = match explained.as_ref().is_some_and(|explained| explained.right.held) {
        true => Decision::permit(),
        false => Decision::deny(),
    };
    match explained {
        Some(explained) if by.may::<needs::ReadMemberEffectivePermissions>() => {
            let right = explained.right;
            Ok(decision.with("reason", json!({"paths": right.paths, "withheld": right.withheld})))
        }
        _ => Ok(decision),
    }
}

/// The API and the organization that a resource stands for; nothing for one that does not exist.
async fn target(
    app: &App,
    scope: &TenantScope,
    resource: &Resource,
) -> Result<Option<(ResourceServer, Option<Organization>)>, Problem> {
    let property = |name: &str| resource.properties.get(name).and_then(|value| value.as_str());
    let (api, organization) = match resource.r#type.as_str() {
        "resource_server" => (Some(resource.id.as_str()), property("organization_id")),
        "organization" => (property("resource_server_identifier"), Some(resource.id.as_str())),
        _ => return Ok(None),
    };
    let Some(api) = api else { return Ok(None) };
    let Some(api) = resource_servers::find_by_identifier(app.store(), scope, api).await? else {
        return Ok(None);
    };
    let Some(organization) = organization else { return Ok(Some((api, None))) };
    let found = organizations::find(app.store(), scope, &OrganizationId::new(organization)).await?;
    Ok(found.map(|organization| (api, Some(organization))))
}

/// What the subject holds; nothing for one that does not exist, is blocked, or has no place in the organization.
async fn snapshot(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    subject: &Subject,
    organization: Option<&Organization>,
    api: Arc<ResourceServer>,
) -> Result<Option<Snapshot>, Problem> {
    let store = app.store();
    match subject.r#type.as_str() {
        "user" => {
            let Some(user) = person::live_user(app, scope, &UserId::new(&subject.id)).await? else {
                return Ok(None);
            };
            if let Some(organization) = organization {
                let inside = scope.organization(organization.id.clone());
                if !memberships::exists(app.store(), &inside, &user.user_id).await? {
                    return Ok(None);
                }
            }
            let found = snapshots::of_person(store, tenant, scope, &user.user_id, organization, api).await?;
            let subject = (None, Some(&user));
            snapshots::under_policies(store, tenant, scope, found, organization, subject).await.map(Some)
        }
        "client" => {
            let client = ClientId::new(&subject.id);
            let found = client_grants::find_for(app.store(), scope, &client, &api.id, SubjectType::Client);
            let found = match (found.await?, organization) {
                (None, _) => None,
                (Some(grant), None) => Some(snapshots::of_client(api, grant)),
                (Some(grant), Some(organization)) => {
                    let found = snapshots::of_client_in(store, tenant, scope, organization, api, grant);
                    found.await?.map(|(snapshot, _)| snapshot)
                }
            };
            let Some(found) = found else { return Ok(None) };
            let subject = (Some(&client), None);
            snapshots::under_policies(store, tenant, scope, found, organization, subject).await.map(Some)
        }
        _ => Ok(None),
    }
}
