//! The organization that a sign-in is for: by parameter, by audience, by invitation. Contract sections 3.4 and 13.2.

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::invitation::{Invitation, NotAcceptable};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::parameters::Parameters;
use guildhall_persistence::organizations;

use super::step::usage;
use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::{invitations, person};

/// The organization that a request asks for, found but not yet allowed.
pub(super) struct Found(Result<Option<Organization>, OAuthError>);

impl Found {
    /// Its name, for callbacks that hold it.
    pub fn name(&self) -> Option<&str> {
        self.0.as_ref().ok()?.as_ref().map(|organization| organization.name.as_str())
    }

    /// The organization, or why the client may not ask for it.
    pub fn allowed(self) -> Result<Option<OrganizationId>, OAuthError> {
        self.0.map(|organization| organization.map(|organization| organization.id))
    }
}

/// Finds the organization that a request asks for.
pub(super) async fn find(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    parameters: &Parameters,
) -> Result<Found, Problem> {
    let audience = parameters.get("audience").or(parameters.get("resource"));
    let named = parameters.get("organization");
    let asked = match person::asked(app, tenant, scope, client, audience, named).await {
        Ok(asked) => asked.organization,
        Err(Refusal::OAuth(refusal)) => return Ok(Found(Err(refusal))),
        Err(Refusal::Internal(problem)) => return Err(problem),
    };
    let Some(ticket) = parameters.get("invitation") else { return Ok(Found(Ok(asked))) };
    let (_, organization) = match invited_to(app, scope, client, ticket).await? {
        Ok(invited) => invited,
        Err(refusal) => return Ok(Found(Err(refusal))),
    };
    Ok(Found(match asked.is_some_and(|asked| asked.id != organization.id) {
        true => {
            Err(OAuthError::invalid_request("parameters organization and invitation contradict each other"))
        }
        false => Ok(Some(organization)),
    }))
}

/// The invitation of a ticket, with its organization, where this client can take it now.
pub(super) async fn invited_to(
    app: &App,
    scope: &TenantScope,
    client: &Client,
    ticket: &str,
) -> Result<Result<(Invitation, Organization), OAuthError>, Problem> {
    let refuse = |reason: NotAcceptable| Ok(Err(OAuthError::invalid_request(reason.to_string())));
    let found = invitations::find_by_ticket(app, scope, ticket).await?;
    let Some(invitation) = found.filter(|found| found.client_id == client.client_id) else {
        return refuse(NotAcceptable::Unknown);
    };
    if let Err(reason) = invitation.open(app.clock().now()) {
        return refuse(reason);
    }
    let organization = organizations::find(app.store(), scope, &invitation.organization_id).await?;
    match organization.filter(|_| usage(client) != OrganizationUsage::Deny) {
        Some(organization) => Ok(Ok((invitation, organization))),
        None => refuse(NotAcceptable::Unknown),
    }
}
