//! What policies and claim mappings apply to, in their tables: three references, and all of them in one value, `target`.

use std::collections::HashMap;

use guildhall_domain::applies_to::{AppliesTo, Issuance};
use guildhall_domain::id::{ClientId, OrganizationId, ResourceServerId};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use crate::entity::resource_servers;
use crate::error::{Error, Result};
use crate::store::Db;

/// What applies to this and nothing else has this value.
fn value(client: Option<&str>, organization: Option<&str>, api: Option<&str>) -> String {
    // JSON keeps apart what ids, whatever they hold, could run together.
    json!([client, organization, api]).to_string()
}

/// The `target` of what applies to this.
pub(crate) fn target(of: &AppliesTo) -> String {
    let api = of.resource_server_id.as_ref().map(AsRef::as_ref);
    value(of.client_id.as_ref().map(AsRef::as_ref), of.organization_id.as_ref().map(AsRef::as_ref), api)
}

fn any_or(id: Option<&str>) -> impl Iterator<Item = Option<&str>> {
    [None, id].into_iter().take(1 + usize::from(id.is_some()))
}

/// The values of `target` of everything that applies to a token.
pub(crate) fn targets(issuance: &Issuance<'_>) -> Vec<String> {
    let mut all = Vec::with_capacity(8);
    for client in any_or(issuance.client.map(AsRef::as_ref)) {
        for organization in any_or(issuance.organization.map(AsRef::as_ref)) {
            for api in any_or(issuance.api.map(AsRef::as_ref)) {
                all.push(value(client, organization, api));
            }
        }
    }
    all
}

/// The three references of a row.
pub(crate) struct References {
    pub(crate) client_id: Option<String>,
    pub(crate) organization_id: Option<String>,
    pub(crate) resource_server_id: Option<String>,
}

impl References {
    pub(crate) fn of(applies_to: &AppliesTo) -> Self {
        Self {
            client_id: applies_to.client_id.as_ref().map(ToString::to_string),
            organization_id: applies_to.organization_id.as_ref().map(ToString::to_string),
            resource_server_id: applies_to.resource_server_id.as_ref().map(ToString::to_string),
        }
    }

    /// What they say; `audiences` has the identifiers of APIs by their ids.
    pub(crate) fn read(self, audiences: &HashMap<String, String>) -> Result<AppliesTo> {
        let audience = match &self.resource_server_id {
            Some(id) => {
                let known = audiences.get(id).cloned();
                Some(known.ok_or_else(|| Error::Corrupt("it applies to no API".to_owned()))?)
            }
            None => None,
        };
        Ok(AppliesTo {
            client_id: self.client_id.map(ClientId::new),
            organization_id: self.organization_id.map(OrganizationId::new),
            audience,
            resource_server_id: self.resource_server_id.map(ResourceServerId::new),
        })
    }
}

/// The identifiers of APIs, by their ids.
pub(crate) async fn audiences(
    db: &Db<'_>,
    scope: &TenantScope,
    ids: Vec<&str>,
) -> Result<HashMap<String, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = resource_servers::Entity::find()
        .select_only()
        .columns([resource_servers::Column::Id, resource_servers::Column::Identifier])
        .filter(resource_servers::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(resource_servers::Column::Id.is_in(ids));
    Ok(query.into_tuple::<(String, String)>().all(&db.0).await?.into_iter().collect())
}
