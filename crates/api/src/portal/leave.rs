//! Leaving the organization.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::Problem;
use guildhall_app::my_organization::members;
use guildhall_app::portal::figures;
use guildhall_domain::policy::my_organization as needs;

use super::entrance::goodbye;
use super::room::{Room, Stop, acting, within};
use super::said;
use crate::pages::portal::{Leave, Section, Words};
use crate::pages::{self, Text};

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| leave(room, None, StatusCode::OK).await).await
}

async fn leave(room: &Room, problem: Option<Words>, status: StatusCode) -> Result<HttpResponse, Stop> {
    let by = room.by::<needs::Belong>()?;
    let is_last_admin = figures::is_last_admin(&room.browser.app, &by).await?;
    let mut shell = room.shell(Section::Elsewhere);
    shell.problem = problem;
    Ok(pages::respond(&Leave { shell, is_last_admin }, status))
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        match form.get("act") {
            "leave" => {}
            _ => return Err(Stop::Bad),
        }
        let by = room.by::<needs::Belong>()?;
        match members::leave(&room.browser.app, &by).await {
            Ok(()) => Ok(goodbye(room, Text::PortalIsLeft)),
            Err(problem @ Problem::LastAdmin) => {
                let (words, status) = said::problem(&problem);
                leave(room, Some(words), status).await
            }
            Err(problem) => Err(problem.into()),
        }
    })
    .await
}
