//! A call of the My Organization API by someone who may make it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::App;
use guildhall_app::my_organization::caller;
use guildhall_domain::policy::{AuthorizedIn, Need, authorize_in};
use guildhall_domain::tenant::Tenant;

use crate::call::bearer;
use crate::failure::Failure;
use crate::request;

/// Proof that the caller's token is valid, names an organization to which the caller belongs, and holds what `N` demands;
/// extracted before anything else of the request is looked at.
pub struct Call<N: Need> {
    /// The application.
    pub app: App,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// Who calls, and the key to the organization's data.
    pub by: AuthorizedIn<N>,
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
            let origin = request::origin(&request);
            let (caller, organization) = caller::authenticate(&app, &tenant, &token, origin).await?;
            let by = authorize_in(caller, organization).map_err(Failure::Denied)?;
            // No database holds NUL in text, so nothing has such an id.
            if request.path().contains("%00") {
                return Err(Failure::InvalidUri("The path must not contain NUL.".to_owned()));
            }
            Ok(Self { app, tenant, by })
        })
    }
}
