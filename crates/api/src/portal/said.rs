//! What the portal says of what was done, and of what could not be.

use actix_web::http::StatusCode;
use guildhall_app::{Limit, Problem, Thing};

use super::room::Stop;
use crate::failure::{Failure, chain};
use crate::pages::portal::Words;

/// What was done just now, by the word of an address.
pub fn done(word: &str) -> Option<Words> {
    Some(Words::new(match word {
        "given" => "portal-done-given",
        "taken" => "portal-done-taken",
        "removed" => "portal-done-removed",
        "saved" => "portal-done-saved",
        "again" => "portal-done-again",
        "invited" => "portal-done-invited",
        "revoked" => "portal-done-revoked",
        "made" => "portal-done-made",
        "deleted" => "portal-done-deleted",
        "approved" => "portal-done-approved",
        "refused" => "portal-done-refused",
        "verified" => "portal-done-verified",
        _ => return None,
    }))
}

/// Why something could not be done, and how it is answered.
pub fn problem(problem: &Problem) -> (Words, StatusCode) {
    let words = match problem {
        Problem::Denied(_) => Words::new("portal-problem-denied"),
        Problem::NotHeld(permissions) => {
            Words::new("portal-problem-not-held").with("permissions", permissions.join(", "))
        }
        Problem::LastAdmin => Words::new("portal-problem-last-admin"),
        Problem::NoSuch(Thing::Member) => Words::new("portal-problem-no-member"),
        Problem::NoSuch(Thing::Role | Thing::Roles(_)) => Words::new("portal-problem-no-role"),
        Problem::NoSuch(_) => Words::new("portal-problem-gone"),
        Problem::LimitReached(Limit::MemberRoles) => Words::new("portal-problem-too-many-roles"),
        Problem::LimitReached(Limit::Members | Limit::Seats(_)) => Words::new("portal-problem-full"),
        Problem::LimitReached(Limit::InvitationsPerDay(most)) => {
            Words::new("portal-problem-invitations").with("most", most)
        }
        Problem::LimitReached(_) => Words::new("portal-problem-limit"),
        Problem::Taken(_) => Words::new("portal-problem-taken"),
        Problem::Invalid { property, .. } => Words::new("portal-problem-invalid").with("field", property),
        Problem::System | Problem::Forbidden(_) => Words::new("portal-problem-forbidden"),
        Problem::InvalidQuery(_) => Words::new("portal-bad"),
        Problem::RoleHeld(count) => Words::new("portal-problem-held").with("count", count),
        Problem::NotConfigured(_) => Words::new("portal-problem-not-configured"),
        Problem::TooSoon(_) => Words::new("portal-problem-too-soon"),
        Problem::NotNow(_)
        | Problem::ActionBound
        | Problem::WeakPassword(_)
        | Problem::EpochNotReached { .. } => Words::new("portal-problem-not-now"),
        Problem::Busy => Words::new("portal-problem-busy"),
        Problem::Internal(error) => {
            tracing::error!(error = %chain(error.as_ref()), "unforeseen");
            Words::new("portal-problem-unforeseen")
        }
    };
    (words, status(problem))
}

/// The status that the API answers too.
fn status(problem: &Problem) -> StatusCode {
    let (status, _, _) = Failure::wire_of(problem);
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What was refused, for the page that it was tried on; what was not even to be tried, and the unforeseen, stop it.
///
/// # Errors
/// [`Stop`].
pub fn told<T>(result: Result<T, Problem>) -> Result<Result<T, (Words, StatusCode)>, Stop> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(stopping @ (Problem::Denied(_) | Problem::Internal(_))) => Err(stopping.into()),
        Err(refused) => Ok(Err(problem(&refused))),
    }
}
