//! What every request has: an id, an address, a tenant.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, web};
use guildhall_app::App;
use guildhall_app::triggers::{HttpRequest as Asked, Sent};
use guildhall_domain::id::RequestId;
use guildhall_domain::log::Origin;
use guildhall_domain::tenant::Tenant;

use crate::failure::Failure;
use crate::proxies::TrustedProxies;

/// The longest user agent that is kept, in characters.
const MAX_USER_AGENT: usize = 512;

/// Where the request comes from.
pub fn origin(request: &HttpRequest) -> Origin {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    Origin {
        request_id: request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default(),
        ip: request.peer_addr().map(|peer| client(request, peer.ip()).to_string()),
        user_agent: header("user-agent").map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
    }
}

/// The request as Actions are told of it.
pub fn http<'a>(request: &'a HttpRequest, origin: &'a Origin, sent: Sent<'a>) -> Asked<'a> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let language = header("accept-language");
    Asked { method: request.method().as_str(), language, sent, origin }
}

/// The address of whom the request is for.
fn client(request: &HttpRequest, peer: IpAddr) -> IpAddr {
    match request.app_data::<web::Data<TrustedProxies>>() {
        Some(proxies) => proxies.client(peer, request.headers()),
        None => peer.to_canonical(),
    }
}

/// The application.
pub fn app(request: &HttpRequest) -> Result<App, Failure> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Failure::internal("no application"))?;
    Ok(App::clone(app))
}

/// The tenant of the request's host.
pub async fn tenant(app: &App, request: &HttpRequest) -> Result<Arc<Tenant>, Failure> {
    let host = request.head().headers().get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    app.tenant_of_host(host).await?.ok_or(Failure::NoTenant)
}
