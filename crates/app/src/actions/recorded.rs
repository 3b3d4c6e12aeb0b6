//! What the log keeps of an action: all that is shown, but for the script, of which it keeps the hash. The script itself
//! is kept by the versions, and may hold what its author should have made a secret.

use guildhall_domain::action::Action;
use guildhall_tokens::digest::sha256_hex;
use serde_json::{Value, json};

/// The action as the log keeps it.
pub(super) fn recorded(action: &Action) -> Value {
    let shown = action.shown();
    json!({
        "id": shown.id,
        "name": shown.name,
        "supported_triggers": shown.draft.supported_triggers,
        "runtime": shown.draft.runtime,
        "code_sha256": sha256_hex(&shown.draft.code),
        "secrets": shown.draft.secrets,
        "all_changes_deployed": shown.all_changes_deployed,
        "deployed_version": shown.deployed_version.map(|version| json!({
            "id": version.id,
            "number": version.number,
            "code_sha256": sha256_hex(&version.content.code),
        })),
    })
}
