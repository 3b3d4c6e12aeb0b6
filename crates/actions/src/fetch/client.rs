//! Sends the requests of scripts.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, redirect};
use url::{Host, Url};

use super::address::is_public;
use super::{AllowedHosts, PrivateNetworks, Request, Response};

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;
/// The longest body, either way, in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// The most bytes that the headers of a request may have together.
const LONGEST_HEADERS: usize = 16 * 1024;

/// What a script may do.
const METHODS: &[Method] =
    &[Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// Headers that say how the request is sent, which is not for the script to say.
const OURS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Sends the requests of scripts. Clones share what they are made of.
#[derive(Debug, Clone)]
pub struct Client {
    http: Arc<OnceLock<reqwest::Client>>,
    networks: PrivateNetworks,
    timeout: Duration,
}

/// A name of which no address is public.
#[derive(Debug, thiserror::Error)]
#[error("no public address")]
struct NotPublic;

impl Client {
    /// A client that gives up on an answer after `timeout`.
    pub fn new(networks: PrivateNetworks, timeout: Duration) -> Self {
        Self { http: Arc::default(), networks, timeout }
    }

    /// What sends requests. Reading the certificate roots takes a while, so it is made when the first script fetches.
    fn http(&self) -> Result<&reqwest::Client, String> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            // The addresses that were looked at are those that are connected to.
            .dns_resolver(Arc::new(Resolver(self.networks)))
            // One run's connection is not another's.
            .pool_max_idle_per_host(0)
            .user_agent("Guildhall-Actions")
            .build()
            .map_err(|error| format!("fetch: no request can be sent: {error}"))?;
        Ok(self.http.get_or_init(|| http))
    }

    /// Sends a request, follows up to five redirects, and checks each address against `allowed`.
    ///
    /// # Errors
    /// A message for the script: it names the host or the reason and nothing of the network.
    pub async fn fetch(&self, allowed: &AllowedHosts, request: Request) -> Result<Response, String> {
        let timeout = tokio::time::timeout(self.timeout, self.follow(allowed, request));
        timeout.await.unwrap_or_else(|_| Err("fetch: no answer in time".to_owned()))
    }

    async fn follow(&self, allowed: &AllowedHosts, request: Request) -> Result<Response, String> {
        let mut url = Url::parse(&request.url).map_err(|error| format!("fetch: {error}"))?;
        let mut method = method(&request.method)?;
        let mut headers = headers(&request.headers)?;
        let mut body = request.body;
        if body.as_ref().is_some_and(|body| body.len() > LONGEST_BODY) {
            return Err(format!("fetch: the body has more than {LONGEST_BODY} bytes"));
        }
        for _ in 0..=MOST_REDIRECTS {
            self.check(allowed, &url)?;
            let mut sent = self.http()?.request(method.clone(), url.clone()).headers(headers.clone());
            if let Some(body) = &body {
                sent = sent.body(body.clone());
            }
            let answer = sent.send().await.map_err(|error| reason(&url, &error))?;
            let Some(next) = next(&url, &answer) else { return read(url, answer).await };
            // Fetch standard, section 4.5 (HTTP-redirect fetch).
            let status = answer.status();
            let becomes_get = match status {
                StatusCode::SEE_OTHER => method != Method::GET && method != Method::HEAD,
                StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => method == Method::POST,
                _ => false,
            };
            if becomes_get {
                method = Method::GET;
                body = None;
                for name in [
                    header::CONTENT_TYPE,
                    header::CONTENT_ENCODING,
                    header::CONTENT_LANGUAGE,
                    header::CONTENT_LOCATION,
                ] {
                    headers.remove(name);
                }
            }
            if next.origin() != url.origin() {
                headers.remove(header::AUTHORIZATION);
                headers.remove(header::COOKIE);
            }
            url = next;
        }
        Err(format!("fetch: more than {MOST_REDIRECTS} redirects"))
    }

    /// Whether a request may go there.
    fn check(&self, allowed: &AllowedHosts, url: &Url) -> Result<(), String> {
        let Some(host) = url.host() else { return Err("fetch: the URL has no host".to_owned()) };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("fetch: the URL has a user name or password".to_owned());
        }
        if !allowed.allow(url) {
            let origin = url.origin().ascii_serialization();
            return Err(format!("fetch: {origin} is not among the hosts that Actions may reach"));
        }
        // The resolver is not asked about these.
        let address = match host {
            Host::Ipv4(address) => IpAddr::V4(address),
            Host::Ipv6(address) => IpAddr::V6(address),
            Host::Domain(_) => return Ok(()),
        };
        if self.networks == PrivateNetworks::Refused && !is_public(address) {
            return Err(format!("fetch: {host} is not a public address"));
        }
        Ok(())
    }
}

/// Resolves names as the system does, and keeps the public addresses.
struct Resolver(PrivateNetworks);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found
                .filter(|address| networks == PrivateNetworks::Allowed || is_public(address.ip()))
                .collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn method(name: &str) -> Result<Method, String> {
    let known = METHODS.iter().find(|method| method.as_str() == name);
    known.cloned().ok_or_else(|| format!("fetch: the method {name:?} is not available in Guildhall"))
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, String> {
    let bytes: usize = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > LONGEST_HEADERS {
        return Err(format!("fetch: the headers have more than {LONGEST_HEADERS} bytes"));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let invalid = |_| format!("fetch: {name:?} is not a header, or its value is not one");
        let header = HeaderName::try_from(name).map_err(|_| invalid(()))?;
        if OURS.contains(&header.as_str()) {
            return Err(format!("fetch: the header {header} is not for the script to set"));
        }
        headers.append(header, HeaderValue::try_from(value).map_err(|_| invalid(()))?);
    }
    Ok(headers)
}

/// Where an answer redirects to.
fn next(url: &Url, answer: &reqwest::Response) -> Option<Url> {
    use StatusCode as S;
    let redirects =
        [S::MOVED_PERMANENTLY, S::FOUND, S::SEE_OTHER, S::TEMPORARY_REDIRECT, S::PERMANENT_REDIRECT];
    let location = answer.headers().get(header::LOCATION).filter(|_| redirects.contains(&answer.status()))?;
    url.join(location.to_str().ok()?).ok()
}

async fn read(url: Url, mut answer: reqwest::Response) -> Result<Response, String> {
    let status = answer.status().as_u16();
    let headers = answer.headers().iter().filter(|(name, _)| *name != header::SET_COOKIE);
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| reason(&url, &error))? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(format!("fetch: the answer has more than {LONGEST_BODY} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Response { url: url.into(), status, headers, body })
}

/// Why there was no answer, without the addresses that the error knows.
fn reason(url: &Url, error: &reqwest::Error) -> String {
    let host = url.host_str().unwrap_or_default();
    let mut causes =
        std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (**cause).source());
    if causes.any(|cause| cause.is::<NotPublic>()) {
        format!("fetch: {host} has no public address")
    } else if error.is_connect() {
        format!("fetch: no connection to {host}")
    } else {
        format!("fetch: the request to {host} failed")
    }
}
