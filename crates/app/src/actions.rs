//! Actions: the vendor's scripts, from draft to what runs. Contract section 10.

mod check;
mod recorded;
mod secrets;

pub mod bindings;
pub mod executions;
pub mod flow;
pub mod trial;
pub mod versions;

use guildhall_domain::action::body::{ActionPatch, NewAction};
use guildhall_domain::action::{Action, Content};
use guildhall_domain::id::ActionId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
pub use guildhall_persistence::actions::Filter;
use guildhall_persistence::{action_bindings, actions};

use self::recorded::recorded;
use crate::context::{App, found};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// A page of the tenant's actions, the oldest first.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Action>, Problem> {
    Ok(actions::list(app.store(), by.scope(), filter, page).await?)
}

/// The action with this id.
///
/// # Errors
/// [`Thing::Action`].
pub async fn get(app: &App, by: &Authorized<needs::ReadActions>, id: &ActionId) -> Result<Action, Problem> {
    found(actions::find(app.store(), by.scope(), id).await?, Thing::Action)
}

/// Makes an action, and deploys it where the body says so.
///
/// # Errors
/// [`Problem::Invalid`], [`Taken::ActionName`], [`Limit::Entities`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateActions>,
    new: NewAction,
) -> Result<Action, Problem> {
    let scope = by.scope();
    let limits = app.tenant(scope).await?.settings.limits;
    let now = app.clock().now();
    let id = ActionId::generate(app.clock());
    check::nothing_to_install(&new.dependencies, &new.modules)?;
    let draft = Content {
        trigger: new.supported_triggers[0].chosen(),
        code: new.code,
        runtime: new.runtime,
        secrets: secrets::seal(app, scope, &id, new.secrets, &[], now)?,
    };
    check::script(app, scope, &draft.code).await?;
    if new.deploy {
        check::deployable(app, scope, &draft).await?;
    }
    let action = Action { id, name: new.name, draft, deployed: None, created_at: now, updated_at: now };
    let mut unit = app.begin(by).await?;
    if actions::count(&unit, scope).await? >= limits.actions {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    actions::insert(&unit, scope, &action).await.map_err(taken(Taken::ActionName))?;
    unit.record(Change::new("action.created", action.id.as_str()).after(&recorded(&action))).await?;
    let action = match new.deploy {
        true => versions::add(app, &mut unit, scope, &action, action.draft.clone(), &limits).await?,
        false => action,
    };
    unit.commit().await?;
    Ok(action)
}

/// Changes the draft of an action. What runs stays as it is until the next deployment.
///
/// # Errors
/// [`Thing::Action`], [`Problem::Invalid`], [`Taken::ActionName`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateActions>,
    id: &ActionId,
    patch: ActionPatch,
) -> Result<Action, Problem> {
    let scope = by.scope();
    let now = app.clock().now();
    let (dependencies, modules) = (patch.dependencies.as_deref(), patch.modules.as_deref());
    check::nothing_to_install(dependencies.unwrap_or_default(), modules.unwrap_or_default())?;
    if let Some(code) = &patch.code {
        check::script(app, scope, code).await?;
    }
    let mut unit = app.begin(by).await?;
    let before = found(actions::find(&unit, scope, id).await?, Thing::Action)?;
    let mut after = Action { updated_at: now, ..before.clone() };
    if let Some(triggers) = patch.supported_triggers {
        after.draft.trigger = triggers[0].chosen();
    }
    if after.draft.trigger.id != before.draft.trigger.id {
        return Err(Problem::invalid(
            "supported_triggers[0].id",
            "The trigger of an action cannot be changed",
        ));
    }
    after.name = patch.name.unwrap_or(after.name);
    after.draft.code = patch.code.unwrap_or(after.draft.code);
    after.draft.runtime = patch.runtime.unwrap_or(after.draft.runtime);
    if let Some(given) = patch.secrets {
        after.draft.secrets = secrets::seal(app, scope, id, given, &before.draft.secrets, now)?;
    }
    actions::update(&unit, scope, &after).await.map_err(taken(Taken::ActionName))?;
    let change = Change::new("action.updated", id.as_str());
    unit.record(change.before(&recorded(&before)).after(&recorded(&after))).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes an action with its versions and, where `force` says so, its bindings.
///
/// # Errors
/// [`Thing::Action`], [`Problem::ActionBound`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteActions>,
    id: &ActionId,
    force: bool,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = found(actions::find(&unit, by.scope(), id).await?, Thing::Action)?;
    if !force && action_bindings::count_of(&unit, by.scope(), id).await? > 0 {
        return Err(Problem::ActionBound);
    }
    actions::delete(&unit, by.scope(), id).await?;
    unit.record(Change::new("action.deleted", id.as_str()).before(&recorded(&before))).await?;
    unit.commit().await?;
    Ok(())
}
