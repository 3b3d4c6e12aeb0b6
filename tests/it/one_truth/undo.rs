//! What the paths of an explanation name can be undone, and what was held through them is then gone.

use serde_json::Value;

use super::World;
use super::change::Change;
use super::model::{Bound, Permission, Place, Subject};
use super::surfaces::explanations;

/// Takes everything from everybody: of each explanation the first permission, by what its paths name, until nothing is
/// held. After each step the explanation is the reference's.
pub async fn undo_all(world: &mut World) {
    for subject in world.model.subjects() {
        for place in world.model.places() {
            while let Some(permission) = first_held(world, subject, place).await {
                undo(world, subject, place, &permission).await;
            }
        }
    }
}

/// The first permission of an explanation that is held.
async fn first_held(world: &World, subject: Subject, place: Place) -> Option<Value> {
    let path = explanations::path(world, subject, place)?;
    let answer = world.vendor.get(&path).await;
    answer.succeeded().then(|| answer.body()["permissions"][0].clone()).filter(|first| !first.is_null())
}

async fn undo(world: &mut World, subject: Subject, place: Place, permission: &Value) {
    let names = &world.model.apis[place.api].names;
    let name = *names.iter().find(|name| permission["permission_name"] == **name).unwrap();
    for path in permission["paths"].as_array().unwrap() {
        assert!(world.model.holds(subject, place, name), "{name} was gone before {path} was undone");
        for change in undoing(world, subject, place, name, path) {
            world.make(change).await;
        }
        explanations::compare_one(world, subject, place).await;
    }
    world.same((subject, place, name), world.model.holds(subject, place, name), false);
}

/// What undoes a path: the role is taken from who holds it or loses the permission, the grant becomes narrower.
fn undoing(
    world: &mut World,
    subject: Subject,
    place: Place,
    name: &'static str,
    path: &Value,
) -> Vec<Change> {
    let permissions = vec![Permission { api: place.api, name }];
    let role = |named: &Value| world.ids.roles.iter().position(|id| named["role_id"] == **id).unwrap();
    match (path["type"].as_str().unwrap(), subject) {
        ("direct", Subject::User(user)) => vec![Change::RemoveUserPermissions { user, permissions }],
        ("role", Subject::User(user)) => {
            let role = role(path);
            vec![match place.organization {
                _ if world.dice.yes(30) => Change::RemoveRolePermissions { role, permissions },
                None => Change::RemoveUserRoles { user, roles: vec![role] },
                Some(organization) => Change::RemoveMemberRoles { organization, user, roles: vec![role] },
            }]
        }
        ("client_grant", Subject::Machine(machine)) => {
            let roles: Vec<usize> = path["roles"].as_array().into_iter().flatten().map(role).collect();
            if !roles.is_empty() && world.dice.yes(50) {
                let without = |role| Change::RemoveRolePermissions { role, permissions: permissions.clone() };
                return roles.into_iter().map(without).collect();
            }
            let scope = &world.model.grants[&(machine, place.api)].scope;
            let names = world.model.apis[place.api].names.iter().copied();
            let left = names.filter(|other| *other != name && scope.admits(other)).collect();
            vec![Change::SetGrantScope { machine, api: place.api, scope: Bound::Only(left) }]
        }
        (other, _) => panic!("{subject:?} holds {name} through {other}"),
    }
}
