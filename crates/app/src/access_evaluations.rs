//! Access evaluation: may this subject do this here, now? OpenID AuthZEN Authorization API 1.0, over the rights that tokens
//! are issued from.
//!
//! Subjects are `user` and `client`, by id. A resource is an API (`resource_server`, by its identifier), in an
//! organization where its property `organization_id` names one, or an `organization`, with the API in its property
//! `resource_server_identifier`; actions on them are permissions. The vendor's own resource types say of which API they
//! are, and which permission each action needs.
//!
//! Every answer names in its context the tenant's `epoch` at which it was right. A request can demand by `minimum_epoch` in
//! its context that this is at least so much.
//!
//! What people may do is what they hold, whether or not the API enforces policies; where it does not, their tokens carry
//! whatever scope was asked for.

mod action_search;
mod named;
mod pages;
mod reading;
mod resource_search;
mod subject_search;

use guildhall_domain::policy::{Authorized, needs};
use guildhall_oauth::authzen::Object;
use guildhall_oauth::authzen::decision::Decision;
use guildhall_oauth::authzen::evaluation::Evaluation;
use guildhall_oauth::authzen::evaluations::{Evaluations, EvaluationsResponse};
use serde_json::json;

use crate::context::App;
use crate::problem::Problem;

pub use action_search::actions;
use named::{Place, Who};
use reading::Reading;
pub use resource_search::resources;
pub use subject_search::subjects;

/// The most evaluations in one request.
pub const MOST: usize = 100;

/// What is told of the state that an answer was computed from.
const EPOCH: &str = "epoch";

/// Decides one evaluation.
///
/// # Errors
/// [`Problem::EpochNotReached`], [`Problem::Invalid`] for a demand that is none. What does not exist is denied.
pub async fn decide(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    evaluation: &Evaluation,
) -> Result<Decision, Problem> {
    let mut reading = Reading::begin(app, by.scope(), &evaluation.context).await?;
    let decision = decided(&mut reading, by, evaluation).await?;
    Ok(decision.with(EPOCH, reading.epoch()))
}

/// Decides evaluations in their order, until it is enough. The request's own context alone can demand an epoch.
///
/// # Errors
/// As [`decide`].
pub async fn decide_all(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    asked: &Evaluations,
) -> Result<EvaluationsResponse, Problem> {
    let mut reading = Reading::begin(app, by.scope(), &asked.context).await?;
    let readable: Vec<&Evaluation> = asked.evaluations.iter().flatten().collect();
    reading.read_ahead(&readable).await?;
    let mut evaluations = Vec::with_capacity(asked.evaluations.len());
    for evaluation in &asked.evaluations {
        let decision = match evaluation {
            Ok(evaluation) => decided(&mut reading, by, evaluation).await?,
            Err(malformed) => Decision::from(malformed),
        };
        let is_enough = asked.semantic.ends_with(&decision);
        evaluations.push(decision);
        if is_enough {
            break;
        }
    }
    let context = Object::from_iter([(EPOCH.to_owned(), reading.epoch().into())]);
    Ok(EvaluationsResponse::Evaluations { context, evaluations })
}

/// The reason is for those alone who may read what such a subject holds there.
async fn decided(
    reading: &mut Reading<'_>,
    by: &Authorized<needs::EvaluateAccess>,
    evaluation: &Evaluation,
) -> Result<Decision, Problem> {
    let Some(who) = Who::of(&evaluation.subject) else { return Ok(Decision::deny()) };
    let Some(place) = reading.place(&evaluation.resource).await? else { return Ok(Decision::deny()) };
    let Some(permission) = place.permission(&evaluation.action.name) else { return Ok(Decision::deny()) };
    let Some(snapshot) = reading.snapshot(&who, &place).await? else { return Ok(Decision::deny()) };
    let Some(explained) = snapshot.explain(permission) else { return Ok(Decision::deny()) };
    let right = explained.right;
    let decision = if right.held { Decision::permit() } else { Decision::deny() };
    Ok(match may_know(by, &who, &place) {
        true => decision.with("reason", json!({"paths": right.paths, "withheld": right.withheld})),
        false => decision,
    })
}

/// As the endpoints that explain rights demand it.
fn may_know(by: &Authorized<needs::EvaluateAccess>, who: &Who, place: &Place) -> bool {
    match (who, &place.organization) {
        (Who::User(_), Some(_)) => by.may::<needs::ReadMemberEffectivePermissions>(),
        (Who::User(_), None) => by.may::<needs::ReadUserEffectivePermissions>(),
        (Who::Client(_), Some(_)) => by.may::<needs::ReadOrganizationClientGrants>(),
        (Who::Client(_), None) => by.may::<needs::ReadClientGrants>(),
    }
}
