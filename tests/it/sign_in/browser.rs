//! A browser without a screen: it keeps cookies, follows links within the server, fills in forms.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Url};

use crate::harness::{Answer, Vendor, here};

/// A browser.
pub struct Browser<'a> {
    vendor: &'a Vendor,
    http: Client,
    cookies: Mutex<BTreeMap<String, String>>,
    /// The address that a proxy would say it comes from.
    from: Option<String>,
}

impl<'a> Browser<'a> {
    pub fn new(vendor: &'a Vendor) -> Self {
        let http = Client::builder().redirect(Policy::none()).no_proxy().tls_certs_only([]).build().unwrap();
        Self { vendor, http, cookies: Mutex::default(), from: None }
    }

    /// A browser elsewhere, behind a proxy that says where.
    pub fn from(vendor: &'a Vendor, address: &str) -> Self {
        Self { from: Some(address.to_owned()), ..Self::new(vendor) }
    }

    /// The cookies, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Goes to an address of the server, and on to where it leads there.
    pub async fn go(&self, path: &str) -> Answer {
        let answer = self.send(self.request(Method::GET, path)).await;
        self.follow(answer).await
    }

    /// Goes to `/authorize` with these parameters.
    pub async fn authorize(&self, parameters: &[(&str, &str)]) -> Answer {
        let parameters: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
        let query = Url::parse_with_params("http://x/authorize", parameters).unwrap();
        self.go(&format!("/authorize?{}", query.query().unwrap_or_default())).await
    }

    /// Sends the form of a page with these fields.
    pub async fn submit(&self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let state = hidden(page, "state");
        let csrf = hidden(page, "csrf");
        self.send_form(&action(page), &[&[("state", state.as_str()), ("csrf", &csrf)], fields].concat()).await
    }

    /// Sends a form.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.vendor.issuer.trim_end_matches('/').to_owned();
        self.send_form_from(Some(&origin), path, fields).await
    }

    /// Sends a form from a page of this origin, as every browser says.
    pub async fn send_form_from(&self, origin: Option<&str>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Method::POST, path).form(fields);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = self.send(request).await;
        self.follow(answer).await
    }

    /// Takes on the cookies of another browser.
    pub fn take_on(&self, cookies: BTreeMap<String, String>) {
        self.cookies.lock().unwrap().extend(cookies);
    }

    async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            if !leads_on(&answer) || !answer.header("location").starts_with('/') {
                return answer;
            }
            let to = answer.header("location").to_owned();
            answer = self.send(self.request(Method::GET, &to)).await;
        }
        panic!("{} leads in a circle", answer.asked);
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.vendor.node.base);
        let mut request = self.http.request(method, address).header("host", self.vendor.host());
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header("cookie", pairs.join("; ")) }
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let asked = format!("{} {}", request.method(), request.url().path());
        let answer = here(async move { Answer::read(asked, client.execute(request).await?).await }).await;
        let answer = answer.unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in answer.headers.get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => cookies.remove(name),
                false => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        drop(cookies);
        answer
    }
}

/// Whether an answer is a redirect: of the kind that goes with how it was asked.
#[track_caller]
fn leads_on(answer: &Answer) -> bool {
    let expected = if answer.asked.starts_with("GET") { 302 } else { 303 };
    assert!(answer.status / 100 != 3 || answer.status == expected, "{}: {}", answer.asked, answer.status);
    answer.status == expected
}

/// The value of a hidden field of a page.
#[track_caller]
pub fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) =
        page.text.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {}: {}", page.asked, page.text));
    rest.split('"').next().unwrap().to_owned()
}

/// Where the form of a page goes.
#[track_caller]
pub fn action(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("method=\"post\" action=\"")
        .unwrap_or_else(|| panic!("no form in {}: {}", page.asked, page.text));
    rest.split('"').next().unwrap().to_owned()
}

/// The parameters that an answer brings to an address of the client: of its query, or of its fragment.
#[track_caller]
pub fn returned(answer: &Answer, to: &str) -> BTreeMap<String, String> {
    assert!(leads_on(answer), "{}: {} {}", answer.asked, answer.status, answer.text);
    let location = answer.header("location");
    assert!(location.starts_with(to), "{} leads to {location}", answer.asked);
    let mut url = Url::parse(location).unwrap();
    if let Some(fragment) = url.fragment().map(str::to_owned) {
        url.set_query(Some(&fragment));
    }
    url.query_pairs().into_owned().collect()
}
