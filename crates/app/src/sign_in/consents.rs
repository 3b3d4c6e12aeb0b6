//! Whether a person consented to what a client asks for. Clients of the vendor's own need no consent.

use guildhall_domain::client::Client;
use guildhall_domain::consent::Consent;
use guildhall_domain::id::ConsentId;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::rights::is_openid;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::AuthorizeRequest;
use guildhall_persistence::{Error, consents};

use super::scene::Scene;
use crate::context::App;
use crate::person;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Whether nothing is asked for that the person did not consent to.
pub(super) async fn is_consented(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    request: &AuthorizeRequest,
) -> Result<bool, Problem> {
    if client.is_first_party() {
        return Ok(true);
    }
    let api = api(app, tenant, scope, client, request).await?;
    let key = audience(tenant, api.as_ref());
    let given = consents::find_for(app.store(), scope, &user.user_id, &client.client_id, &key).await?;
    let asked = relevant(request, api.as_ref());
    Ok(given.is_some_and(|given| asked.iter().all(|(name, _)| given.scope.contains(name))))
}

/// What the person is asked to consent to: scopes, with the API's descriptions.
///
/// # Errors
/// None but the unforeseen.
pub async fn asked_scopes(
    app: &App,
    tenant: &Tenant,
    scene: &Scene,
) -> Result<Vec<(String, String)>, Problem> {
    let request = &scene.transaction.request;
    let api = api(app, tenant, &issuance(&tenant.id), &scene.client, request).await?;
    Ok(relevant(request, api.as_ref()))
}

/// Remembers that the person consented, besides what they consented to before.
pub(super) async fn remember(app: &App, tenant: &Tenant, scene: &Scene) -> Result<(), Problem> {
    let Some((_, user)) = &scene.person else {
        return Err(Problem::internal("nobody to consent"));
    };
    let (scope, client, request) = (issuance(&tenant.id), &scene.client, &scene.transaction.request);
    let api = api(app, tenant, &scope, client, request).await?;
    let audience = audience(tenant, api.as_ref());
    let asked: Vec<String> = relevant(request, api.as_ref()).into_iter().map(|(name, _)| name).collect();
    let store = app.store();
    let new = Consent {
        id: ConsentId::generate(app.clock()),
        client_id: client.client_id.clone(),
        user_id: user.user_id.clone(),
        audience: audience.clone(),
        scope: asked.clone(),
    };
    match consents::insert(store, &scope, &new).await {
        Ok(()) => return Ok(()),
        Err(Error::Conflict(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let known = consents::find_for(store, &scope, &user.user_id, &client.client_id, &audience).await?;
    if let Some(mut known) = known {
        known.scope.extend(asked);
        known.scope.sort();
        known.scope.dedup();
        consents::set_scope(store, &scope, &known.id, &known.scope).await?;
    }
    Ok(())
}

/// The API that a sign-in is for; none where what is asked for cannot be had, of which the end of the sign-in tells.
pub(super) async fn api(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    request: &AuthorizeRequest,
) -> Result<Option<ResourceServer>, Problem> {
    match person::asked(app, tenant, scope, client, request.audience.as_deref(), None).await {
        Ok(asked) => Ok(asked.api),
        Err(Refusal::OAuth(_)) => Ok(None),
        Err(Refusal::Internal(problem)) => Err(problem),
    }
}

fn audience(tenant: &Tenant, api: Option<&ResourceServer>) -> String {
    api.map_or_else(|| format!("{}userinfo", tenant.issuer), |api| api.identifier.clone())
}

/// What of the scope means anything: that of OpenID Connect, and what the API defines.
fn relevant(request: &AuthorizeRequest, api: Option<&ResourceServer>) -> Vec<(String, String)> {
    let description = |name: &str| {
        let defined = api.and_then(|api| api.scopes.iter().find(|scope| scope.value == name));
        defined.map(|scope| scope.description.clone().unwrap_or_default())
    };
    let named = request.scope.iter().filter_map(|name| {
        let text = description(name).or_else(|| is_openid(name).then(String::new))?;
        Some((name.clone(), text))
    });
    named.collect()
}
