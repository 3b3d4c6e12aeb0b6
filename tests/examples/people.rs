//! Signs people in as a browser does, for `tests/load/people`: the pages of the sign-in, then the token endpoint.
//!
//! ```text
//! people logins SECONDS CONCURRENCY    signs in again and again, each time in a new browser
//! people codes COUNT CONCURRENCY       signs in once, takes COUNT codes with that session, then exchanges them
//! people refresh-token                 signs in once and prints the form that refreshes its token
//! people hash                          prints the microseconds of CPU that one raw Argon2id hash takes
//! ```
//!
//! The first two print: how many a second, p50 and p99 in milliseconds, failures. They read TEST_HTTP, CLIENT_ID,
//! CLIENT_SECRET, REDIRECT_URI, AUDIENCE and ORGANIZATION; people are `user0@example.com` and so on, as many as
//! PEOPLE says, with the password in PASSWORD.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use regex::Regex;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use tokio::task::JoinSet;
use url::Url;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str =
    "usage: people logins SECONDS CONCURRENCY | codes COUNT CONCURRENCY | refresh-token | hash";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["logins", seconds, concurrency] => {
            logins(Duration::from_secs(seconds.parse()?), concurrency.parse()?).await
        }
        ["codes", count, concurrency] => codes(count.parse()?, concurrency.parse()?).await,
        ["refresh-token"] => refresh_token().await,
        ["hash"] => print_cost_of_a_hash(),
        _ => Err(USAGE.into()),
    }
}

/// What the test script has made.
struct Setting {
    http: Client,
    base: Url,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    audience: String,
    organization: String,
    people: usize,
    password: String,
    hidden: Regex,
    action: Regex,
}

impl Setting {
    fn read() -> Outcome<Self> {
        Ok(Self {
            http: Client::builder().redirect(Policy::none()).build()?,
            base: Url::parse(&std::env::var("TEST_HTTP")?)?,
            client_id: std::env::var("CLIENT_ID")?,
            client_secret: std::env::var("CLIENT_SECRET")?,
            redirect_uri: std::env::var("REDIRECT_URI")?,
            audience: std::env::var("AUDIENCE")?,
            organization: std::env::var("ORGANIZATION")?,
            people: std::env::var("PEOPLE")?.parse()?,
            password: std::env::var("PASSWORD")?,
            hidden: Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#)?,
            action: Regex::new(r#"<form method="post" action="([^"]*)""#)?,
        })
    }

    fn authorize(&self) -> Outcome<Url> {
        let parameters = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "openid offline_access read:reports"),
            ("audience", &self.audience),
            ("organization", &self.organization),
            ("state", "load"),
        ];
        Ok(Url::parse_with_params(self.base.join("authorize")?.as_str(), parameters)?)
    }

    async fn exchange(&self, code: &str) -> Outcome<Response> {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("redirect_uri", &self.redirect_uri),
            ("code", code),
        ];
        Ok(self.http.post(self.base.join("oauth/token")?).form(&form).send().await?)
    }
}

/// The cookies of one person.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

impl Browser {
    async fn send(&mut self, request: reqwest::RequestBuilder) -> Outcome<Response> {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await?;
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(response)
    }

    /// Follows an authorization request through the pages, to its code.
    async fn code(&mut self, setting: &Setting, person: usize) -> Outcome<String> {
        let mut response = self.send(setting.http.get(setting.authorize()?)).await?;
        for _ in 0..10 {
            let here = response.url().clone();
            if let Some(location) = response.headers().get(LOCATION) {
                let next = here.join(location.to_str()?)?;
                if next.as_str().starts_with(&setting.redirect_uri) {
                    let code = next.query_pairs().find(|(name, _)| name == "code");
                    return code.map(|(_, code)| code.into_owned()).ok_or_else(|| next.as_str().into());
                }
                response = self.send(setting.http.get(next)).await?;
                continue;
            }
            let page = response.text().await?;
            let action = setting.action.captures(&page).ok_or_else(|| format!("no form at {here}"))?;
            let mut form: BTreeMap<String, String> = setting
                .hidden
                .captures_iter(&page)
                .map(|field| (field[1].to_owned(), field[2].to_owned()))
                .collect();
            form.insert("username".to_owned(), format!("user{person}@example.com"));
            form.insert("password".to_owned(), setting.password.clone());
            let target = here.join(&action[1].replace("&amp;", "&"))?;
            response = self.send(setting.http.post(target).form(&form)).await?;
        }
        Err("the pages do not end".into())
    }
}

/// Times that things took, and how many failed.
#[derive(Default)]
struct Tally {
    times: Vec<Duration>,
    failed: usize,
}

impl Tally {
    fn add(&mut self, begun: Instant, outcome: Outcome<()>) {
        match outcome {
            Ok(()) => self.times.push(begun.elapsed()),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                self.failed += 1;
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.times.extend(other.times);
        self.failed += other.failed;
    }

    fn print(mut self, elapsed: Duration) -> Outcome<()> {
        self.times.sort_unstable();
        let at = |percent: usize| {
            let place = self.times.len() * percent / 100;
            self.times.get(place).copied().unwrap_or_default().as_secs_f64() * 1e3
        };
        let rate = self.times.len() as f64 / elapsed.as_secs_f64();
        writeln!(std::io::stdout(), "{rate:.1} {:.2} {:.2} {}", at(50), at(99), self.failed)?;
        Ok(())
    }
}

async fn logins(duration: Duration, concurrency: usize) -> Outcome<()> {
    let setting = Arc::new(Setting::read()?);
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let (setting, next) = (setting.clone(), next.clone());
        tasks.spawn(async move {
            let mut tally = Tally::default();
            while begun.elapsed() < duration {
                let person = next.fetch_add(1, Ordering::Relaxed) % setting.people;
                let begun = Instant::now();
                let outcome = Browser::default().code(&setting, person).await.map(|_| ());
                tally.add(begun, outcome);
            }
            tally
        });
    }
    let mut all = Tally::default();
    while let Some(tally) = tasks.join_next().await {
        all.merge(tally?);
    }
    all.print(begun.elapsed())
}

async fn codes(count: usize, concurrency: usize) -> Outcome<()> {
    let setting = Arc::new(Setting::read()?);
    let mut browser = Browser::default();
    let mut codes = Vec::with_capacity(count);
    for _ in 0..count {
        codes.push(browser.code(&setting, 0).await?);
    }
    let codes = Arc::new(std::sync::Mutex::new(codes));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let (setting, codes) = (setting.clone(), codes.clone());
        tasks.spawn(async move {
            let mut tally = Tally::default();
            loop {
                let code = codes.lock().map(|mut codes| codes.pop()).unwrap_or_default();
                let Some(code) = code else { return tally };
                let begun = Instant::now();
                let outcome = async {
                    setting.exchange(&code).await?.error_for_status()?.bytes().await.map_err(Into::into)
                };
                tally.add(begun, outcome.await.map(|_| ()));
            }
        });
    }
    let mut all = Tally::default();
    while let Some(tally) = tasks.join_next().await {
        all.merge(tally?);
    }
    all.print(begun.elapsed())
}

async fn refresh_token() -> Outcome<()> {
    let setting = Setting::read()?;
    let code = Browser::default().code(&setting, 0).await?;
    let tokens: serde_json::Value = setting.exchange(&code).await?.json().await?;
    let token = tokens["refresh_token"].as_str().ok_or_else(|| format!("no refresh token: {tokens}"))?;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &setting.client_id),
        ("client_secret", &setting.client_secret),
        ("refresh_token", token),
    ];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    writeln!(std::io::stdout(), "{form}")?;
    Ok(())
}

/// Hashes for two seconds and prints the CPU time of one hash.
fn print_cost_of_a_hash() -> Outcome<()> {
    let (start, mut hashes) = (Instant::now(), 0_u32);
    let before = cpu_time()?;
    while start.elapsed() < Duration::from_secs(2) {
        guildhall_tokens::password::PasswordHash::of("correct horse battery staple");
        hashes += 1;
    }
    let each = (cpu_time()? - before).as_secs_f64() * 1e6 / f64::from(hashes);
    writeln!(std::io::stdout(), "{each:.0}")?;
    Ok(())
}

/// What this thread has used so far: the first number of its `schedstat`, in nanoseconds.
fn cpu_time() -> Outcome<Duration> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = line.split_whitespace().next().ok_or("schedstat is empty")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}
