//! What happened in the organization.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::my_organization::logs::{self, Sought};
use guildhall_app::{Problem, Thing};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::LogId;
use guildhall_domain::log::{LogActor, OrganizationLog};
use guildhall_domain::policy::my_organization as needs;
use guildhall_oauth::authorize_response::with_query;
use serde_json::Value;

use super::members::TIME;
use super::room::{Parts, Stop, within};
use super::said;
use crate::my_organization::logs::{Format, export as written};
use crate::pages::portal::{Block, Entry, Field, FormBlock, Item, Say, Section, Words};
use crate::query::{read_cursor, write_cursor};

/// How many are on a page.
const SHOWN: u64 = 50;

/// A search as people fill it in.
struct Search {
    text: String,
    action: String,
    since: String,
    until: String,
}

impl Search {
    fn read(room: &super::room::Room) -> Result<Self, Stop> {
        let day = |name| {
            let day = room.parameter(name)?;
            let plain = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            if plain && day.len() <= 10 { Ok(day) } else { Err(Stop::Bad) }
        };
        let action = room.parameter("action")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._*".contains(&byte);
        if !action.bytes().all(plain) || action.len() > 100 {
            return Err(Stop::Bad);
        }
        Ok(Self { text: room.parameter("q")?, action, since: day("since")?, until: day("until")? })
    }

    /// The search in Lucene's syntax.
    fn query(&self) -> Option<String> {
        let mut parts = Vec::new();
        if !self.text.trim().is_empty() {
            parts.push(format!("({})", self.text.trim()));
        }
        if !self.action.is_empty() {
            parts.push(format!("action:{}", self.action));
        }
        if !self.since.is_empty() || !self.until.is_empty() {
            let or_any = |day: &str| if day.is_empty() { "*".to_owned() } else { day.to_owned() };
            parts.push(format!("date:[{} TO {}]", or_any(&self.since), or_any(&self.until)));
        }
        Some(parts.join(" AND ")).filter(|query| !query.is_empty())
    }

    fn address(&self, base: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("q", self.text.as_str()),
            ("action", &self.action),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let said: Vec<_> = own.iter().chain(more).filter(|(_, value)| !value.is_empty()).copied().collect();
        with_query(base, &said)
    }

    fn form(&self, here: &str) -> Block {
        FormBlock::search(
            here,
            vec![
                Field::of("q", "portal-logs-search", self.text.clone(), Entry::Line("search", 1000))
                    .help("portal-logs-help"),
                Field::of("action", "portal-logs-action", self.action.clone(), Entry::Line("text", 100)),
                Field::of("since", "portal-logs-since", self.since.clone(), Entry::Line("date", 10)),
                Field::of("until", "portal-logs-until", self.until.clone(), Entry::Line("date", 10)),
            ],
        )
    }
}

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let by = room.at::<needs::ReadLogs>(PortalSection::Logs)?;
        let here = format!("{}/logs", room.base());
        let search = Search::read(room)?;
        let from = room.parameter("from")?;
        let after = if from.is_empty() { None } else { Some(read_cursor(&from)?) };
        let sought = Sought { q: search.query(), sort: None, after, take: SHOWN };
        let mut blocks = vec![search.form(&here)];
        let found = match logs::list(&room.browser.app, &by, sought).await {
            Err(Problem::InvalidQuery(_)) => {
                let told = (Words::new("portal-logs-not-understood"), StatusCode::BAD_REQUEST);
                let parts = Parts::new(Section::Logs, Words::new("portal-logs"), blocks);
                return room.sheet(parts, Some(told));
            }
            found => said::told(found)?,
        };
        let found = match found {
            Ok(found) => found,
            Err(refused) => {
                let parts = Parts::new(Section::Logs, Words::new("portal-logs"), blocks);
                return room.sheet(parts, Some(refused));
            }
        };
        let export = |format| search.address(&format!("{here}/export"), &[("format", format)]);
        blocks.push(Block::Links(vec![
            (export("csv"), Words::new("portal-logs-csv")),
            (export("jsonl"), Words::new("portal-logs-jsonl")),
        ]));
        if found.items.is_empty() {
            blocks.push(Block::Note(Words::new("portal-logs-none")));
        }
        let rows = found.items.iter().map(|it| {
            let when = it.date.format(TIME).to_string();
            let item = Item::new(what(it)).at(format!("{here}/{}", it.log_id));
            let item = item.small(match &it.ip {
                Some(ip) => format!("{when} · {} · {ip}", called(&it.actor)),
                None => format!("{when} · {}", called(&it.actor)),
            });
            let item = match &it.user_name {
                Some(name) => item.small(Words::new("portal-logs-about").with("name", name)),
                None => item,
            };
            match &it.action {
                Some(action) => item.small(Say::Code(action.clone())),
                None => item,
            }
        });
        blocks.push(Block::Rows(rows.collect()));
        if let Some(next) = &found.next {
            let next = search.address(&here, &[("from", &write_cursor(next))]);
            blocks.push(Block::Links(vec![(next, Words::new("portal-next-page"))]));
        }
        room.sheet(Parts::new(Section::Logs, Words::new("portal-logs"), blocks), None)
    })
    .await
}

/// What happened, in words; as the log calls it where there are none for it.
fn what(it: &OrganizationLog) -> Words {
    let name = it.action.as_deref().unwrap_or(&it.kind);
    let told = if it.description.is_empty() { name } else { &it.description };
    Words::new("portal-logs-did").with("what", name.replace('.', "-")).with("told", told)
}

/// Who did it, and through whom.
fn called(actor: &LogActor) -> String {
    let one =
        |actor: &LogActor| actor.name.clone().or_else(|| actor.id.clone()).unwrap_or_else(|| "–".to_owned());
    let chain = actor.chain.iter().map(one);
    std::iter::once(one(actor)).chain(chain).collect::<Vec<_>>().join(" ← ")
}

pub async fn entry(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let by = room.at::<needs::ReadLogs>(PortalSection::Logs)?;
        let id = LogId::new(room.segment("id")?);
        let it = match logs::get(&room.browser.app, &by, &id).await {
            Err(Problem::NoSuch(Thing::Log)) => return Err(Stop::NotHere),
            it => it?,
        };
        let mut blocks = vec![Block::Facts(facts(&it))];
        for (key, value) in [("portal-logs-before", &it.before), ("portal-logs-after", &it.after)] {
            if let Some(value) = value.as_ref().filter(|value| **value != Value::Null) {
                blocks.push(Block::Title(Words::new(key)));
                blocks.push(Block::Code(serde_json::to_string_pretty(value).unwrap_or_default()));
            }
        }
        let back = format!("{}/logs", room.base());
        blocks.push(Block::Links(vec![(back, Words::new("portal-logs-back"))]));
        room.sheet(Parts::new(Section::Logs, what(&it), blocks), None)
    })
    .await
}

fn facts(it: &OrganizationLog) -> Vec<(Words, Say)> {
    // That of a change says its action and its subject once more.
    let description = Some(&it.description).filter(|told| !told.is_empty() && it.action.is_none());
    let facts = [
        ("portal-logs-when", Some(Say::Text(it.date.format(TIME).to_string()))),
        ("portal-logs-who", Some(Say::Text(called(&it.actor)))),
        ("portal-logs-action", it.action.clone().map(Say::Code)),
        ("portal-logs-what", description.cloned().map(Say::Text)),
        ("portal-logs-subject", it.subject.clone().map(Say::Code)),
        ("portal-logs-user", it.user_name.clone().or_else(|| it.user_id.clone()).map(Say::Text)),
        ("portal-logs-address", it.ip.clone().map(Say::Text)),
        ("portal-logs-program", it.user_agent.clone().map(Say::Text)),
        ("portal-permissions", it.scope.clone().map(Say::Code)),
        ("portal-logs-request", it.request_id.clone().map(Say::Code)),
    ];
    facts.into_iter().filter_map(|(key, value)| Some((Words::new(key), value?))).collect()
}

pub async fn export(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let by = room.at::<needs::ReadLogs>(PortalSection::Logs)?;
        let format = match room.parameter("format")?.as_str() {
            "csv" => Format::Csv,
            "jsonl" => Format::Jsonl,
            _ => return Err(Stop::Bad),
        };
        let search = Search::read(room)?;
        let entries = logs::export(&room.browser.app, &by, search.query().as_deref())?;
        Ok(written::answer(entries, format))
    })
    .await
}
