//! What remains of a run: what scripts wrote about the person and the session, and the record of the execution.

use guildhall_domain::action::execution::{Execution, ResultStatus};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ActionExecutionId, ClientId, OrganizationId};
use guildhall_domain::log::{Actor, Change, EventType, Origin};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::{self, User};
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{refresh_tokens, sessions, users};
use serde_json::json;

use super::run::Ran;
use super::wishes::{Wishes, merged};
use crate::actions::executions;
use crate::context::App;
use crate::passwords::note;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Writes what scripts want known of the person. Nothing is written where nothing would change.
///
/// # Errors
/// `server_error` where the metadata grow too large.
pub(super) async fn metadata(
    app: &App,
    scope: &TenantScope,
    wishes: &mut Wishes,
    user: &User,
    client: &ClientId,
    origin: &Origin,
) -> Result<(), Refusal> {
    let wanted = [std::mem::take(&mut wishes.user_metadata), std::mem::take(&mut wishes.app_metadata)];
    let would_change = |metadata: &Option<Object>, wanted: &Object| {
        !wanted.is_empty()
            && merged(metadata.as_ref(), wanted.clone()) != metadata.clone().unwrap_or_default()
    };
    let of_user = [&user.user_metadata, &user.app_metadata];
    if !of_user.iter().zip(&wanted).any(|(metadata, wanted)| would_change(metadata, wanted)) {
        return Ok(());
    }
    let actor = Actor::Actions(client.clone());
    let mut unit = app.store().begin(scope, actor, origin.clone()).await?;
    let Some(before) = users::find(&unit, scope, &user.user_id).await? else { return Ok(()) };
    let after = with_metadata(User { updated_at: app.clock().now(), ..before.clone() }, wanted)
        .map_err(|reason| OAuthError::new(ErrorCode::ServerError, reason))?;
    users::update(&unit, scope, &after).await?;
    let change = Change::new("user.updated", user.user_id.as_str()).about(&user.user_id);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(())
}

/// A user with what scripts want known: `user_metadata`, then `app_metadata`.
///
/// # Errors
/// They grow too large.
pub(super) fn with_metadata(user: User, [of_user, of_vendor]: [Object; 2]) -> Result<User, String> {
    let user = User {
        user_metadata: Some(merged(user.user_metadata.as_ref(), of_user)).filter(|it| !it.is_empty()),
        app_metadata: Some(merged(user.app_metadata.as_ref(), of_vendor)).filter(|it| !it.is_empty()),
        ..user
    };
    for metadata in [&user.user_metadata, &user.app_metadata].into_iter().flatten() {
        user::metadata(metadata).map_err(|error| {
            format!("An Action set too much metadata: {}", error.message.unwrap_or_default())
        })?;
    }
    Ok(user)
}

/// Changes the session as scripts want it. Nothing is left of one that they ended.
///
/// # Errors
/// None but the unforeseen.
pub(super) async fn session(
    app: &App,
    scope: &TenantScope,
    wishes: &Wishes,
    mut session: Session,
) -> Result<Option<Session>, Problem> {
    let (store, changes) = (app.store(), &wishes.session);
    if changes.is_empty() {
        return Ok(Some(session));
    }
    if changes.revoked {
        sessions::delete(store, scope, &session.id).await?;
        if !wishes.preserve_refresh_tokens {
            refresh_tokens::delete(store, scope, &Which::Session(&session.id)).await?;
        }
        return Ok(None);
    }
    session.expires_at = changes.expires_at.map_or(session.expires_at, |end| end.min(session.expires_at));
    let idle = changes.idle_expires_at.unwrap_or(session.idle_expires_at);
    session.idle_expires_at = idle.min(session.idle_expires_at).min(session.expires_at);
    sessions::update(store, scope, &session).await?;
    if let Some(metadata) = changes.metadata(session.session_metadata.as_ref()) {
        session.session_metadata = Some(metadata).filter(|metadata| !metadata.is_empty());
        let (metadata, now) = (session.session_metadata.as_ref(), app.clock().now());
        sessions::set_metadata(store, scope, &session.id, metadata, now).await?;
    }
    Ok(Some(session))
}

/// For whom Actions ran.
pub(super) struct About<'a> {
    pub tenant: &'a Tenant,
    pub trigger: Trigger,
    pub user: Option<&'a User>,
    pub client: Option<&'a ClientId>,
    pub organization: Option<&'a OrganizationId>,
    pub origin: &'a Origin,
}

/// Keeps what became of the Actions, off the path of the answer.
pub(super) fn execution(app: &App, about: &About<'_>, ran: &mut Ran) {
    let execution = Execution {
        id: ActionExecutionId::generate(app.clock()),
        trigger_id: about.trigger,
        status: ran.status,
        results: std::mem::take(&mut ran.results),
        user_id: about.user.map(|user| user.user_id.clone()),
        client_id: about.client.cloned(),
        organization_id: about.organization.cloned(),
        created_at: ran.began_at,
        updated_at: app.clock().now(),
    };
    for refused in execution.results.iter().filter(|result| result.status == ResultStatus::Denied) {
        let (action, user) = (refused.action_name.as_str(), about.user.map(|user| user.user_id.as_str()));
        let client = about.client.map(ClientId::as_str);
        tracing::info!(
            tenant = %about.tenant.id, trigger = about.trigger.as_str(), action, user, client,
            execution = %execution.id, "an Action refused"
        );
    }
    for failed in execution.results.iter().filter(|result| result.status == ResultStatus::Failed) {
        let error = failed.error.as_ref().map(|error| error.msg.as_str()).unwrap_or_default();
        let action = failed.action_name.as_str();
        tracing::warn!(tenant = %about.tenant.id, action, error, execution = %execution.id, "an Action failed");
        let details = json!({
            "description": format!("{action}: {error}"), "client_id": about.client,
            "organization_id": about.organization, "execution_id": execution.id,
            "action": {"id": failed.action_id, "name": action, "error": failed.error},
        });
        note(app, about.tenant, EventType::ActionFailed, about.user, details, about.origin);
    }
    executions::note(app, &about.tenant.id, execution);
}
