//! The same done to many members, in steps: each member is one change, decided and recorded like any other.

use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;

use super::visits::Guest;
use crate::context::App;
use crate::my_organization::members::Filter;
use crate::my_organization::{member_roles, members};
use crate::problem::Problem;

/// The most members of a step.
pub const STEP: u64 = 100;

/// What is done to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A role is given.
    Give(RoleId),
    /// A role is taken.
    Take(RoleId),
    /// The membership is ended.
    Remove,
}

/// To whom.
#[derive(Clone, Debug)]
pub enum Whom {
    /// These members, at most [`STEP`].
    These(Vec<UserId>),
    /// Everyone in a list, after the one named.
    All(Filter, Option<String>),
}

/// What became of a step.
#[derive(Debug, Default)]
pub struct Step {
    /// How many it was done to.
    pub done: u64,
    /// To whom it was not, and why.
    pub refused: Vec<(UserId, Refused)>,
    /// Where to go on; nothing is left when absent.
    pub next: Option<String>,
}

/// Why it was not done to someone.
#[derive(Debug)]
pub enum Refused {
    /// It is the person who asks.
    Oneself,
    /// It is refused.
    Problem(Problem),
}

/// Does one step.
///
/// # Errors
/// [`Problem::Denied`] when the person may not do this at all; the unforeseen.
pub async fn step(app: &App, guest: &Guest, deed: &Deed, whom: Whom) -> Result<Step, Problem> {
    let mut step = Step::default();
    let users = match whom {
        Whom::These(mut users) => {
            users.truncate(STEP as usize);
            users
        }
        Whom::All(filter, after) => {
            let page = PageRequest::Checkpoint { after, take: STEP };
            let page = members::list(app, &guest.by::<needs::ReadMembers>()?, &filter, &page).await?;
            step.next = page.next;
            page.items.into_iter().map(|member| member.user_id).collect()
        }
    };
    for user in users {
        match one(app, guest, deed, &user).await {
            Ok(()) => step.done += 1,
            Err(Refused::Problem(problem @ (Problem::Denied(_) | Problem::Internal(_)))) => {
                return Err(problem);
            }
            Err(refused) => step.refused.push((user, refused)),
        }
    }
    Ok(step)
}

async fn one(app: &App, guest: &Guest, deed: &Deed, user: &UserId) -> Result<(), Refused> {
    let denied = |denied| Refused::Problem(Problem::Denied(denied));
    let done = match deed {
        Deed::Give(role) => {
            let by = guest.by::<needs::CreateMemberRoles>().map_err(denied)?;
            member_roles::add(app, &by, user, vec![role.clone()]).await
        }
        Deed::Take(role) => {
            let by = guest.by::<needs::DeleteMemberRoles>().map_err(denied)?;
            member_roles::remove(app, &by, user, vec![role.clone()]).await
        }
        // Whoever leaves does so on a page of its own.
        Deed::Remove if *user == guest.user.user_id => return Err(Refused::Oneself),
        Deed::Remove => {
            let by = guest.by::<needs::DeleteMemberships>().map_err(denied)?;
            members::remove(app, &by, user).await
        }
    };
    done.map_err(Refused::Problem)
}
