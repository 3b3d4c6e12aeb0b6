//! The caller.

use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::log::Actor;
use guildhall_domain::my_organization::Me;
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};

use crate::problem::{Problem, Thing};

/// Who calls, where, and what they may do here.
pub fn get(by: &AuthorizedIn<needs::Belong>) -> Me {
    let caller = by.caller();
    let (user, client): (Option<&UserId>, Option<&ClientId>) = match &caller.actor {
        Actor::User(user, client) => (Some(user), Some(client)),
        Actor::Client(client) => (None, Some(client)),
        Actor::Person(user) => (Some(user), None),
        Actor::Actions(_) | Actor::Operator => (None, None),
    };
    Me {
        organization_id: by.organization().clone(),
        user_id: user.cloned(),
        client_id: client.cloned(),
        permissions: caller.scopes.clone(),
    }
}

/// The person who calls.
///
/// # Errors
/// [`Thing::Member`] when it is a machine.
pub(crate) fn user<N>(by: &AuthorizedIn<N>) -> Result<&UserId, Problem>
where
    N: guildhall_domain::policy::Need,
{
    match &by.caller().actor {
        Actor::User(user, _) => Ok(user),
        _ => Err(Problem::NoSuch(Thing::Member)),
    }
}
