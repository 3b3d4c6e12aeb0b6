//! From one page to the next: what needs nobody is done on the way.

use guildhall_domain::access_policy::Denied;
use guildhall_domain::client::Client;
use guildhall_domain::id::ClientId;
use guildhall_domain::invitation::NotAcceptable;
use guildhall_domain::log::EventType;
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::clients;
use serde_json::json;

use super::answer::{self, Ending, Recipient};
use super::membership;
use super::scene::Scene;
use super::step::{Step, next_step};
use super::transaction::Transaction;
use super::{Next, Stopped, Visitor};
use crate::access_policies;
use crate::context::App;
use crate::invitations;
use crate::passwords::note;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Goes on with a sign-in that a page brought back.
///
/// # Errors
/// [`Stopped`].
pub async fn resume(
    app: &App,
    tenant: &Tenant,
    transaction: Transaction,
    visitor: &Visitor,
) -> Result<Next, Stopped> {
    let client = client_of(app, tenant, &transaction).await?;
    advance(app, tenant, &client, transaction, visitor).await
}

/// The client of a sign-in.
pub(super) async fn client_of(
    app: &App,
    tenant: &Tenant,
    transaction: &Transaction,
) -> Result<Client, Stopped> {
    let id = ClientId::new(&transaction.request.client_id);
    let client = clients::find(app.store(), &issuance(&tenant.id), &id).await?;
    Ok(client.ok_or_else(|| OAuthError::invalid_request("The client is gone."))?)
}

/// Goes on until a page is to be shown or the client can be answered.
pub(super) async fn advance(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    mut transaction: Transaction,
    visitor: &Visitor,
) -> Result<Next, Stopped> {
    let scope = issuance(&tenant.id);
    loop {
        let recipient = Recipient::of(tenant, &transaction);
        let refuse = |error: &OAuthError| Ok(Next::Answer(answer::refusal(&recipient, error)?));
        let mut scene = match Scene::load(app, tenant, &scope, client, transaction, visitor).await? {
            Ok(scene) => scene,
            Err(refusal) => return refuse(&refusal),
        };
        let step = next_step(&scene.facts(app));
        match &step {
            Step::Choose(only) => scene.transaction.organization = Some(only.clone()),
            Step::Join => {
                if let Err(refusal) = join(app, tenant, &scene, visitor).await? {
                    return refuse(&refusal);
                }
            }
            Step::Accept => {
                if let Err(refusal) = accept(app, tenant, &scene, visitor).await? {
                    return refuse(&refusal);
                }
                scene.transaction.request.invitation = None;
            }
            Step::Refuse(error) => {
                if error.code == ErrorCode::AccessDenied {
                    note_refusal(app, tenant, &scene, &error.description, None, visitor);
                }
                return refuse(error);
            }
            Step::Deny(denied) => {
                note_refusal(app, tenant, &scene, &denied.reason, Some(denied), visitor);
                return refuse(&access_policies::refusal(denied));
            }
            Step::Done => {
                return match answer::answer(app, tenant, &scope, &mut scene, visitor).await {
                    Ok(Ending::Client(delivery)) => Ok(Next::Answer(delivery)),
                    Ok(Ending::Away(address)) => Ok(Next::Away(address)),
                    Err(Refusal::OAuth(refusal)) => refuse(&refusal),
                    Err(Refusal::Internal(problem)) => Err(problem.into()),
                };
            }
            Step::SignIn if scene.doors.is_empty() => return refuse(&no_way_in()),
            Step::SignIn if scene.connection().is_none() => {
                return Err(no_visible_way_in(scene.organization.is_some()).into());
            }
            _ => {
                scene.step = step;
                return Ok(Next::Page(Box::new(scene)));
            }
        }
        transaction = scene.transaction;
    }
}

/// That nobody can sign in.
pub(super) fn no_way_in() -> OAuthError {
    OAuthError::invalid_request("no connections enabled for the client")
}

/// That nobody can sign in on our page.
pub(super) fn no_visible_way_in(to_organization: bool) -> OAuthError {
    OAuthError::invalid_request(match to_organization {
        true => "no connections enabled for the organization are visible",
        false => "no connections enabled for the client are visible",
    })
}

/// Notes in the log why the person was refused, and by which policy.
fn note_refusal(
    app: &App,
    tenant: &Tenant,
    scene: &Scene,
    reason: &str,
    by: Option<&Denied>,
    visitor: &Visitor,
) {
    let mut details = json!({
        "description": reason, "client_id": scene.client.client_id,
        "organization_id": scene.transaction.organization,
    });
    if let Some(policy) = by {
        details["policy"] = json!(policy);
    }
    let user = scene.person.as_ref().map(|(_, user)| user);
    note(app, tenant, EventType::SignInRefused, user, details, &visitor.origin);
}

async fn join(
    app: &App,
    tenant: &Tenant,
    scene: &Scene,
    visitor: &Visitor,
) -> Result<Result<(), OAuthError>, Problem> {
    let (Some((_, user)), Some(organization)) = (&scene.person, &scene.organization) else {
        return Err(Problem::internal("nobody to join, or nothing"));
    };
    let inside = issuance(&tenant.id).organization(organization.id.clone());
    let client = &scene.client.client_id;
    match membership::join(app, tenant, &inside, &user.user_id, client, &visitor.origin).await {
        Ok(()) => Ok(Ok(())),
        Err(Problem::LimitReached(_)) => {
            let reason = format!("organization {} has as many members as there may be", organization.id);
            Ok(Err(OAuthError::new(ErrorCode::AccessDenied, reason)))
        }
        Err(problem) => Err(problem),
    }
}

async fn accept(
    app: &App,
    tenant: &Tenant,
    scene: &Scene,
    visitor: &Visitor,
) -> Result<Result<(), OAuthError>, Problem> {
    let (Some((_, user)), Some(ticket)) = (&scene.person, &scene.transaction.request.invitation) else {
        return Err(Problem::internal("nobody to accept, or nothing"));
    };
    match invitations::accept(app, tenant, ticket, &user.user_id, visitor.origin.clone()).await {
        Ok(_) => Ok(Ok(())),
        Err(invitations::Refusal::NotAcceptable(reason)) => {
            let code = match reason {
                NotAcceptable::OtherAccount | NotAcceptable::Full => ErrorCode::AccessDenied,
                NotAcceptable::Unknown | NotAcceptable::Used | NotAcceptable::Expired => {
                    ErrorCode::InvalidRequest
                }
            };
            Ok(Err(OAuthError::new(code, reason.to_string())))
        }
        Err(invitations::Refusal::Problem(problem)) => Err(problem),
    }
}
