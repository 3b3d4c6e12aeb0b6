//! Invitations, as the people of the organization see them. Contract section 16.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId};
use crate::invitation::{Invitation, Invitee, Inviter, NewInvitation, ShownInvitation};

/// An invitation to the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MemberInvitation {
    /// The identifier.
    pub id: InvitationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Who invites.
    pub inviter: Inviter,
    /// Who is invited.
    pub invitee: Invitee,
    /// The connection that the person must sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_provider_id: Option<ConnectionId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
    /// The roles that the member will hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleId>,
    /// Where the person is led to accept it; for those who may invite so themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_url: Option<String>,
    /// The ticket that accepts it; for those who may invite so themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<String>,
}

impl MemberInvitation {
    /// The fields that can be asked for by name.
    pub const FIELDS: [&str; 10] = [
        "id",
        "organization_id",
        "inviter",
        "invitee",
        "identity_provider_id",
        "created_at",
        "expires_at",
        "roles",
        "invitation_url",
        "ticket_id",
    ];

    /// The invitation without its ticket.
    pub fn without_ticket(self) -> Self {
        Self { invitation_url: None, ticket_id: None, ..self }
    }
}

impl From<ShownInvitation> for MemberInvitation {
    fn from(shown: ShownInvitation) -> Self {
        let Invitation {
            id,
            organization_id,
            inviter,
            invitee,
            connection_id,
            created_at,
            expires_at,
            roles,
            ..
        } = shown.invitation;
        Self {
            id,
            organization_id,
            inviter,
            invitee,
            identity_provider_id: connection_id,
            created_at,
            expires_at,
            roles,
            invitation_url: Some(shown.invitation_url),
            ticket_id: Some(shown.ticket_id),
        }
    }
}

/// Someone to be invited.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitee {
    /// The e-mail address.
    #[schema(min_length = 3, max_length = 320)]
    #[validate(length(max = 320), custom(function = "crate::user::email_format"))]
    pub email: String,
    /// The roles that the member will hold in the organization.
    #[serde(default)]
    #[schema(max_items = 10)]
    #[validate(length(max = 10))]
    pub roles: Vec<RoleId>,
}

/// The body that invites.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMemberInvitations {
    /// Who is invited: 1 to 10 people.
    #[schema(min_items = 1, max_items = 10)]
    #[validate(nested, length(min = 1, max = 10))]
    pub invitees: Vec<NewInvitee>,
    /// Who invites; the caller, or the organization where a machine calls, unless given.
    #[validate(nested)]
    pub inviter: Option<Inviter>,
    /// The connection that they must sign in with.
    pub identity_provider_id: Option<ConnectionId>,
    /// Seconds until it expires; a week unless given, or when 0.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub ttl_sec: Option<i64>,
}

impl NewMemberInvitations {
    /// What the Management API would be sent for each, to sign in to this client.
    pub fn each(self, inviter: &Inviter, client: &ClientId) -> Vec<NewInvitation> {
        let (connection, seconds) = (self.identity_provider_id, self.ttl_sec);
        let invitation = |invitee: NewInvitee| NewInvitation {
            inviter: inviter.clone(),
            invitee: Invitee { email: invitee.email },
            client_id: client.clone(),
            connection_id: connection.clone(),
            roles: Some(invitee.roles),
            app_metadata: None,
            user_metadata: None,
            ttl_sec: seconds,
            send_invitation_email: None,
        };
        self.invitees.into_iter().map(invitation).collect()
    }
}

/// The body that takes invitations back.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationIds {
    /// 1 to 10 invitations.
    #[schema(min_items = 1, max_items = 10)]
    #[validate(length(min = 1, max = 10))]
    pub invitations: Vec<InvitationId>,
}
