//! What can be searched for, by noun.

use super::{Holds, Searchable};

/// A field of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserField {
    /// `user_id`.
    Id,
    /// `email`.
    Email,
    /// `email.domain`: what follows the `@`.
    EmailDomain,
    /// `email_verified`.
    EmailVerified,
    /// `username`.
    Username,
    /// `phone_number`.
    PhoneNumber,
    /// `phone_verified`.
    PhoneVerified,
    /// `name`.
    Name,
    /// `nickname`.
    Nickname,
    /// `given_name`.
    GivenName,
    /// `family_name`.
    FamilyName,
    /// `picture`.
    Picture,
    /// `blocked`.
    Blocked,
    /// `created_at`.
    CreatedAt,
    /// `updated_at`.
    UpdatedAt,
    /// `identities.connection`.
    Connection,
    /// `identities.provider`.
    Provider,
    /// `identities.user_id`.
    ProviderId,
    /// `organization_id`: of the organizations that the user is a member of.
    OrganizationId,
    /// `user_metadata.…`.
    UserMetadata(Vec<String>),
    /// `app_metadata.…`.
    AppMetadata(Vec<String>),
}

impl Searchable for UserField {
    const MOST_TERMS: usize = 50;
    const ALL_OF: bool = false;

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "user_id" => Self::Id,
            "email" | "email.raw" => Self::Email,
            "email.domain" => Self::EmailDomain,
            "email_verified" => Self::EmailVerified,
            "username" | "username.raw" => Self::Username,
            "phone_number" => Self::PhoneNumber,
            "phone_verified" => Self::PhoneVerified,
            "name" | "name.raw" => Self::Name,
            "nickname" | "nickname.raw" => Self::Nickname,
            "given_name" => Self::GivenName,
            "family_name" => Self::FamilyName,
            "picture" => Self::Picture,
            "blocked" => Self::Blocked,
            "created_at" => Self::CreatedAt,
            "updated_at" => Self::UpdatedAt,
            "identities.connection" => Self::Connection,
            "identities.provider" => Self::Provider,
            "identities.user_id" => Self::ProviderId,
            "organization_id" => Self::OrganizationId,
            other => match other.split_once('.')? {
                ("user_metadata", rest) => Self::UserMetadata(path(rest)?),
                ("app_metadata", rest) => Self::AppMetadata(path(rest)?),
                _ => return None,
            },
        })
    }

    fn holds(&self) -> Holds {
        match self {
            Self::OrganizationId => Holds::Id,
            Self::EmailVerified | Self::PhoneVerified | Self::Blocked => Holds::Flag,
            Self::CreatedAt | Self::UpdatedAt => Holds::Time,
            Self::UserMetadata(_) => Holds::Data { ranges: false },
            Self::AppMetadata(_) => Holds::Data { ranges: true },
            _ => Holds::Text,
        }
    }
}

/// A field of an entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogField {
    /// `log_id`.
    Id,
    /// `date`.
    Date,
    /// `type`.
    Type,
    /// `description`.
    Description,
    /// `client_id`.
    ClientId,
    /// `user_id`.
    UserId,
    /// `organization_id`.
    OrganizationId,
    /// `ip`.
    Ip,
    /// `user_agent`.
    UserAgent,
    /// `details.…`.
    Details(Vec<String>),
}

impl Searchable for LogField {
    const MOST_TERMS: usize = 50;
    const ALL_OF: bool = true;

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "log_id" | "_id" => Self::Id,
            "date" => Self::Date,
            "type" => Self::Type,
            "description" => Self::Description,
            "client_id" => Self::ClientId,
            "user_id" => Self::UserId,
            "organization_id" => Self::OrganizationId,
            "ip" => Self::Ip,
            "user_agent" => Self::UserAgent,
            other => Self::Details(path(other.strip_prefix("details.")?)?),
        })
    }

    fn holds(&self) -> Holds {
        match self {
            Self::Date => Holds::Time,
            Self::Details(_) => Holds::Data { ranges: true },
            _ => Holds::Text,
        }
    }
}

/// A field of an entry of the log that the entry's organization may search for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationLogField {
    /// `log_id`.
    Id,
    /// `date`.
    Date,
    /// `type`.
    Type,
    /// `user_id` or `user`.
    UserId,
    /// `client_id` or `client`.
    ClientId,
    /// `action`: of a change.
    Action,
    /// `ip`.
    Ip,
}

impl Searchable for OrganizationLogField {
    const MOST_TERMS: usize = 20;
    const ALL_OF: bool = true;

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "log_id" => Self::Id,
            "date" => Self::Date,
            "type" => Self::Type,
            "user_id" | "user" => Self::UserId,
            "client_id" | "client" => Self::ClientId,
            "action" => Self::Action,
            "ip" => Self::Ip,
            _ => return None,
        })
    }

    fn holds(&self) -> Holds {
        match self {
            Self::Date => Holds::Time,
            _ => Holds::Text,
        }
    }
}

/// A field of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationField {
    /// `id`.
    Id,
    /// `name`.
    Name,
    /// `display_name`.
    DisplayName,
    /// `created_at`.
    CreatedAt,
    /// `metadata.…`: one key.
    Metadata(String),
}

impl Searchable for OrganizationField {
    const MOST_TERMS: usize = 5;
    const ALL_OF: bool = false;

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "name" => Self::Name,
            "display_name" => Self::DisplayName,
            "created_at" => Self::CreatedAt,
            other => Self::Metadata(key(other.strip_prefix("metadata.")?)?),
        })
    }

    fn unnamed() -> Vec<Self> {
        vec![Self::Name, Self::DisplayName]
    }

    fn holds(&self) -> Holds {
        match self {
            Self::Id => Holds::Id,
            Self::Name | Self::DisplayName => Holds::Text,
            Self::CreatedAt => Holds::Time,
            Self::Metadata(_) => Holds::Data { ranges: false },
        }
    }
}

/// The keys that lead into the vendor's data; at most 10, none of them empty.
fn path(text: &str) -> Option<Vec<String>> {
    let keys: Option<Vec<String>> = text.split('.').map(key).collect();
    keys.filter(|keys| keys.len() <= 10)
}

/// A key that both databases can quote in a path.
fn key(text: &str) -> Option<String> {
    let odd = |c: char| c.is_control() || c == '"' || c == '\\';
    (!text.is_empty() && !text.contains(odd)).then(|| text.to_owned())
}
