//! The end of a sign-in: what the client is given, or why it is given nothing.

use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use guildhall_domain::id::ClientId;
use guildhall_domain::log::EventType;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_response::{Delivery, Response, with_query};
use guildhall_oauth::error::OAuthError;
use guildhall_oauth::response_type::ResponseMode;
use serde_json::json;

use super::scene::Scene;
use super::transaction::Transaction;
use super::{Stopped, Visitor};
use crate::access_tokens::Purpose;
use crate::context::App;
use crate::passwords::note;
use crate::person::{self, Access, Answered, Use};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::triggers::{HttpRequest, Login, Occasion, Outcome, RefusedBy, Sent, SignIn, post_login};
use crate::{codes, sessions};

/// Who is answered, and how.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    /// An address of the client's own.
    pub redirect_uri: String,
    /// How the answer travels.
    pub mode: ResponseMode,
    /// Given back to the client.
    pub state: Option<String>,
    /// The issuer, where the tenant's answers name it (RFC 9207).
    pub issuer: Option<String>,
}

impl Recipient {
    /// The recipient of a sign-in's answer.
    pub fn of(tenant: &Tenant, transaction: &Transaction) -> Self {
        Self {
            redirect_uri: transaction.redirect_uri.clone(),
            mode: transaction.request.response_mode,
            state: transaction.request.state.clone(),
            issuer: issuer(tenant),
        }
    }

    fn deliver(&self, response: Response) -> Result<Delivery, OAuthError> {
        let response =
            response.with_some("state", self.state.as_ref()).with_some("iss", self.issuer.as_ref());
        let nowhere = || OAuthError::invalid_request("A message needs a redirect_uri with an origin.");
        response.deliver(self.mode, &self.redirect_uri).ok_or_else(nowhere)
    }
}

/// The issuer, where the tenant's answers name it.
pub(super) fn issuer(tenant: &Tenant) -> Option<String> {
    let names = tenant.settings.other("authorization_response_iss_parameter_supported");
    names.and_then(|names| names.as_bool()).unwrap_or_default().then(|| tenant.issuer.clone())
}

/// Tells the client why it is given nothing.
pub(super) fn refusal(recipient: &Recipient, error: &OAuthError) -> Result<Delivery, Stopped> {
    // Sign-ins for devices have no address of a client.
    if recipient.redirect_uri.is_empty() {
        return Err(error.clone().into());
    }
    Ok(recipient.deliver(Response::refusal(error))?)
}

/// What a sign-in ends with.
pub(super) enum Ending {
    /// The client's answer.
    Client(Delivery),
    /// An address that an Action sends the person to, before anything is issued.
    Away(String),
}

/// Gives the client what it asked for, with the rights of now, if the vendor's Actions agree.
pub(super) async fn answer(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    scene: &mut Scene,
    visitor: &Visitor,
) -> Result<Ending, Refusal> {
    let Some((session, user)) = &scene.person else {
        return Err(Problem::internal("nobody to answer for").into());
    };
    let mut access = access(app, tenant, scope, scene, user).await?;
    let session = sessions::touch(app, tenant, session.clone(), &visitor.origin).await?;
    let (changes, session) =
        match decided(app, tenant, scope, scene, (session, user), &access, visitor).await? {
            Outcome::Go(changes, Some(session)) => (*changes, session),
            Outcome::Go(_, None) => return Err(Problem::internal("an Action took the session away").into()),
            Outcome::Refuse(error, by) => {
                refused(app, tenant, scene, &error, &by, visitor);
                return Err(error.into());
            }
            Outcome::SendAway(address, away) => {
                scene.transaction.away = Some(away);
                let state = scene.transaction.seal(app, &tenant.id)?;
                return Ok(Ending::Away(with_query(&address, &[("state", &state)])));
            }
        };
    access.change(changes)?;
    let response = respond(app, tenant, scope, scene, (&session, user), &access).await?;
    let request = &scene.transaction.request;
    let kind = if request.prompt.none { EventType::SilentlySignedIn } else { EventType::SignedIn };
    let details = json!({
        "client_id": request.client_id, "organization_id": scene.transaction.organization,
        "session_id": session.id, "scope": access.scope.join(" "), "audience": access.audience,
    });
    note(app, tenant, kind, Some(user), details, &visitor.origin);
    Ok(Ending::Client(Recipient::of(tenant, &scene.transaction).deliver(response)?))
}

/// What the vendor's Actions say.
async fn decided(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    scene: &Scene,
    (session, user): (Session, &User),
    access: &Access,
    visitor: &Visitor,
) -> Result<Outcome, Refusal> {
    let parameters = scene.transaction.request.parameters();
    let http = HttpRequest {
        method: "GET",
        language: visitor.language.as_deref(),
        sent: Sent::Query(visitor.brought_back.as_ref().unwrap_or(&parameters)),
        origin: &visitor.origin,
    };
    let transaction = &scene.transaction;
    let occasion = Occasion::SignIn(SignIn {
        request: &transaction.request,
        redirect_uri: &transaction.redirect_uri,
        away: transaction.away.as_ref(),
    });
    let login = Login { client: &scene.client, user, access, http, session: Some(session), occasion };
    post_login(app, tenant, scope, login).await
}

/// Notes that an Action refused the sign-in.
fn refused(app: &App, tenant: &Tenant, scene: &Scene, error: &OAuthError, by: &RefusedBy, visitor: &Visitor) {
    let details = json!({
        "client_id": scene.client.client_id, "organization_id": scene.transaction.organization,
        "description": error.description, "action": by,
    });
    let user = scene.person.as_ref().map(|(_, user)| user);
    note(app, tenant, EventType::SignInRefused, user, details, &visitor.origin);
}

async fn access(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    scene: &Scene,
    user: &User,
) -> Result<Access, Refusal> {
    let (request, client) = (&scene.transaction.request, &scene.client);
    let organization = scene.transaction.organization.as_ref().map(AsRef::as_ref);
    let asked = person::asked(app, tenant, scope, client, request.audience.as_deref(), organization).await?;
    person::resolve_access(app, tenant, scope, client, user, asked, &request.scope).await
}

async fn respond(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    scene: &Scene,
    (session, user): (&Session, &User),
    access: &Access,
) -> Result<Response, Refusal> {
    let (request, client) = (&scene.transaction.request, &scene.client);
    let signed_in = SignedIn {
        auth_time: request.max_age.map(|_| session.authenticated_at),
        authenticated_at: Some(session.authenticated_at),
        ..SignedIn::default()
    };
    let mut response = Response::default();
    let (mut code, mut token) = (None, None);
    if request.response_type.code {
        let grant = CodeGrant {
            client_id: ClientId::new(&request.client_id),
            user_id: user.user_id.clone(),
            session_id: Some(session.id.clone()),
            redirect_uri: request.names_redirect_uri.then(|| scene.transaction.redirect_uri.clone()),
            scope: request.scope.clone(),
            audience: access.api.as_ref().map(|api| api.identifier.clone()),
            organization_id: access.organization.as_ref().map(|organization| organization.id.clone()),
            nonce: request.nonce.clone(),
            challenge: request.challenge.clone(),
            signed_in: signed_in.clone(),
            changes: access.changes.clone(),
        };
        let issued = codes::issue(app, tenant, &grant).await?;
        response = response.with("code", issued.expose());
        code = Some(issued);
    }
    if request.response_type.token {
        let (issued, expires_in) =
            person::access_token(app, tenant, scope, client, user, access, (Use::Browser, Purpose::Issuance))
                .await?;
        response = response.with("access_token", &issued).with("expires_in", expires_in.to_string());
        let granted = Some(access.scope.join(" ")).filter(|granted| !granted.is_empty());
        response = response.with("token_type", "Bearer").with_some("scope", granted);
        token = Some(issued);
    }
    if request.response_type.id_token {
        let with = Answered {
            nonce: request.nonce.as_deref(),
            session_id: Some(session.id.as_str()),
            signed_in: Some(&signed_in),
            access_token: token.as_deref(),
            code: code.as_ref().map(|code| code.expose()),
            client_secret: None,
        };
        let issued = person::id_token(app, tenant, scope, client, user, access, with).await?;
        response = response.with("id_token", issued);
    }
    Ok(response)
}
