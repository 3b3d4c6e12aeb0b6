//! What `GET /clients` filters by.

use guildhall_app::clients::{Filter, Search};
use guildhall_domain::client::AppType;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::page::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::failure::Failure;

/// What clients are filtered by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// Whether to list the one client that stands for all of the tenant's instead of those.
    is_global: Option<bool>,
    /// Whether the vendor owns them.
    is_first_party: Option<bool>,
    /// Kinds, separated by commas.
    #[param(
        max_length = 200,
        pattern = "^(native|spa|regular_web|non_interactive|resource_server)(,(native|spa|regular_web|non_interactive|resource_server))*$"
    )]
    app_type: Option<String>,
    /// `client_grant.organization_id:{id}` or `client_grant.allow_any_organization:true`, only with `from` or `take` and
    /// without another filter.
    #[param(max_length = 1100)]
    q: Option<String>,
}

impl Filters {
    /// The filter for the page asked for; nothing when the client of all is asked for.
    pub(super) fn read(&self, page: &PageRequest) -> Result<Option<Filter>, Failure> {
        let kind = |name: &str| {
            serde_json::from_value::<AppType>(name.into())
                .map_err(|_| invalid(&format!("No enum match for: {name}"), "app_type"))
        };
        let app_types = self.app_type.iter().flat_map(|kinds| kinds.split(',')).map(kind);
        let app_types = app_types.collect::<Result<Vec<_>, _>>()?;
        let search = self.q.as_deref().map(search).transpose()?;
        let alone = self.is_global.is_none() && self.is_first_party.is_none() && self.app_type.is_none();
        if search.is_some() && !(alone && matches!(page, PageRequest::Checkpoint { .. })) {
            return Err(invalid("q is only allowed with from or take, and without another filter", "q"));
        }
        let filter = Filter { is_first_party: self.is_first_party, app_types, search };
        Ok((self.is_global != Some(true)).then_some(filter))
    }
}

fn search(text: &str) -> Result<Search, Failure> {
    let text = text.trim();
    if text == "client_grant.allow_any_organization:true" {
        return Ok(Search::GrantOfAnyOrganization);
    }
    let id = text.strip_prefix("client_grant.organization_id:").map(|id| id.trim_matches('"'));
    match id.filter(|id| !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || c == '"')) {
        Some(id) => Ok(Search::GrantOfOrganization(OrganizationId::new(id))),
        None => Err(invalid(
            "q is client_grant.organization_id:{id} or client_grant.allow_any_organization:true",
            "q",
        )),
    }
}

fn invalid(reason: &str, parameter: &str) -> Failure {
    Failure::query(format!("Query validation error: '{reason}' on property {parameter}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_searches_are_known() {
        let organization = Search::GrantOfOrganization(OrganizationId::new("org_1"));
        assert_eq!(search("client_grant.organization_id:org_1").ok(), Some(organization.clone()));
        assert_eq!(search("client_grant.organization_id:\"org_1\"").ok(), Some(organization));
        assert_eq!(
            search("client_grant.allow_any_organization:true").ok(),
            Some(Search::GrantOfAnyOrganization)
        );
        for unknown in [
            "",
            "name:x",
            "client_grant.organization_id:",
            "client_grant.organization_id:a b",
            "client_grant.allow_any_organization:false",
        ] {
            assert!(search(unknown).is_err(), "{unknown}");
        }
    }
}
