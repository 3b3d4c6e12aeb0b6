//! Rights as the Management API tells of them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Path, Right, Snapshot};
use crate::page::{Page, PageRequest};

/// What a path is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveSource {
    /// It was given to the user directly.
    Direct,
    /// By roles.
    Roles,
    /// By the client's grant.
    ClientGrant,
}

/// A permission of an API, with respect to one subject (contract section 4; `paths` and `withheld` are an addition).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EffectivePermission<'a> {
    /// The permission, and through what it is held or is not.
    #[serde(flatten)]
    pub right: Right<'a>,
    /// What the API says it permits.
    pub description: &'a str,
    /// The API's name.
    pub resource_server_name: &'a str,
    /// The API's identifier.
    pub resource_server_identifier: &'a str,
    /// The kinds of its paths.
    pub sources: Vec<EffectiveSource>,
}

impl Snapshot {
    /// A page of what is held, or of what is withheld as well.
    pub fn effective(&self, with_withheld: bool, page: &PageRequest) -> Page<EffectivePermission<'_>> {
        let passed = match page {
            PageRequest::Checkpoint { after, .. } => after.as_ref().and_then(|at| at.parse().ok()),
            PageRequest::Offset { .. } => usize::try_from(page.offset()).ok(),
        };
        let passed = passed.unwrap_or_default();
        let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
        let told = |right: &Right<'_>| right.held || with_withheld && !right.withheld.is_empty();
        let told: Vec<Right<'_>> = self.rights().into_iter().filter(told).collect();
        let total = told.len();
        let items = told.into_iter().skip(passed).take(most).map(|right| self.told(right)).collect();
        let next = passed.saturating_add(most);
        Page {
            items,
            total: page.totals().then_some(total as u64),
            next: (next < total).then(|| next.to_string()),
        }
    }

    /// One permission, held or not; nothing where the API does not define it.
    pub fn explain(&self, permission: &str) -> Option<EffectivePermission<'_>> {
        self.right(permission).map(|right| self.told(right))
    }

    fn told<'a>(&'a self, right: Right<'a>) -> EffectivePermission<'a> {
        let mut sources = Vec::new();
        for path in &right.paths {
            let source = match path {
                Path::Direct => EffectiveSource::Direct,
                Path::Role(_) => EffectiveSource::Roles,
                Path::ClientGrant { .. } => EffectiveSource::ClientGrant,
            };
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let defined = self.api.scopes.iter().find(|scope| scope.value == right.permission);
        EffectivePermission {
            right,
            description: defined.and_then(|scope| scope.description.as_deref()).unwrap_or_default(),
            resource_server_name: self.api.name.as_deref().unwrap_or_default(),
            resource_server_identifier: &self.api.identifier,
            sources,
        }
    }
}
