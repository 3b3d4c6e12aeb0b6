//! `/tenants/settings`. Contract section 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, patch};
use guildhall_app::tenant_settings;
use guildhall_domain::policy::needs;
use guildhall_domain::tenant_settings::SettingsPatch;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::{Fields, Query};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(get).service(update);
}

/// Returns the settings of the tenant.
#[utoipa::path(
    tag = "tenants",
    operation_id = "get_tenants_settings",
    params(Fields),
    responses(
        (status = 200, description = "The settings.", body = SettingsPatch),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:tenant_settings"]))
)]
#[get("/tenants/settings")]
async fn get(call: Call<needs::ReadTenantSettings>, query: Query) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    let settings = tenant_settings::get(&call.app, &call.by).await?;
    Ok(HttpResponse::Ok().json(fields.of(&settings)))
}

/// Changes the settings of the tenant; `flags` and `limits` that the body does not name stay as they are.
#[utoipa::path(
    tag = "tenants",
    operation_id = "patch_tenants_settings",
    request_body = SettingsPatch,
    responses(
        (status = 200, description = "The settings after the change.", body = SettingsPatch),
        (status = 400, description = "A setting cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["update:tenant_settings"]))
)]
#[patch("/tenants/settings")]
async fn update(call: Call<needs::UpdateTenantSettings>, body: Body) -> Result<HttpResponse, Failure> {
    let patch: SettingsPatch = body.read()?;
    Ok(HttpResponse::Ok().json(tenant_settings::update(&call.app, &call.by, patch).await?))
}
