//! Access tokens that no API was named for: good for `/userinfo` alone, and a closed book to everyone else.

use chrono::{DateTime, Utc};
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::policy::TenantScope;
use serde::{Deserialize, Serialize};

use crate::context::App;
use crate::problem::Problem;

/// Seconds that such a token is valid.
pub(crate) const LIFETIME: i64 = 86_400;

/// What such a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opaque {
    pub(crate) sub: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) org_id: Option<OrganizationId>,
    pub(crate) scope: Vec<String>,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    /// What Actions added to the ID token.
    #[serde(default, skip_serializing_if = "Object::is_empty")]
    pub(crate) claims: Object,
}

impl Opaque {
    /// Writes it as a token.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub(crate) fn seal(&self, app: &App, scope: &TenantScope) -> Result<String, Problem> {
        let text = serde_json::to_vec(self).map_err(Problem::internal)?;
        app.0.vault.seal(&context(scope), &text).map_err(Problem::internal)
    }

    /// Reads a token that was written here for this tenant and has not expired.
    pub(crate) fn open(app: &App, scope: &TenantScope, token: &str, now: DateTime<Utc>) -> Option<Self> {
        let text = app.0.vault.open(&context(scope), token).ok()?;
        serde_json::from_slice(&text).ok().filter(|opaque: &Self| opaque.exp > now.timestamp())
    }
}

fn context(scope: &TenantScope) -> String {
    format!("{}/access-token", scope.tenant())
}
