//! The tokens of people: by a sign-in through the web application, and by refreshes that lead elsewhere.

use reqwest::Method;

use super::{Issued, Outcome, asking, sent};
use crate::harness::{Answer, Machine, Vendor};
use crate::one_truth::World;
use crate::one_truth::furnish::{SIGNING_IN, email};
use crate::one_truth::model::{NAMES, Place, Subject};
use crate::sign_in::browser::{Browser, returned};
use crate::sign_in::{CALLBACK, PASSWORD};

/// What is asked for beside permissions.
const OPENID: [&str; 3] = ["openid", "profile", "offline_access"];

/// Signs people in, and asks for tokens of each in each place.
pub async fn compare(world: &mut World) -> Vec<Issued> {
    let (vendor, web) = (world.vendor.clone(), world.ids.web.clone());
    let mut issued = Vec::new();
    for user in 0..SIGNING_IN.min(world.model.users.len()) {
        let browser = Browser::new(&vendor);
        let is_signed_in = sign_in(&browser, &web, user).await;
        world.same((user, "signs in"), is_signed_in, !world.model.users[user].is_blocked);
        if !is_signed_in {
            continue;
        }
        for place in world.model.places() {
            let asked = [&OPENID[..], &world.dice.few(&NAMES)].concat();
            let (mut parameters, _) = asking(world, place);
            parameters.push(("scope", asked.join(" ")));
            let answer = ask(&browser, &web, &sent(&parameters)).await;
            let tokens = match &answer {
                Ok(code) => Ok(exchange(&vendor, &web, code).await),
                Err(refused) => Err(refused.clone()),
            };
            let said = tokens.as_ref().map_or_else(|code| Outcome::Refused(code.clone()), Outcome::of);
            let right = Outcome::right(world, place, world.model.issued_to_person(user, place, &asked));
            world.same((user, &parameters), said, right);
            if let Ok(tokens) = tokens {
                let body = tokens.body();
                refresh(world, user, place, body["refresh_token"].as_str().unwrap(), &asked).await;
                issued.push(Issued { subject: Subject::User(user), place, token: tokens.token() });
            }
        }
    }
    issued
}

/// Whether the user comes back to the application by the password.
async fn sign_in(browser: &Browser<'_>, web: &Machine, user: usize) -> bool {
    let page = browser.authorize(&request(web, &[("scope", "openid")])).await;
    let answer = browser.submit(&page, &[("username", &email(user)), ("password", PASSWORD)]).await;
    answer.header("location").starts_with(CALLBACK)
}

/// A code, or the code of the refusal.
async fn ask(browser: &Browser<'_>, web: &Machine, parameters: &[(&str, &str)]) -> Result<String, String> {
    let mut brought = returned(&browser.authorize(&request(web, parameters)).await, CALLBACK);
    brought.remove("code").ok_or_else(|| brought.remove("error").unwrap_or_default())
}

fn request<'a>(web: &'a Machine, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("client_id", web.id.as_str()), ("redirect_uri", CALLBACK), ("response_type", "code")];
    [&own, more].concat()
}

async fn exchange(vendor: &Vendor, web: &Machine, code: &str) -> Answer {
    let form = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", code)];
    grant(vendor, web, &form).await
}

async fn grant(vendor: &Vendor, web: &Machine, form: &[(&str, &str)]) -> Answer {
    let own = [("client_id", web.id.as_str()), ("client_secret", web.secret.as_str())];
    vendor.send(vendor.request(Method::POST, "/oauth/token").form(&[&own, form].concat())).await
}

/// Uses a refresh token in any organization.
async fn refresh(world: &mut World, user: usize, from: Place, refresh_token: &str, asked: &[&'static str]) {
    let organization = world.dice.below(world.model.organizations.len());
    let place = Place { organization: Some(organization), ..from };
    let (mut parameters, by_own_audience) = asking(world, place);
    parameters.push(("refresh_token", refresh_token.to_owned()));
    parameters.push(("grant_type", "refresh_token".to_owned()));
    let answer = grant(&world.vendor, &world.ids.web, &sent(&parameters)).await;
    let right = match world.model.belongs(Subject::User(user), place) {
        true => world.model.issued_to_person(user, place, asked),
        // It must not show whether there is such an organization.
        false if by_own_audience => Err("access_denied"),
        false => Err("invalid_request"),
    };
    let right = Outcome::right(world, place, right);
    world.same((user, from, &parameters), Outcome::of(&answer), right);
}
