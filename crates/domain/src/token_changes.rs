//! What the vendor's Actions change of tokens. Contract section 15.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::Object;

/// Claims that are added, and scope that is given or taken. The last word on a name counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenChanges {
    /// Claims of the access token.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub access_token: Object,
    /// Claims of the ID token, which `/userinfo` tells as well.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub id_token: Object,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    added: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<String>,
}

/// Sets a claim, or takes it back with `null`.
pub fn set_claim(claims: &mut Object, name: String, value: Value) {
    match value {
        Value::Null => drop(claims.shift_remove(&name)),
        value => drop(claims.insert(name, value)),
    }
}

impl TokenChanges {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Gives a scope, whatever roles permit.
    pub fn add_scope(&mut self, scope: String) {
        self.removed.retain(|other| *other != scope);
        if !self.added.contains(&scope) {
            self.added.push(scope);
        }
    }

    /// Takes a scope.
    pub fn remove_scope(&mut self, scope: String) {
        self.added.retain(|other| *other != scope);
        if !self.removed.contains(&scope) {
            self.removed.push(scope);
        }
    }

    /// The scope after the changes: what is left in its order, then what was added.
    pub fn apply(&self, scope: &mut Vec<String>) {
        scope.retain(|granted| !self.removed.contains(granted));
        for added in &self.added {
            if !scope.contains(added) {
                scope.push(added.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_a_scope_counts() {
        let mut changes = TokenChanges::default();
        for scope in ["b", "d", "e"] {
            changes.add_scope(scope.to_owned());
        }
        changes.remove_scope("a".to_owned());
        changes.remove_scope("d".to_owned());
        changes.add_scope("a".to_owned());
        changes.remove_scope("c".to_owned());
        let mut scope = ["a", "b", "c"].map(str::to_owned).to_vec();
        changes.apply(&mut scope);
        assert_eq!(scope, ["a", "b", "e"]);
    }

    #[test]
    fn nothing_is_stored_of_none() {
        assert_eq!(serde_json::to_string(&TokenChanges::default()).expect("JSON"), "{}");
    }
}
