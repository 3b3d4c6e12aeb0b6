//! Each change as the request that makes it.

use reqwest::Method;
use serde_json::{Value, json};

use super::change::Change;
use super::furnish::{Ids, identifier, strategy, text, with_scope};
use super::model::{Association, Bound, Client, Envelope, Grant, Permission, Policy, Rule};
use crate::harness::{Vendor, segment};

impl Ids {
    /// Makes a change.
    pub async fn make(&mut self, vendor: &Vendor, change: &Change) {
        let (method, path, body) = self.request(change);
        let answer = vendor.call(method, &path, body.as_ref()).await;
        assert!(answer.succeeded(), "{change:?}: {} {}", answer.status, answer.text);
        if let Some(row) = self.conferred(change) {
            vendor.node.database.execute(row).await;
        }
        match change {
            Change::AddGrant { machine, api, .. } => {
                self.grants.insert((*machine, *api), text(&answer.body(), "id"));
            }
            Change::AddPolicy { number, .. } => {
                self.policies.insert(*number, text(&answer.body(), "id"));
            }
            _ => {}
        }
    }

    /// The request that makes a change.
    pub fn request(&self, change: &Change) -> (Method, String, Option<Value>) {
        let of_role = |role: &usize| format!("/roles/{}/permissions", self.roles[*role]);
        let of_user = |user: &usize| format!("/users/{}", segment(&self.users[*user]));
        let inside = |organization: &usize| format!("/organizations/{}", self.organizations[*organization]);
        let held = |organization, user: &usize| {
            format!("{}/members/{}/roles", inside(organization), segment(&self.users[*user]))
        };
        let of_grant = |machine: &usize, api: &usize| &self.grants[&(*machine, *api)];
        let members = |user: &usize| json!({"members": [self.users[*user]]});
        let (post, patch, delete) = (Method::POST, Method::PATCH, Method::DELETE);
        match change {
            Change::AddRolePermissions { role, permissions } => {
                (post, of_role(role), Some(json!({"permissions": named(permissions)})))
            }
            Change::RemoveRolePermissions { role, permissions } => {
                (delete, of_role(role), Some(json!({"permissions": named(permissions)})))
            }
            Change::AddMember { organization, user } => {
                (post, format!("{}/members", inside(organization)), Some(members(user)))
            }
            Change::RemoveMember { organization, user } => {
                (delete, format!("{}/members", inside(organization)), Some(members(user)))
            }
            Change::AddMemberRoles { organization, user, roles }
            | Change::ConferMemberRoles { organization, user, roles } => {
                (post, held(organization, user), Some(json!({"roles": self.roles_of(roles)})))
            }
            Change::RemoveMemberRoles { organization, user, roles } => {
                (delete, held(organization, user), Some(json!({"roles": self.roles_of(roles)})))
            }
            Change::AddUserRoles { user, roles } => {
                (post, of_user(user) + "/roles", Some(json!({"roles": self.roles_of(roles)})))
            }
            Change::RemoveUserRoles { user, roles } => {
                (delete, of_user(user) + "/roles", Some(json!({"roles": self.roles_of(roles)})))
            }
            Change::AddUserPermissions { user, permissions } => {
                (post, of_user(user) + "/permissions", Some(json!({"permissions": named(permissions)})))
            }
            Change::RemoveUserPermissions { user, permissions } => {
                (delete, of_user(user) + "/permissions", Some(json!({"permissions": named(permissions)})))
            }
            Change::SetBlocked { user, is_blocked } => {
                (patch, of_user(user), Some(json!({"blocked": is_blocked})))
            }
            Change::AddGrant { machine, api, grant } => {
                (post, "/client-grants".to_owned(), Some(self.grant(*machine, *api, grant)))
            }
            Change::SetGrantScope { machine, api, scope } => {
                let body = with_scope(json!({"scope": null, "allow_all_scopes": false}), scope);
                (patch, format!("/client-grants/{}", of_grant(machine, api)), Some(body))
            }
            Change::SetGrantUsage { machine, api, usage } => {
                let body = json!({"organization_usage": usage.name()});
                (patch, format!("/client-grants/{}", of_grant(machine, api)), Some(body))
            }
            Change::SetGrantPlaces { machine, api, is_for_any_organization } => {
                let body = json!({"allow_any_organization": is_for_any_organization});
                (patch, format!("/client-grants/{}", of_grant(machine, api)), Some(body))
            }
            Change::RemoveGrant { machine, api } => {
                (delete, format!("/client-grants/{}", of_grant(machine, api)), None)
            }
            Change::AddAssociation { organization, machine, api, association } => {
                let body = self.association(of_grant(machine, api), association);
                (post, format!("{}/client-grants", inside(organization)), Some(body))
            }
            Change::RemoveAssociation { organization, machine, api } => {
                (delete, format!("{}/client-grants/{}", inside(organization), of_grant(machine, api)), None)
            }
            Change::SetEnvelope { organization, envelope: None } => {
                (delete, format!("{}/envelope", inside(organization)), None)
            }
            Change::SetEnvelope { organization, envelope: Some(envelope) } => {
                (Method::PUT, format!("{}/envelope", inside(organization)), Some(self.envelope(envelope)))
            }
            Change::SetTenantEnvelope { envelope } => {
                let body = json!({"organization_envelope": self.envelope(envelope)});
                (patch, "/tenants/settings".to_owned(), Some(body))
            }
            Change::SetStrategy { organization, has_audiences } => {
                (patch, inside(organization), Some(json!({"token_strategy": strategy(*has_audiences)})))
            }
            Change::AddPolicy { policy, .. } => {
                (post, "/access-policies".to_owned(), Some(self.policy(policy)))
            }
            Change::UpdatePolicy { number, policy } => {
                (patch, format!("/access-policies/{}", self.policies[number]), Some(self.policy(policy)))
            }
            Change::RemovePolicy { number } => {
                (delete, format!("/access-policies/{}", self.policies[number]), None)
            }
        }
    }

    /// What makes a change the organization's word, of which the request knows nothing.
    fn conferred(&self, change: &Change) -> Option<String> {
        let (table, organization, only) = match change {
            Change::ConferMemberRoles { organization, user, roles } => {
                let roles: Vec<String> =
                    roles.iter().map(|role| format!("'{}'", self.roles[*role])).collect();
                let user = &self.users[*user];
                let only = format!("user_id = '{user}' AND role_id IN ({})", roles.join(", "));
                ("membership_roles", organization, only)
            }
            Change::AddAssociation { organization, machine, api, association } => {
                association.by_organization.then_some(())?;
                let only = format!("grant_id = '{}'", self.grants[&(*machine, *api)]);
                ("organization_client_grants", organization, only)
            }
            _ => return None,
        };
        let organization = &self.organizations[*organization];
        Some(format!(
            "UPDATE {table} SET by_organization = true WHERE organization_id = '{organization}' AND {only}"
        ))
    }

    fn envelope(&self, envelope: &Envelope) -> Value {
        let mut body = json!({});
        if let Bound::Only(permissions) = &envelope.permissions {
            body["grantable_permissions"] = json!(named(permissions));
        }
        if let Bound::Only(roles) = &envelope.roles {
            body["assignable_roles"] = json!(self.roles_of(roles));
        }
        body
    }

    fn roles_of(&self, roles: &[usize]) -> Vec<&String> {
        roles.iter().map(|role| &self.roles[*role]).collect()
    }

    fn grant(&self, machine: usize, api: usize, grant: &Grant) -> Value {
        let new = json!({"client_id": self.machines[machine].id, "audience": identifier(api),
            "organization_usage": grant.usage.name(), "allow_any_organization": grant.is_for_any_organization});
        with_scope(new, &grant.scope)
    }

    fn association(&self, grant: &str, association: &Association) -> Value {
        let mut new = json!({"grant_id": grant});
        if let Bound::Only(names) = &association.scope {
            new["scope"] = json!(names);
        }
        if let Some(roles) = &association.roles {
            new["roles"] = json!(self.roles_of(roles));
        }
        new
    }

    fn policy(&self, policy: &Policy) -> Value {
        let mut applies_to = json!({});
        if let Some(client) = policy.client {
            applies_to["client_id"] = json!(self.client(client));
        }
        if let Some(organization) = policy.organization {
            applies_to["organization_id"] = json!(self.organizations[organization]);
        }
        if let Some(api) = policy.api {
            applies_to["audience"] = json!(identifier(api));
        }
        let mut rules = json!({});
        for rule in &policy.rules {
            rules[rule.name()] = self.rule(rule);
        }
        json!({"name": "Policy", "applies_to": applies_to, "rules": rules})
    }

    fn rule(&self, rule: &Rule) -> Value {
        match rule {
            Rule::Clients(clients) => clients.iter().map(|client| json!(self.client(*client))).collect(),
            Rule::Apis(apis) => apis.iter().map(|api| identifier(*api)).collect(),
            Rule::Organizations(listed) => {
                listed.iter().map(|organization| json!(self.organizations[*organization])).collect()
            }
            Rule::DeniedNetwork(is_ours) | Rule::AllowedNetwork(is_ours) => {
                json!([if *is_ours { "127.0.0.0/8" } else { "198.51.100.0/24" }])
            }
            Rule::Connection(is_theirs) => json!([self.connections[usize::from(!*is_theirs)]]),
            Rule::AnyOrganization | Rule::VerifiedEmail => json!(true),
            Rule::SessionAge => json!(3600),
        }
    }

    fn client(&self, client: Client) -> &str {
        match client {
            Client::Web => &self.web.id,
            Client::Machine(machine) => &self.machines[machine].id,
        }
    }
}

fn named(permissions: &[Permission]) -> Vec<Value> {
    let item = |it: &Permission| json!({"resource_server_identifier": identifier(it.api), "permission_name": it.name});
    permissions.iter().map(item).collect()
}
