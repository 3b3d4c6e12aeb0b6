//! Tickets: addresses that let their owner verify an e-mail address or set a password, once. Contract section 11.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field;
use crate::id::{ClientId, ConnectionId, OrganizationId, UserId};

/// Seconds that a ticket is good for unless its maker says otherwise: five days.
pub const DEFAULT_TTL: i64 = 432_000;

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Its owner has the e-mail address.
    VerifyEmail,
    /// Its owner may set a password.
    ChangePassword,
}

/// A ticket. The text that its owner holds is not part of it: only a hash of that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// What it is for.
    pub kind: TicketKind,
    /// Whose account it is about.
    pub user_id: UserId,
    /// The e-mail address at the time: a later one is not verified by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where its owner is led in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_url: Option<String>,
    /// The client it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The organization it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Whether to set a password with it proves the address.
    #[serde(default)]
    pub marks_email_verified: bool,
    /// Whether the address is told where its owner is led.
    #[serde(default)]
    pub includes_email: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

/// Which account of a user is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketIdentity {
    /// The provider's own id of the user.
    pub user_id: String,
    /// The provider.
    pub provider: String,
    /// The connection.
    pub connection_id: Option<ConnectionId>,
}

/// The body of `POST /api/v2/tickets/email-verification`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmailVerification {
    /// Whose address is to be verified.
    pub user_id: UserId,
    /// Where the person is led after that.
    #[schema(max_length = 2048)]
    #[validate(custom(function = "web_address"))]
    pub result_url: Option<String>,
    /// The client on whose behalf.
    pub client_id: Option<ClientId>,
    /// The organization on whose behalf.
    pub organization_id: Option<OrganizationId>,
    /// Seconds that the ticket is good for; five days unless given.
    #[schema(minimum = 0, maximum = 31536000)]
    #[validate(range(min = 0, max = 31_536_000))]
    pub ttl_sec: Option<i64>,
    /// Whether the address is told where the person is led.
    #[serde(rename = "includeEmailInRedirect")]
    pub include_email_in_redirect: Option<bool>,
    /// Which account of the user; each has one here.
    #[validate(nested)]
    pub identity: Option<TicketIdentity>,
}

/// The body of `POST /api/v2/tickets/password-change`. The user is named by `user_id`, or by `email` and `connection_id`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "names_a_user"))]
pub struct NewPasswordChange {
    /// Whose password.
    pub user_id: Option<UserId>,
    /// The e-mail address of the user.
    #[schema(max_length = 320)]
    #[validate(length(max = 320))]
    pub email: Option<String>,
    /// The connection of the user with this address.
    pub connection_id: Option<ConnectionId>,
    /// Where the person is led after that.
    #[schema(max_length = 2048)]
    #[validate(custom(function = "web_address"))]
    pub result_url: Option<String>,
    /// The client on whose behalf.
    pub client_id: Option<ClientId>,
    /// The organization on whose behalf.
    pub organization_id: Option<OrganizationId>,
    /// Seconds that the ticket is good for; five days unless given.
    #[schema(minimum = 0, maximum = 31536000)]
    #[validate(range(min = 0, max = 31_536_000))]
    pub ttl_sec: Option<i64>,
    /// Whether the address is verified by it: right when the ticket is sent to that address.
    pub mark_email_as_verified: Option<bool>,
    /// Whether the address is told where the person is led.
    #[serde(rename = "includeEmailInRedirect")]
    pub include_email_in_redirect: Option<bool>,
}

/// A ticket that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadeTicket {
    /// The address to send to its owner.
    pub ticket: String,
}

fn web_address(text: &str) -> Result<(), ValidationError> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && text.len() <= 2048 => Ok(()),
        _ => Err(field::refuse("uri", "Object didn't pass validation for format absolute-uri")),
    }
}

fn names_a_user(body: &NewPasswordChange) -> Result<(), ValidationError> {
    match (&body.user_id, &body.email, &body.connection_id) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
        _ => Err(field::refuse("required", "Either user_id, or email and connection_id")),
    }
}

/// How long a ticket is good for.
pub fn lifetime(ttl_sec: Option<i64>) -> chrono::Duration {
    // The contract reads 0 as "not given".
    chrono::Duration::seconds(ttl_sec.filter(|seconds| *seconds > 0).unwrap_or(DEFAULT_TTL))
}
