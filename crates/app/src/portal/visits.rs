//! Visits to the portal. Each request finds out anew who visits, and what they may do.

use chrono::Duration;
use guildhall_domain::envelope::{Envelope, PortalSection};
use guildhall_domain::id::{ClientId, SessionId};
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::{AuthorizedIn, Caller, Denied, Need, authorize_in, issuance};
use guildhall_domain::portal::{CLIENT, Visit};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::{organizations, portal_visits, users};
use guildhall_tokens::secret::{Secret, random_token};

use crate::context::App;
use crate::my_organization::caller;
use crate::problem::Problem;
use crate::{sessions, sign_out};

/// How often it is written down that a visit was used.
const NOTED_EVERY: Duration = Duration::minutes(1);

/// Someone who visits the portal.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The visit.
    pub visit: Visit,
    /// The organization.
    pub organization: Organization,
    /// The person.
    pub user: User,
    /// What the organization may do.
    pub envelope: Envelope,
    /// What the forms of the visit's pages carry.
    pub csrf: String,
    caller: Caller,
}

impl Guest {
    /// Whether the person may do what `N` names.
    pub fn may<N: Need>(&self) -> bool {
        self.by::<N>().is_ok()
    }

    /// The key to what `N` names.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn by<N: Need>(&self) -> Result<AuthorizedIn<N>, Denied> {
        authorize_in(self.caller.clone(), self.organization.id.clone())
    }

    /// Whether the vendor shows this part of the portal to the organization.
    pub fn sees(&self, section: PortalSection) -> bool {
        self.envelope.shows(section)
    }

    /// All that the person may do on the My Organization API.
    pub fn permissions(&self) -> &[String] {
        &self.caller.scopes
    }
}

/// A new cookie, and the hash under which its visit is stored.
pub(super) fn cookie(app: &App) -> (Secret, String) {
    let cookie = random_token();
    let hash = hash(app, cookie.expose());
    (cookie, hash)
}

fn hash(app: &App, cookie: &str) -> String {
    app.0.pepper.hash(&format!("portal visit {cookie}")).into()
}

/// Whether a form carries what the forms of the visit's pages carry.
pub fn knows_csrf(app: &App, guest: &Guest, given: &str) -> bool {
    // The hash of a hash hides how far a guess was right.
    app.0.pepper.hash(given) == app.0.pepper.hash(&guest.csrf)
}

/// Who visits with this cookie. Nobody when the visit is over: by time, with its session, with the membership, or because
/// the person was blocked.
///
/// # Errors
/// None but the unforeseen.
pub async fn find(
    app: &App,
    tenant: &Tenant,
    cookie: &str,
    is_framed: bool,
    origin: &Origin,
) -> Result<Option<Guest>, Problem> {
    let (scope, store, now) = (issuance(&tenant.id), app.store(), app.clock().now());
    let hash = hash(app, cookie);
    let Some(visit) = portal_visits::find(store, &scope, &hash).await? else { return Ok(None) };
    if !visit.is_live(now) || visit.is_framed != is_framed {
        return Ok(None);
    }
    let Some(session) = sessions::find(app, &scope, &visit.session_id).await? else { return Ok(None) };
    let organization = organizations::find(store, &scope, &visit.organization_id).await?;
    let user = users::find(store, &scope, &visit.user_id).await?;
    let (Some(organization), Some(user)) = (organization, user) else { return Ok(None) };
    let inside = scope.organization(organization.id.clone());
    let actor = Actor::User(user.user_id.clone(), ClientId::new(CLIENT));
    let Some(scopes) = caller::held(store, tenant, &inside, &actor).await? else { return Ok(None) };
    if visit.used_at + NOTED_EVERY <= now {
        portal_visits::touch(store, &scope, &hash, now).await?;
        sessions::touch(app, tenant, session, origin).await?;
    }
    let caller = Caller { tenant: tenant.id.clone(), actor, scopes, origin: origin.clone() };
    let envelope = tenant.settings.envelope_of(&organization);
    let csrf = app.0.pepper.hash(&format!("portal csrf {cookie}")).into();
    Ok(Some(Guest { visit, organization, user, envelope, csrf, caller }))
}

/// Ends a visit with its session, as signing out anywhere does.
///
/// # Errors
/// None but the unforeseen.
pub async fn sign_out(
    app: &App,
    tenant: &Tenant,
    guest: &Guest,
    cookie: &str,
    origin: &Origin,
) -> Result<SessionId, Problem> {
    let scope = issuance(&tenant.id);
    portal_visits::delete(app.store(), &scope, &hash(app, cookie)).await?;
    let id = guest.visit.session_id.clone();
    if let Some(session) = sessions::find(app, &scope, &id).await? {
        sign_out::end_session(app, tenant, &session, &guest.user, origin).await?;
    }
    Ok(id)
}

/// Ends a visit that another takes the place of; the session lives on.
///
/// # Errors
/// None but the unforeseen.
pub async fn leave(app: &App, tenant: &Tenant, cookie: &str) -> Result<(), Problem> {
    Ok(portal_visits::delete(app.store(), &issuance(&tenant.id), &hash(app, cookie)).await?)
}
