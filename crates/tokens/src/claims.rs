//! The claims of an access token, in each dialect.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::custom_claims::CustomClaims;
use crate::jws::Typ;

/// The shape of an API's access tokens (`token_dialect`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Dialect {
    /// Auth0's own claims.
    #[default]
    #[serde(rename = "access_token")]
    AccessToken,
    /// Auth0's own claims, with permissions.
    #[serde(rename = "access_token_authz")]
    AccessTokenAuthz,
    /// The JWT profile for access tokens, RFC 9068.
    #[serde(rename = "rfc9068_profile")]
    Rfc9068,
    /// RFC 9068, with permissions.
    #[serde(rename = "rfc9068_profile_authz")]
    Rfc9068Authz,
}

impl Dialect {
    /// The `typ` of the header.
    pub fn typ(self) -> Typ {
        if self.is_rfc9068() { Typ::AccessToken } else { Typ::Jwt }
    }

    /// Whether tokens may carry a `permissions` claim.
    pub fn has_permissions(self) -> bool {
        matches!(self, Self::AccessTokenAuthz | Self::Rfc9068Authz)
    }

    fn is_rfc9068(self) -> bool {
        matches!(self, Self::Rfc9068 | Self::Rfc9068Authz)
    }
}

/// The grants that the `gty` claim tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grant {
    /// A machine's own token.
    #[serde(rename = "client-credentials")]
    ClientCredentials,
    /// A password sent to the token endpoint.
    #[serde(rename = "password")]
    Password,
    /// A refreshed token.
    #[serde(rename = "refresh_token")]
    RefreshToken,
}

/// The organization that a token is for.
#[derive(Debug, Clone, Copy)]
pub struct OrganizationClaims<'a> {
    /// `org_id`; none where the audience alone says which organization it is.
    pub id: Option<&'a str>,
    /// `org_name`, where the tenant allows names.
    pub name: Option<&'a str>,
    /// `org_epoch`: the organization's epoch when the token was issued.
    pub epoch: i64,
}

/// What a token says of what is held on its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permissions<'a> {
    /// Nothing: the API does not enforce policies.
    None,
    /// `permissions`. An empty list is written as one.
    Listed(&'a [String]),
    /// `permissions_omitted`: the API asks.
    Omitted,
}

/// Everything that an access token says. It borrows, so that issuing a token copies nothing but its text; it is
/// serialised straight into the claims, and is what [`sign`](crate::jws::sign) takes, with the type of
/// [`Dialect::typ`].
///
/// Claims come in this order: `iss`, `sub`, `aud`, `iat`, `exp`, then `azp` or (RFC 9068) `client_id` and `jti`, then
/// `scope`, `org_id`, `org_name`, `org_epoch`, `permissions` (or `permissions_omitted`), `gty` (not in RFC 9068) and the custom ones.
#[derive(Debug, Clone, Copy)]
pub struct AccessToken<'a> {
    /// `iss`, with its trailing slash.
    pub issuer: &'a str,
    /// `sub`: a user id, or `{client_id}@clients`.
    pub subject: &'a str,
    /// `aud`: a string when there is one, otherwise an array.
    pub audience: &'a [String],
    /// `azp`, or `client_id` in RFC 9068.
    pub client_id: &'a str,
    /// `iat`, in whole seconds.
    pub issued_at: DateTime<Utc>,
    /// Seconds from `iat` to `exp`.
    pub lifetime: i64,
    /// `scope`, joined by spaces; left out when empty.
    pub scope: &'a [String],
    /// `gty`; not in RFC 9068.
    pub grant: Option<Grant>,
    /// `permissions`, only in the dialects that have it.
    pub permissions: Permissions<'a>,
    /// `org_id`, `org_name` and `org_epoch`.
    pub organization: Option<OrganizationClaims<'a>>,
    /// `jti`; only in RFC 9068.
    pub token_id: &'a str,
    /// The shape of the token.
    pub dialect: Dialect,
    /// What the tenant added.
    pub custom: Option<&'a CustomClaims>,
}

impl AccessToken<'_> {
    /// Whether it names permissions, which it would be shorter without.
    pub fn lists_permissions(&self) -> bool {
        let listed = matches!(self.permissions, Permissions::Listed(held) if !held.is_empty());
        listed && self.dialect.has_permissions()
    }
}

impl Serialize for AccessToken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rfc9068 = self.dialect.is_rfc9068();
        let issued_at = self.issued_at.timestamp();

        let mut claims = serializer.serialize_map(None)?;
        claims.serialize_entry("iss", self.issuer)?;
        claims.serialize_entry("sub", self.subject)?;
        match self.audience {
            [audience] => claims.serialize_entry("aud", audience)?,
            audiences => claims.serialize_entry("aud", audiences)?,
        }
        claims.serialize_entry("iat", &issued_at)?;
        claims.serialize_entry("exp", &issued_at.saturating_add(self.lifetime))?;
        if rfc9068 {
            claims.serialize_entry("client_id", self.client_id)?;
            claims.serialize_entry("jti", self.token_id)?;
        } else {
            claims.serialize_entry("azp", self.client_id)?;
        }
        if !self.scope.is_empty() {
            claims.serialize_entry("scope", &SpaceSeparated(self.scope))?;
        }
        if let Some(organization) = &self.organization {
            if let Some(id) = organization.id {
                claims.serialize_entry("org_id", id)?;
            }
            if let Some(name) = organization.name {
                claims.serialize_entry("org_name", name)?;
            }
            claims.serialize_entry("org_epoch", &organization.epoch)?;
        }
        if self.dialect.has_permissions() {
            match self.permissions {
                Permissions::None => {}
                Permissions::Listed(held) => claims.serialize_entry("permissions", held)?,
                Permissions::Omitted => claims.serialize_entry("permissions_omitted", &true)?,
            }
        }
        if let Some(grant) = self.grant.filter(|_| !rfc9068) {
            claims.serialize_entry("gty", &grant)?;
        }
        for (name, value) in self.custom.into_iter().flat_map(CustomClaims::iter) {
            claims.serialize_entry(name, value)?;
        }
        claims.end()
    }
}

/// Writes scopes straight into the JSON text (RFC 6749 section 3.3), without joining them first.
struct SpaceSeparated<'a>(&'a [String]);

impl fmt::Display for SpaceSeparated<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(word)?;
        }
        Ok(())
    }
}

impl Serialize for SpaceSeparated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
