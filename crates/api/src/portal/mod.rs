//! The portal: pages under `/portal` on which the people of an organization run it themselves, and the same under
//! `/portal/framed` in a frame of the vendor's application.
//!
//! A handler is given the [`room::Room`] of a visit, asks `guildhall-app` with what the person may do at this moment, and
//! fills in a page. No rights are decided here.

mod bulk;
mod client;
mod clients;
mod details;
mod domains;
mod entrance;
mod invitations;
mod leave;
mod link;
mod logs;
mod matrix;
mod member;
mod members;
mod overview;
mod requests;
mod rights;
mod role;
mod roles;
mod room;
mod said;

use actix_web::web;

/// The portal in a window.
const OWN: &str = "/portal";
/// The portal in a frame.
const FRAMED: &str = "/portal/framed";

/// The routes of pages, which no document describes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::scope(FRAMED).configure(pages)).service(
        web::scope(OWN)
            .route("/callback", web::get().to(entrance::callback))
            .route("/enter", web::get().to(entrance::enter))
            .configure(pages),
    );
}

fn pages(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(overview::show))
        .route("/", web::get().to(overview::show))
        .route("/link", web::get().to(link::show))
        .route("/link", web::post().to(link::act))
        .route("/sign-out", web::post().to(entrance::sign_out))
        .route("/leave", web::get().to(leave::show))
        .route("/leave", web::post().to(leave::act))
        .route("/details", web::get().to(details::show))
        .route("/details", web::post().to(details::act))
        .route("/members", web::get().to(members::show))
        .route("/members/bulk", web::post().to(bulk::act))
        .route("/members/{id}", web::get().to(member::show))
        .route("/members/{id}", web::post().to(member::act))
        .route("/members/{id}/rights", web::get().to(rights::of_member))
        .route("/invitations", web::get().to(invitations::show))
        .route("/invitations", web::post().to(invitations::act))
        .route("/roles", web::get().to(roles::show))
        .route("/roles/new", web::get().to(roles::show_new))
        .route("/roles/new", web::post().to(roles::create))
        .route("/roles/{id}", web::get().to(role::show))
        .route("/roles/{id}", web::post().to(role::act))
        .route("/clients", web::get().to(clients::show))
        .route("/clients/new", web::get().to(clients::show_new))
        .route("/clients/new", web::post().to(clients::create))
        .route("/clients/{id}", web::get().to(client::show))
        .route("/clients/{id}", web::post().to(client::act))
        .route("/clients/{id}/rights", web::get().to(rights::of_client))
        .route("/requests", web::get().to(requests::show))
        .route("/requests", web::post().to(requests::act))
        .route("/domains", web::get().to(domains::show))
        .route("/domains", web::post().to(domains::act))
        .route("/logs", web::get().to(logs::show))
        .route("/logs/export", web::get().to(logs::export))
        .route("/logs/{id}", web::get().to(logs::entry))
        .default_service(web::to(entrance::nowhere));
}
