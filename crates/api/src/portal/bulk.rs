//! The same done to many members.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::portal::bulk::{self, Deed, Refused, STEP, Whom};
use guildhall_app::portal::{figures, roles};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::policy::my_organization as needs;

use super::members::{Asked, list};
use super::room::{Form, Room, Stop, acting, show};
use super::said;
use crate::pages::portal::{Bulk, BulkStage, Refusal, Section, Words};
use crate::query::{read_cursor, write_cursor};

/// To how many of a step it is said why it was not done.
const TOLD: usize = 20;

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        room.at::<needs::ReadMembers>(PortalSection::Members)?;
        let asked = asked(form);
        let (deed, words) = match deed(room, form).await? {
            Some(deed) => deed,
            None => return list(room, &asked, Some(Words::new("portal-bulk-no-role"))).await,
        };
        let users: Vec<UserId> = form.all("member").into_iter().map(UserId::new).collect();
        let is_all = form.get("all") == "1";
        if !is_all && users.is_empty() {
            return list(room, &asked, Some(Words::new("portal-bulk-nobody"))).await;
        }
        if users.len() as u64 > STEP {
            return Err(Stop::Bad);
        }
        let bulk = Bulk {
            shell: room.shell(Section::Members),
            deed: words,
            stage: BulkStage::Asked,
            fields: fields(form, is_all, &users),
            done: 0,
            refused: 0,
            total: None,
            refusals: Vec::new(),
            back: asked.address(room.base(), ""),
        };
        match form.get("stage") {
            "" => {
                let total = if is_all { total(room, &asked).await? } else { Some(users.len() as u64) };
                ask(bulk, total)
            }
            "go" => step(room, form, &asked, deed, if is_all { None } else { Some(users) }, bulk).await,
            _ => Err(Stop::Bad),
        }
    })
    .await
}

fn asked(form: &Form) -> Asked {
    Asked { query: form.get("q").to_owned(), role: form.get("with").to_owned(), from: String::new() }
}

/// What is done, and how it is called; nothing where no role was chosen.
async fn deed(room: &Room, form: &Form) -> Result<Option<(Deed, Words)>, Stop> {
    let role = RoleId::new(form.get("role"));
    let title = match form.get("act") {
        "give" => {
            room.by::<needs::CreateMemberRoles>()?;
            "portal-bulk-give-title"
        }
        "take" => {
            room.by::<needs::DeleteMemberRoles>()?;
            "portal-bulk-take-title"
        }
        "remove" => {
            room.by::<needs::DeleteMemberships>()?;
            return Ok(Some((Deed::Remove, Words::new("portal-bulk-remove-title"))));
        }
        _ => return Err(Stop::Bad),
    };
    if role.as_str().is_empty() {
        return Ok(None);
    }
    let by = room.by::<needs::ReadMemberRoles>()?;
    let name = roles::name(&room.browser.app, &by, &role).await?;
    let words = Words::new(title).with("role", name);
    let is_given = form.get("act") == "give";
    Ok(Some((if is_given { Deed::Give(role) } else { Deed::Take(role) }, words)))
}

/// How many it concerns; not known where names are searched through.
async fn total(room: &Room, asked: &Asked) -> Result<Option<u64>, Stop> {
    let by = room.by::<needs::ReadMembers>()?;
    Ok(figures::listed(&room.browser.app, &by, &asked.filter()?).await?)
}

fn fields(form: &Form, is_all: bool, users: &[UserId]) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> =
        ["act", "role", "q", "with"].map(|name| (name, form.get(name).to_owned())).into();
    match is_all {
        true => fields.push(("all", "1".to_owned())),
        false => fields.extend(users.iter().map(|user| ("member", user.to_string()))),
    }
    fields.push(("stage", "go".to_owned()));
    fields
}

fn ask(bulk: Bulk, total: Option<u64>) -> Result<HttpResponse, Stop> {
    let mut fields = bulk.fields;
    fields.extend(total.map(|total| ("total", total.to_string())));
    show(&Bulk { fields, total, ..bulk })
}

async fn step(
    room: &Room,
    form: &Form,
    asked: &Asked,
    deed: Deed,
    users: Option<Vec<UserId>>,
    bulk: Bulk,
) -> Result<HttpResponse, Stop> {
    let number = |name: &str| form.get(name).parse::<u64>().ok();
    let after = match form.get("after") {
        "" => None,
        after => Some(read_cursor(after)?),
    };
    let whom = match users {
        Some(users) => Whom::These(users),
        None => Whom::All(asked.filter()?, after),
    };
    let step = bulk::step(&room.browser.app, &room.guest, &deed, whom).await?;
    let done = number("done").unwrap_or_default().saturating_add(step.done);
    let refused = number("refused").unwrap_or_default().saturating_add(step.refused.len() as u64);
    let total = number("total").map(|total| total.max(done.saturating_add(refused)));
    let mut fields = bulk.fields;
    if let Some(next) = &step.next {
        fields.push(("after", write_cursor(next)));
        fields.push(("done", done.to_string()));
        fields.push(("refused", refused.to_string()));
        fields.extend(total.map(|total| ("total", total.to_string())));
    }
    let stage = if step.next.is_some() { BulkStage::UnderWay } else { BulkStage::Done };
    let refusal = |(user, refused): (UserId, Refused)| Refusal {
        name: user.to_string(),
        reason: match refused {
            Refused::Oneself => Words::new("portal-bulk-oneself"),
            Refused::Problem(problem) => said::problem(&problem).0,
        },
    };
    let refusals = step.refused.into_iter().take(TOLD).map(refusal).collect();
    show(&Bulk { stage, fields, done, refused, total, refusals, ..bulk })
}
