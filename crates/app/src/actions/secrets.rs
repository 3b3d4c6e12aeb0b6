//! Secrets of actions: sealed when they are given, opened only for a run.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use guildhall_domain::action::SealedSecret;
use guildhall_domain::action::body::GivenSecret;
use guildhall_domain::id::ActionId;
use guildhall_domain::policy::TenantScope;

use crate::context::App;
use crate::problem::Problem;

/// The secrets as they are stored. One without a value keeps the value that its name has among those `held`.
///
/// # Errors
/// [`Problem::Invalid`] for one without a value that was not there before.
pub(super) fn seal(
    app: &App,
    scope: &TenantScope,
    action: &ActionId,
    given: Vec<GivenSecret>,
    held: &[SealedSecret],
    now: DateTime<Utc>,
) -> Result<Vec<SealedSecret>, Problem> {
    let one = |(index, given): (usize, GivenSecret)| match given.value {
        Some(value) => {
            let context = context(scope, action, &given.name);
            let sealed = app.0.vault.seal(&context, value.as_bytes()).map_err(Problem::internal)?;
            Ok(SealedSecret { name: given.name, sealed, updated_at: now })
        }
        None => held.iter().find(|held| held.name == given.name).cloned().ok_or_else(|| {
            Problem::invalid(format!("secrets[{index}].value"), "Missing required property: value")
        }),
    };
    given.into_iter().enumerate().map(one).collect()
}

/// The values by name.
///
/// # Errors
/// None but the unforeseen: the encryption key is another one.
pub(super) fn open(
    app: &App,
    scope: &TenantScope,
    action: &ActionId,
    secrets: &[SealedSecret],
) -> Result<BTreeMap<String, String>, Problem> {
    let one = |secret: &SealedSecret| {
        let context = context(scope, action, &secret.name);
        let plain = app.0.vault.open(&context, &secret.sealed).map_err(Problem::internal)?;
        let plain = std::str::from_utf8(&plain).map_err(Problem::internal)?;
        Ok((secret.name.clone(), plain.to_owned()))
    };
    secrets.iter().map(one).collect()
}

/// What binds a sealed value to its place: it cannot be moved to another tenant, action or name.
fn context(scope: &TenantScope, action: &ActionId, name: &str) -> String {
    format!("{}/actions/{action}/{name}", scope.tenant())
}
