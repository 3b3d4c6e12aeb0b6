//! The answer to an evaluation (section 5.5).

use serde::Serialize;
use serde_json::{Value, json};

use super::Object;
use super::malformed::Malformed;

/// Whether access is allowed, and what else the PEP should know (section 5.5).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// Whether access is allowed.
    pub decision: bool,
    /// Reasons, advice, whatever helps to enforce the decision. What is in it is left to implementations.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub context: Object,
}

impl Decision {
    /// Access is allowed.
    pub fn permit() -> Self {
        Self { decision: true, context: Object::new() }
    }

    /// Access is denied.
    pub fn deny() -> Self {
        Self { decision: false, context: Object::new() }
    }

    /// A denial because this one of many evaluations failed (section 7.2.1). The status is one that HTTP has.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        Self::deny().with("error", json!({"status": status, "message": message.into()}))
    }

    /// The same, with a member in its context.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.context.insert(name.to_owned(), value.into());
        self
    }
}

impl From<&Malformed> for Decision {
    fn from(malformed: &Malformed) -> Self {
        Self::error(400, malformed.to_string())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::allowed_section_5_5(Decision::permit(), json!({"decision": true}))]
    #[case::denied_section_10_1_2(Decision::deny(), json!({"decision": false}))]
    #[case::reasons_section_5_5_2(
        Decision::deny()
            .with("reason_admin", json!({"403": "Request failed policy C076E82F"}))
            .with("reason_user", json!({"403": "Insufficient privileges. Contact your administrator"})),
        json!({"decision": false, "context": {
            "reason_admin": {"403": "Request failed policy C076E82F"},
            "reason_user": {"403": "Insufficient privileges. Contact your administrator"},
        }})
    )]
    #[case::environment_section_5_5_2(
        Decision::deny()
            .with("metadata", json!({"response_time": 60, "response_time_unit": "ms"}))
            .with("environment", json!({"ip": "10.10.0.1", "datetime": "2025-06-27T18:03-07:00"})),
        json!({"decision": false, "context": {
            "metadata": {"response_time": 60, "response_time_unit": "ms"},
            "environment": {"ip": "10.10.0.1", "datetime": "2025-06-27T18:03-07:00"},
        }})
    )]
    #[case::step_up_section_5_5_2(
        Decision::deny().with("acr_values", "urn:com:example:loa:3").with("amr_values", "mfa hwk"),
        json!({"decision": false, "context": {"acr_values": "urn:com:example:loa:3", "amr_values": "mfa hwk"}})
    )]
    #[case::an_error_section_7_2_1(
        Decision::error(404, "Resource not found"),
        json!({"decision": false, "context": {"error": {"status": 404, "message": "Resource not found"}}})
    )]
    fn a_decision_is_written_as_the_specification_shows(#[case] decision: Decision, #[case] expected: Value) {
        assert_eq!(json!(decision), expected);
    }
}
