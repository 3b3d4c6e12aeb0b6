//! What the vendor's Actions change of tokens. Contract section 15.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
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
    /// Of the refresh token that goes with them.
    #[serde(skip_serializing_if = "RecordChanges::is_empty")]
    pub refresh_token: RecordChanges,
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

/// What Actions change of a session or a refresh token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordChanges {
    /// Whether it is over.
    pub revoked: bool,
    /// An earlier end than the one it has.
    pub expires_at: Option<DateTime<Utc>>,
    /// An earlier end for want of use.
    pub idle_expires_at: Option<DateTime<Utc>>,
    evicts_metadata: bool,
    metadata: BTreeMap<String, Option<String>>,
}

impl RecordChanges {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets a value of the vendor's data, or removes it.
    pub fn set_metadata(&mut self, name: String, value: Option<String>) {
        self.metadata.insert(name, value);
    }

    /// Removes the vendor's data.
    pub fn evict_metadata(&mut self) {
        self.evicts_metadata = true;
        self.metadata.clear();
    }

    /// Whether the vendor's data change.
    pub fn touches_metadata(&self) -> bool {
        self.evicts_metadata || !self.metadata.is_empty()
    }

    /// The vendor's data after the changes; nothing where they stay as they are.
    pub fn metadata(&self, before: Option<&Object>) -> Option<Object> {
        if !self.touches_metadata() {
            return None;
        }
        let mut after = before.filter(|_| !self.evicts_metadata).cloned().unwrap_or_default();
        for (name, value) in &self.metadata {
            set_claim(&mut after, name.clone(), value.clone().into());
        }
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
    fn data_of_a_record_are_set_removed_and_evicted() {
        let before = json!({"a": "1", "b": "2"});
        let before = before.as_object();
        let mut changes = RecordChanges::default();
        assert_eq!(changes.metadata(before), None);
        changes.set_metadata("a".to_owned(), None);
        changes.set_metadata("c".to_owned(), Some("3".to_owned()));
        assert_eq!(changes.metadata(before).map(Value::from), Some(json!({"b": "2", "c": "3"})));
        changes.evict_metadata();
        changes.set_metadata("d".to_owned(), Some("4".to_owned()));
        assert_eq!(changes.metadata(before).map(Value::from), Some(json!({"d": "4"})));
    }

    #[test]
    fn nothing_is_stored_of_none() {
        assert_eq!(serde_json::to_string(&TokenChanges::default()).expect("JSON"), "{}");
    }
}
