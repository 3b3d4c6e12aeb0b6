//! A call of the Management API by someone who may make it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::{App, callers};
use guildhall_domain::policy::{Authorized, Need, authorize};
use guildhall_domain::tenant::Tenant;

use crate::failure::Failure;
use crate::request;

/// Proof that the caller's token is valid and holds what `N` demands; extracted before anything else of the request is
/// looked at, so that 401 and 403 come before 400 and 404.
pub struct Call<N: Need> {
    /// The application.
    pub app: App,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// Who calls, and the key to the tenant's data.
    pub by: Authorized<N>,
}

impl<N: Need + 'static> FromRequest for Call<N> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request::app(&request)?;
            let tenant = request::tenant(&app, &request).await?;
            let token = bearer(&request)?;
            let caller = callers::authenticate(&app, &tenant, &token, request::origin(&request)).await?;
            let by = authorize(caller).map_err(Failure::Denied)?;
            // No database holds NUL in text, so nothing has such an id.
            if request.path().contains("%00") {
                return Err(Failure::InvalidUri("The path must not contain NUL.".to_owned()));
            }
            Ok(Self { app, tenant, by })
        })
    }
}

/// The token of the `Authorization` header (RFC 6750 section 2.1).
pub(crate) fn bearer(request: &HttpRequest) -> Result<String, Failure> {
    let header = request.headers().get("authorization").ok_or(Failure::MissingAuthentication)?;
    let text = header.to_str().map_err(|_| Failure::InvalidToken)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
            Ok(token.trim().to_owned())
        }
        _ => Err(Failure::MissingAuthentication),
    }
}
