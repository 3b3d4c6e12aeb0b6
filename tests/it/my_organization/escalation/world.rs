//! An organization with people and machines of all kinds, what each holds, and what the model lets each hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use guildhall_app::{effective_permissions, machine};
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::policy::{Caller, authorize, issuance, needs};
use guildhall_domain::tenant::Tenant;
use serde_json::json;

use crate::harness::{Dice, Machine, concurrently, permissions, segment};
use crate::my_organization::{API, Customers, Person, scopes};

/// Someone or something that holds rights in the organization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Member(String),
    Client(String),
}

/// Permissions, each with its API.
pub type Rights = BTreeSet<(String, String)>;

pub struct World {
    pub all: Customers,
    pub dice: Dice,
    pub tenant: Arc<Tenant>,
    pub people: Vec<Person>,
    /// A machine client of the vendor's that the vendor let in.
    pub automation: (Machine, String),
    /// Machine clients that were made in the organization, each with a token where it got one.
    pub machines: Vec<(Machine, Option<String>)>,
    /// Roles of the tenant, and those that were made in the organization.
    pub roles: Vec<String>,
    pub own_roles: Vec<String>,
    /// Grants that the vendor lets organizations approve.
    pub grants: Vec<String>,
    /// Open invitations: the id, who made it, and who may accept it.
    pub invitations: Vec<(String, Subject, usize)>,
    /// What each may come to hold.
    pub model: BTreeMap<Subject, Rights>,
    names: usize,
}

impl World {
    pub async fn open(seed: u64) -> Self {
        let all = Customers::open().await;
        let vendor = &all.vendor;
        let my_org = format!("{}my-org/", vendor.issuer);
        let some = |part: &str| -> Vec<&'static str> {
            scopes().into_iter().filter(|scope| part.split(' ').any(|part| scope.contains(part))).collect()
        };
        let mut roles = vec![all.admin.clone(), all.reader.clone(), all.deleter.clone()];
        for (name, scopes, held) in [
            ("People", some("member"), &["read"][..]),
            ("Roles", some("roles"), &["read", "write"]),
            ("Machines", some("client"), &["write"]),
            ("Everything", scopes(), &["read", "write", "delete"]),
        ] {
            let role = vendor.role(name, &my_org, &scopes).await;
            vendor.post(&format!("/roles/{role}/permissions"), permissions(API, held)).await.is(201);
            roles.push(role);
        }
        // Tokens are issued to those who hold everything: what their bearers hold later decides alone.
        let everything = roles[roles.len() - 1].clone();
        let mut people = vec![all.aurora.admin.clone()];
        for number in 0..4 {
            let email = format!("person{number}@aurora.example");
            people.push(all.person(&all.aurora.id, &email, &[&everything]).await);
        }
        let automation = all.machine(&all.aurora.id, &scopes()).await;
        let partner = vendor.client("Partner").await;
        let open = json!({"organization_usage": "require", "allow_organization_approval": true});
        let grants = vec![vendor.grant_with(&partner, API, &["read", "write", "delete"], open).await];
        let landing = json!({"invitation_landing_client_id": all.app.id});
        let app = json!({"my_organization_configuration": landing,
            "initiate_login_uri": "https://app.vendor.example/login"});
        vendor.patch(&format!("/clients/{}", all.app.id), app).await.is(200);
        let node = vendor.node.app();
        let tenant = concurrently(async move { node.tenant_of_host("vendor.test").await.unwrap().unwrap() });
        Self {
            tenant: tenant.await.unwrap(),
            dice: Dice::new(seed),
            people,
            automation,
            machines: Vec::new(),
            roles,
            own_roles: Vec::new(),
            grants,
            invitations: Vec::new(),
            model: BTreeMap::new(),
            names: 0,
            all,
        }
    }

    /// A name that nothing has yet.
    pub fn name(&mut self) -> String {
        self.names += 1;
        format!("name{}", self.names)
    }

    /// The vendor sets things up anew: roles of each member, and another envelope. What anyone holds then is right.
    pub async fn rearrange(&mut self) {
        let vendor = &self.all.vendor;
        let organization = format!("/organizations/{}", self.all.aurora.id);
        for person in &self.people {
            vendor.member(&self.all.aurora.id, &person.id).await;
            let path = format!("{organization}/members/{}/roles", segment(&person.id));
            let held = [self.roles.clone(), self.own_roles.clone()].concat();
            for ids in held.chunks(50) {
                vendor.delete_with(&path, json!({ "roles": ids })).await;
            }
            let few = self.dice.shuffled(&self.roles, 4);
            vendor.post(&path, json!({ "roles": few })).await.is(204);
        }
        for role in self.own_roles.drain(..) {
            vendor.delete(&format!("/roles/{role}")).await;
        }
        for (machine, _) in self.machines.drain(..) {
            vendor.delete(&format!("/clients/{}", machine.id)).await;
        }
        self.invitations.clear();
        let envelope = match self.dice.below(3) {
            0 => json!({}),
            1 => json!({"assignable_roles": self.dice.some(&self.roles, 60)}),
            _ => {
                let my_org = format!("{}my-org/", vendor.issuer);
                let mut grantable = Vec::new();
                for (api, names) in [(API, vec!["read", "write", "delete"]), (my_org.as_str(), scopes())] {
                    for name in self.dice.some(&names, 60) {
                        grantable.push(json!({"resource_server_identifier": api, "permission_name": name}));
                    }
                }
                json!({"grantable_permissions": grantable})
            }
        };
        vendor.put(&format!("{organization}/envelope"), envelope).await.is(200);
        self.model = self.measured().await;
    }

    /// Compares what everyone holds with what the model allows, and goes on from there.
    pub async fn compare(&mut self) {
        let held = self.measured().await;
        for (subject, rights) in &held {
            let allowed = self.held(subject);
            let beyond: Vec<_> = rights.difference(&allowed).collect();
            assert!(beyond.is_empty(), "{subject:?} came to hold {beyond:?}");
        }
        self.model = held;
    }

    /// What everyone holds now, as tokens would be issued.
    async fn measured(&self) -> BTreeMap<Subject, Rights> {
        let app = self.all.vendor.node.app();
        let (tenant, organization) = (self.tenant.clone(), OrganizationId::new(&self.all.aurora.id));
        let people: Vec<String> = self.people.iter().map(|person| person.id.clone()).collect();
        let machines = self.machines.iter().map(|(machine, _)| machine.id.clone());
        let machines: Vec<String> = machines.chain([self.automation.0.id.clone()]).collect();
        let through = ClientId::new(&self.all.app.id);
        concurrently(async move {
            let caller = Caller {
                tenant: tenant.id.clone(),
                actor: Actor::Operator,
                scopes: vec!["read:organization_member_effective_permissions".to_owned()],
                origin: Origin::default(),
            };
            let by = authorize::<needs::ReadMemberEffectivePermissions>(caller).unwrap();
            let scope = issuance(&tenant.id);
            let apis = [API.to_owned(), tenant.my_organization_audience()];
            let mut measured = BTreeMap::new();
            for person in people {
                let (user, mut rights) = (UserId::new(&person), Rights::new());
                for api in &apis {
                    let found = effective_permissions::of_member(
                        &app,
                        &by,
                        &organization,
                        &user,
                        Some(&through),
                        api,
                    );
                    // Whoever is no member any more holds nothing.
                    let Ok(snapshot) = found.await else { continue };
                    rights.extend(snapshot.held().into_iter().map(|held| (api.clone(), held)));
                }
                measured.insert(Subject::Member(person), rights);
            }
            for machine in machines {
                let (client, mut rights) = (ClientId::new(&machine), Rights::new());
                for api in &apis {
                    let held =
                        machine::held_now(&app, &tenant, &scope, &client, api, Some(&organization)).await;
                    let held = held.unwrap().unwrap_or_default();
                    rights.extend(held.into_iter().map(|held| (api.clone(), held)));
                }
                measured.insert(Subject::Client(machine), rights);
            }
            measured
        })
        .await
        .unwrap()
    }

    /// By a call of the caller's, these can come to hold what the caller holds.
    pub fn allow(&mut self, caller: &Subject, concerned: impl IntoIterator<Item = Subject>) {
        let held = self.held(caller);
        for subject in concerned {
            if subject != *caller {
                self.model.entry(subject).or_default().extend(held.iter().cloned());
            }
        }
    }

    /// What someone may hold at the most.
    pub fn held(&self, subject: &Subject) -> Rights {
        self.model.get(subject).cloned().unwrap_or_default()
    }

    /// A token of a machine client for the My Organization API; nothing where it is not let in there.
    pub async fn token_of(&self, machine: &Machine) -> Option<String> {
        let audience = self.tenant.my_organization_audience();
        let asked = self.all.vendor.ask(machine, &[("audience", &audience)]).await;
        asked.succeeded().then(|| asked.token())
    }

    /// Everyone there is.
    pub fn everyone(&self) -> Vec<Subject> {
        let people = self.people.iter().map(|person| Subject::Member(person.id.clone()));
        let machines = self.machines.iter().map(|(machine, _)| Subject::Client(machine.id.clone()));
        people.chain(machines).chain([Subject::Client(self.automation.0.id.clone())]).collect()
    }
}
