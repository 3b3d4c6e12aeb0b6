//! How each refusal of the Management API looks on the wire: the one table (contract section 2.8).

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use guildhall_app::my_organization::caller;
use guildhall_app::{Limit, Problem, Taken, Thing, callers};
use guildhall_domain::password::Weakness;
use guildhall_domain::policy::Denied;
use serde::Serialize;
use utoipa::ToSchema;

/// An error of the Management API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// The HTTP status.
    #[serde(rename = "statusCode")]
    pub status_code: u16,
    /// Its phrase.
    pub error: String,
    /// The field and the reason.
    pub message: String,
    /// A code for programs.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

/// Why a request was not answered as it wished.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No `Authorization: Bearer`.
    #[error("missing authentication")]
    MissingAuthentication,
    /// A token that is not accepted here.
    #[error("invalid token")]
    InvalidToken,
    /// A token without the scopes.
    #[error("insufficient scope")]
    Denied(Denied),
    /// No tenant answers to the host.
    #[error("no tenant")]
    NoTenant,
    /// Nothing is at the path.
    #[error("no such path")]
    NoSuchPath,
    /// A token without an organization, where one is needed.
    #[error("no organization")]
    NoOrganization,
    /// A client that has no `my_organization_configuration`.
    #[error("client not configured")]
    NotConfigured,
    /// A body that cannot be.
    #[error("{0}")]
    InvalidBody(String),
    /// A field of a body that cannot be.
    #[error("{property}: {reason}")]
    InvalidField {
        /// The field, as a path.
        property: String,
        /// Why.
        reason: String,
    },
    /// A query that cannot be.
    #[error("{0}")]
    InvalidQuery(String),
    /// A path that cannot be.
    #[error("{0}")]
    InvalidUri(String),
    /// Offset pagination beyond its reach.
    #[error("page too far")]
    PageTooFar,
    /// A use case refused.
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl Failure {
    /// A body that cannot be, with the field and the reason.
    pub fn body(message: impl Into<String>) -> Self {
        Self::InvalidBody(message.into())
    }

    /// A query that cannot be, with the parameter and the reason.
    pub fn query(message: impl Into<String>) -> Self {
        Self::InvalidQuery(message.into())
    }

    /// The unforeseen.
    pub fn internal(error: &str) -> Self {
        Self::Problem(Problem::internal(error))
    }

    /// The same of a use case's refusal.
    pub(crate) fn wire_of(problem: &Problem) -> (u16, String, Option<&'static str>) {
        match problem {
            Problem::Denied(denied) => Self::Denied(*denied).wire(),
            problem => wire(problem),
        }
    }

    /// Tells the operator's log of the unforeseen.
    fn tell(&self) {
        if let Self::Problem(Problem::Internal(error)) = self {
            tracing::error!(error = %chain(error.as_ref()), "unforeseen");
        }
    }

    /// Status, message and code.
    pub(crate) fn wire(&self) -> (u16, String, Option<&'static str>) {
        match self {
            Self::MissingAuthentication => (401, "Missing authentication".into(), None),
            Self::InvalidToken => (401, "Invalid token.".into(), None),
            Self::Denied(denied) | Self::Problem(Problem::Denied(denied)) => {
                let mut scopes: Vec<&str> = denied.0.iter().copied().flatten().copied().collect();
                scopes.dedup();
                (
                    403,
                    format!("Insufficient scope, expected any of: {}", scopes.join(",")),
                    Some("insufficient_scope"),
                )
            }
            Self::NoTenant => (404, "No tenant answers to this host.".into(), None),
            Self::NoSuchPath => (404, "Not Found".into(), None),
            Self::NoOrganization => (401, "The token names no organization.".into(), None),
            Self::NotConfigured => {
                (409, "The client of the token has no my_organization_configuration.".into(), None)
            }
            Self::InvalidField { property, reason } => (400, invalid(property, reason), Some("invalid_body")),
            Self::InvalidBody(message) => (400, message.clone(), Some("invalid_body")),
            Self::InvalidQuery(message) => (400, message.clone(), Some("invalid_query_string")),
            Self::InvalidUri(message) => (400, message.clone(), Some("invalid_uri")),
            Self::PageTooFar => (
                400,
                "Requesting page exceeds the allowed maximum of 1000 records.".into(),
                Some("invalid_paging"),
            ),
            Self::Problem(problem) => wire(problem),
        }
    }
}

fn wire(problem: &Problem) -> (u16, String, Option<&'static str>) {
    match problem {
        Problem::Denied(_) => unreachable!("answered with the failures of authorization"),
        Problem::NoSuch(thing) => absent(thing),
        Problem::Taken(taken) => conflict(*taken),
        Problem::LimitReached(limit) => too_many(*limit),
        Problem::Invalid { property, reason } => (400, invalid(property, reason), Some("invalid_body")),
        Problem::InvalidQuery(message) => (400, message.clone(), Some("invalid_query_string")),
        Problem::System => {
            (403, "System entities cannot be changed or deleted.".into(), Some("operation_not_supported"))
        }
        Problem::Forbidden(message) => (403, (*message).into(), Some("operation_not_supported")),
        Problem::NotHeld(permissions) => (
            403,
            format!("You cannot confer what you do not hold: {}", permissions.join(", ")),
            Some("operation_not_supported"),
        ),
        Problem::LastAdmin => (
            409,
            "This is the last member who can give roles; give another member such a role first.".into(),
            Some("last_admin"),
        ),
        Problem::RoleHeld(holders) => (
            409,
            format!(
                "Members and clients hold this role: {holders}. What they would lose is at /deletion below the role; confirm=true deletes it."
            ),
            Some("role_held"),
        ),
        Problem::NotConfigured(message) => (409, message.clone(), None),
        Problem::NotNow(message) => (400, message.clone(), Some("invalid_body")),
        Problem::ActionBound => (409, "Unable to delete an action bound to a trigger.".into(), None),
        Problem::WeakPassword(weakness) => (400, weak(*weakness).into(), Some("invalid_body")),
        Problem::EpochNotReached { epoch, minimum } => (
            409,
            format!("The tenant is at epoch {epoch}; at least {minimum} was demanded."),
            Some("epoch_not_reached"),
        ),
        Problem::TooSoon(pause) => {
            (429, format!("Try again after {} seconds.", pause.num_seconds()), Some("too_many_requests"))
        }
        Problem::Busy => (503, "Too much is asked for at once; try again.".into(), None),
        Problem::Internal(_) => {
            (500, "Internal error; the request id leads to its cause in the log.".into(), None)
        }
    }
}

fn invalid(property: &str, reason: &str) -> String {
    format!("Payload validation error: '{reason}' on property {property}.")
}

/// The name of the refusal and its text, as callers of the contract know them.
pub(crate) fn weak(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Strength => "PasswordStrengthError: Password is too weak",
        Weakness::Common => "PasswordDictionaryError: Password is not allowed, it might be too common.",
        Weakness::Personal => "PasswordNoUserInfoError: Password contains user information",
        Weakness::Reused => "PasswordHistoryError: Password has previously been used",
    }
}

fn absent(thing: &Thing) -> (u16, String, Option<&'static str>) {
    let (message, code): (String, _) = match thing {
        Thing::Organization => ("No organization found by that id or name".into(), None),
        Thing::Role => ("The role does not exist.".into(), None),
        Thing::Roles(ids) => {
            let message = format!("One or more of the specified roles do not exist: {}", ids.join(", "));
            return (400, message, Some("invalid_body"));
        }
        Thing::Users(ids) => {
            let message = format!("One or more of the specified users do not exist: {}", ids.join(", "));
            return (400, message, Some("invalid_body"));
        }
        Thing::Client => ("The client does not exist".into(), Some("inexistent_client")),
        Thing::ClientGrant => ("The client grant does not exist".into(), Some("inexistent_client_grant")),
        Thing::ClientGrantRequest => {
            ("The request does not exist.".into(), Some("inexistent_client_grant_request"))
        }
        Thing::ClientOfGrant => ("Client not found".into(), Some("inexistent_client")),
        Thing::ResourceServerOfGrant => {
            ("Resource server not found".into(), Some("inexistent_resource_server"))
        }
        Thing::ResourceServer => {
            ("The resource server does not exist".into(), Some("inexistent_resource_server"))
        }
        Thing::Permission { identifier, permission } => (
            format!("This permission does not exist: '{identifier} - {permission}'"),
            Some("inexistent_resource_server_permission"),
        ),
        Thing::User => ("The user does not exist.".into(), Some("inexistent_user")),
        Thing::Member => ("The user is not a member of the organization.".into(), None),
        Thing::SigningKey => ("The signing key does not exist.".into(), None),
        Thing::AccessPolicy => ("The access policy does not exist.".into(), None),
        Thing::ClaimMapping => ("The claim mapping does not exist.".into(), None),
        Thing::ResourceType => ("The resource type does not exist.".into(), None),
        Thing::Credential => ("The credential does not exist.".into(), None),
        Thing::Job => ("The job does not exist.".into(), Some("inexistent_job")),
        Thing::Session => ("The session does not exist.".into(), Some("inexistent_session")),
        Thing::RefreshToken => ("The refresh token does not exist.".into(), Some("inexistent_refresh_token")),
        Thing::Consent => ("The grant does not exist.".into(), Some("inexistent_grant")),
        Thing::Log => ("The log event does not exist.".into(), None),
        Thing::Audience => {
            ("The organization has no explicit audience of this resource server.".into(), None)
        }
        Thing::Connection => ("The connection does not exist".into(), Some("inexistent_connection")),
        Thing::OrganizationConnection => ("No connection found by that id".into(), None),
        Thing::DiscoveryDomain => ("No discovery domain found by that id or domain".into(), None),
        Thing::Action => ("That action does not exist.".into(), None),
        Thing::ActionVersion => ("That version of the action does not exist.".into(), None),
        Thing::Trigger => ("That trigger does not exist.".into(), None),
        Thing::ActionExecution => ("That execution does not exist.".into(), None),
        Thing::Invitation => ("The invitation does not exist.".into(), Some("inexistent_invitation")),
    };
    (404, message, code)
}

fn conflict(taken: Taken) -> (u16, String, Option<&'static str>) {
    let (message, code) = match taken {
        Taken::OrganizationName => {
            ("An organization with this name already exists.", Some("organization_conflict"))
        }
        Taken::RoleName => ("The role already exists.", Some("role_conflict")),
        Taken::ResourceServerIdentifier => {
            ("A resource server with the same identifier already exists", Some("resource_server_conflict"))
        }
        Taken::ResourceServerTwin => (
            "A resource server whose identifier differs only by a closing slash already exists; the audiences of its organizations would be the same.",
            Some("resource_server_conflict"),
        ),
        Taken::ClientGrant => {
            ("A resource server with the same identifier already exists", Some("resource_server_conflict"))
        }
        Taken::OrganizationClientGrant => (
            "The client grant has already been added to this organization.",
            Some("organization_client_grant_conflict"),
        ),
        Taken::ClientGrantRequest => (
            "The organization has been asked to let this client in and has not answered yet.",
            Some("client_grant_request_conflict"),
        ),
        Taken::ConnectionName => {
            ("A connection with the same name already exists", Some("connection_conflict"))
        }
        Taken::OrganizationConnection => {
            ("The organization connection already exists.", Some("organization_connection_conflict"))
        }
        Taken::DiscoveryDomain => (
            "An organization discovery domain with this domain is already registered to this organization.",
            Some("organization_discovery_domain_conflict"),
        ),
        Taken::VerifiedDomain => {
            ("Another organization has verified this domain.", Some("organization_discovery_domain_conflict"))
        }
        Taken::User => ("The user already exists.", Some("user_exists")),
        Taken::CredentialKid => ("A credential with this kid already exists.", Some("credential_conflict")),
        Taken::Tenant => ("A tenant with this name, issuer or host already exists.", Some("tenant_conflict")),
        Taken::ActionName => ("An action with this name already exists.", Some("action_conflict")),
        Taken::ResourceType => {
            ("A resource type with this name already exists.", Some("resource_type_conflict"))
        }
        Taken::Audience => ("The audience is already in use.", Some("audience_conflict")),
    };
    (409, message.into(), code)
}

fn too_many(limit: Limit) -> (u16, String, Option<&'static str>) {
    let entities = "You reached the limit of entities of this type for this tenant.";
    match limit {
        Limit::Entities | Limit::Credentials => (403, entities.into(), Some("too_many_entities")),
        Limit::Members => {
            (403, "No more members can be added to this organization.".into(), Some("too_many_entities"))
        }
        Limit::Seats(most) => (
            403,
            format!("No more people can be added or invited to this organization; it has {most} seats."),
            Some("too_many_entities"),
        ),
        Limit::OwnClients(most) => (
            403,
            format!("No more clients can be made in this organization; it can have {most} of its own."),
            Some("too_many_entities"),
        ),
        Limit::InvitationsPerDay(most) => (
            429,
            format!("No more than {most} invitations can be made in 24 hours."),
            Some("too_many_requests"),
        ),
        Limit::MemberRoles => {
            (409, "No more roles can be assigned to this organization member.".into(), None)
        }
        Limit::OrganizationClientGrants(most) => (
            409,
            format!("Quota exceeded; cannot add more than {most} client grants to a single organization"),
            None,
        ),
        Limit::OrganizationConnections(most) => (
            409,
            format!("Quota exceeded; cannot add more than {most} connections to a single organization"),
            None,
        ),
        Limit::DiscoveryDomains(most) => (
            409,
            format!("Quota exceeded; cannot add more than {most} discovery domains to a single organization"),
            None,
        ),
        Limit::ActionBindings(most) => {
            (409, format!("Quota exceeded; cannot bind more than {most} actions to a single trigger"), None)
        }
        Limit::AccessPolicies(most) => {
            (409, format!("Quota exceeded; no more than {most} access policies can apply to the same"), None)
        }
        Limit::ClaimMappings(most) => {
            (409, format!("Quota exceeded; no more than {most} claim mappings can apply to the same"), None)
        }
        Limit::UserRoles => {
            (403, "No more roles can be assigned to this user.".into(), Some("too_many_entities"))
        }
        Limit::UserPermissions => {
            (403, "No more permissions can be assigned to this user.".into(), Some("too_many_entities"))
        }
        Limit::RolePermissions => {
            (403, "No more permissions can be added to this role.".into(), Some("too_many_entities"))
        }
        Limit::OwnRoles(most) => (
            403,
            format!("The organization cannot have more than {most} roles of its own."),
            Some("too_many_entities"),
        ),
    }
}

impl From<caller::Refusal> for Failure {
    fn from(refusal: caller::Refusal) -> Self {
        match refusal {
            caller::Refusal::InvalidToken => Self::InvalidToken,
            caller::Refusal::NoOrganization => Self::NoOrganization,
            caller::Refusal::NotConfigured => Self::NotConfigured,
            caller::Refusal::Internal(problem) => Self::Problem(problem),
        }
    }
}

impl From<callers::Refusal> for Failure {
    fn from(refusal: callers::Refusal) -> Self {
        match refusal {
            callers::Refusal::InvalidToken => Self::InvalidToken,
            callers::Refusal::Internal(problem) => Self::Problem(problem),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.wire().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let (status_code, message, code) = self.wire();
        let status = StatusCode::from_u16(status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.tell();
        let mut answer = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, "1"));
        }
        if let Self::Problem(Problem::TooSoon(pause)) = self {
            answer.insert_header((header::RETRY_AFTER, pause.num_seconds().to_string()));
        }
        answer.json(ErrorBody {
            status_code,
            error: status.canonical_reason().unwrap_or_default().to_owned(),
            message,
            error_code: code.map(str::to_owned),
        })
    }
}

/// An error and its causes.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
