//! Signing in and out through a browser: `/authorize`, the pages under `/u/`, and logout. Contract sections 13.2 and
//! 13.4.
//!
//! A handler reads what the browser brought ([`visit::Visit`]), lets `guildhall-app` decide, and gives back a page, an
//! address to go to, or the answer to the client ([`answer`]). Each page has one address, `GET` of which shows it and
//! `POST` acts on it; whoever comes to a page that is not their next one is led to the one that is.

pub(crate) mod answer;
pub mod authorize;
mod consent;
mod continuation;
pub(crate) mod cookies;
mod device;
mod forgot;
mod invitation;
mod letter;
mod login;
pub mod logout;
mod organizations;
pub(crate) mod page;
mod prompt;
pub(crate) mod scene;
mod signup;
pub(crate) mod visit;

use actix_web::web;

/// The routes of pages, which no document describes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(page::LOGIN, web::get().to(login::show))
        .route(page::LOGIN, web::post().to(login::act))
        .route(page::ORGANIZATION, web::get().to(prompt::show))
        .route(page::ORGANIZATION, web::post().to(prompt::act))
        .route(page::ORGANIZATIONS, web::get().to(organizations::show))
        .route(page::ORGANIZATIONS, web::post().to(organizations::act))
        .route(page::CONSENT, web::get().to(consent::show))
        .route(page::CONSENT, web::post().to(consent::act))
        .route(page::INVITATION, web::get().to(invitation::show))
        .route(page::INVITATION, web::post().to(invitation::act))
        .route(page::SIGN_UP, web::get().to(signup::show))
        .route(page::SIGN_UP, web::post().to(signup::act))
        .route(page::FORGOT, web::get().to(forgot::show))
        .route(page::FORGOT, web::post().to(forgot::act))
        .route(page::RESET_PASSWORD, web::get().to(letter::show_password))
        .route(page::RESET_PASSWORD, web::post().to(letter::act_password))
        .route(page::EMAIL_VERIFICATION, web::get().to(letter::show_email))
        .route(page::EMAIL_VERIFICATION, web::post().to(letter::act_email))
        .route(page::LOGOUT, web::post().to(logout::act))
        .route(page::ACTIVATE, web::get().to(device::show_code))
        .route(page::ACTIVATE, web::post().to(device::act_code))
        .route(page::CONTINUE, web::get().to(continuation::show))
        .route(page::CONTINUE, web::post().to(continuation::act))
        .route(page::DEVICE, web::get().to(device::show))
        .route(page::DEVICE, web::post().to(device::act));
}
