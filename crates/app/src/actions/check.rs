//! What must hold of a script before it is saved.

use guildhall_actions::Failure;
use guildhall_actions::outcome::FailureKind;
use guildhall_domain::action::Content;
use guildhall_domain::action::body::{Dependency, ModuleReference};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::policy::TenantScope;

use crate::context::App;
use crate::problem::Problem;
use crate::triggers;

/// Nothing is installed for a script: what it needs stands in it.
///
/// # Errors
/// [`Problem::Invalid`].
pub(super) fn nothing_to_install(
    dependencies: &[Dependency],
    modules: &[ModuleReference],
) -> Result<(), Problem> {
    if !dependencies.is_empty() {
        let reason = "npm packages are not available to actions; put what the script needs into its code";
        return Err(Problem::invalid("dependencies", reason));
    }
    if !modules.is_empty() {
        let reason = "shared modules are not available to actions; put what the script needs into its code";
        return Err(Problem::invalid("modules", reason));
    }
    Ok(())
}

/// A script is JavaScript without NUL, which no database holds.
///
/// # Errors
/// [`Problem::Invalid`].
pub(super) async fn script(app: &App, scope: &TenantScope, code: &str) -> Result<(), Problem> {
    if code.contains('\0') {
        return Err(Problem::invalid("code", "The code must not contain NUL"));
    }
    match triggers::check(app, scope, code, Trigger::PostLogin).await {
        Err(failure) if failure.kind == FailureKind::Syntax => Err(invalid(&failure)),
        _ => Ok(()),
    }
}

/// A script that is deployed exports the function of its trigger.
///
/// # Errors
/// [`Problem::Invalid`].
pub(super) async fn deployable(app: &App, scope: &TenantScope, content: &Content) -> Result<(), Problem> {
    let checked = triggers::check(app, scope, &content.code, content.trigger.id).await;
    checked.map_err(|failure| invalid(&failure))
}

fn invalid(failure: &Failure) -> Problem {
    let place = match (failure.line, failure.column) {
        (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
        _ => String::new(),
    };
    Problem::invalid("code", format!("{}{place}", failure.message))
}
