//! What callers send to invite someone.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{Invitation, InvitationState, Invitee, Inviter};
use crate::field::{self, Object};
use crate::id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId};

/// How long an invitation waits unless it says otherwise: a week.
const WEEK: i64 = 604_800;

/// The body of `POST /api/v2/organizations/{id}/invitations`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Who invites.
    #[validate(nested)]
    pub inviter: Inviter,
    /// Who is invited.
    #[validate(nested)]
    pub invitee: Invitee,
    /// The client that the person will sign in to.
    #[validate(custom(function = "client_id_length"))]
    pub client_id: ClientId,
    /// The connection that the person must sign in with.
    pub connection_id: Option<ConnectionId>,
    /// The roles that the member will hold in the organization.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
    /// What the vendor will know of the person.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "crate::user::metadata"))]
    pub app_metadata: Option<Object>,
    /// What the person may change later.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "crate::user::metadata"))]
    pub user_metadata: Option<Object>,
    /// Seconds until it expires; a week unless given, or when 0.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub ttl_sec: Option<i64>,
    /// Whether to send it; so unless given.
    pub send_invitation_email: Option<bool>,
}

fn client_id_length(id: &ClientId) -> Result<(), ValidationError> {
    match id.as_str().is_empty() || id.as_str().len() > 128 {
        true => Err(field::refuse("format", "Object didn't pass validation for format client-id")),
        false => Ok(()),
    }
}

impl NewInvitation {
    /// The invitation that the body describes. `login_uri` is where the person is led.
    pub fn create(
        self,
        id: InvitationId,
        organization_id: OrganizationId,
        login_uri: String,
        now: DateTime<Utc>,
    ) -> Invitation {
        let seconds = self.ttl_sec.filter(|seconds| *seconds > 0).unwrap_or(WEEK);
        let mut seen = HashSet::new();
        let mut roles = self.roles.unwrap_or_default();
        roles.retain(|role| seen.insert(role.clone()));
        Invitation {
            id,
            client_id: self.client_id,
            inviter: self.inviter,
            invitee: Invitee { email: self.invitee.email.to_lowercase() },
            created_at: now,
            expires_at: now + Duration::seconds(seconds),
            organization_id,
            connection_id: self.connection_id,
            roles,
            app_metadata: self.app_metadata,
            user_metadata: self.user_metadata,
            by_organization: false,
            invited_by: None,
            login_uri,
            lifetime: seconds,
            state: InvitationState::Pending,
        }
    }
}
