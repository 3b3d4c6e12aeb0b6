//! Ways into an organization: through which connections people sign in, and who becomes a member by that. Contract
//! section 3.5.

use guildhall_domain::client::Client;
use guildhall_domain::connection::Connection;
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::invitation::Invitation;
use guildhall_domain::log::{Actor, Change, Origin};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{connections, memberships, organization_connections, organizations};
use serde_json::json;

use super::step::Belonging;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};
use crate::seats;

/// A connection through which people may come.
#[derive(Clone, Debug)]
pub struct Door {
    /// The connection.
    pub connection: Connection,
    /// Whether whoever comes through becomes a member.
    pub makes_members: bool,
    /// Whether new people can sign up.
    pub is_signup_open: bool,
}

/// The connections through which people may come.
#[derive(Clone, Debug, Default)]
pub struct Doors {
    all: Vec<Door>,
    default: Option<String>,
}

impl Doors {
    /// Those of the organization where one is known, otherwise those of the client.
    pub(super) async fn open(
        app: &App,
        tenant: &Tenant,
        scope: &TenantScope,
        client: &Client,
        organization: Option<&OrganizationId>,
        invitation: Option<&Invitation>,
    ) -> Result<Self, Problem> {
        let mut all = Vec::new();
        match organization {
            Some(organization) => {
                let inside = scope.organization(organization.clone());
                for enabled in organization_connections::enabled(app.store(), &inside).await? {
                    if let Some(connection) =
                        connections::find(app.store(), scope, &enabled.connection_id).await?
                    {
                        let invited = invitation.is_some();
                        all.push(Door {
                            is_signup_open: invited || enabled.is_signup_enabled == Some(true),
                            makes_members: enabled.assign_membership_on_login,
                            connection,
                        });
                    }
                }
            }
            None => {
                for connection in connections::of_client(app.store(), scope, &client.client_id).await? {
                    all.push(Door { is_signup_open: true, makes_members: false, connection });
                }
            }
        }
        if let Some(wanted) = invitation.and_then(|invitation| invitation.connection_id.as_ref()) {
            all.retain(|door| door.connection.id == *wanted);
        }
        for door in &mut all {
            let options = door.connection.database_options();
            door.is_signup_open &= options.is_ok_and(|options| !options.disable_signup);
        }
        let default = tenant.settings.other("default_directory").and_then(|name| name.as_str());
        Ok(Self { all, default: default.map(str::to_owned) })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one for passwords: the one asked for, or the tenant's default, or the first.
    pub fn door(&self, asked: Option<&str>) -> Option<&Door> {
        let mut databases = self.all.iter().filter(|door| door.connection.is_database());
        let named = |name: &str| databases.clone().find(|door| door.connection.name == name);
        let named = asked.and_then(named).or_else(|| self.default.as_deref().and_then(named));
        named.or_else(|| databases.next())
    }

    /// Its connection.
    pub fn connection(&self, asked: Option<&str>) -> Option<&Connection> {
        self.door(asked).map(|door| &door.connection)
    }

    /// The doors that the person's accounts open.
    fn of(&self, user: &User) -> impl Iterator<Item = &Door> {
        self.all
            .iter()
            .filter(|door| user.identities.iter().any(|identity| identity.connection == door.connection.name))
    }
}

/// How the person stands to the organization.
pub(super) async fn belonging(
    app: &App,
    inside: &OrgScope,
    user: &User,
    doors: &Doors,
) -> Result<Belonging, Problem> {
    let is_member = memberships::exists(app.store(), inside, &user.user_id).await?;
    Ok(match (is_member, doors.of(user).next().is_some(), doors.of(user).any(|door| door.makes_members)) {
        (true, true, _) => Belonging::Member,
        (true, false, _) => Belonging::ElsewhereSignedIn,
        (false, _, true) => Belonging::MayJoin,
        (false, _, false) => Belonging::Stranger,
    })
}

/// Makes the person a member, as the connection says. Whoever is one already stays so.
///
/// # Errors
/// [`crate::Limit::Members`], [`crate::Limit::Seats`].
pub(super) async fn join(
    app: &App,
    tenant: &Tenant,
    inside: &OrgScope,
    user: &UserId,
    client: &ClientId,
    origin: &Origin,
) -> Result<(), Problem> {
    let actor = Actor::User(user.clone(), client.clone());
    let mut unit = app.store().begin(inside.within(), actor, origin.clone()).await?;
    if memberships::exists(&unit, inside, user).await? {
        return Ok(());
    }
    let organization = organizations::find(&unit, inside.within(), inside.organization()).await?;
    let organization = found(organization, Thing::Organization)?;
    seats::room_for(&unit, inside.within(), tenant, &organization, 1).await?;
    memberships::insert(&unit, inside, std::slice::from_ref(user), app.clock().now()).await?;
    let change = Change::new("organization.members_added", inside.organization().as_str());
    let change = change.within(inside.organization()).about(user);
    unit.record(change.after(&json!({"members": [user], "by": "connection"}))).await?;
    unit.commit().await?;
    Ok(())
}
