//! What a member or a client may do, and why.

use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::my_organization::effective_permissions;
use guildhall_app::portal::apis;
use guildhall_app::{Problem, Thing};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::{ClientId, UserId};
use guildhall_domain::policy::my_organization as needs;
use guildhall_domain::rights::{Obstacle, Path, Snapshot, Withheld};

use super::members::address;
use super::room::{Parts, Room, Stop, within};
use crate::pages::portal::{Block, Entry, Field, FormBlock, Item, Say, Section, Words};

pub async fn of_member(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        room.at::<needs::ReadMembers>(PortalSection::Members)?;
        let id = UserId::new(room.segment("id")?);
        let back = address(room.base(), id.as_str());
        let by = room.by::<needs::Belong>()?;
        let Some((choice, api)) = chosen(room).await? else {
            return told(room, Section::Members, &back, Vec::new());
        };
        let app = &room.browser.app;
        match effective_permissions::of_member(app, &by, &id, None, &api).await {
            Ok(snapshot) => {
                told(room, Section::Members, &back, [vec![choice], explained(&snapshot)].concat())
            }
            Err(Problem::NoSuch(Thing::Member | Thing::ResourceServer)) => Err(Stop::NotHere),
            Err(problem) => Err(problem.into()),
        }
    })
    .await
}

pub async fn of_client(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        room.at::<needs::ReadClients>(PortalSection::Clients)?;
        let by = room.by::<needs::ReadEffectivePermissions>()?;
        let id = ClientId::new(room.segment("id")?);
        let back = format!("{}/clients/{id}", room.base());
        let Some((choice, api)) = chosen(room).await? else {
            return told(room, Section::Clients, &back, Vec::new());
        };
        match effective_permissions::of_client(&room.browser.app, &by, &id, &api).await {
            Ok(Some(snapshot)) => {
                told(room, Section::Clients, &back, [vec![choice], explained(&snapshot)].concat())
            }
            Ok(None) => {
                let none = Block::Note(Words::new("portal-rights-none"));
                told(room, Section::Clients, &back, vec![choice, none])
            }
            Err(Problem::NoSuch(Thing::Client | Thing::ResourceServer)) => Err(Stop::NotHere),
            Err(problem) => Err(problem.into()),
        }
    })
    .await
}

/// The API that is asked about, with the choice of others; nothing where there is none.
async fn chosen(room: &Room) -> Result<Option<(Block, String)>, Stop> {
    let known = apis::list(&room.browser.app, &room.by::<needs::Belong>()?).await?;
    let asked = room.parameter("api")?;
    let first = known.first().map(|(identifier, _)| identifier.clone());
    let Some(api) = Some(asked).filter(|api| !api.is_empty()).or(first) else { return Ok(None) };
    let choices = known.into_iter().map(|(identifier, name)| (identifier, Say::Text(name))).collect();
    let field = Field::of("api", "portal-rights-api", api.clone(), Entry::Choice(choices));
    Ok(Some((FormBlock::search(room.path(), vec![field]), api)))
}

fn told(room: &Room, section: Section, back: &str, mut blocks: Vec<Block>) -> Result<HttpResponse, Stop> {
    blocks.push(Block::Links(vec![(back.to_owned(), Words::new("portal-rights-back"))]));
    room.sheet(Parts::new(section, Words::new("portal-rights-title"), blocks), None)
}

/// Each permission that is held or withheld, with the reason.
fn explained(snapshot: &Snapshot) -> Vec<Block> {
    let rights = snapshot.rights();
    let mut rows = Vec::new();
    for right in rights.iter().filter(|right| right.held || !right.withheld.is_empty()) {
        let mut item = Item::new(Say::Code(right.permission.to_owned()));
        item = match right.held {
            true => item.tag("portal-held", false),
            false => item.tag("portal-withheld", true),
        };
        for path in &right.paths {
            item = item.small(through(path));
        }
        for withheld in &right.withheld {
            item = item.small(against(withheld));
        }
        rows.push(item);
    }
    match rows.is_empty() {
        true => vec![Block::Note(Words::new("portal-rights-none"))],
        false => vec![Block::Rows(rows)],
    }
}

fn through(path: &Path<'_>) -> Words {
    match path {
        Path::Direct => Words::new("portal-through-direct"),
        Path::Role(role) => Words::new("portal-through-role").with("role", role.role_name),
        Path::ClientGrant { roles, .. } if roles.is_empty() => Words::new("portal-through-grant"),
        Path::ClientGrant { roles, .. } => {
            let names: Vec<&str> = roles.iter().map(|role| role.role_name).collect();
            Words::new("portal-through-grant-roles").with("roles", names.join(", "))
        }
    }
}

fn against(withheld: &Withheld<'_>) -> Words {
    let words = match withheld.by {
        Obstacle::Envelope => "portal-against-envelope",
        Obstacle::ClientGrant => "portal-against-grant",
        Obstacle::OrganizationUsage | Obstacle::ThirdPartyClientAccess => "portal-against-organizations",
        Obstacle::ClientCredentials | Obstacle::SubjectTypeAuthorization => "portal-against-kind",
        Obstacle::Blocked => "portal-against-blocked",
        Obstacle::OrganizationScope => "portal-against-scope",
        Obstacle::Roles => "portal-against-roles",
        Obstacle::AccessPolicy { .. } => "portal-against-policy",
        _ => "portal-against-other",
    };
    let role = withheld.role.map_or("–", |role| role.role_name);
    Words::new(words).with("role", role)
}
