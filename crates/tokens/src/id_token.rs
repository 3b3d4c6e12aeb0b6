//! The claims of an ID token (OpenID Connect Core sections 2 and 3).

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::claims::OrganizationClaims;
use crate::custom_claims::CustomClaims;

/// Everything that an ID token says; it is what [`sign`](crate::jws::sign) takes.
///
/// Claims come in this order: those about the person, `iss`, `sub`, `aud`, `iat`, `exp`, then `auth_time`, `sid`,
/// `nonce`, `amr`, `acr`, `at_hash`, `c_hash`, `org_id`, `org_name`, what the person may do by the My Organization API, and the
/// custom ones.
#[derive(Debug, Clone, Copy)]
pub struct IdToken<'a> {
    /// The claims about the person that the scope asked for.
    pub profile: &'a Map<String, Value>,
    /// `iss`, with its trailing slash.
    pub issuer: &'a str,
    /// `sub`: the user's id.
    pub subject: &'a str,
    /// `aud`: the client.
    pub client_id: &'a str,
    /// `iat`, in whole seconds.
    pub issued_at: DateTime<Utc>,
    /// Seconds from `iat` to `exp`.
    pub lifetime: i64,
    /// `auth_time`: when the person proved who they are.
    pub auth_time: Option<DateTime<Utc>>,
    /// `sid`: the session.
    pub session_id: Option<&'a str>,
    /// `nonce`, as the application sent it.
    pub nonce: Option<&'a str>,
    /// `amr`; left out when empty.
    pub amr: &'a [String],
    /// `acr`.
    pub acr: Option<&'a str>,
    /// `at_hash`, by [`half_hash`](crate::digest::half_hash).
    pub access_token_hash: Option<&'a str>,
    /// `c_hash`, by [`half_hash`](crate::digest::half_hash).
    pub code_hash: Option<&'a str>,
    /// `org_id` and `org_name`.
    pub organization: Option<OrganizationClaims<'a>>,
    /// `urn:auth0:my_org_current_user_permissions`: what the person may do in the organization by the My Organization API.
    pub my_organization_permissions: Option<&'a [String]>,
    /// What the tenant added.
    pub custom: Option<&'a CustomClaims>,
}

impl Serialize for IdToken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let issued_at = self.issued_at.timestamp();
        let mut claims = serializer.serialize_map(None)?;
        // A claim that the tenant added stands in place of the person's own: a second member of a name would let a reader
        // choose which one it believes.
        let is_added = |name: &str| self.custom.is_some_and(|custom| custom.contains(name));
        for (name, value) in self.profile.iter().filter(|(name, _)| !is_added(name)) {
            claims.serialize_entry(name, value)?;
        }
        claims.serialize_entry("iss", self.issuer)?;
        claims.serialize_entry("sub", self.subject)?;
        claims.serialize_entry("aud", self.client_id)?;
        claims.serialize_entry("iat", &issued_at)?;
        claims.serialize_entry("exp", &issued_at.saturating_add(self.lifetime))?;
        if let Some(time) = self.auth_time {
            claims.serialize_entry("auth_time", &time.timestamp())?;
        }
        let texts = [("sid", self.session_id), ("nonce", self.nonce)];
        for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
            claims.serialize_entry(name, text)?;
        }
        if !self.amr.is_empty() {
            claims.serialize_entry("amr", self.amr)?;
        }
        let texts = [("acr", self.acr), ("at_hash", self.access_token_hash), ("c_hash", self.code_hash)];
        for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
            claims.serialize_entry(name, text)?;
        }
        if let Some(organization) = &self.organization {
            if let Some(id) = organization.id {
                claims.serialize_entry("org_id", id)?;
            }
            if let Some(name) = organization.name {
                claims.serialize_entry("org_name", name)?;
            }
        }
        if let Some(permissions) = self.my_organization_permissions {
            claims.serialize_entry("urn:auth0:my_org_current_user_permissions", permissions)?;
        }
        for (name, value) in self.custom.into_iter().flat_map(CustomClaims::iter) {
            claims.serialize_entry(name, value)?;
        }
        claims.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::custom_claims::Names;

    #[test]
    fn claims_come_in_the_recorded_order() {
        let profile = json!({"name": "Ada", "email": "ada@example.com"});
        let custom = json!({"sub": "evil", "name": "Countess", "https://acme.example/x": 1});
        let custom = CustomClaims::new(custom.as_object().unwrap().clone(), Names::Any).unwrap();
        let least = IdToken {
            profile: profile.as_object().unwrap(),
            issuer: "https://acme/",
            subject: "auth0|1",
            client_id: "c1",
            issued_at: DateTime::from_timestamp(100, 999_999_999).unwrap(),
            lifetime: 60,
            auth_time: None,
            session_id: None,
            nonce: None,
            amr: &[],
            acr: None,
            access_token_hash: None,
            code_hash: None,
            organization: None,
            my_organization_permissions: None,
            custom: None,
        };
        let start = r#"{"name":"Ada","email":"ada@example.com","iss":"https://acme/","sub":"auth0|1","aud":"c1","iat":100,"exp":160"#;
        assert_eq!(serde_json::to_string(&least).unwrap(), format!("{start}}}"));
        let most = IdToken {
            auth_time: DateTime::from_timestamp(90, 0),
            session_id: Some("s"),
            nonce: Some("n"),
            amr: &["mfa".to_owned()],
            acr: Some("a"),
            access_token_hash: Some("h"),
            code_hash: Some("i"),
            organization: Some(OrganizationClaims { id: Some("org_1"), name: Some("acme"), epoch: 7 }),
            my_organization_permissions: Some(&["read:my_org:details".to_owned()]),
            custom: Some(&custom),
            ..least
        };
        // The tenant's claim stands once, in place of the person's own.
        let start = start.replacen(r#""name":"Ada","#, "", 1);
        let rest = r#","auth_time":90,"sid":"s","nonce":"n","amr":["mfa"],"acr":"a","at_hash":"h","c_hash":"i","org_id":"org_1","org_name":"acme","urn:auth0:my_org_current_user_permissions":["read:my_org:details"],"name":"Countess","https://acme.example/x":1}"#;
        assert_eq!(serde_json::to_string(&most).unwrap(), format!("{start}{rest}"));
    }
}
