//! Invitations to an organization.

use askama::Template;

use super::{Common, Page, Policy, assets, catalogue};

/// What the pages to sign in and up say of the invitation that a person follows.
#[derive(Clone, Debug)]
pub struct InvitedTo {
    /// The organization's display name.
    pub organization: String,
    /// The name of who invited them.
    pub inviter: String,
    /// The address that was invited.
    pub email: String,
}

/// Shows an invitation. Posts `choice`: `accept` where the person is signed in, otherwise `sign_up` or `sign_in`.
#[derive(Debug, Template)]
#[template(path = "invitation.html")]
pub struct Invitation {
    /// Whose page it is.
    pub common: Common,
    /// The organization's display name.
    pub organization: String,
    /// The name of who invited them.
    pub inviter: String,
    /// The address that was invited.
    pub email: String,
    /// Who is signed in.
    pub signed_in_as: Option<String>,
}

impl Invitation {
    fn heading(&self) -> String {
        self.common.tv("invitation-title", "organization", &self.organization)
    }

    fn text(&self) -> String {
        let (inviter, email) = (self.inviter.as_str().into(), self.email.as_str().into());
        catalogue::say(self.common.language, "invitation-text", &[("inviter", inviter), ("email", email)])
    }
}

impl Page for Invitation {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}
