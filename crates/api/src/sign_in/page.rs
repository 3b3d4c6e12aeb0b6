//! Where each page is, and what all of them have in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use guildhall_app::sign_in::step::Step;
use guildhall_app::sign_in::{Scene, Transaction};
use guildhall_domain::organization::Organization;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::authorize_request::ScreenHint;
use guildhall_oauth::authorize_response::with_query;

use super::visit::Visit;
use crate::failure::Failure;
use crate::pages::{self, Brand, Common, InvitedTo, Page};

/// Signing in.
pub const LOGIN: &str = "/u/login";
/// Signing up.
pub const SIGN_UP: &str = "/u/signup";
/// Asking for a new password.
pub const FORGOT: &str = "/u/forgot-password";
/// Choosing a new password by the link of a letter.
pub const RESET_PASSWORD: &str = "/u/reset-password";
/// Verifying an e-mail address by the link of a letter.
pub const EMAIL_VERIFICATION: &str = "/u/email-verification";
/// Naming the organization.
pub const ORGANIZATION: &str = "/u/organization";
/// Choosing an organization.
pub const ORGANIZATIONS: &str = "/u/organizations";
/// Consenting.
pub const CONSENT: &str = "/u/consent";
/// An invitation.
pub const INVITATION: &str = "/u/invitation";
/// Asking whether to sign out.
pub const LOGOUT: &str = "/u/logout";
/// Where people come back to whom an Action sent away.
pub const CONTINUE: &str = "/continue";
/// The code of a device.
pub const ACTIVATE: &str = "/activate";
/// Whether a device is the person's.
pub const DEVICE: &str = "/u/device";

/// The page of a step.
pub fn of_step(scene: &Scene) -> &'static str {
    match scene.step {
        Step::AskOrganization => ORGANIZATION,
        Step::AskInvitation => INVITATION,
        Step::PickOrganization { .. } => ORGANIZATIONS,
        Step::Consent => CONSENT,
        Step::ConfirmDevice(_) => DEVICE,
        Step::SignIn if scene.invitation.is_some() => INVITATION,
        Step::SignIn => match scene.transaction.request.screen_hint {
            Some(ScreenHint::Signup) if is_signup_open(scene) => SIGN_UP,
            _ => LOGIN,
        },
        _ => LOGIN,
    }
}

/// Whether a page serves a step: whoever may sign in may also sign up, or say that they forgot their password.
pub fn serves(page: &str, scene: &Scene) -> bool {
    match scene.step {
        Step::SignIn => match page {
            LOGIN => true,
            SIGN_UP => is_signup_open(scene),
            FORGOT => is_password_forgettable(scene),
            INVITATION => scene.invitation.is_some(),
            _ => false,
        },
        _ => page == of_step(scene),
    }
}

/// Whether new people can sign up.
pub fn is_signup_open(scene: &Scene) -> bool {
    let asked = scene.transaction.request.connection.as_deref();
    scene.doors.door(asked).is_some_and(|door| door.is_signup_open)
}

/// Whether a person who forgot their password can ask for a new one.
pub fn is_password_forgettable(scene: &Scene) -> bool {
    let options = scene.connection().and_then(|connection| connection.database_options().ok());
    options.is_some_and(|options| !options.disable_self_service_change_password)
}

/// A page's address with the sealed sign-in.
pub fn address(page: &str, state: &str) -> String {
    with_query(page, &[("state", state)])
}

/// The sealed sign-in, as an address holds it.
pub fn seal(visit: &Visit, transaction: &Transaction) -> Result<String, Failure> {
    Ok(transaction.seal(&visit.app, &visit.tenant.id)?)
}

/// What the pages of a sign-in have in common.
pub fn common(visit: &Visit, scene: &Scene, page: &str) -> Result<Common, Failure> {
    let transaction = &scene.transaction;
    let mut returns_to = vec![transaction.redirect_uri.clone()];
    returns_to.extend(scene.client.settings.callbacks.iter().flatten().cloned());
    Ok(Common {
        brand: brand(&visit.tenant, scene.organization.as_ref()),
        language: visit.language(&transaction.request.ui_locales),
        action: page.to_owned(),
        state: seal(visit, transaction)?,
        csrf: visit.visitor.browser.csrf(&visit.app),
        returns_to,
        framed_by: Vec::new(),
    })
}

/// What pages outside a sign-in have in common.
pub fn common_alone(visit: &Visit, page: &str) -> Common {
    Common {
        brand: brand(&visit.tenant, None),
        language: visit.language(&[]),
        action: page.to_owned(),
        state: String::new(),
        csrf: visit.visitor.browser.csrf(&visit.app),
        returns_to: Vec::new(),
        framed_by: Vec::new(),
    }
}

/// Whose page it is: the organization's where one is known.
pub fn brand(tenant: &Tenant, organization: Option<&Organization>) -> Brand {
    let setting =
        |name: &str| tenant.settings.other(name).and_then(|value| value.as_str()).map(str::to_owned);
    let branding = organization.and_then(|organization| organization.branding.as_ref());
    let colors = branding.and_then(|branding| branding.colors.as_ref());
    Brand {
        name: setting("friendly_name").unwrap_or_else(|| tenant.name.clone()),
        logo_url: branding.and_then(|branding| branding.logo_url.clone()).or_else(|| setting("picture_url")),
        primary_color: colors.map(|colors| colors.primary.clone()),
        page_background_color: colors.map(|colors| colors.page_background.clone()),
        organization: organization.map(title),
    }
}

/// The name of an organization that people see.
pub fn title(organization: &Organization) -> String {
    organization.display_name.clone().unwrap_or_else(|| organization.name.clone())
}

/// What pages say of the invitation that the person follows.
pub fn invited(scene: &Scene) -> Option<InvitedTo> {
    let invitation = scene.invitation.as_ref()?;
    Some(InvitedTo {
        organization: scene.organization.as_ref().map(title).unwrap_or_default(),
        inviter: invitation.inviter.name.clone(),
        email: invitation.invitee.email.clone(),
    })
}

/// The person who is signed in, as pages name them.
pub fn signed_in_as(scene: &Scene) -> Option<String> {
    let (_, user) = scene.person.as_ref()?;
    user.email.clone().or_else(|| user.username.clone()).or_else(|| user.name.clone())
}

/// A page that is shown.
pub fn show(page: &impl Page) -> HttpResponse {
    pages::respond(page, StatusCode::OK)
}

/// A page that is shown again, since what was sent cannot be.
pub fn show_again(page: &impl Page) -> HttpResponse {
    pages::respond(page, StatusCode::BAD_REQUEST)
}
