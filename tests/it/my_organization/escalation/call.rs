//! Calls that could raise someone, as random people and machines make them.

use guildhall_app::invitations::accept;
use guildhall_domain::id::UserId;
use guildhall_domain::log::Origin;
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{Rights, Subject, World};
use crate::harness::{Machine, concurrently, segment};
use crate::my_organization::{API, scopes};

/// How often a call is rolled until it is one that the caller's scopes permit.
const TRIES: usize = 6;

/// A call by someone.
pub struct Call {
    caller: Subject,
    token: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Give { member: usize, roles: Vec<String> },
    Take { member: usize, roles: Vec<String> },
    MakeRole { permissions: Value },
    AddPermissions { role: String, permissions: Value },
    RemovePermissions { role: String, permissions: Value },
    DeleteRole { role: String },
    MakeClient { access: Value },
    ChangeAccess { client: usize, access: Value },
    Rotate { client: usize },
    DeleteClient { client: usize },
    Approve { grant: String, scope: Value },
    Revoke { grant: String },
    Invite { member: usize, roles: Vec<String> },
    Accept { invitation: usize },
    PutOut { member: usize },
    HandOver { member: usize },
}

/// What came of a call.
#[derive(Default)]
pub struct Outcome {
    pub succeeded: bool,
    pub not_held: bool,
}

impl Call {
    /// A random call by a random caller; nothing where what it would be about does not exist. Most calls are those that the
    /// caller's scopes permit, and most are about what the caller holds: whatever else is refused at once.
    pub fn roll(world: &mut World) -> Option<Self> {
        let callers = callers(world);
        let (caller, token) = world.dice.one(&callers);
        let held = world.held(&caller);
        let any = world.dice.yes(10);
        let permitted = |what: &What| any || held.iter().any(|(_, permission)| permission == what.scope());
        let rolled: Vec<What> = (0..TRIES).filter_map(|_| What::roll(world, &held)).collect();
        let what = rolled.into_iter().find(permitted)?;
        Some(Self { caller, token, what })
    }

    /// Makes the call, and tells the model whom it could have raised.
    pub async fn make(self, world: &mut World) -> Outcome {
        let Self { caller, token, what } = self;
        if let What::Accept { invitation } = what {
            return accepted(world, invitation).await;
        }
        let name = world.name();
        let member = |number: &usize| world.people[*number].id.clone();
        let roles_of = |number: &usize| format!("/members/{}/roles", segment(&member(number)));
        let client_of = |number: &usize| format!("/clients/{}", world.machines[*number].0.id);
        let (method, path, body) = match &what {
            What::Give { member, roles } => (Method::POST, roles_of(member), json!({"role_ids": roles})),
            What::Take { member, roles } => (Method::DELETE, roles_of(member), json!({"role_ids": roles})),
            What::MakeRole { permissions } => {
                (Method::POST, "/roles".to_owned(), json!({"name": name, "permissions": permissions}))
            }
            What::AddPermissions { role, permissions } => {
                (Method::POST, format!("/roles/{role}/permissions"), json!({"permissions": permissions}))
            }
            What::RemovePermissions { role, permissions } => {
                (Method::DELETE, format!("/roles/{role}/permissions"), json!({"permissions": permissions}))
            }
            What::DeleteRole { role } => (Method::DELETE, format!("/roles/{role}?confirm=true"), Value::Null),
            What::MakeClient { access } => {
                (Method::POST, "/clients".to_owned(), json!({"name": "Machine", "access": access}))
            }
            What::ChangeAccess { client, access } => {
                (Method::PUT, format!("{}/access", client_of(client)), json!({"access": access}))
            }
            What::Rotate { client } => {
                (Method::POST, format!("{}/rotate-secret", client_of(client)), json!({}))
            }
            What::DeleteClient { client } => (Method::DELETE, client_of(client), Value::Null),
            What::Approve { grant, scope } => {
                (Method::POST, "/client-grants".to_owned(), json!({"grant_id": grant, "scope": scope}))
            }
            What::Revoke { grant } => (Method::DELETE, format!("/client-grants/{grant}"), Value::Null),
            What::Invite { member, roles } => {
                let email = format!("invited{member}@aurora.example");
                let invitee = match roles.is_empty() {
                    true => json!({"email": email}),
                    false => json!({"email": email, "roles": roles}),
                };
                (Method::POST, "/member-invitations".to_owned(), json!({"invitees": [invitee]}))
            }
            What::PutOut { member: number } => {
                (Method::POST, "/delete-memberships".to_owned(), json!({"members": [member(number)]}))
            }
            What::HandOver { member: number } => {
                (Method::POST, "/me/hand-over".to_owned(), json!({"user_id": member(number)}))
            }
            What::Accept { .. } => unreachable!("answered above"),
        };
        let body = Some(&body).filter(|body| !body.is_null());
        let answer = world.all.with(&token).call(method, &path, body).await;
        assert!(answer.status < 500, "{what:?}: {} {}", answer.status, answer.text);
        let told = answer.body();
        let detail = told["detail"].as_str().unwrap_or_default();
        let not_held = detail.starts_with("You cannot confer");
        let succeeded = answer.succeeded();
        if succeeded {
            note(world, &caller, what, &told).await;
        }
        Outcome { succeeded, not_held }
    }
}

/// What a call that succeeded leaves in the world, and whom the model lets hold more for it.
async fn note(world: &mut World, caller: &Subject, what: What, told: &Value) {
    match what {
        What::Give { member, .. } | What::HandOver { member } => {
            let member = Subject::Member(world.people[member].id.clone());
            world.allow(caller, [member]);
        }
        What::MakeRole { .. } => world.own_roles.push(told["id"].as_str().unwrap().to_owned()),
        What::AddPermissions { .. } => {
            let everyone = world.everyone();
            world.allow(caller, everyone);
        }
        What::DeleteRole { role } => world.own_roles.retain(|own| *own != role),
        What::MakeClient { .. } => {
            let text = |name: &str| told[name].as_str().unwrap().to_owned();
            let machine = Machine { id: text("client_id"), secret: text("client_secret") };
            let token = world.token_of(&machine).await;
            world.allow(caller, [Subject::Client(machine.id.clone())]);
            world.machines.push((machine, token));
        }
        What::ChangeAccess { client, .. } => {
            let token = world.token_of(&world.machines[client].0).await;
            world.machines[client].1 = token;
            let client = Subject::Client(world.machines[client].0.id.clone());
            world.allow(caller, [client]);
        }
        What::DeleteClient { client } => drop(world.machines.remove(client)),
        What::Invite { member, .. } => {
            let id = told[0]["id"].as_str().unwrap().to_owned();
            world.invitations.push((id, caller.clone(), member));
        }
        What::Take { .. }
        | What::RemovePermissions { .. }
        | What::Rotate { .. }
        | What::Approve { .. }
        | What::Revoke { .. }
        | What::PutOut { .. }
        | What::Accept { .. } => {}
    }
}

/// Someone accepts an invitation: they can come to hold what the inviter holds by then.
async fn accepted(world: &mut World, number: usize) -> Outcome {
    let (id, inviter, person) = world.invitations.remove(number);
    let path = format!("/organizations/{}/invitations/{id}", world.all.aurora.id);
    let shown = world.all.vendor.get(&path).await;
    if !shown.succeeded() {
        return Outcome::default();
    }
    let shown = shown.body();
    let ticket = shown["ticket_id"].as_str().unwrap().to_owned();
    // The person's address is that of the invitation for the moment.
    let user = world.people[person].id.clone();
    let email = json!({"email": shown["invitee"]["email"], "email_verified": true});
    world.all.vendor.patch(&format!("/users/{}", segment(&user)), email).await.is(200);
    let (app, tenant, of) = (world.all.vendor.node.app(), world.tenant.clone(), UserId::new(&user));
    let came =
        concurrently(async move { accept(&app, &tenant, &ticket, &of, Origin::default()).await.is_ok() });
    let succeeded = came.await.unwrap();
    if succeeded {
        world.allow(&inviter, [Subject::Member(user)]);
    }
    Outcome { succeeded, not_held: false }
}

/// Everyone who has a token: those who hold something more often than those who hold nothing.
fn callers(world: &World) -> Vec<(Subject, String)> {
    let people = world.people.iter().map(|person| (Subject::Member(person.id.clone()), person.token.clone()));
    let machines = world.machines.iter();
    let machines =
        machines.filter_map(|(machine, token)| Some((Subject::Client(machine.id.clone()), token.clone()?)));
    let (automation, token) = &world.automation;
    let automation = (Subject::Client(automation.id.clone()), token.clone());
    let all: Vec<_> = people.chain(machines).chain([automation]).collect();
    let holders = all.iter().filter(|(subject, _)| !world.held(subject).is_empty()).cloned();
    let holders: Vec<_> = holders.flat_map(|holder| vec![holder; 4]).collect();
    [all, holders].concat()
}

impl What {
    /// What the call takes, as far as it is one scope.
    fn scope(&self) -> &'static str {
        match self {
            Self::Give { .. } | Self::HandOver { .. } => "create:my_org:member_roles",
            Self::Take { .. } => "delete:my_org:member_roles",
            Self::MakeRole { .. } => "create:my_org:roles",
            Self::AddPermissions { .. } | Self::RemovePermissions { .. } => "update:my_org:roles",
            Self::DeleteRole { .. } => "delete:my_org:roles",
            Self::MakeClient { .. } => "create:my_org:clients",
            Self::ChangeAccess { .. } | Self::Rotate { .. } => "update:my_org:clients",
            Self::DeleteClient { .. } => "delete:my_org:clients",
            Self::Approve { .. } => "create:my_org:client_grants",
            Self::Revoke { .. } => "delete:my_org:client_grants",
            Self::Invite { .. } | Self::Accept { .. } => "create:my_org:member_invitations",
            Self::PutOut { .. } => "delete:my_org:memberships",
        }
    }

    fn roll(world: &mut World, held: &Rights) -> Option<Self> {
        let member = world.dice.below(world.people.len());
        let known = [world.roles.clone(), world.own_roles.clone()].concat();
        let roles = world.dice.shuffled(&known, 1);
        let own_role = (!world.own_roles.is_empty()).then(|| world.dice.one(&world.own_roles));
        let client = (!world.machines.is_empty()).then(|| world.dice.below(world.machines.len()));
        let grant = world.dice.one(&world.grants);
        Some(match world.dice.below(22) {
            0..4 => Self::Give { member, roles },
            4 => Self::Take { member, roles },
            5..8 => Self::MakeRole { permissions: permissions(world, held) },
            8..11 => Self::AddPermissions { role: own_role?, permissions: permissions(world, held) },
            11 => Self::RemovePermissions { role: own_role?, permissions: permissions(world, held) },
            12 if world.dice.yes(30) => Self::DeleteRole { role: own_role? },
            12..15 if world.machines.len() < 4 => Self::MakeClient { access: access(world, held) },
            12..15 => Self::ChangeAccess { client: client?, access: access(world, held) },
            15 => Self::Rotate { client: client? },
            16 if world.dice.yes(30) => Self::DeleteClient { client: client? },
            16 => Self::Approve { grant, scope: json!(world.dice.few(&["read", "write", "delete"])) },
            17 => Self::Revoke { grant },
            18 => Self::Invite { member, roles: if world.dice.yes(80) { roles } else { Vec::new() } },
            19 if !world.invitations.is_empty() => {
                Self::Accept { invitation: world.dice.below(world.invitations.len()) }
            }
            19 | 20 => Self::HandOver { member },
            _ if world.dice.yes(20) => Self::PutOut { member },
            _ => Self::Give { member, roles },
        })
    }
}

/// One permission of either API, or a few: mostly of those that are held.
fn permissions(world: &mut World, held: &Rights) -> Value {
    let my_org = world.tenant.my_organization_audience();
    let mut all: Vec<(String, String)> =
        ["read", "write", "delete"].map(|name| (API.to_owned(), name.to_owned())).to_vec();
    all.extend(scopes().into_iter().map(|name| (my_org.clone(), name.to_owned())));
    let count = if world.dice.yes(70) { 1 } else { 3 };
    if held.len() >= count && world.dice.yes(70) {
        all = held.iter().cloned().collect();
    }
    let some = world.dice.shuffled(&all, count).into_iter();
    let some = some.map(|(api, name)| json!({"resource_server_identifier": api, "permission_name": name}));
    some.collect::<Vec<_>>().into()
}

/// Access of a machine client to one API, by scopes or by a role: mostly to what is held.
fn access(world: &mut World, held: &Rights) -> Value {
    let my_org = world.tenant.my_organization_audience();
    let (api, mut names) = match world.dice.yes(50) {
        true => (API.to_owned(), vec!["read", "write", "delete"]),
        false => (my_org, scopes()),
    };
    let known: Vec<&str> = held.iter().filter(|(of, _)| *of == api).map(|(_, name)| name.as_str()).collect();
    if known.len() >= 2 && world.dice.yes(70) {
        names = known;
    }
    let count = world.dice.between(1, 2);
    let scope = world.dice.shuffled(&names, count);
    match world.dice.yes(25) {
        false => json!([{"resource_server_identifier": api, "scope": scope}]),
        true => {
            let role = world.dice.one(&world.roles);
            json!([{"resource_server_identifier": api, "scope": scope, "roles": [role]}])
        }
    }
}
