//! `/resource-types` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::resource_types;
use guildhall_domain::policy::needs;
use guildhall_domain::resource_type::{NewResourceType, ResourceType, ResourceTypePatch};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(ResourceTypeList, resource_types: ResourceType);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
}

/// Lists resource types, in the order of their names.
#[utoipa::path(
    tag = "resource-types",
    operation_id = "get_resource_types",
    params(Paging),
    responses(
        (status = 200, description = "The types.", body = ResourceTypeList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:resource_types"]))
)]
#[get("/resource-types")]
async fn list(call: Call<needs::ReadResourceTypes>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = resource_types::list(&call.app, &call.by, &request).await?;
    Ok(listing::listing("resource_types", &request, &page))
}

/// Makes a resource type: a kind of resources of the vendor's own, by which access evaluation can be asked.
///
/// A subject may do an action to a resource of the type where it holds the action's permission on the type's API: in the
/// organization that the resource names in its property `organization_id`, or outside organizations where it names none.
/// An action that the type does not have is denied, and so is one whose permission the API no longer defines.
///
/// A type is deleted together with its API.
#[utoipa::path(
    tag = "resource-types",
    operation_id = "post_resource_types",
    request_body = NewResourceType,
    responses(
        (status = 201, description = "The type.", body = ResourceType),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or there are enough types.", body = ErrorBody),
        (status = 409, description = "There is a type of this name.", body = ErrorBody),
    ),
    security(("bearer" = ["create:resource_types"]))
)]
#[post("/resource-types")]
async fn create(call: Call<needs::CreateResourceTypes>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewResourceType = body.read()?;
    Ok(HttpResponse::Created().json(resource_types::create(&call.app, &call.by, new).await?))
}

/// Returns a resource type.
#[utoipa::path(
    tag = "resource-types",
    operation_id = "get_resource_types_by_type",
    params(("type" = String, Path, description = "The type.")),
    responses(
        (status = 200, description = "The type.", body = ResourceType),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such type.", body = ErrorBody),
    ),
    security(("bearer" = ["read:resource_types"]))
)]
#[get("/resource-types/{type}")]
async fn get(call: Call<needs::ReadResourceTypes>, name: web::Path<String>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(resource_types::get(&call.app, &call.by, &name).await?))
}

/// Changes a resource type. What is given replaces what was there.
#[utoipa::path(
    tag = "resource-types",
    operation_id = "patch_resource_types_by_type",
    params(("type" = String, Path, description = "The type.")),
    request_body = ResourceTypePatch,
    responses(
        (status = 200, description = "The type after the change.", body = ResourceType),
        (status = 400, description = "A field cannot be, or names what does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such type.", body = ErrorBody),
    ),
    security(("bearer" = ["update:resource_types"]))
)]
#[patch("/resource-types/{type}")]
async fn update(
    call: Call<needs::UpdateResourceTypes>,
    name: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ResourceTypePatch = body.read()?;
    Ok(HttpResponse::Ok().json(resource_types::update(&call.app, &call.by, &name, patch).await?))
}

/// Deletes a resource type.
#[utoipa::path(
    tag = "resource-types",
    operation_id = "delete_resource_types_by_type",
    params(("type" = String, Path, description = "The type.")),
    responses(
        (status = 204, description = "There is no such type any more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such type.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:resource_types"]))
)]
#[delete("/resource-types/{type}")]
async fn delete(
    call: Call<needs::DeleteResourceTypes>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    resource_types::delete(&call.app, &call.by, &name).await?;
    Ok(HttpResponse::NoContent().finish())
}
