//! What must hold of a script before it is saved.

use guildhall_domain::action::Content;
use guildhall_domain::action::body::{Dependency, ModuleReference};

use crate::problem::Problem;

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

/// A script is text without NUL, which no database holds.
///
/// # Errors
/// [`Problem::Invalid`].
pub(super) fn script(content: &Content) -> Result<(), Problem> {
    match content.code.contains('\0') {
        true => Err(Problem::invalid("code", "The code must not contain NUL")),
        false => Ok(()),
    }
}
