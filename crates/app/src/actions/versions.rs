//! Deployments: each makes a version, which then runs and never changes. Going back to an earlier one makes another.

use guildhall_domain::action::body::Rollback;
use guildhall_domain::action::{Action, ActionVersion, Content};
use guildhall_domain::id::{ActionId, ActionVersionId};
use guildhall_domain::limits::Limits;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_persistence::{UnitOfWork, action_versions, actions};

use super::check;
use super::recorded::recorded;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};

/// An action, and a page of its versions by offset, the newest first.
///
/// # Errors
/// [`Thing::Action`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    action: &ActionId,
    page: &PageRequest,
) -> Result<(Action, Page<ActionVersion>), Problem> {
    let action = super::get(app, by, action).await?;
    let versions = action_versions::list(app.store(), by.scope(), &action.id, page).await?;
    Ok((action, versions))
}

/// An action and its version with this id.
///
/// # Errors
/// [`Thing::Action`], [`Thing::ActionVersion`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    action: &ActionId,
    id: &ActionVersionId,
) -> Result<(Action, ActionVersion), Problem> {
    let action = super::get(app, by, action).await?;
    let version = action_versions::find(app.store(), by.scope(), &action.id, id).await?;
    Ok((action, found(version, Thing::ActionVersion)?))
}

/// Deploys the draft: from now on, this is what runs.
///
/// # Errors
/// [`Thing::Action`], [`Problem::Invalid`] for code that does not export its trigger's function.
pub async fn deploy(
    app: &App,
    by: &Authorized<needs::CreateActions>,
    id: &ActionId,
) -> Result<Action, Problem> {
    let limits = app.tenant(by.scope()).await?.settings.limits;
    let drafted = found(actions::find(app.store(), by.scope(), id).await?, Thing::Action)?;
    check::deployable(app, by.scope(), &drafted.draft).await?;
    let mut unit = app.begin(by).await?;
    let action = found(actions::find(&unit, by.scope(), id).await?, Thing::Action)?;
    let content = action.draft.clone();
    let action = add(app, &mut unit, by.scope(), &action, content, &limits).await?;
    unit.commit().await?;
    Ok(action)
}

/// Deploys what an earlier version holds, as a new version.
///
/// # Errors
/// [`Thing::Action`], [`Thing::ActionVersion`].
pub async fn roll_back(
    app: &App,
    by: &Authorized<needs::CreateActions>,
    action: &ActionId,
    id: &ActionVersionId,
    how: Rollback,
) -> Result<Action, Problem> {
    let limits = app.tenant(by.scope()).await?.settings.limits;
    let mut unit = app.begin(by).await?;
    let mut action = found(actions::find(&unit, by.scope(), action).await?, Thing::Action)?;
    let version = action_versions::find(&unit, by.scope(), &action.id, id).await?;
    let content = found(version, Thing::ActionVersion)?.content;
    if how.update_draft {
        action.draft = content.clone();
    }
    let action = add(app, &mut unit, by.scope(), &action, content, &limits).await?;
    unit.commit().await?;
    Ok(action)
}

/// Adds a version to the action and makes it the one that runs. The unit of work locked the tenant's changes when it
/// began, so numbers follow each other.
///
/// # Errors
/// None but the unforeseen.
pub(super) async fn add(
    app: &App,
    unit: &mut UnitOfWork,
    scope: &TenantScope,
    action: &Action,
    content: Content,
    limits: &Limits,
) -> Result<Action, Problem> {
    let version = ActionVersion {
        id: ActionVersionId::generate(app.clock()),
        action_id: action.id.clone(),
        number: action_versions::newest(unit, scope, &action.id).await? + 1,
        content,
        created_at: app.clock().now(),
    };
    action_versions::insert(unit, scope, &version, limits.versions_per_action).await?;
    let after = action.clone().with_deployed(version);
    actions::update(unit, scope, &after).await?;
    let change = Change::new("action.deployed", action.id.as_str());
    unit.record(change.before(&recorded(action)).after(&recorded(&after))).await?;
    Ok(after)
}
