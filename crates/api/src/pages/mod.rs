//! The pages that people see while they sign in: what they look like, and nothing of what they mean.
//!
//! A handler fills in a page and hands it to [`respond`]. Every page with a [`Common`] posts `application/x-www-form-urlencoded`
//! to `common.action`, always with `state` and `csrf`, and with the fields that its struct names. No page needs a script,
//! none has one inline.

pub mod assets;
mod brand;
mod catalogue;
mod color;
mod consent;
mod device;
mod forms;
mod frame;
mod invitation;
mod language;
mod message;
mod organizations;
mod passwords;
mod policy;
pub mod portal;
mod sign_in;
mod sign_out;
mod sign_up;
mod text;
mod verify_email;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;

pub use brand::Brand;
pub use consent::Consent;
pub use device::{DeviceCode, DeviceConfirm};
pub use forms::{FormPost, WebMessage};
pub use frame::Common;
pub use invitation::{Invitation, InvitedTo};
pub use language::Language;
pub use message::{Error, Link, Message};
pub use organizations::{Choice, OrganizationPicker, OrganizationPrompt};
pub use passwords::{ForgotPassword, MessageSent, NewPassword, Sent};
pub use policy::Policy;
pub use sign_in::SignIn;
pub use sign_out::{SignOut, SignedOut};
pub use sign_up::SignUp;
pub use text::Text;
pub use verify_email::{Verification, VerifyEmail};

/// Something to look at.
pub trait Page: Template {
    /// What the browser may do on it.
    fn policy(&self) -> Policy;

    /// Its HTML.
    fn html(&self) -> String {
        self.render().unwrap_or_else(|error| {
            tracing::error!(%error, "a page could not be rendered");
            String::new()
        })
    }
}

/// Marks an answer that pages of other origins may hold in a frame, as its policy says.
#[derive(Clone, Copy, Debug)]
pub struct MayBeFramed;

/// A page as an answer, with the headers that every page has.
pub fn respond(page: &impl Page, status: StatusCode) -> HttpResponse {
    let policy = page.policy();
    let mut answer = HttpResponse::build(status);
    if policy.is_framed() {
        answer.extensions_mut().insert(MayBeFramed);
    }
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy.to_string()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // With `no-referrer`, which everything else answers, browsers would say `Origin: null` of our own forms.
        .insert_header((header::REFERRER_POLICY, "strict-origin"))
        .insert_header((header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=()"))
        .body(page.html())
}
