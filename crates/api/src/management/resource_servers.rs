//! `/resource-servers`. Contract section 5.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::resource_servers;
use guildhall_domain::policy::needs;
use guildhall_domain::resource_server::{NewResourceServer, ResourceServer, ResourceServerPatch};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(ResourceServerList, resource_servers: ResourceServer);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// The id or identifier in a path, as it may have been meant: clients encode identifiers once or twice.
pub(super) fn references(text: &str) -> Vec<String> {
    let mut forms = vec![text.to_owned()];
    while let Some(last) = forms.last()
        && let Ok(decoded) = percent_decode_str(last).decode_utf8()
        && decoded != *last
        && forms.len() < 4
    {
        let decoded = decoded.into_owned();
        forms.push(decoded);
    }
    // No database holds NUL in text.
    forms.retain(|form| !form.contains('\0'));
    forms
}

/// Which APIs are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// At most 10 identifiers, each in a parameter of its own.
    #[serde(default)]
    #[param(max_items = 10)]
    identifiers: Vec<String>,
}

/// Lists APIs, without their secrets.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "get_resource_servers",
    params(Paging, Filter, Fields),
    responses(
        (status = 200, description = "The APIs.", body = ResourceServerList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:resource_servers"]))
)]
#[get("/resource-servers")]
async fn list(call: Call<needs::ReadResourceServers>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, filter, fields): (Paging, Filter, Fields) = query.read3()?;
    if filter.identifiers.len() > 10 {
        return Err(Failure::query(
            "Query validation error: 'Array is too long, maximum 10' on property identifiers.",
        ));
    }
    let request = paging.request()?;
    let page = resource_servers::list(&call.app, &call.by, &request, &filter.identifiers).await?;
    Ok(listing::listing("resource_servers", &request, &page.map(|api| fields.of(&api))))
}

/// Creates an API.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "post_resource_servers",
    request_body = NewResourceServer,
    responses(
        (status = 201, description = "The API.", body = ResourceServer),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the tenant holds enough.", body = ErrorBody),
        (status = 409, description = "The identifier is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["create:resource_servers"]))
)]
#[post("/resource-servers")]
async fn create(call: Call<needs::CreateResourceServers>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewResourceServer = body.read()?;
    Ok(HttpResponse::Created().json(resource_servers::create(&call.app, &call.by, new).await?))
}

/// Returns an API.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "get_resource_servers_by_id",
    params(("id" = String, Path, description = "The id or the identifier of the API."), Fields),
    responses(
        (status = 200, description = "The API.", body = ResourceServer),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such API.", body = ErrorBody),
    ),
    security(("bearer" = ["read:resource_servers"]))
)]
#[get("/resource-servers/{id}")]
async fn get(
    call: Call<needs::ReadResourceServers>,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    let api = resource_servers::get(&call.app, &call.by, &references(&id)).await?;
    Ok(HttpResponse::Ok().json(fields.of(&api)))
}

/// Changes an API.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "patch_resource_servers_by_id",
    params(("id" = String, Path, description = "The id or the identifier of the API.")),
    request_body = ResourceServerPatch,
    responses(
        (status = 200, description = "The API after the change.", body = ResourceServer),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the API is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such API.", body = ErrorBody),
    ),
    security(("bearer" = ["update:resource_servers"]))
)]
#[patch("/resource-servers/{id}")]
async fn update(
    call: Call<needs::UpdateResourceServers>,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ResourceServerPatch = body.read()?;
    let api = resource_servers::update(&call.app, &call.by, &references(&id), patch).await?;
    Ok(HttpResponse::Ok().json(api))
}

/// Deletes an API with its permissions, grants and audiences.
#[utoipa::path(
    tag = "resource-servers",
    operation_id = "delete_resource_servers_by_id",
    params(("id" = String, Path, description = "The id or the identifier of the API.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the API is Guildhall's own.", body = ErrorBody),
        (status = 404, description = "No such API.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:resource_servers"]))
)]
#[delete("/resource-servers/{id}")]
async fn delete(
    call: Call<needs::DeleteResourceServers>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    resource_servers::delete(&call.app, &call.by, &references(&id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_found_however_often_it_was_encoded() {
        for text in ["https://api/x", "https:%2F%2Fapi%2Fx", "https:%252F%252Fapi%252Fx"] {
            assert!(references(text).contains(&"https://api/x".to_owned()), "{text}");
        }
        assert_eq!(references("65f0"), ["65f0"]);
        assert_eq!(references("%ff"), ["%ff"]);
        assert!(references("%00").iter().all(|form| !form.contains('\0')));
    }
}
