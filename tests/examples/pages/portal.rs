//! The pages of the portal with sample data.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use guildhall_api::pages::portal::{
    Block, Bulk, BulkStage, Button, Closed, Details, Entry, Field, FormBlock, HeldRole, Item, Leave, Member,
    Members, Overview, PortalLink, Refusal, RoleChoice, Row, Say, Section, Sheet, Shell, Tick, Words,
};
use guildhall_api::pages::{Common, Page, respond};

fn shell(common: Common, here: Section) -> Shell {
    Shell {
        common,
        base: "/portal".to_owned(),
        person: "Ada Lovelace".to_owned(),
        sections: Section::ALL.to_vec(),
        here,
        done: None,
        problem: None,
    }
}

fn ok(page: &impl Page) -> Option<HttpResponse> {
    Some(respond(page, StatusCode::OK))
}

fn role(id: &str, name: &str, not_held: &[&str]) -> RoleChoice {
    RoleChoice {
        id: id.to_owned(),
        name: name.to_owned(),
        description: "What it is for".to_owned(),
        is_own: id.len().is_multiple_of(2),
        not_held: not_held.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn rows() -> Vec<Row> {
    let row = |number: usize| Row {
        id: format!("auth0|{number:024}"),
        href: format!("/portal/members/auth0%7C{number}"),
        name: if number.is_multiple_of(3) {
            "Überregionaler Wasserversorgungszweckverband".to_owned()
        } else {
            format!("Person {number}")
        },
        email: Some(format!("person.{number}@aurora-shipping.example")),
        roles: vec!["Reader".to_owned(), "Kassenwart".to_owned()],
        last_login: number.is_multiple_of(2).then(|| "2026-11-22 05:40 UTC".to_owned()),
        is_oneself: number == 1,
    };
    (0..50).map(row).collect()
}

fn members(common: Common) -> Members {
    Members {
        shell: shell(common, Section::Members),
        query: "person".to_owned(),
        role: "rol_1".to_owned(),
        roles: vec![role("rol_1", "Reader", &[]), role("rol_12", "Kassenwart", &[])],
        members: rows(),
        shows_roles: true,
        first: Some("/portal/members".to_owned()),
        next: Some("/portal/members?from=a".to_owned()),
        may_give: true,
        may_take: true,
        may_remove: true,
    }
}

fn member(common: Common) -> Member {
    Member {
        shell: shell(common, Section::Members),
        href: "/portal/members/auth0%7C1".to_owned(),
        name: "Max Muster".to_owned(),
        facts: vec![
            (Words::new("portal-fact-email"), "max@aurora-shipping.example".to_owned()),
            (Words::new("portal-fact-id"), "auth0|0123456789abcdef01234567".to_owned()),
        ],
        roles: Some(vec![HeldRole {
            id: "rol_2".to_owned(),
            name: "Writer".to_owned(),
            description: "Writes".to_owned(),
        }]),
        offer: Some(vec![role("rol_1", "Reader", &[]), role("rol_3", "Owner", &["delete:everything"])]),
        offer_query: String::new(),
        offer_has_more: true,
        may_take: true,
        may_remove: true,
        is_oneself: false,
        why: Some("/portal/members/auth0%7C1/rights".to_owned()),
        asks_to_remove: false,
    }
}

fn bulk(common: Common, stage: BulkStage) -> Bulk {
    // Under way it would go on by itself.
    Bulk {
        shell: shell(common, Section::Members),
        deed: Words::new("portal-bulk-give-title").with("role", "Reader"),
        stage,
        fields: vec![("act", "give".to_owned()), ("stage", "go".to_owned())],
        done: 100,
        refused: 2,
        total: Some(120),
        refusals: vec![Refusal {
            name: "auth0|1".to_owned(),
            reason: Words::new("portal-problem-too-many-roles"),
        }],
        back: "/portal/members".to_owned(),
    }
}

fn details(common: Common) -> Details {
    Details {
        shell: shell(common, Section::Details),
        id: "org_0123456789abcdef".to_owned(),
        name: "aurora".to_owned(),
        display_name: "Aurora Shipping".to_owned(),
        logo_url: String::new(),
        primary: "#0059d6".to_owned(),
        page_background: "#f3f4f7".to_owned(),
        may_change: true,
        is_preview: false,
        wrong: None,
    }
}

fn tick(name: &str, is_ticked: bool) -> Tick {
    Tick {
        value: name.to_owned(),
        label: Say::Code(name.to_owned()),
        small: Some("What it permits".to_owned().into()),
        is_ticked,
    }
}

fn sheet(common: Common, section: Section, title: &'static str, blocks: Vec<Block>) -> Option<HttpResponse> {
    ok(&Sheet { shell: shell(common, section), title: Words::new(title).into(), blocks })
}

/// The page of this name.
pub fn page(name: &str, common: Common) -> Option<HttpResponse> {
    match name {
        "portal-link" => ok(&PortalLink {
            common: Common { state: "/portal".to_owned(), ..common },
            ticket: "ticket".to_owned(),
            person: "Ada Lovelace".to_owned(),
            replaces: Some("Max Muster".to_owned()),
        }),
        "portal-overview" => ok(&Overview {
            shell: shell(common, Section::Overview),
            email: Some("ada@aurora-shipping.example".to_owned()),
            members: Some(100_000),
            permissions: ["read:my_org:members", "create:my_org:roles"].map(str::to_owned).into(),
        }),
        "portal-members" => ok(&members(common)),
        "portal-members-none" => ok(&Members { members: Vec::new(), ..members(common) }),
        "portal-member" => ok(&member(common)),
        "portal-member-remove" => ok(&Member { asks_to_remove: true, ..member(common) }),
        "portal-bulk-asked" => ok(&bulk(common, BulkStage::Asked)),
        "portal-bulk-under-way" => ok(&Bulk { total: None, ..bulk(common, BulkStage::Asked) }),
        "portal-bulk-done" => ok(&bulk(common, BulkStage::Done)),
        "portal-leave" => ok(&Leave { shell: shell(common, Section::Elsewhere), is_last_admin: false }),
        "portal-leave-last" => ok(&Leave { shell: shell(common, Section::Elsewhere), is_last_admin: true }),
        "portal-details" => ok(&details(common)),
        "portal-details-preview" => ok(&Details { is_preview: true, ..details(common) }),
        "portal-refused" => {
            let problem = Some(Words::new("portal-problem-field-colors"));
            let shell = Shell { problem, ..shell(common.clone(), Section::Details) };
            ok(&Details { shell, wrong: Some("primary".to_owned()), ..details(common) })
        }
        "portal-closed" => ok(&Closed {
            shell: shell(common, Section::Elsewhere),
            title: Words::new("portal-not-here-title"),
            text: Words::new("portal-not-here"),
            request_id: None,
        }),
        _ => sheets(name, common),
    }
}

/// The pages on which roles and domains are listed, explained and given up.
fn lists(name: &str, common: Common) -> Option<HttpResponse> {
    let here = "/posted".to_owned();
    match name {
        "portal-roles" => {
            let search = Field::of("q", "portal-roles-search", "", Entry::Line("search", 100));
            let own =
                Item::new("Kassenwart".to_owned()).at("/portal/roles/rol_1").tag("portal-own-role", false);
            let blocks = vec![
                FormBlock::search(here.clone(), vec![search]),
                Block::Begin("/portal/roles/new".to_owned(), Words::new("portal-role-new")),
                Block::Rows(vec![own.small("Reads and writes invoices".to_owned())]),
                Block::Links(vec![(here, Words::new("portal-next-page"))]),
            ];
            sheet(common, Section::Roles, "portal-roles", blocks)
        }
        "portal-role-delete" => {
            let blocks = vec![
                Block::Text(Words::new("portal-role-delete-concerns").with("count", 12)),
                Block::Rows(vec![
                    Item::new("auth0|1".to_owned()).small(Say::Code("read:invoices".to_owned())),
                ]),
                FormBlock::sure(here, Button::danger("delete", "portal-role-delete-really")),
            ];
            sheet(common, Section::Roles, "portal-role-delete", blocks)
        }
        "portal-domains" => {
            let field = Field::line("domain", "portal-domain", "").help("portal-domain-help").required();
            let host = "_guildhall-challenge.aurora-shipping.example";
            let blocks = vec![
                FormBlock::post(here.clone(), vec![field], vec![Button::primary("add", "portal-domain-add")]),
                Block::Rows(vec![
                    Item::new("aurora-shipping.example".to_owned())
                        .tag("portal-domain-pending", false)
                        .small(Words::new("portal-domain-record").with("host", host))
                        .small(Say::Code("guildhall-verification=".to_owned() + &"c2VjcmV0".repeat(6)))
                        .act(here.clone(), "id", "1", Button::secondary("verify", "portal-domain-verify"))
                        .act(here, "id", "1", Button::secondary("remove", "portal-delete")),
                ]),
            ];
            sheet(common, Section::Domains, "portal-domains", blocks)
        }
        "portal-rights" => {
            let apis = vec![("https://api.example/".to_owned(), Say::Text("Billing".to_owned()))];
            let field = Field::of("api", "portal-rights-api", "https://api.example/", Entry::Choice(apis));
            let permission = |name: &str| Item::new(Say::Code(name.to_owned()));
            let blocks = vec![
                FormBlock::search(here, vec![field]),
                Block::Rows(vec![
                    permission("read:invoices")
                        .tag("portal-held", false)
                        .small(Words::new("portal-through-role").with("role", "Reader")),
                    permission("write:invoices")
                        .tag("portal-withheld", true)
                        .small(Words::new("portal-against-envelope").with("role", "Kassenwart")),
                ]),
            ];
            sheet(common, Section::Members, "portal-rights-title", blocks)
        }
        _ => None,
    }
}

fn sheets(name: &str, common: Common) -> Option<HttpResponse> {
    let here = "/posted".to_owned();
    match name {
        "portal-invitations" => {
            let ticks = Entry::Ticks(vec![(Say::Text(String::new()), vec![tick("Reader", false)])]);
            let fields = vec![
                Field::of("emails", "portal-invite-emails", "", Entry::Lines)
                    .help("portal-invite-emails-help")
                    .required(),
                Field::of("role", "portal-choose-roles", "", ticks),
            ];
            let blocks = vec![
                FormBlock::post(here.clone(), fields, vec![Button::primary("invite", "portal-invite")]),
                Block::Title(Words::new("portal-invitations-open")),
                Block::Rows(vec![
                    Item::new("zoe@aurora-shipping.example".to_owned())
                        .small(Words::new("portal-invited-by").with("name", "Ada Lovelace"))
                        .tag("portal-expired", true)
                        .act(here, "id", "uinv_1", Button::secondary("revoke", "portal-revoke")),
                ]),
            ];
            sheet(common, Section::Invitations, "portal-invitations", blocks)
        }
        "portal-role" => {
            let group = |api: &str| {
                (Say::Text(api.to_owned()), vec![tick("read:invoices", true), tick("write:invoices", false)])
            };
            let ticks = Entry::Ticks(vec![group("Billing"), group("Shipping")]);
            let fields = vec![
                Field::line("name", "portal-name", "Reader").required(),
                Field::of("permission", "portal-permissions", "", ticks),
            ];
            let search =
                Field::of("permissions", "portal-permissions-search", "", Entry::Line("search", 100));
            let blocks = vec![
                Block::Facts(vec![(Words::new("portal-whose"), Words::new("portal-own-role").into())]),
                FormBlock::search(here.clone(), vec![search]),
                FormBlock::post(here, fields, vec![Button::primary("permit", "portal-save")]),
            ];
            sheet(common, Section::Roles, "portal-roles", blocks)
        }
        "portal-client-secret" => {
            let blocks = vec![
                Block::Secret(Words::new("portal-client-secret"), "c2VjcmV0".repeat(8)),
                Block::Note(Words::new("portal-secret-once")),
            ];
            sheet(common, Section::Clients, "portal-clients", blocks)
        }
        "portal-log-entry" => {
            let blocks = vec![
                Block::Title(Words::new("portal-logs-after")),
                Block::Code("{\n  \"user_id\": \"auth0|1\",\n  \"roles\": [\"rol_1\"]\n}".to_owned()),
            ];
            sheet(common, Section::Logs, "portal-logs", blocks)
        }
        _ => lists(name, common),
    }
}
