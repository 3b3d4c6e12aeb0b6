//! The portal: pages under `/portal` on which the people of an organization run it themselves, and the same under
//! `/portal/framed` in a frame of the vendor's application.
//!
//! A handler is given the [`room::Room`] of a visit, asks `guildhall-app` with what the person may do at this moment, and
//! fills in a page. No rights are decided here.

mod bulk;
mod details;
mod entrance;
mod leave;
mod link;
mod member;
mod members;
mod overview;
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
        .default_service(web::to(entrance::nowhere));
}
