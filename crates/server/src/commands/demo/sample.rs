//! A tiny web app of the demo's vendor, on a port of its own: sign in, switch between customers, look at the claims.
//! It is a sample of a client, and no part of the server: tokens come to it by the same requests as to any other.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post, web};
use askama::Template;
use guildhall_server::Error;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::{failed, pretty};

/// Someone of the demo.
#[derive(Clone)]
pub struct Person {
    pub email: &'static str,
    pub password: &'static str,
    pub belongs_to: String,
}

/// A customer of the demo's vendor.
#[derive(Clone)]
pub struct Customer {
    pub id: String,
    pub name: &'static str,
}

/// What the sample knows of the server.
pub struct Registration {
    pub issuer: String,
    pub address: SocketAddr,
    pub client_id: String,
    pub client_secret: String,
    pub audience: &'static str,
    pub people: Vec<Person>,
    pub customers: Vec<Customer>,
}

/// The token answer's field that OpenID Connect adds.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Tokens = StandardTokenResponse<IdToken, BasicTokenType>;
type OAuth = Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

struct Sample {
    registration: Registration,
    oauth: OAuth,
    http: reqwest::Client,
    browsers: Mutex<HashMap<String, Browser>>,
}

/// What is kept for one browser.
#[derive(Default)]
struct Browser {
    asked: Option<(CsrfToken, PkceCodeVerifier)>,
    refresh_token: Option<RefreshToken>,
    shown: Vec<Shown>,
}

/// The tokens of one customer, decoded.
#[derive(Clone)]
struct Shown {
    customer: String,
    id_token: String,
    access_token: String,
}

#[derive(Template)]
#[template(path = "sample.html")]
struct Page<'a> {
    error: Option<&'a str>,
    people: &'a [Person],
    customers: &'a [Customer],
    tokens: &'a [Shown],
}

const COOKIE: &str = "guildhall_sample";

/// Serves the sample until the process ends.
///
/// # Errors
/// [`Error`] when a setting is not an address.
pub fn serve(listener: TcpListener, registration: Registration) -> Result<(), Error> {
    let callback = format!("http://localhost:{}/callback", registration.address.port());
    let oauth = Client::new(ClientId::new(registration.client_id.clone()))
        .set_client_secret(ClientSecret::new(registration.client_secret.clone()))
        .set_auth_uri(AuthUrl::new(format!("{}authorize", registration.issuer)).map_err(failed)?)
        .set_token_uri(TokenUrl::new(format!("{}oauth/token", registration.issuer)).map_err(failed)?)
        .set_redirect_uri(RedirectUrl::new(callback).map_err(failed)?);
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().map_err(failed)?;
    let sample = web::Data::new(Sample { registration, oauth, http, browsers: Mutex::default() });
    let app = move || {
        App::new()
            .app_data(sample.clone())
            .service(home)
            .service(style)
            .service(sign_in)
            .service(callback_page)
            .service(switch)
            .service(sign_out)
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).map_err(failed)?.run();
    tokio::spawn(server);
    Ok(())
}

impl Sample {
    fn with<T>(&self, request: &HttpRequest, act: impl FnOnce(&mut Browser) -> T) -> T {
        let key = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
        let mut browsers = self.browsers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        act(browsers.entry(key).or_default())
    }

    fn page(&self, request: &HttpRequest, error: Option<&str>) -> HttpResponse {
        let tokens = self.with(request, |browser| browser.shown.clone());
        let Registration { people, customers, .. } = &self.registration;
        let html = Page { error, people, customers, tokens: &tokens }.render().unwrap_or_default();
        let mut answer = HttpResponse::Ok();
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'"));
        if request.cookie(COOKIE).is_none() {
            let value = CsrfToken::new_random().into_secret();
            answer.cookie(
                Cookie::build(COOKIE, value).http_only(true).same_site(SameSite::Lax).path("/").finish(),
            );
        }
        answer.body(html)
    }

    /// Keeps what the server gave and shows it beside what it gave before.
    fn keep(&self, request: &HttpRequest, tokens: &Tokens) {
        let id_token = tokens.extra_fields().id_token.as_deref().map(pretty).unwrap_or_default();
        let access_token = pretty(tokens.access_token().secret());
        let customers = &self.registration.customers;
        let customer = customers.iter().find(|customer| access_token.contains(&customer.id));
        let customer = customer.map_or("No customer", |customer| customer.name).to_owned();
        self.with(request, |browser| {
            browser.shown.retain(|shown| shown.customer != customer);
            browser.shown.push(Shown { customer, id_token, access_token });
            if let Some(refresh_token) = tokens.refresh_token() {
                browser.refresh_token = Some(refresh_token.clone());
            }
        });
    }

    async fn call(&self, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, reqwest::Error> {
        let response = self.http.execute(reqwest::Request::try_from(request)?).await?;
        let mut answer = oauth2::HttpResponse::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        *answer.body_mut() = response.bytes().await?.to_vec();
        Ok(answer)
    }
}

fn to(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

#[get("/")]
async fn home(sample: web::Data<Sample>, request: HttpRequest) -> HttpResponse {
    sample.page(&request, None)
}

#[get("/sample.css")]
async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css").body(include_str!("../../../templates/sample.css"))
}

#[get("/sign-in")]
async fn sign_in(sample: web::Data<Sample>, request: HttpRequest) -> HttpResponse {
    if request.cookie(COOKIE).is_none() {
        return to("/");
    }
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = ["openid", "profile", "email", "offline_access", "read:invoices", "write:invoices"];
    let (url, state) = sample
        .oauth
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
        .add_extra_param("audience", sample.registration.audience)
        .set_pkce_challenge(challenge)
        .url();
    sample.with(&request, |browser| browser.asked = Some((state, verifier)));
    to(url.as_str())
}

#[derive(Deserialize)]
struct Callback {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

#[get("/callback")]
async fn callback_page(
    sample: web::Data<Sample>,
    request: HttpRequest,
    query: web::Query<Callback>,
) -> HttpResponse {
    let answer = query.into_inner();
    if let Some(error) = answer.error {
        let description = answer.error_description.unwrap_or_default();
        return sample.page(&request, Some(&format!("{error}: {description}")));
    }
    let asked = sample.with(&request, |browser| browser.asked.take());
    let (Some(code), Some((state, verifier))) = (answer.code, asked) else {
        return sample.page(&request, Some("Nothing was asked for here. Sign in again."));
    };
    if answer.state.as_ref() != Some(state.secret()) {
        return sample.page(&request, Some("The answer belongs to another request. Sign in again."));
    }
    let exchange = sample.oauth.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(verifier);
    match exchange.request_async(&|request| sample.call(request)).await {
        Ok(tokens) => {
            sample.keep(&request, &tokens);
            to("/")
        }
        Err(error) => sample.page(&request, Some(&error.to_string())),
    }
}

#[derive(Deserialize)]
struct Switch {
    organization: String,
}

#[post("/switch")]
async fn switch(sample: web::Data<Sample>, request: HttpRequest, form: web::Form<Switch>) -> HttpResponse {
    let Some(refresh_token) = sample.with(&request, |browser| browser.refresh_token.clone()) else {
        return to("/");
    };
    let exchange = sample
        .oauth
        .exchange_refresh_token(&refresh_token)
        .add_extra_param("organization", form.organization.as_str());
    match exchange.request_async(&|request| sample.call(request)).await {
        Ok(tokens) => {
            sample.keep(&request, &tokens);
            to("/")
        }
        Err(oauth2::RequestTokenError::ServerResponse(refused)) => {
            sample.page(&request, Some(&format!("The server refused: {refused}")))
        }
        Err(error) => sample.page(&request, Some(&error.to_string())),
    }
}

#[get("/sign-out")]
async fn sign_out(sample: web::Data<Sample>, request: HttpRequest) -> HttpResponse {
    sample.with(&request, |browser| *browser = Browser::default());
    let Registration { issuer, client_id, address, .. } = &sample.registration;
    to(&format!("{issuer}v2/logout?client_id={client_id}&returnTo=http://localhost:{}/", address.port()))
}
