//! Handing over what one may do to another member.

use std::collections::BTreeSet;

use guildhall_domain::effect::Holder;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::{HandOver, ShownRole};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_domain::role::Role;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::{membership_roles, roles};
use serde_json::json;

use super::conferring::Conferrer;
use super::me;
use super::member_roles::{existing, give, take};
use crate::context::App;
use crate::effects::{self, Concern, Made};
use crate::problem::Problem;

/// Gives another member the caller's roles and takes them from the caller, at once. Those that the vendor alone may assign
/// stay where they are.
///
/// # Errors
/// [`crate::Thing::Member`] for a machine, and for whoever is to take over and is no member, [`Problem::Invalid`] for oneself,
/// [`Problem::NotHeld`] where a role has more than the caller holds through the client they come by,
/// [`crate::Limit::MemberRoles`], [`Problem::LastAdmin`] where nobody could give roles afterwards.
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::CreateMemberRoles>,
    to: &UserId,
) -> Result<HandOver, Problem> {
    let (from, inside, id) = (me::user(by)?, by.scope(), by.organization());
    if from == to {
        return Err(Problem::invalid("user_id", "Another member takes over"));
    }
    let unit = app.begin_in(by).await?;
    existing(&unit, inside, to).await?;
    let held = membership_roles::held(&unit, inside, from).await?;
    let mut held: Vec<Role> = roles::find_all(&unit, inside.within(), &held).await?;
    held.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let conferrer = Conferrer::new(&unit, by).await?;
    let (over, kept): (Vec<Role>, Vec<Role>) =
        held.into_iter().partition(|role| conferrer.is_assignable(role));
    let ids: Vec<RoleId> = over.iter().map(|role| role.id.clone()).collect();
    conferrer.roles(&ids).await?;
    let shown = |roles: Vec<Role>| roles.into_iter().map(ShownRole::from).collect();
    let done = HandOver { roles: shown(over), kept: shown(kept) };
    if ids.is_empty() {
        return Ok(done);
    }
    // Recorded as one change, and not as the two that it is made of.
    give(&unit, inside, to, &ids).await?;
    take(&unit, inside, from, &ids).await?;
    let change = Change::new("organization.roles_handed_over", id.as_str()).within(id).about(to);
    let change = change.after(&json!({ "from": from, "user_id": to, "roles": ids }));
    let both = [from, to].map(|user| Holder::Member(id.clone(), user.clone()));
    let concern = Concern::Rights(Concerned::These(BTreeSet::from(both)), None);
    effects::save(app, unit, inside.within(), Made::new(change, concern).with(done)).await
}
