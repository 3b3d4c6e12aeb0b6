//! People: their passwords, what they are sent, and what is done with many of them at once.

mod dbconnections;
mod jobs;
mod passwords;
mod tickets;
mod user_blocks;

use std::net::IpAddr;

use guildhall_app::mail::{self, Letter};
use guildhall_app::passwords::{SignInRefusal, authenticate};
use guildhall_domain::log::Origin;
use guildhall_domain::password::Password;
use guildhall_domain::user::User;
use serde_json::{Value, json};

use tokio::task::JoinHandle;

use crate::harness::{Vendor, concurrently, here};

pub const CONNECTION: &str = "Username-Password-Authentication";
pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct Horse 1";

/// A request from an address.
pub fn from(address: &str) -> Origin {
    let ip: IpAddr = address.parse().unwrap();
    Origin { request_id: "a request".to_owned(), ip: Some(ip.to_string()), user_agent: None }
}

/// Makes a user with a password; returns the id.
pub async fn person(vendor: &Vendor) -> String {
    let new = json!({"connection": CONNECTION, "email": EMAIL, "password": PASSWORD});
    vendor.post("/users", new).await.is(201)["user_id"].as_str().unwrap().to_owned()
}

/// Signs in at an address.
pub async fn sign_in_from(
    vendor: &Vendor,
    address: &str,
    identifier: &str,
    password: &str,
) -> Result<User, SignInRefusal> {
    attempt(vendor, address, identifier, password).await.unwrap()
}

/// Begins to sign in at an address.
pub fn attempt(
    vendor: &Vendor,
    address: &str,
    identifier: &str,
    password: &str,
) -> JoinHandle<Result<User, SignInRefusal>> {
    let (app, host) = (vendor.node.app(), vendor.host().to_owned());
    let (origin, identifier, password) = (from(address), identifier.to_owned(), Password::new(password));
    concurrently(async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        authenticate(&app, &tenant, CONNECTION, &identifier, &password, &origin).await
    })
}

/// Signs in from home.
pub async fn sign_in(vendor: &Vendor, password: &str) -> Result<User, SignInRefusal> {
    sign_in_from(vendor, "192.0.2.1", EMAIL, password).await
}

/// The entries of the log of one type.
pub async fn logged(vendor: &Vendor, kind: &str) -> Vec<Value> {
    let app = vendor.node.app();
    here(async move { app.flush_events().await }).await;
    vendor.get(&format!("/logs?search=type:{kind}&take=100")).await.is(200).as_array().unwrap().clone()
}

/// The letters that were written since this was last asked.
pub async fn letters(vendor: &Vendor) -> Vec<Letter> {
    let app = vendor.node.app();
    let taken = here(async move { mail::take_due(&app).await.unwrap() }).await;
    taken.into_iter().map(|taken| taken.letter).collect()
}

/// The ticket in a text.
pub fn ticket_in(text: &str) -> String {
    let rest = text.split_once("?ticket=").unwrap_or_else(|| panic!("no ticket in {text}")).1;
    rest.split_once('#').unwrap().0.to_owned()
}
