//! What comes next in a sign-in: a pure function of what is known.

use chrono::{DateTime, Utc};
use guildhall_domain::access_policy::{Denied, Rule};
use guildhall_domain::client::{Client, OrganizationRequireBehavior};
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::{OrganizationId, UserId};
use guildhall_oauth::error::{ErrorCode, OAuthError};

use super::transaction::Transaction;

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The person names the organization.
    AskOrganization,
    /// The person signs in, or up.
    SignIn,
    /// The person is signed in, and is asked whether to accept the invitation.
    AskInvitation,
    /// The invitation is accepted.
    Accept,
    /// The person chooses one of their organizations, or none where the client allows that.
    PickOrganization {
        /// Whether none can be chosen.
        or_none: bool,
    },
    /// There is one to choose.
    Choose(OrganizationId),
    /// The person becomes a member.
    Join,
    /// The person consents.
    Consent,
    /// The person says whether the device is theirs.
    ConfirmDevice(String),
    /// The client is answered.
    Done,
    /// The client is refused.
    Refuse(OAuthError),
    /// The client is refused, by a policy of the tenant's.
    Deny(Denied),
}

/// The person's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: String,
    /// The person.
    pub user: UserId,
    /// Their address.
    pub email: Option<String>,
    /// Whether they may not sign in.
    pub blocked: bool,
    /// When they last signed in.
    pub authenticated_at: DateTime<Utc>,
}

/// How the person stands to the organization of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// A member, through a connection that the organization enabled.
    Member,
    /// No member, but becomes one by signing in.
    MayJoin,
    /// Whoever they are, they came through a connection that the organization did not enable.
    ElsewhereSignedIn,
    /// No member.
    Stranger,
}

/// How many organizations the person can choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choices {
    /// None.
    None,
    /// One.
    One(OrganizationId),
    /// More.
    Several,
}

/// What is known. What depends on the person is absent as long as nobody is signed in.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// The client.
    pub client: &'a Client,
    /// The sign-in so far.
    pub transaction: &'a Transaction,
    /// Who is signed in.
    pub standing: Option<Standing>,
    /// The address that the invitation is for, where there is a valid one.
    pub invited: Option<String>,
    /// How the person stands to the organization.
    pub belonging: Option<Belonging>,
    /// What the person can choose from.
    pub choices: Choices,
    /// Whether what is asked for has been consented to.
    pub consented: bool,
    /// The policy by which the person gets nothing.
    pub denied: Option<Denied>,
}

/// What comes next.
pub fn next_step(facts: &Facts<'_>) -> Step {
    let asks_nothing = facts.transaction.request.prompt.none;
    match decide(facts) {
        Step::SignIn if asks_nothing => refuse(ErrorCode::LoginRequired, "Login required"),
        Step::Consent if asks_nothing => refuse(ErrorCode::ConsentRequired, "Consent required"),
        Step::AskOrganization | Step::AskInvitation | Step::PickOrganization { .. } if asks_nothing => {
            // Who is not signed in learns that first, as they would if they were asked.
            match facts.standing {
                None => refuse(ErrorCode::LoginRequired, "Login required"),
                Some(_) => refuse(ErrorCode::InteractionRequired, "Interaction required"),
            }
        }
        step => step,
    }
}

fn decide(facts: &Facts<'_>) -> Step {
    let transaction = facts.transaction;
    if let Some(step) = before_login(facts) {
        return step;
    }
    let Some(standing) = facts.standing.as_ref().filter(|standing| is_enough(facts, standing)) else {
        return Step::SignIn;
    };
    if standing.blocked {
        return refuse(ErrorCode::AccessDenied, "user is blocked");
    }
    let is_new = transaction.session.as_ref() == Some(&standing.session);
    if let Some(invited) = &facts.invited {
        let is_theirs = standing.email.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(invited));
        return match (is_theirs, is_new || transaction.accepts_invitation) {
            (true, true) => denied(facts).unwrap_or(Step::Accept),
            (true, false) => Step::AskInvitation,
            (false, false) => Step::SignIn,
            (false, true) => {
                let reason = "the specified account is not allowed to accept the current invitation";
                refuse(ErrorCode::AccessDenied, reason)
            }
        };
    }
    let step = match in_organization(facts, standing, is_new).filter(|_| transaction.device.is_none()) {
        // Policies are asked once it is known for which organization, and before anyone becomes a member.
        joins @ (None | Some(Step::Join)) => denied(facts).or(joins),
        step => step,
    };
    if let Some(step) = step {
        return step;
    }
    if let Some(user_code) = &transaction.device {
        return Step::ConfirmDevice(user_code.clone());
    }
    let must_ask = transaction.request.prompt.consent || !facts.consented;
    if must_ask && !transaction.consented {
        return Step::Consent;
    }
    Step::Done
}

/// Contract section 13.2: whether the client wants an organization, and when it is asked for.
fn before_login(facts: &Facts<'_>) -> Option<Step> {
    if facts.transaction.organization.is_some() || usage(facts.client) != OrganizationUsage::Require {
        return None;
    }
    match behavior(facts.client) {
        OrganizationRequireBehavior::NoPrompt => {
            let reason = "parameter organization is required for this client";
            Some(refuse(ErrorCode::InvalidRequest, reason))
        }
        OrganizationRequireBehavior::PreLoginPrompt => Some(Step::AskOrganization),
        OrganizationRequireBehavior::PostLoginPrompt => None,
    }
}

/// Whether the session does, or the person must sign in again (OpenID Connect Core section 3.1.2.1).
fn is_enough(facts: &Facts<'_>, standing: &Standing) -> bool {
    let request = &facts.transaction.request;
    if facts.transaction.session.as_ref() == Some(&standing.session) {
        return true;
    }
    let age = facts.now - standing.authenticated_at;
    let is_young = |seconds: i64| age.num_milliseconds() <= seconds.saturating_mul(1000);
    !request.prompt.login && !request.prompt.select_account && request.max_age.is_none_or(is_young)
}

/// What policies lead to: only an old sign-in can be mended, by another.
fn denied(facts: &Facts<'_>) -> Option<Step> {
    let denied = facts.denied.as_ref()?;
    Some(match denied.rule {
        Rule::MaxSessionAge => Step::SignIn,
        _ => Step::Deny(denied.clone()),
    })
}

fn in_organization(facts: &Facts<'_>, standing: &Standing, is_new: bool) -> Option<Step> {
    let transaction = facts.transaction;
    let Some(organization) = &transaction.organization else {
        return pick(facts, standing);
    };
    match facts.belonging.unwrap_or(Belonging::Stranger) {
        Belonging::Member => None,
        Belonging::MayJoin => Some(Step::Join),
        Belonging::ElsewhereSignedIn if !is_new => Some(Step::SignIn),
        Belonging::ElsewhereSignedIn | Belonging::Stranger => {
            let reason = format!("user {} is not part of the {organization} organization", standing.user);
            Some(refuse(ErrorCode::AccessDenied, reason))
        }
    }
}

/// After login, where the client asks then.
fn pick(facts: &Facts<'_>, standing: &Standing) -> Option<Step> {
    let asks = behavior(facts.client) == OrganizationRequireBehavior::PostLoginPrompt;
    if !asks || facts.transaction.without_organization {
        return None;
    }
    match (usage(facts.client), &facts.choices) {
        (OrganizationUsage::Deny, _) | (OrganizationUsage::Allow, Choices::None) => None,
        (OrganizationUsage::Require, Choices::None) => {
            let reason = format!("user {} is not part of any organization", standing.user);
            Some(refuse(ErrorCode::AccessDenied, reason))
        }
        (OrganizationUsage::Require, Choices::One(only)) => Some(Step::Choose(only.clone())),
        (OrganizationUsage::Require, Choices::Several) => Some(Step::PickOrganization { or_none: false }),
        (OrganizationUsage::Allow, _) => Some(Step::PickOrganization { or_none: true }),
    }
}

/// Whether the client's people sign in to organizations.
pub fn usage(client: &Client) -> OrganizationUsage {
    client.settings.organization_usage.unwrap_or(OrganizationUsage::Deny)
}

fn behavior(client: &Client) -> OrganizationRequireBehavior {
    client.settings.organization_require_behavior.unwrap_or_default()
}

fn refuse(code: ErrorCode, reason: impl Into<String>) -> Step {
    Step::Refuse(OAuthError::new(code, reason))
}

#[cfg(test)]
pub(super) mod tests;
