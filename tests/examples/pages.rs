//! Serves every page of the sign-in and of the portal with sample data, for `tests/browser/run` and for those who want to look at them.
//!
//! ```text
//! pages 127.0.0.1:PORT     serves: / lists the pages; ?language=de shows one in German, ?brand=aurora with an
//!                          organization's name and colours, ?client=ORIGIN for a client at that origin
//! ```

use std::error::Error as StdError;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};
use guildhall_api::pages::{
    Brand, Choice, Common, Consent, DeviceCode, DeviceConfirm, Error, ForgotPassword, FormPost, Invitation,
    InvitedTo, Language, Link, Message, MessageSent, NewPassword, OrganizationPicker, OrganizationPrompt,
    Page, Sent, SignIn, SignOut, SignUp, SignedOut, Text, Verification, VerifyEmail, WebMessage, assets,
    respond,
};
use serde::Deserialize;
use serde_json::json;

#[path = "pages/portal.rs"]
mod portal;

const EMAIL: &str = "ada.lovelace@aurora-shipping.example";

/// The pages, by the last part of their address.
const NAMES: &[&str] = &[
    "sign-in",
    "sign-in-failed",
    "sign-in-invited",
    "sign-up",
    "sign-up-invited",
    "sign-up-failed",
    "picker",
    "picker-hundreds",
    "prompt",
    "prompt-failed",
    "consent",
    "invitation",
    "invitation-signed-in",
    "verify-sent",
    "verify-asked",
    "forgot-password",
    "new-password",
    "new-password-failed",
    "message-sent",
    "sign-out",
    "signed-out",
    "device-code",
    "device-code-failed",
    "device-confirm",
    "message",
    "error",
    "form-post",
    "web-message",
    "portal-link",
    "portal-overview",
    "portal-members",
    "portal-members-none",
    "portal-member",
    "portal-member-remove",
    "portal-bulk-asked",
    "portal-bulk-under-way",
    "portal-bulk-done",
    "portal-leave",
    "portal-leave-last",
    "portal-details",
    "portal-details-preview",
    "portal-closed",
    "portal-invitations",
    "portal-role",
    "portal-client-secret",
    "portal-log-entry",
    "portal-refused",
    "portal-roles",
    "portal-role-delete",
    "portal-domains",
    "portal-rights",
];

/// How a page is shown.
#[derive(Deserialize)]
struct Shown {
    language: Option<String>,
    brand: Option<String>,
    client: Option<String>,
    #[serde(default)]
    q: String,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let address = std::env::args().nth(1).ok_or("usage: pages 127.0.0.1:PORT")?;
    let app = || {
        App::new()
            .configure(assets::routes)
            .route("/", web::get().to(async || HttpResponse::Ok().json(NAMES)))
            .route("/posted", web::post().to(posted))
            .route("/{name}", web::get().to(page))
            .route("/{name}", web::post().to(async |body: String| HttpResponse::Ok().body(body)))
    };
    HttpServer::new(app).workers(1).bind(address)?.run().await?;
    Ok(())
}

/// Answers a form: leads to the client, or shows what was posted where there is none.
async fn posted(shown: web::Query<Shown>, body: String) -> HttpResponse {
    match &shown.client {
        Some(client) => {
            HttpResponse::SeeOther().insert_header(("location", format!("{client}/callback"))).finish()
        }
        None => HttpResponse::Ok().body(body),
    }
}

async fn page(name: web::Path<String>, shown: web::Query<Shown>) -> HttpResponse {
    signing_in(&name, &shown)
        .or_else(|| choosing(&name, &shown))
        .or_else(|| passwords(&name, &shown))
        .or_else(|| others(&name, &shown))
        .or_else(|| portal::page(&name, common(&name, &shown)))
        .unwrap_or_else(|| HttpResponse::NotFound().finish())
}

/// A brand that pages are shown with.
fn brand(name: Option<&str>) -> Brand {
    let colored = |organization: &str, primary: &str, background: &str| Brand {
        name: "Northwind Cloud".to_owned(),
        organization: Some(organization.to_owned()),
        primary_color: Some(primary.to_owned()),
        page_background_color: Some(background.to_owned()),
        logo_url: None,
    };
    match name {
        Some("aurora") => {
            Brand { logo_url: Some(LOGO.to_owned()), ..colored("Aurora Shipping", "#00695c", "#e6f2f0") }
        }
        Some("yellow") => colored("Sonnenblume", "#ffe000", "#222222"),
        Some("long") => colored(&"Überregionaler Wasserversorgungszweckverband ".repeat(4), "#fff", "#f00"),
        _ => Brand { name: "Northwind Cloud".to_owned(), ..Brand::default() },
    }
}

/// A logo with a name in it.
const LOGO: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='176' height='44'%3E%3Crect width='44' height='44' rx='10' fill='%2300695c'/%3E%3Cpath d='M10 32 22 10l12 22z' fill='%23fff'/%3E%3Ctext x='56' y='29' font-family='sans-serif' font-size='20' font-weight='600' fill='%2300897b'%3EAurora%3C/text%3E%3C/svg%3E";

/// The client's origin.
fn client(shown: &Shown) -> String {
    shown.client.clone().unwrap_or_else(|| "https://app.example".to_owned())
}

fn common(name: &str, shown: &Shown) -> Common {
    let client_known = shown.client.as_ref().map(|client| format!("?client={client}")).unwrap_or_default();
    Common {
        brand: brand(shown.brand.as_deref()),
        language: Language::choose(shown.language.as_deref(), None),
        action: if name.starts_with("picker") {
            format!("/{name}")
        } else {
            format!("/posted{client_known}")
        },
        state: "k1.".to_owned() + &"c2VhbGVkIHN0YXRl".repeat(24),
        csrf: "q83vEjRWeJCrze8SNFZ4kA".to_owned(),
        returns_to: vec![format!("{}/callback", client(shown))],
        framed_by: Vec::new(),
    }
}

fn ok(page: &impl Page) -> Option<HttpResponse> {
    Some(respond(page, StatusCode::OK))
}

fn failed(page: &impl Page) -> Option<HttpResponse> {
    Some(respond(page, StatusCode::BAD_REQUEST))
}

fn invited() -> Option<InvitedTo> {
    let (organization, inviter) = ("Aurora Shipping".to_owned(), "Grace Hopper".to_owned());
    Some(InvitedTo { organization, inviter, email: EMAIL.to_owned() })
}

fn rules() -> Vec<Text> {
    vec![Text::RuleLength { least: 8 }, Text::RuleThreeKinds]
}

fn href() -> Option<String> {
    Some("/sign-in?state=k1".to_owned())
}

fn signing_in(name: &str, shown: &Shown) -> Option<HttpResponse> {
    let common = common(name, shown);
    let sign_in = SignIn {
        common,
        identifier: String::new(),
        error: None,
        sign_up: href(),
        forgot: href(),
        invitation: None,
    };
    let common = sign_in.common.clone();
    let sign_up = SignUp {
        common,
        email: String::new(),
        error: None,
        rules: rules(),
        sign_in: href(),
        invitation: None,
    };
    let email = EMAIL.to_owned();
    match name {
        "sign-in" => ok(&sign_in),
        "sign-in-failed" => {
            failed(&SignIn { identifier: email, error: Some(Text::WrongCredentials), ..sign_in })
        }
        "sign-in-invited" => ok(&SignIn { identifier: email, invitation: invited(), ..sign_in }),
        "sign-up" => ok(&sign_up),
        "sign-up-invited" => ok(&SignUp { email, invitation: invited(), ..sign_up }),
        "sign-up-failed" => failed(&SignUp { email, error: Some(Text::PasswordWeak), ..sign_up }),
        _ => None,
    }
}

fn choosing(name: &str, shown: &Shown) -> Option<HttpResponse> {
    let common = common(name, shown);
    match name {
        "picker" => ok(&OrganizationPicker {
            common,
            organizations: organizations(5),
            query: shown.q.clone(),
            or_none: true,
        }),
        "picker-hundreds" => ok(&OrganizationPicker {
            common,
            organizations: organizations(500),
            query: shown.q.clone(),
            or_none: false,
        }),
        "prompt" => ok(&OrganizationPrompt { common, organization: String::new(), error: None }),
        "prompt-failed" => {
            let error = Some(Text::OrganizationUnknown);
            failed(&OrganizationPrompt { common, organization: "aurora-shiping".to_owned(), error })
        }
        "invitation" | "invitation-signed-in" => {
            let InvitedTo { organization, inviter, email } = invited()?;
            let signed_in_as = (name == "invitation-signed-in").then(|| EMAIL.to_owned());
            ok(&Invitation { common, organization, inviter, email, signed_in_as })
        }
        _ => None,
    }
}

/// Organizations, the first two of them used lately.
fn organizations(count: usize) -> Vec<Choice> {
    const FIRST: [&str; 10] =
        ["Aurora", "Beacon", "Cobalt", "Delta", "Ember", "Fjord", "Granit", "Harbour", "Indigo", "Juniper"];
    const SECOND: [&str; 7] =
        ["Shipping", "Insurance", "Robotics", "Foods & Sons", "Health", "Stadtwerke", "Energy"];
    let named = |number: usize| {
        let (first, second) = (FIRST[number % FIRST.len()], SECOND[number % SECOND.len()]);
        let part = number / (FIRST.len() * SECOND.len());
        if part == 0 { format!("{first} {second}") } else { format!("{first} {second} {part}") }
    };
    let choice = |number: usize| {
        let display_name = named(number);
        let name = display_name.to_lowercase().replace(" & ", "-").replace(' ', "-");
        let logo_url = (number == 0).then(|| LOGO.to_owned());
        Choice {
            id: format!("org_{number:016}"),
            name,
            display_name: Some(display_name),
            logo_url,
            recent: number < 2,
        }
    };
    (0..count).map(choice).collect()
}

fn passwords(name: &str, shown: &Shown) -> Option<HttpResponse> {
    let common = common(name, shown);
    let email = EMAIL.to_owned();
    match name {
        "verify-sent" => ok(&VerifyEmail { common, email, verification: Verification::Sent, error: None }),
        "verify-asked" => ok(&VerifyEmail { common, email, verification: Verification::Asked, error: None }),
        "forgot-password" => {
            ok(&ForgotPassword { common, email: String::new(), error: None, sign_in: href() })
        }
        "new-password" => ok(&NewPassword { common, email, error: None, rules: rules() }),
        "new-password-failed" => {
            failed(&NewPassword { common, email, error: Some(Text::PasswordCommon), rules: rules() })
        }
        "message-sent" => ok(&MessageSent { common, email, sent: Sent::NewPassword, sign_in: href() }),
        _ => None,
    }
}

fn others(name: &str, shown: &Shown) -> Option<HttpResponse> {
    let common = common(name, shown);
    let signed_in_as = Some(EMAIL.to_owned());
    let application = || Text::ToApplication { name: "Fleet Planner".to_owned() };
    let link = Some(Link { href: "https://app.example/".to_owned(), text: application() });
    let client_name = "Fleet Planner".to_owned();
    match name {
        "consent" => ok(&Consent { common, client_name, scopes: scopes(), signed_in_as }),
        "sign-out" => ok(&SignOut { common, signed_in_as }),
        "signed-out" => ok(&SignedOut { common, link }),
        "device-code" => ok(&DeviceCode { common, user_code: String::new(), error: None }),
        "device-code-failed" => failed(&DeviceCode {
            common,
            user_code: "BCDF-GHJ".to_owned(),
            error: Some(Text::UserCodeUnknown),
        }),
        "device-confirm" => ok(&DeviceConfirm { common, client_name, user_code: "BCDF-GHJK".to_owned() }),
        "message" => {
            ok(&Message { common, title: Text::PasswordChanged, text: Text::PasswordIsChanged, link })
        }
        "error" => {
            let request_id = Some("0193f2a5-7c1e-7d6b-9a55-3f0e2b1c4d5e".to_owned());
            failed(&Error {
                common,
                title: Text::NotSignedIn,
                text: Text::AddressNotRegistered,
                request_id,
                link: None,
            })
        }
        "form-post" => {
            let fields = vec![("code".to_owned(), "abc".to_owned()), ("state".to_owned(), "xyz".to_owned())];
            ok(&FormPost { language: common.language, action: format!("{}/callback", client(shown)), fields })
        }
        "web-message" => {
            let response = json!({"code": "abc", "state": "xyz"});
            let response_json = json!({"type": "authorization_response", "response": response}).to_string();
            ok(&WebMessage { target_origin: client(shown), response_json })
        }
        _ => None,
    }
}

fn scopes() -> Vec<(String, String)> {
    let scope = |name: &str, description: &str| (name.to_owned(), description.to_owned());
    vec![
        scope("openid", ""),
        scope("email", ""),
        scope("read:invoices", "Read invoices"),
        scope("write:invoices", "Create and change invoices"),
        scope("offline_access", ""),
    ]
}
