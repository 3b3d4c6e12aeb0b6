//! Tenants: the environments of vendors. Design section 4, contract section 11 (`tenants/settings`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::envelope::Envelope;
use crate::field::Object;
use crate::id::TenantId;
use crate::limits::Limits;
use crate::organization::{Organization, TokenStrategy};
use crate::patch::Patch;
use crate::portal::PortalSettings;
use crate::tenant_settings::{OrganizationClaim, SettingsPatch, hours_of};

/// A vendor's environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// The identifier.
    pub id: TenantId,
    /// The name, unique in the deployment.
    pub name: String,
    /// The issuer of its tokens: an address with the closing slash.
    pub issuer: String,
    /// Whether hosts that no tenant registered belong to it.
    pub is_default: bool,
    /// What it decided.
    pub settings: TenantSettings,
    /// How many changes it had seen when this was read (design section 6). What is read later is at least as new.
    pub epoch: i64,
}

impl Tenant {
    /// The audience of its Management API.
    pub fn management_audience(&self) -> String {
        format!("{}api/v2/", self.issuer)
    }

    /// The audience of its My Organization API (contract section 16).
    pub fn my_organization_audience(&self) -> String {
        format!("{}my-org/", self.issuer)
    }

    /// The name of its host, without the port.
    pub fn hostname(&self) -> &str {
        let authority = self.issuer.split("://").nth(1).unwrap_or_default().trim_end_matches('/');
        authority.rsplit_once(':').map_or(authority, |(name, _)| name)
    }
}

/// What a tenant decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// Whether organizations can be named by name, and tokens carry `org_name`.
    pub allow_organization_name_in_authentication_api: bool,
    /// The API of token requests that name none.
    pub default_audience: Option<String>,
    /// The strategy of new organizations (an addition to the contract).
    pub token_strategy: TokenStrategy,
    /// Limits that differ from the published ones (an addition to the contract).
    pub limits: Limits,
    /// Everything else of `tenants/settings`, as it was set.
    #[serde(flatten)]
    pub other: Object,
}

/// What is shown of settings that were never set (contract section 11).
const DEFAULTS: &[(&str, u64)] = &[
    ("session_lifetime", 168),
    ("idle_session_lifetime", 72),
    ("ephemeral_session_lifetime", 72),
    ("idle_ephemeral_session_lifetime", 24),
];

impl TenantSettings {
    /// A setting of those that are kept as they are.
    pub fn other(&self, name: &str) -> Option<&Value> {
        self.other.get(name)
    }

    /// A switch among the `flags`, where it was set.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.other("flags")?.get(name)?.as_bool()
    }

    /// The hosts that actions may fetch from: `host`, `host:port`, `*.domain` or `*.domain:port`, in lower case.
    pub fn actions_allowed_hosts(&self) -> Vec<&str> {
        let hosts = self.other("actions_allowed_hosts").and_then(Value::as_array);
        hosts.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// What an organization may confer: as its own envelope says, or else the tenant's for all.
    pub fn envelope_of(&self, organization: &Organization) -> Envelope {
        match (&organization.envelope, self.other("organization_envelope")) {
            (Some(own), _) => own.clone(),
            (None, Some(all)) => serde_json::from_value(all.clone()).unwrap_or_default(),
            (None, None) => Envelope::default(),
        }
    }

    /// How the portal of the organizations is shown.
    pub fn portal(&self) -> PortalSettings {
        let set = self.other("portal").and_then(|set| serde_json::from_value(set.clone()).ok());
        set.unwrap_or_default()
    }

    /// The tenant's own claim for the organization.
    pub fn organization_claim(&self) -> Option<OrganizationClaim> {
        serde_json::from_value(self.other("organization_claim")?.clone()).ok()
    }

    /// Whether access tokens for an organization's own audience say in `org_id` as well which it is.
    pub fn org_id_in_audience_tokens(&self) -> bool {
        self.other("org_id_in_audience_tokens").and_then(Value::as_bool).unwrap_or(true)
    }

    /// The settings as `GET /api/v2/tenants/settings` shows them.
    pub fn shown(&self) -> Object {
        let mut shown: Object =
            DEFAULTS.iter().map(|(name, hours)| ((*name).to_owned(), (*hours).into())).collect();
        shown.insert("flags".to_owned(), Object::new().into());
        shown.insert("org_id_in_audience_tokens".to_owned(), true.into());
        shown.insert("enabled_locales".to_owned(), vec!["en"].into());
        shown.insert("actions_allowed_hosts".to_owned(), Vec::<Value>::new().into());
        if let Ok(Value::Object(set)) = serde_json::to_value(self) {
            shown.extend(set.into_iter().filter(|(_, value)| !value.is_null()));
        }
        shown
    }

    /// The settings after the patch: flags and limits that it does not name stay, every other setting is replaced.
    pub fn patched(mut self, patch: SettingsPatch) -> Self {
        let kept_as_is = serde_json::to_value(&patch).unwrap_or_default();
        for (name, value) in kept_as_is.as_object().into_iter().flatten() {
            let in_hours = name.strip_suffix("_in_minutes");
            match (in_hours.unwrap_or(name), value) {
                (name, Value::Null) => {
                    self.other.remove(name);
                }
                ("flags", Value::Object(flags)) => {
                    let entry = self.other.entry("flags").or_insert_with(|| Object::new().into());
                    if let Some(held) = entry.as_object_mut() {
                        held.extend(flags.clone());
                    }
                }
                (name, value) => {
                    let minutes = value.as_u64().filter(|_| in_hours.is_some());
                    let value = minutes.map_or_else(|| value.clone(), |minutes| hours_of(minutes).into());
                    self.other.insert(name.to_owned(), value);
                }
            }
        }
        patch.default_audience.apply(&mut self.default_audience);
        self.default_audience = self.default_audience.filter(|audience| !audience.is_empty());
        if let Some(allow) = patch.allow_organization_name_in_authentication_api {
            self.allow_organization_name_in_authentication_api = allow;
        }
        self.token_strategy = patch.token_strategy.unwrap_or(self.token_strategy);
        self.limits = match patch.limits {
            Patch::Absent => self.limits,
            Patch::Null => Limits::default(),
            Patch::Value(limits) => self.limits.patched(&limits),
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(value: Value) -> SettingsPatch {
        serde_json::from_value(value).expect("a patch")
    }

    #[test]
    fn a_patch_replaces_what_it_names_and_keeps_the_rest() {
        let first = json!({
            "session_lifetime": 100.5, "friendly_name": "Acme", "flags": {"enable_sso": true, "a": false},
            "limits": {"clients": 3}, "default_audience": "https://api", "token_strategy": "audience",
        });
        let settings = TenantSettings::default().patched(patch(first));
        let second = json!({"friendly_name": null, "flags": {"a": true}, "limits": {"roles": 5}, "default_audience": ""});
        let settings = settings.patched(patch(second));
        let shown = Value::from(settings.shown());
        assert_eq!(shown["session_lifetime"], 100.5);
        assert_eq!(shown["idle_session_lifetime"], 72);
        assert_eq!(shown["flags"], json!({"enable_sso": true, "a": true}));
        assert_eq!((&shown["limits"]["clients"], &shown["limits"]["roles"]), (&json!(3), &json!(5)));
        assert_eq!(shown["token_strategy"], "audience");
        assert!(shown.get("friendly_name").is_none() && shown.get("default_audience").is_none());
        let limits = settings.patched(patch(json!({"limits": null}))).limits;
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn lifetimes_in_minutes_are_kept_in_hours() {
        let minutes = json!({"session_lifetime": 7, "session_lifetime_in_minutes": 1440,
            "idle_session_lifetime_in_minutes": 100});
        let settings = TenantSettings::default().patched(patch(minutes));
        let shown = Value::from(settings.shown());
        assert_eq!(
            (&shown["session_lifetime"], shown.get("session_lifetime_in_minutes")),
            (&json!(24), None)
        );
        let idle = shown["idle_session_lifetime"].as_f64().expect("a number");
        assert!((idle * 60.0 - 100.0).abs() < 1e-9);
        let back = settings.patched(patch(json!({"session_lifetime_in_minutes": null})));
        assert_eq!(Value::from(back.shown())["session_lifetime"], 168);
    }

    #[test]
    fn settings_survive_storage() {
        let settings = TenantSettings::default()
            .patched(patch(json!({"sandbox_version": "18", "limits": {"roles": 1}})));
        let stored = serde_json::to_value(&settings).expect("settings");
        assert_eq!(serde_json::from_value::<TenantSettings>(stored).expect("settings"), settings);
    }

    #[test]
    fn unknown_settings_and_wrong_types_are_refused() {
        for wrong in [
            json!({"unheard_of": 1}),
            json!({"session_lifetime": "1"}),
            json!({"flags": {"a": 1}}),
            json!({"limits": {"x": 1}}),
        ] {
            assert!(serde_json::from_value::<SettingsPatch>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
