//! Changes at random.

use std::collections::BTreeMap;

use super::change::Change;
use super::model::{Association, Bound, Envelope, Grant, Model, Policy, Rule, Usage};
use crate::harness::Dice;

impl Change {
    /// What a tenant begins with.
    pub fn first(dice: &mut Dice, model: &Model) -> Vec<Self> {
        let mut changes = Vec::new();
        let permissions = model.permissions();
        for role in 0..model.roles.len() {
            changes.push(Self::AddRolePermissions { role, permissions: dice.few(&permissions) });
        }
        for user in 0..model.users.len() {
            for organization in dice.some(&organizations(model), 65) {
                changes.push(Self::AddMember { organization, user });
                let roles = dice.few(&model.assignable(Some(organization)));
                changes.push(match dice.yes(50) {
                    true => Self::AddMemberRoles { organization, user, roles },
                    false => Self::ConferMemberRoles { organization, user, roles },
                });
            }
            changes.push(Self::AddUserRoles { user, roles: dice.few(&model.assignable(None)) });
            changes.push(Self::AddUserPermissions { user, permissions: dice.few(&permissions) });
        }
        for machine in 0..model.machines {
            for api in dice.some(&apis(model), 80) {
                let grant = grant(dice, model, api);
                let associated = dice.some(&organizations(model), 55);
                let associations = associated.into_iter().map(|organization| {
                    let association = association(dice, model, organization, api, &grant);
                    Self::AddAssociation { organization, machine, api, association }
                });
                let associations: Vec<Self> = associations.collect();
                changes.push(Self::AddGrant { machine, api, grant });
                changes.extend(associations);
            }
        }
        for organization in dice.some(&organizations(model), 40) {
            changes.push(Self::SetEnvelope { organization, envelope: Some(envelope(dice, model)) });
        }
        if dice.yes(30) {
            changes.push(Self::SetTenantEnvelope { envelope: envelope(dice, model) });
        }
        for number in 0..dice.between(0, 2) {
            changes.push(Self::AddPolicy { number, policy: policy(dice, model) });
        }
        changes
    }

    /// Any change that can be made to this tenant.
    pub fn roll(dice: &mut Dice, model: &Model) -> Self {
        std::iter::repeat_with(|| Self::attempt(dice, model)).flatten().next().unwrap()
    }

    /// A change, where the dice name things that are there.
    fn attempt(dice: &mut Dice, model: &Model) -> Option<Self> {
        let organization = dice.below(model.organizations.len());
        let (role, user) = (dice.below(model.roles.len()), dice.below(model.users.len()));
        let (machine, api) = (dice.below(model.machines), dice.below(model.apis.len()));
        let permissions = dice.few(&model.permissions());
        let is_member = model.users[user].memberships.contains_key(&organization);
        let granted = model.grants.get(&(machine, api));
        let inside = dice.few(&model.assignable(Some(organization)));
        Some(match dice.below(25) {
            0 => Self::AddRolePermissions { role, permissions },
            1 => Self::RemoveRolePermissions { role, permissions },
            2 if !is_member => Self::AddMember { organization, user },
            3 if is_member => Self::RemoveMember { organization, user },
            4 if is_member => Self::AddMemberRoles { organization, user, roles: inside },
            5 if is_member => {
                // Of what is held already, nothing changes.
                let held = &model.users[user].memberships[&organization];
                let roles: Vec<usize> = inside.into_iter().filter(|role| !held.contains(role)).collect();
                (!roles.is_empty()).then_some(())?;
                Self::ConferMemberRoles { organization, user, roles }
            }
            6 if is_member => Self::RemoveMemberRoles { organization, user, roles: inside },
            7 => Self::AddUserRoles { user, roles: dice.few(&model.assignable(None)) },
            8 => Self::RemoveUserRoles { user, roles: dice.few(&model.assignable(None)) },
            9 => Self::AddUserPermissions { user, permissions },
            10 => Self::RemoveUserPermissions { user, permissions },
            11 => Self::SetBlocked { user, is_blocked: !model.users[user].is_blocked },
            12 if granted.is_none() => Self::AddGrant { machine, api, grant: grant(dice, model, api) },
            13 if granted.is_some() => {
                Self::SetGrantScope { machine, api, scope: bound(dice, &model.apis[api].names, 30) }
            }
            14 if granted.is_some() => Self::RemoveGrant { machine, api },
            15 if granted?.associations.get(&organization).is_none_or(|it| it.by_organization) => {
                let mut association = association(dice, model, organization, api, granted?);
                // What the organization let in can only be the vendor's word next.
                association.by_organization &= !granted?.associations.contains_key(&organization);
                Self::AddAssociation { organization, machine, api, association }
            }
            16 if granted?.associations.contains_key(&organization) => {
                Self::RemoveAssociation { organization, machine, api }
            }
            17 => Self::SetEnvelope { organization, envelope: dice.yes(75).then(|| envelope(dice, model)) },
            18 => Self::SetTenantEnvelope { envelope: envelope(dice, model) },
            19 => Self::SetStrategy { organization, has_audiences: dice.yes(50) },
            20 if granted.is_some() => Self::SetGrantUsage { machine, api, usage: usage(dice) },
            21 => match model.policies.keys().next() {
                Some(number) => Self::RemovePolicy { number: *number },
                None => Self::AddPolicy { number: dice.below(1000), policy: policy(dice, model) },
            },
            22 | 23 => {
                let number = *model.policies.keys().next()?;
                Self::UpdatePolicy { number, policy: policy(dice, model) }
            }
            24 => {
                let is_for_any_organization = !granted?.is_for_any_organization;
                Self::SetGrantPlaces { machine, api, is_for_any_organization }
            }
            _ => return None,
        })
    }
}

fn organizations(model: &Model) -> Vec<usize> {
    (0..model.organizations.len()).collect()
}

fn apis(model: &Model) -> Vec<usize> {
    (0..model.apis.len()).collect()
}

/// Everything in so many of a hundred cases, otherwise some.
fn bound<T: Clone>(dice: &mut Dice, of: &[T], percent: usize) -> Bound<T> {
    if dice.yes(percent) { Bound::All } else { Bound::Only(dice.some(of, 65)) }
}

fn envelope(dice: &mut Dice, model: &Model) -> Envelope {
    Envelope {
        permissions: bound(dice, &model.permissions(), 20),
        roles: bound(dice, &model.assignable(None), 40),
    }
}

fn grant(dice: &mut Dice, model: &Model, api: usize) -> Grant {
    Grant {
        scope: bound(dice, &model.apis[api].names, 30),
        usage: usage(dice),
        is_for_any_organization: dice.yes(25),
        associations: BTreeMap::new(),
    }
}

fn usage(dice: &mut Dice) -> Usage {
    dice.one(&[Usage::Deny, Usage::Allow, Usage::Allow, Usage::Allow, Usage::Require])
}

/// It narrows nothing to more than the grant has.
fn association(
    dice: &mut Dice,
    model: &Model,
    organization: usize,
    api: usize,
    grant: &Grant,
) -> Association {
    let names: Vec<&'static str> =
        model.apis[api].names.iter().copied().filter(|name| grant.scope.admits(name)).collect();
    let roles = dice.few(&model.assignable(Some(organization)));
    Association {
        scope: bound(dice, &names, 60),
        roles: dice.yes(60).then_some(roles),
        by_organization: dice.yes(40),
    }
}

fn policy(dice: &mut Dice, model: &Model) -> Policy {
    let clients = model.clients();
    let mut kinds = vec![dice.below(9)];
    if dice.yes(30) {
        kinds.push(dice.below(9));
    }
    kinds.sort_unstable();
    kinds.dedup();
    let rule = |kind| match kind {
        0 => Rule::Clients(dice.few(&clients)),
        1 => Rule::Apis(dice.few(&apis(model))),
        2 => Rule::AnyOrganization,
        3 => Rule::Organizations(dice.few(&organizations(model))),
        4 => Rule::DeniedNetwork(dice.yes(30)),
        5 => Rule::AllowedNetwork(dice.yes(70)),
        6 => Rule::Connection(dice.yes(60)),
        7 => Rule::VerifiedEmail,
        _ => Rule::SessionAge,
    };
    Policy {
        rules: kinds.into_iter().map(rule).collect(),
        client: dice.yes(40).then(|| dice.one(&clients)),
        organization: dice.yes(40).then(|| dice.below(model.organizations.len())),
        api: dice.yes(40).then(|| dice.below(model.apis.len())),
    }
}
