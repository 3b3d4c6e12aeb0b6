//! Why a use case refused. How each looks on the wire is decided in one place, in `guildhall-api`.

use guildhall_domain::password::Weakness;
use guildhall_domain::policy::Denied;

/// What was asked for and does not exist for this caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An organization.
    Organization,
    /// A role.
    Role,
    /// Several roles, by id.
    Roles(Vec<String>),
    /// A client.
    Client,
    /// A client grant.
    ClientGrant,
    /// A request to let a client in.
    ClientGrantRequest,
    /// The client that a new grant names.
    ClientOfGrant,
    /// The API that a new grant names.
    ResourceServerOfGrant,
    /// An API.
    ResourceServer,
    /// A permission of an API.
    Permission {
        /// The API's identifier.
        identifier: String,
        /// The scope.
        permission: String,
    },
    /// A user.
    User,
    /// Several users, by id.
    Users(Vec<String>),
    /// A user in an organization.
    Member,
    /// A signing key.
    SigningKey,
    /// A credential of a client.
    Credential,
    /// An entry of the log.
    Log,
    /// A job.
    Job,
    /// An audience of an organization.
    Audience,
    /// A session.
    Session,
    /// A refresh token.
    RefreshToken,
    /// A consent of a user.
    Consent,
    /// A connection.
    Connection,
    /// A connection of an organization.
    OrganizationConnection,
    /// A discovery domain of an organization.
    DiscoveryDomain,
    /// An access policy.
    AccessPolicy,
    /// A claim mapping.
    ClaimMapping,
    /// A resource type.
    ResourceType,
    /// An invitation.
    Invitation,
    /// An action.
    Action,
    /// A version of an action.
    ActionVersion,
    /// A trigger.
    Trigger,
    /// A run of actions.
    ActionExecution,
}

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The name of an organization.
    OrganizationName,
    /// The name of a role.
    RoleName,
    /// The identifier of an API.
    ResourceServerIdentifier,
    /// The identifier of an API, but for a closing slash.
    ResourceServerTwin,
    /// A grant of this client, API and kind of subject.
    ClientGrant,
    /// The place of a grant in an organization.
    OrganizationClientGrant,
    /// The place of a grant among what an organization is asked for.
    ClientGrantRequest,
    /// The name of a connection.
    ConnectionName,
    /// The place of a connection in an organization.
    OrganizationConnection,
    /// A discovery domain of an organization.
    DiscoveryDomain,
    /// A domain that another organization has proved to be its own.
    VerifiedDomain,
    /// The user's id, e-mail address, name or number.
    User,
    /// The `kid` of a client's credential.
    CredentialKid,
    /// An audience.
    Audience,
    /// The name, issuer or host of a tenant.
    Tenant,
    /// The name of an action.
    ActionName,
    /// The name of a resource type.
    ResourceType,
}

/// What there are enough of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Entities of this kind in the tenant.
    Entities,
    /// Members of the organization.
    Members,
    /// Members of the organization and people invited, at most this many by its envelope.
    Seats(u64),
    /// Machine clients of the organization's own, at most this many by its envelope.
    OwnClients(u64),
    /// Invitations that an organization makes in 24 hours, at most this many by its envelope.
    InvitationsPerDay(u64),
    /// Roles of a member.
    MemberRoles,
    /// Client grants of an organization, at most this many.
    OrganizationClientGrants(u64),
    /// Connections of an organization, at most this many.
    OrganizationConnections(u64),
    /// Discovery domains of an organization, at most this many.
    DiscoveryDomains(u64),
    /// Access policies that apply to the same, at most this many.
    AccessPolicies(u64),
    /// Claim mappings that apply to the same, at most this many.
    ClaimMappings(u64),
    /// Roles of a user.
    UserRoles,
    /// Direct permissions of a user.
    UserPermissions,
    /// Permissions of a role.
    RolePermissions,
    /// Roles of an organization's own, at most this many.
    OwnRoles(u64),
    /// Public keys of a client.
    Credentials,
    /// Actions bound to a trigger, at most this many.
    ActionBindings(u64),
}

/// Why a use case refused.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The caller holds none of the scopes that would do.
    #[error("the caller lacks the scope")]
    Denied(Denied),
    /// What was asked for does not exist for this caller.
    #[error("no such {0:?}")]
    NoSuch(Thing),
    /// What must be unique exists already.
    #[error("taken: {0:?}")]
    Taken(Taken),
    /// There are enough of these.
    #[error("limit reached: {0:?}")]
    LimitReached(Limit),
    /// A field of the body cannot be.
    #[error("{property}: {reason}")]
    Invalid {
        /// The field, as a path.
        property: String,
        /// Why.
        reason: String,
    },
    /// A parameter of the query cannot be.
    #[error("{0}")]
    InvalidQuery(String),
    /// Guildhall's own, which cannot be changed.
    #[error("a system entity cannot be changed")]
    System,
    /// Refused to everyone, whatever their scopes, with the reason.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Permissions that the caller does not hold and so cannot confer, by name.
    #[error("not held: {}", .0.join(", "))]
    NotHeld(Vec<String>),
    /// It would leave an organization without anyone who can give roles there.
    #[error("the last admin")]
    LastAdmin,
    /// It would take a role from so many who hold it, and that was not confirmed.
    #[error("{0} hold the role")]
    RoleHeld(u64),
    /// The vendor has not configured what it takes, with the reason.
    #[error("{0}")]
    NotConfigured(String),
    /// Refused in the state that things are in, with the reason.
    #[error("{0}")]
    NotNow(String),
    /// The action is bound to a trigger.
    #[error("the action is bound to a trigger")]
    ActionBound,
    /// A new password that the connection does not take.
    #[error("the password is too weak: {0:?}")]
    WeakPassword(Weakness),
    /// The tenant has not come to the epoch that was demanded.
    #[error("the tenant is at epoch {epoch}, and {minimum} was demanded")]
    EpochNotReached {
        /// The epoch that it is at.
        epoch: i64,
        /// The epoch that was demanded.
        minimum: i64,
    },
    /// It was done just before, and may be done again after so long.
    #[error("too soon")]
    TooSoon(chrono::TimeDelta),
    /// So much is asked for at once that waiting would be in vain.
    #[error("too much is asked for at once")]
    Busy,
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl Problem {
    /// A field of the body that cannot be, with the reason.
    pub fn invalid(property: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { property: property.into(), reason: reason.into() }
    }

    /// The unforeseen.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<guildhall_persistence::Error> for Problem {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// Turns a taken unique value into the refusal that names it.
pub(crate) fn taken(taken: Taken) -> impl Fn(guildhall_persistence::Error) -> Problem {
    move |error| match error {
        guildhall_persistence::Error::Conflict(_) => Problem::Taken(taken),
        other => other.into(),
    }
}

/// Turns a reference to what no longer exists into the refusal that names it.
pub(crate) fn missing(thing: Thing) -> impl Fn(guildhall_persistence::Error) -> Problem {
    move |error| match error {
        guildhall_persistence::Error::Missing(_) => Problem::NoSuch(thing.clone()),
        other => other.into(),
    }
}
