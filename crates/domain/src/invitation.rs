//! Invitations: the way of a person into an organization. Contract section 3.4.

mod body;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field::Object;
use crate::id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId};
use crate::log::Actor;
use crate::organization::Organization;
use crate::user::User;

pub use body::NewInvitation;

/// Who invites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Inviter {
    /// The name that the invited person sees: 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300)]
    #[validate(length(min = 1, max = 300), custom(function = "crate::field::no_control"))]
    pub name: String,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitee {
    /// The e-mail address.
    #[schema(min_length = 3, max_length = 320)]
    #[validate(length(max = 320), custom(function = "crate::user::email_format"))]
    pub email: String,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// It waits.
    #[default]
    Pending,
    /// The person came.
    Accepted,
    /// It was taken back.
    Revoked,
}

/// An invitation, without its ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The identifier.
    pub id: InvitationId,
    /// The client that the person will sign in to.
    pub client_id: ClientId,
    /// Who invites.
    pub inviter: Inviter,
    /// Who is invited.
    pub invitee: Invitee,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The connection that the person must sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The roles that the member will hold there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleId>,
    /// What the vendor will know of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub app_metadata: Option<Object>,
    /// What the person may change later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub user_metadata: Option<Object>,
    /// Whether the organization made it itself, and not the vendor (an addition to the contract).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_organization: bool,
    /// Who made it, where the organization did: what they may not confer any more when it is accepted, it does not confer.
    #[serde(skip)]
    pub invited_by: Option<Actor>,
    /// Where the person is led to accept it.
    #[serde(skip)]
    pub login_uri: String,
    /// Seconds that it can be accepted for, each time it is sent.
    #[serde(skip)]
    pub lifetime: i64,
    /// What became of it.
    #[serde(skip)]
    pub state: InvitationState,
}

/// An invitation as the Management API shows it, with the ticket that accepts it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ShownInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Where the person is led to accept it, as it stands in the message.
    pub invitation_url: String,
    /// The ticket.
    pub ticket_id: String,
}

/// Why an invitation cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAcceptable {
    /// No invitation has this ticket, or it was taken back, or its organization is gone.
    #[error("invalid_user_invitation_ticket: ticket does not exist")]
    Unknown,
    /// It was accepted.
    #[error("invalid_user_invitation_ticket: ticket has already been used")]
    Used,
    /// Its time is over.
    #[error("invalid_user_invitation_ticket: ticket has expired")]
    Expired,
    /// Someone else was invited, or through another connection.
    #[error("the specified account is not allowed to accept the current invitation")]
    OtherAccount,
    /// The organization has as many members, or the member as many roles, as there may be.
    #[error("the organization cannot take the member")]
    Full,
}

impl Invitation {
    /// Whether anyone can accept it at this time.
    ///
    /// # Errors
    /// [`NotAcceptable::Unknown`], [`NotAcceptable::Used`], [`NotAcceptable::Expired`].
    pub fn open(&self, now: DateTime<Utc>) -> Result<(), NotAcceptable> {
        match self.state {
            InvitationState::Revoked => Err(NotAcceptable::Unknown),
            InvitationState::Accepted => Err(NotAcceptable::Used),
            InvitationState::Pending if self.expires_at <= now => Err(NotAcceptable::Expired),
            InvitationState::Pending => Ok(()),
        }
    }

    /// The invitation as it is sent again: it waits as long as it did at first.
    pub fn renewed(mut self, now: DateTime<Utc>) -> Self {
        self.expires_at = now + Duration::seconds(self.lifetime);
        self
    }

    /// The invitation as one of the organization's own, by someone who belongs to it.
    pub fn by(self, actor: &Actor) -> Self {
        Self { by_organization: true, invited_by: Some(actor.clone()), ..self }
    }

    /// Whether the user is who was invited.
    pub fn is_for(&self, user: &User) -> bool {
        user.email.as_ref().is_some_and(|email| email.to_lowercase() == self.invitee.email)
    }

    /// The invitation with its ticket.
    pub fn shown(self, organization: &Organization, ticket: &str) -> ShownInvitation {
        let (place, fragment) = match self.login_uri.split_once('#') {
            Some((place, fragment)) => (place, format!("#{fragment}")),
            None => (self.login_uri.as_str(), String::new()),
        };
        let mark = if place.contains('?') { '&' } else { '?' };
        let parameters = format!(
            "invitation={ticket}&organization={}&organization_name={}",
            organization.id, organization.name
        );
        ShownInvitation {
            invitation_url: format!("{place}{mark}{parameters}{fragment}"),
            ticket_id: ticket.to_owned(),
            invitation: self,
        }
    }
}

impl User {
    /// The person after the invitation was accepted: the ticket came by mail, so the address is theirs.
    pub fn accepted(mut self, invitation: &Invitation, now: DateTime<Utc>) -> Self {
        self.email_verified = true;
        crate::user::merge(&mut self.user_metadata, invitation.user_metadata.clone());
        crate::user::merge(&mut self.app_metadata, invitation.app_metadata.clone());
        self.updated_at = now;
        self
    }
}
