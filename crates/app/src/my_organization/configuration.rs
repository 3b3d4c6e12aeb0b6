//! What can be done in the organization at all: by the client that people come by, and by the envelope.

use guildhall_domain::my_organization::{
    Configuration, EffectiveEnvelope, IdentityProviderConfiguration, Used,
};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::{clients, invitations, memberships, organizations, roles};

use super::invitations::{DAY, configuration};
use crate::context::{App, found};
use crate::problem::{Problem, Thing};

/// What the client that calls lets people do with connections.
///
/// # Errors
/// None but the unforeseen.
pub async fn get(app: &App, by: &AuthorizedIn<needs::ReadConfiguration>) -> Result<Configuration, Problem> {
    let configuration = configuration(app.store(), by.scope(), &by.caller().actor).await?;
    Ok(Configuration::of(configuration.as_ref()))
}

/// What can be set of connections: they are the vendor's to make and to set.
pub fn identity_providers(_: &AuthorizedIn<needs::ReadConfiguration>) -> IdentityProviderConfiguration {
    IdentityProviderConfiguration::default()
}

/// What the organization may confer, and how much of it there is.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn envelope(
    app: &App,
    by: &AuthorizedIn<needs::ReadConfiguration>,
) -> Result<EffectiveEnvelope, Problem> {
    let (store, inside, now) = (app.store(), by.scope(), app.clock().now());
    let organization = organizations::find(store, inside.within(), inside.organization()).await?;
    let organization = found(organization, Thing::Organization)?;
    let envelope = app.tenant(inside.within()).await?.settings.envelope_of(&organization);
    let used = Used {
        own_roles: roles::count(store, inside.within(), Some(inside.organization())).await?,
        machine_clients: clients::count_owned(store, inside).await?,
        seats: memberships::count(store, inside).await? + invitations::count_open(store, inside, now).await?,
        invitations_per_day: invitations::count_made(store, inside, now - DAY).await?,
    };
    Ok(EffectiveEnvelope { envelope, used })
}
