//! The organization's name and how it looks.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::details;
use guildhall_app::{Problem, Taken};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::my_organization::DetailsPatch;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::my_organization as needs;
use serde_json::{Value, json};
use validator::Validate;

use super::room::{Form, Room, Stop, acting, show as shown, within};
use super::said;
use crate::pages::portal::{Details, Section, Words};
use crate::pages::{self};
use crate::sign_in::page;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let by = room.at::<needs::ReadDetails>(PortalSection::Details)?;
        details::get(&room.browser.app, &by).await?;
        shown(&of(room, &room.guest.organization))
    })
    .await
}

/// The page of the organization as it is.
fn of(room: &Room, organization: &Organization) -> Details {
    let branding = organization.branding.clone().unwrap_or_default();
    let colors = branding.colors;
    Details {
        shell: room.shell(Section::Details),
        id: organization.id.to_string(),
        name: organization.name.clone(),
        display_name: organization.display_name.clone().unwrap_or_default(),
        logo_url: branding.logo_url.unwrap_or_default(),
        primary: colors.as_ref().map(|colors| colors.primary.clone()).unwrap_or_default(),
        page_background: colors.map(|colors| colors.page_background).unwrap_or_default(),
        may_change: room.guest.may::<needs::UpdateDetails>(),
        is_preview: false,
        wrong: None,
    }
}

/// The page with what was typed.
fn typed(room: &Room, form: &Form) -> Details {
    let field = |name: &str| form.get(name).trim().to_owned();
    Details {
        name: field("name"),
        display_name: field("display_name"),
        logo_url: field("logo_url"),
        primary: field("primary"),
        page_background: field("page_background"),
        ..of(room, &room.guest.organization)
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        let by = room.at::<needs::UpdateDetails>(PortalSection::Details)?;
        let act = form.get("act");
        if act != "save" && act != "preview" {
            return Err(Stop::Bad);
        }
        let patch = match patch(form) {
            Ok(patch) => patch,
            Err((field, words)) => return again(room, form, Some(field), words, StatusCode::BAD_REQUEST),
        };
        if act == "preview" {
            let looked = patch.applied(room.guest.organization.clone());
            let mut page = Details { is_preview: true, ..typed(room, form) };
            page.shell.common.brand = page::brand(&room.browser.tenant, Some(&looked));
            return shown(&page);
        }
        match details::update(&room.browser.app, &by, patch).await {
            Ok(_) => Ok(room.to("/details?done=saved")),
            Err(problem @ Problem::Taken(Taken::OrganizationName)) => {
                let (words, status) = said::problem(&problem);
                again(room, form, Some("name"), words, status)
            }
            Err(problem) => Err(problem.into()),
        }
    })
    .await
}

fn again(
    room: &Room,
    form: &Form,
    field: Option<&str>,
    words: Words,
    status: StatusCode,
) -> Result<HttpResponse, Stop> {
    let mut page = Details { wrong: field.map(str::to_owned), ..typed(room, form) };
    page.shell.problem = Some(words);
    Ok(pages::respond(&page, status))
}

/// What is to be changed, or which field cannot be and why.
fn patch(form: &Form) -> Result<DetailsPatch, (&'static str, Words)> {
    let field = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
    let colors = match (field("primary"), field("page_background")) {
        (None, None) => Value::Null,
        (primary, page_background) => json!({"primary": primary, "page_background": page_background}),
    };
    let branding = match (field("logo_url"), &colors) {
        (None, Value::Null) => Value::Null,
        (logo, _) => json!({"logo_url": logo, "colors": colors}),
    };
    let of_colors = ("primary", Words::new("portal-problem-field-colors"));
    let body = json!({"name": field("name"), "display_name": field("display_name"), "branding": branding});
    let patch: DetailsPatch = serde_json::from_value(body).map_err(|_| of_colors.clone())?;
    if patch.refused_display_name().is_some() {
        return Err(("display_name", Words::new("portal-problem-field-display-name")));
    }
    let Err(errors) = patch.validate() else { return Ok(patch) };
    if errors.errors().contains_key("name") {
        return Err(("name", Words::new("portal-problem-field-name")));
    }
    match errors.to_string().contains("logo_url") {
        true => Err(("logo_url", Words::new("portal-problem-field-logo"))),
        false => Err(of_colors),
    }
}
