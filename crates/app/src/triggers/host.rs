//! What a running script may ask of us: other hosts that its tenant lists, and the roles of its user.

use guildhall_actions::Host;
use guildhall_actions::fetch::{AllowedHosts, Request, Response};
use guildhall_actions::host::RoleQuery;
use guildhall_domain::role::Role;
use serde_json::{Value, json};

use super::engine::Engine;

/// The roles that are answered at once, unless the script says otherwise.
const PAGE: usize = 50;

pub(super) struct ScriptHost<'a> {
    pub(super) engine: &'a Engine,
    /// The hosts that it may fetch from; none where nothing is to be sent.
    pub(super) allowed: Option<AllowedHosts>,
    pub(super) roles: &'a [Role],
}

impl Host for ScriptHost<'_> {
    async fn fetch(&self, request: Request) -> Result<Response, String> {
        match &self.allowed {
            Some(allowed) => self.engine.http.fetch(allowed, request).await,
            None => Err("fetch is not available in a preview, which sends nothing.".to_owned()),
        }
    }

    async fn roles(&self, query: RoleQuery) -> Result<Value, String> {
        Ok(answer(self.roles, &query))
    }
}

fn answer(roles: &[Role], query: &RoleQuery) -> Value {
    let shown = |role: &Role| json!({"id": role.id, "name": role.name, "description": role.description});
    match query {
        RoleQuery::Ids(ids) => {
            roles.iter().filter(|role| ids.iter().any(|id| id == role.id.as_str())).map(shown).collect()
        }
        RoleQuery::Names(names) => {
            roles.iter().filter(|role| names.contains(&role.name)).map(shown).collect()
        }
        RoleQuery::Page { take, from } => {
            let after = from.as_ref().and_then(|from| roles.iter().position(|role| role.id.as_str() == from));
            let rest = &roles[after.map_or(0, |index| index + 1)..];
            let page = &rest[..rest.len().min(take.map_or(PAGE, |take| take as usize).clamp(1, 100))];
            let next = page.last().filter(|_| page.len() < rest.len()).map(|role| &role.id);
            json!({"roles": page.iter().map(shown).collect::<Vec<_>>(), "next": next})
        }
    }
}
