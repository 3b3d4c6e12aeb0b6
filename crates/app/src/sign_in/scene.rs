//! Everything that is known while a sign-in is decided, and that its page shows.

use guildhall_domain::access_policy::Denied;
use guildhall_domain::client::Client;
use guildhall_domain::connection::Connection;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::invitation::Invitation;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::error::OAuthError;
use guildhall_persistence::{memberships, organizations, users};

use super::membership::{self, Doors};
use super::organization::invited_to;
use super::step::{Choices, Facts, Standing, Step};
use super::transaction::Transaction;
use super::{Visitor, consents};
use crate::access_policies::{self, Sought, whence};
use crate::context::App;
use crate::problem::Problem;
use crate::sessions;
use crate::tickets::Behalf;

/// A sign-in, with what is known about it.
#[derive(Debug)]
pub struct Scene {
    /// What comes next.
    pub step: Step,
    /// The sign-in so far.
    pub transaction: Transaction,
    /// The client.
    pub client: Client,
    /// The organization, where one is known.
    pub organization: Option<Organization>,
    /// The invitation that the person follows.
    pub invitation: Option<Invitation>,
    /// Who is signed in.
    pub person: Option<(Session, User)>,
    /// The ways in.
    pub doors: Doors,
    choices: Choices,
    consented: bool,
    belonging: Option<super::step::Belonging>,
    denied: Option<Denied>,
}

impl Scene {
    /// Loads what is known. Within, a refusal because the invitation can no longer be accepted.
    pub(super) async fn load(
        app: &App,
        tenant: &Tenant,
        scope: &TenantScope,
        client: &Client,
        transaction: Transaction,
        visitor: &Visitor,
    ) -> Result<Result<Self, OAuthError>, Problem> {
        let person = person(app, scope, visitor).await?;
        let organization = match &transaction.organization {
            Some(id) => organizations::find(app.store(), scope, id).await?,
            None => None,
        };
        let invitation = match &transaction.request.invitation {
            Some(ticket) => match invited_to(app, scope, client, ticket).await? {
                Ok((invitation, _)) => Some(invitation),
                Err(refusal) => return Ok(Err(refusal)),
            },
            None => None,
        };
        let doors =
            Doors::open(app, tenant, scope, client, transaction.organization.as_ref(), invitation.as_ref())
                .await?;
        let (mut belonging, mut choices, mut consented, mut denied) = (None, Choices::None, true, None);
        if let Some((session, user)) = &person {
            belonging = match &organization {
                Some(organization) => Some(
                    membership::belonging(app, &scope.organization(organization.id.clone()), user, &doors)
                        .await?,
                ),
                None => None,
            };
            choices = first_choices(app, scope, user).await?;
            consented =
                consents::is_consented(app, tenant, scope, client, user, &transaction.request).await?;
            let api = consents::api(app, tenant, scope, client, &transaction.request).await?;
            let sought = Sought {
                client: Some(&client.client_id),
                organization: transaction.organization.as_ref(),
                api: api.as_ref(),
            };
            // Whoever comes with the invitation that was sent to their address has the address, as acceptance will note.
            let invited = invitation.as_ref().is_some_and(|invitation| invitation.is_for(user));
            let user = User { email_verified: user.email_verified || invited, ..user.clone() };
            let (who, whence) = ((&user, Some(session.authenticated_at)), whence(&visitor.origin));
            denied = access_policies::check_person(app, tenant, scope, sought, who, whence).await?.err();
        }
        Ok(Ok(Self {
            step: Step::SignIn,
            transaction,
            client: client.clone(),
            organization,
            invitation,
            person,
            doors,
            choices,
            consented,
            belonging,
            denied,
        }))
    }

    /// What decides on the next step.
    pub(super) fn facts(&self, app: &App) -> Facts<'_> {
        Facts {
            now: app.clock().now(),
            client: &self.client,
            transaction: &self.transaction,
            standing: self.person.as_ref().map(|(session, user)| Standing {
                session: session.id.to_string(),
                user: user.user_id.clone(),
                email: user.email.clone(),
                blocked: user.is_blocked(),
                authenticated_at: session.authenticated_at,
            }),
            invited: self.invitation.as_ref().map(|invitation| invitation.invitee.email.clone()),
            belonging: self.belonging,
            choices: self.choices.clone(),
            consented: self.consented,
            denied: self.denied.clone(),
        }
    }

    /// The connection that people sign in with here.
    pub fn connection(&self) -> Option<&Connection> {
        self.doors.connection(self.transaction.request.connection.as_deref())
    }

    /// On whose behalf the person is written to.
    pub fn behalf(&self) -> Behalf {
        Behalf {
            client_id: Some(self.client.client_id.clone()),
            organization_id: self.organization.as_ref().map(|organization| organization.id.clone()),
        }
    }
}

/// Who is signed in in this browser.
pub(super) async fn person(
    app: &App,
    scope: &TenantScope,
    visitor: &Visitor,
) -> Result<Option<(Session, User)>, Problem> {
    let Some(cookie) = &visitor.session else { return Ok(None) };
    let Some(session) = sessions::find_by_cookie(app, scope, cookie).await? else { return Ok(None) };
    let user = users::find(app.store(), scope, &session.user_id).await?;
    Ok(user.map(|user| (session, user)))
}

/// How many organizations the person can choose from.
pub(super) async fn first_choices(app: &App, scope: &TenantScope, user: &User) -> Result<Choices, Problem> {
    let page =
        memberships::organizations_of(app.store(), scope, &user.user_id, &PageRequest::first(1)).await?;
    let first: Option<OrganizationId> = page.items.into_iter().next().map(|organization| organization.id);
    Ok(match (first, page.next) {
        (None, _) => Choices::None,
        (Some(only), None) => Choices::One(only),
        (Some(_), Some(_)) => Choices::Several,
    })
}
