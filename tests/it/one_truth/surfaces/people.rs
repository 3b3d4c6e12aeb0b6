//! The tokens of people: by a sign-in through the web application, and by refreshes that lead elsewhere.

use super::person::Person;
use super::{Issued, Outcome, asking, previews, sent};
use crate::one_truth::World;
use crate::one_truth::furnish::{DEVICE, SIGNING_IN, identifier};
use crate::one_truth::model::{NAMES, Place, Subject};

/// What is asked for beside permissions.
const OPENID: [&str; 3] = ["openid", "profile", "offline_access"];

/// Signs people in, and asks for tokens of each in each place.
pub async fn compare(world: &mut World) -> Vec<Issued> {
    let (vendor, web) = (world.vendor.clone(), world.ids.web.clone());
    let mut issued = Vec::new();
    for user in 0..SIGNING_IN.min(world.model.users.len()) {
        let person = Person::new(&vendor, &web, user);
        let is_signed_in = person.sign_in().await;
        world.same((user, "signs in"), is_signed_in, !world.model.users[user].is_blocked);
        if is_signed_in {
            for place in world.model.places() {
                issued.extend(compare_in(world, &person, user, place).await);
            }
        }
    }
    issued
}

/// Asks by every way that leads to tokens.
async fn compare_in(world: &mut World, person: &Person<'_>, user: usize, place: Place) -> Option<Issued> {
    let subject = Subject::User(user);
    let asked = [&OPENID[..], &world.dice.few(&NAMES)].concat();
    let (mut parameters, _) = asking(world, place);
    parameters.push(("scope", asked.join(" ")));
    let right =
        |world: &World| Outcome::right(world, place, world.model.issued_to_person(user, place, &asked));

    let came = person.by_code(&sent(&parameters)).await;
    world.same((user, "code", &parameters), Outcome::of(&came), right(world));
    previews::compare(world, "authorization_code", subject, &parameters, &came).await;
    if world.dice.yes(30) {
        let came = person.by_browser(&sent(&parameters)).await;
        world.same((user, "browser", &parameters), Outcome::of(&came), right(world));
        previews::compare(world, "implicit", subject, &parameters, &came).await;
    }
    if place.organization.is_none() {
        let came = person.by_device(&sent(&parameters)).await;
        world.same((user, "device", &parameters), Outcome::of(&came), right(world));
        // Who is refused sees that on a page, which is more than the device is told.
        if came.get("access_token").is_some() {
            previews::compare(world, DEVICE, subject, &parameters, &came).await;
        }
    }
    let token = came["access_token"].as_str()?.to_owned();
    let refresh_token = came["refresh_token"].as_str().expect("a refresh token").to_owned();
    let came = person.by_refresh(&refresh_token, &[]).await;
    world.same((user, "refresh", &parameters), Outcome::of(&came), right(world));
    previews::compare(world, "refresh_token", subject, &parameters, &came).await;
    narrow(world, person, user, place, &refresh_token, &asked).await;
    Some(Issued { subject, place, token, refresh: Some((refresh_token, asked)) })
}

/// Uses all refresh tokens again, for what the sign-ins were for.
pub async fn refresh_again(world: &mut World, issued: &[Issued]) {
    let (vendor, web) = (world.vendor.clone(), world.ids.web.clone());
    for Issued { subject, place, refresh, .. } in issued {
        let (Subject::User(user), Some((refresh_token, asked))) = (*subject, refresh) else { continue };
        let came = Person::new(&vendor, &web, user).by_refresh(refresh_token, &[]).await;
        let right = Outcome::right(world, *place, world.model.refreshed(user, *place, asked));
        world.same((user, "refresh", place), Outcome::of(&came), right);
        let mut parameters = vec![("audience", identifier(place.api)), ("scope", asked.join(" "))];
        parameters.extend(world.ids.organization(*place).map(|id| ("organization", id.clone())));
        previews::compare(world, "refresh_token", *subject, &parameters, &came).await;
    }
}

/// Uses a refresh token in any organization.
async fn narrow(
    world: &mut World,
    person: &Person<'_>,
    user: usize,
    from: Place,
    refresh_token: &str,
    asked: &[&'static str],
) {
    let organization = world.dice.below(world.model.organizations.len());
    let place = Place { organization: Some(organization), ..from };
    let (parameters, by_own_audience) = asking(world, place);
    let came = person.by_refresh(refresh_token, &sent(&parameters)).await;
    let right = match world.model.belongs(Subject::User(user), place) {
        true => world.model.issued_to_person(user, place, asked),
        // It must not show whether there is such an organization.
        false if by_own_audience => Err("access_denied"),
        false => Err("invalid_request"),
    };
    let right = Outcome::right(world, place, right);
    world.same((user, from, "refresh", &parameters), Outcome::of(&came), right);
}
