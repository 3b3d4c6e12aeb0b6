//! The body of `PATCH /api/v2/tenants/settings`: the settings that are known, each with its type. Contract section 11.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::envelope::Envelope;
use crate::field::{self, Object};
use crate::limits::LimitsPatch;
use crate::organization::{TokenQuota, TokenStrategy};
use crate::patch::Patch;
use crate::portal::PortalSettings;

static HOST: LazyLock<Regex> = LazyLock::new(|| {
    let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    field::pattern(&format!(r"^({label}(\.{label})*|\*(\.{label}){{2,}})$"))
});

/// How the cookie of a session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CookieMode {
    /// Beyond the end of the browser.
    Persistent,
    /// Until the browser ends.
    NonPersistent,
}

/// The cookie of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionCookie {
    /// How it is kept.
    pub mode: CookieMode,
}

/// Hours, kept as they were written: 168 stays 168, 0.5 stays 0.5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = f64, minimum = 0, maximum = 876600)]
pub struct Hours(Number);

/// How a number of hours is kept that was given in minutes.
pub fn hours_of(minutes: u64) -> Number {
    let hours = Number::from_f64(minutes as f64 / 60.0);
    hours.filter(|_| !minutes.is_multiple_of(60)).unwrap_or_else(|| (minutes / 60).into())
}

/// Quotas of token requests unless a client or an organization has its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultTokenQuota {
    /// Of each client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub clients: Option<TokenQuota>,
    /// Of each organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub organizations: Option<TokenQuota>,
}

/// What of an organization the tenant's own claim says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationValue {
    /// Its id.
    #[default]
    Id,
    /// Its name.
    Name,
}

/// The tenant's own claim for the organization, beside `org_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationClaim {
    /// Its name, in a namespace: an `http(s)` URL or a URN, at most 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// What it says; the id unless given.
    #[serde(default)]
    pub value: OrganizationValue,
}

/// What the parameter `resource` of a token request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResourceParameterProfile {
    /// Nothing: `audience` names the API.
    Audience,
    /// The same as `audience`.
    Compatibility,
}

/// The settings that [`crate::tenant::TenantSettings`] has fields for are not among those kept as they are.
fn kept_apart<T>(_: &T) -> bool {
    true
}

macro_rules! settings {
    ($($(#[$doc:meta])* $field:ident: $type:ty $(= $check:literal)?;)*) => {
        /// The settings of a tenant. In a patch, what is absent stays and `null` removes what was set.
        #[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        #[schema(as = TenantSettings)]
        pub struct SettingsPatch {
            /// Whether organizations can be named by name, and tokens carry `org_name`.
            #[serde(skip_serializing_if = "kept_apart")]
            pub allow_organization_name_in_authentication_api: Option<bool>,
            /// The API of token requests that name none; empty or `null` for none.
            #[serde(skip_serializing_if = "kept_apart")]
            #[schema(value_type = Option<String>, max_length = 600)]
            #[validate(custom(function = "audience"))]
            pub default_audience: Patch<String>,
            /// The strategy of new organizations (an addition to the contract).
            #[serde(skip_serializing_if = "kept_apart")]
            pub token_strategy: Option<TokenStrategy>,
            /// Limits that differ from the published ones (an addition to the contract); `null` goes back to those.
            #[serde(skip_serializing_if = "kept_apart")]
            #[schema(value_type = Option<LimitsPatch>)]
            #[validate(nested)]
            pub limits: Patch<LimitsPatch>,
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Patch::is_absent")]
                #[schema(value_type = Option<$type>)]
                $(#[validate(custom(function = $check))])?
                pub $field: Patch<$type>,
            )*
        }
    };
}

settings! {
    /// The name that people see.
    friendly_name: String = "text";
    /// The address of the logo.
    picture_url: String = "text";
    /// Where people get help by mail.
    support_email: String = "text";
    /// Where people get help.
    support_url: String = "text";
    /// The connection of requests that name none.
    default_directory: String = "text";
    /// Where pages lead that have nowhere else to lead.
    default_redirection_uri: String = "text";
    /// The client that people sign in to who are invited by an organization, where the client that invites them names none (an
    /// addition to the contract).
    invitation_landing_client_id: String = "text";
    /// Hours until a session ends.
    session_lifetime: Hours = "hours";
    /// Hours until a session that is not used ends.
    idle_session_lifetime: Hours = "hours";
    /// The same for sessions that end with the browser.
    ephemeral_session_lifetime: Hours = "hours";
    /// The same for unused sessions that end with the browser.
    idle_ephemeral_session_lifetime: Hours = "hours";
    /// Minutes until a session ends, in requests: answers say it in hours. Here and below, minutes win over hours.
    session_lifetime_in_minutes: u32 = "minutes";
    /// Minutes until a session that is not used ends, in requests.
    idle_session_lifetime_in_minutes: u32 = "minutes";
    /// The same for sessions that end with the browser.
    ephemeral_session_lifetime_in_minutes: u32 = "minutes";
    /// The same for unused sessions that end with the browser.
    idle_ephemeral_session_lifetime_in_minutes: u32 = "minutes";
    /// The cookie of a session.
    session_cookie: SessionCookie;
    /// How sessions end.
    sessions: Object = "object";
    /// Where logout may lead.
    allowed_logout_urls: Vec<String> = "texts";
    /// How logout by OpenID Connect works.
    oidc_logout: Object = "object";
    /// Quotas of token requests.
    default_token_quota: DefaultTokenQuota = "quota";
    /// The tenant's own claim for the organization (an addition to the contract).
    organization_claim: OrganizationClaim = "organization_claim";
    /// Whether access tokens for an organization's own audience hold `org_id` and `org_name` as well; so unless set (an
    /// addition to the contract).
    org_id_in_audience_tokens: bool;
    /// What organizations may confer that have no envelope of their own (an addition to the contract).
    organization_envelope: Envelope = "envelope";
    /// How the portal of the organizations is shown (an addition to the contract).
    portal: PortalSettings = "portal";
    /// Whether pushed authorization requests are taken.
    pushed_authorization_requests_supported: bool;
    /// Whether authorization responses name the issuer.
    authorization_response_iss_parameter_supported: bool;
    /// Whether clients may describe themselves by a document at their id.
    client_id_metadata_document_supported: bool;
    /// What `resource` means.
    resource_parameter_profile: ResourceParameterProfile;
    /// Authentication context classes.
    acr_values_supported: Vec<String> = "texts";
    /// Client certificates.
    mtls: Object = "object";
    /// Languages of pages.
    enabled_locales: Vec<String> = "texts";
    /// Named switches; those that are absent stay as they are.
    flags: BTreeMap<String, bool> = "flags";
    /// The version of the language of Actions.
    sandbox_version: String = "text";
    /// The page of a change of password.
    change_password: Object = "object";
    /// The page of device codes.
    device_flow: Object = "object";
    /// The page of second factors.
    guardian_mfa_page: Object = "object";
    /// The page of errors.
    error_page: Object = "object";
    /// Whether second factors are decided by Actions.
    customize_mfa_in_postlogin_action: bool;
    /// Whether consent is skipped for callbacks that cannot be verified.
    skip_non_verifiable_callback_uri_confirmation_prompt: bool;
    /// Whether numbers are held in one place.
    phone_consolidated_experience: bool;
    /// The hosts that Actions may fetch from, each as `host`, `host:port`, or with `*.` in front for all below a domain;
    /// none unless set (an addition to the contract).
    actions_allowed_hosts: Vec<String> = "hosts";
}

fn text(text: &Patch<String>) -> Result<(), ValidationError> {
    text.value().map_or(Ok(()), |text| bounded(text))
}

/// As long as the identifier of an API may be.
fn audience(text: &Patch<String>) -> Result<(), ValidationError> {
    match text.value() {
        Some(text) if text.chars().count() > 600 => {
            Err(field::refuse("maxLength", "String is too long, maximum 600"))
        }
        Some(text) => field::no_control(text),
        None => Ok(()),
    }
}

fn texts(texts: &Patch<Vec<String>>) -> Result<(), ValidationError> {
    let Some(texts) = texts.value() else { return Ok(()) };
    if texts.len() > 100 {
        return Err(field::refuse("maxItems", "Array is too long, maximum 100"));
    }
    texts.iter().try_for_each(|text| bounded(text))
}

fn hosts(hosts: &Patch<Vec<String>>) -> Result<(), ValidationError> {
    let Some(hosts) = hosts.value() else { return Ok(()) };
    if hosts.len() > 100 {
        return Err(field::refuse("maxItems", "Array is too long, maximum 100"));
    }
    match hosts.iter().all(|host| is_host(host)) {
        true => Ok(()),
        false => Err(field::refuse(
            "hostname",
            "Each is a host name in lower case, with `*.` in front or `:` and a port behind where wanted",
        )),
    }
}

/// A name in lower case with an optional port, or `*.` before a name of two parts at least.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let fits = port.is_none_or(|port| !port.starts_with(['0', '+']) && port.parse::<u16>().is_ok());
    fits && text.len() <= 255 && HOST.is_match(name)
}

fn bounded(text: &str) -> Result<(), ValidationError> {
    if text.chars().count() > 2048 {
        return Err(field::refuse("maxLength", "String is too long, maximum 2048"));
    }
    field::no_control(text)
}

fn hours(hours: &Patch<Hours>) -> Result<(), ValidationError> {
    match hours.value().and_then(|hours| hours.0.as_f64()) {
        Some(hours) if !(hours > 0.0 && hours <= 876_600.0) => {
            Err(field::refuse("range", "Hours are more than 0 and at most 876600"))
        }
        _ => Ok(()),
    }
}

fn minutes(minutes: &Patch<u32>) -> Result<(), ValidationError> {
    match minutes.value() {
        Some(minutes) if !(1..=52_596_000).contains(minutes) => {
            Err(field::refuse("range", "Minutes are between 1 and 52596000"))
        }
        _ => Ok(()),
    }
}

fn flags(flags: &Patch<BTreeMap<String, bool>>) -> Result<(), ValidationError> {
    let Some(flags) = flags.value() else { return Ok(()) };
    if flags.len() > 100 || flags.keys().any(|name| name.is_empty() || name.len() > 100) {
        return Err(field::refuse("maxProperties", "At most 100 flags with names of 1 to 100 characters"));
    }
    flags.keys().try_for_each(|name| field::no_control(name))
}

fn object(object: &Patch<Object>) -> Result<(), ValidationError> {
    match object.value() {
        Some(object) if serde_json::to_string(object).map_or(0, |text| text.len()) > 65_536 => {
            Err(field::refuse("maxLength", "Object is too large, maximum 65536 characters"))
        }
        _ => Ok(()),
    }
}

fn organization_claim(claim: &Patch<OrganizationClaim>) -> Result<(), ValidationError> {
    match claim.value() {
        Some(claim) if claim.name.chars().count() > 255 => {
            Err(field::refuse("maxLength", "name is too long, maximum 255"))
        }
        Some(claim) => field::no_control(&claim.name),
        None => Ok(()),
    }
}

fn envelope(envelope: &Patch<Envelope>) -> Result<(), ValidationError> {
    match envelope.value().map(Validate::validate) {
        Some(Err(_)) => Err(field::refuse(
            "envelope",
            "At most 1000 permissions, each with an API and a name, at most 1000 roles, and numbers up to 2147483647",
        )),
        _ => Ok(()),
    }
}

fn portal(portal: &Patch<PortalSettings>) -> Result<(), ValidationError> {
    match portal.value().map(Validate::validate) {
        Some(Err(_)) => Err(field::refuse(
            "origin",
            "At most 20 allowed_origins, each https://, a host, and a port where it is not 443",
        )),
        _ => Ok(()),
    }
}

fn quota(quota: &Patch<DefaultTokenQuota>) -> Result<(), ValidationError> {
    match quota.value().map(Validate::validate) {
        Some(Err(_)) => Err(field::refuse("range", "Quotas are between 1 and 2147483647")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_with_a_port_or_a_star_where_wanted() {
        for host in ["localhost", "api.example.com", "10.0.0.1:8080", "*.example.com", "*.a.example.com:443"]
        {
            assert!(is_host(host), "{host}");
        }
        for wrong in [
            "",
            "*",
            "*.com",
            "*example.com",
            "a.*.com",
            "https://a.com",
            "a.com/",
            "a.com:0",
            "a.com:",
            "A.com",
            "a.com:65536",
            "a.com:+1",
            "a..com",
            "-a.com",
            "a b.com",
            "user@a.com",
            "[::1]",
        ] {
            assert!(!is_host(wrong), "{wrong}");
        }
    }
}
