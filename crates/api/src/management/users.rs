//! `/users` and `/users-by-email`. Contract section 8.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::users;
use guildhall_domain::id::UserId;
use guildhall_domain::policy::needs;
use guildhall_domain::user::{NewUser, User, UserPatch};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(UserList, users: User);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(with_email).service(get).service(update).service(delete);
}

/// The version of a search engine, as callers name it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SearchEngine {
    V1,
    V2,
    V3,
}

/// Which users are listed, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A search in a subset of Lucene's syntax: `field:"value"`, wildcards, ranges, `_exists_:field`, `AND`, `OR`, `NOT`
    /// and groups. Fields are those of a user, `email.domain`, `identities.connection`, `organization_id`,
    /// `user_metadata.…` and `app_metadata.…`.
    #[param(max_length = 2000)]
    q: Option<String>,
    /// Accepted for the callers that send it; every search means the same.
    #[param(inline)]
    #[allow(dead_code, reason = "read only to be checked")]
    search_engine: Option<SearchEngine>,
    /// The name of a connection: only its users.
    #[param(max_length = 128)]
    connection: Option<String>,
    /// A field, then `:1` or `:-1`.
    #[param(max_length = 300)]
    sort: Option<String>,
    /// Accepted for the callers that send it; the order is always the same.
    #[allow(dead_code, reason = "read only to be checked")]
    primary_order: Option<bool>,
}

/// Lists or searches users.
#[utoipa::path(
    tag = "users",
    operation_id = "get_users",
    params(Paging, Fields, Search),
    responses(
        (status = 200, description = "The users.", body = UserList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/users")]
async fn list(call: Call<needs::ReadUsers>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, fields, search): (Paging, Fields, Search) = query.read3()?;
    let request = paging.within(0, 50, 100)?;
    let wanted = users::Wanted {
        q: search.q.as_deref(),
        connection: search.connection.as_deref(),
        sort: search.sort.as_deref(),
    };
    let page = users::list(&call.app, &call.by, &request, wanted).await?;
    Ok(listing::with_length("users", &request, &page.map(|user| fields.of(&user))))
}

/// Creates a user.
#[utoipa::path(
    tag = "users",
    operation_id = "post_users",
    request_body = NewUser,
    responses(
        (status = 201, description = "The user.", body = User),
        (status = 400, description = "A field cannot be, or the connection does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The id, address, name or number is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["create:users"]))
)]
#[post("/users")]
async fn create(call: Call<needs::CreateUsers>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewUser = body.read()?;
    Ok(HttpResponse::Created().json(users::create(&call.app, &call.by, new).await?))
}

/// Whose users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ByEmail {
    /// The address, exactly as the users have it: in lower case.
    #[param(max_length = 320)]
    email: String,
}

/// Lists the users with an e-mail address.
#[utoipa::path(
    tag = "users",
    operation_id = "get_users-by-email",
    params(Fields, ByEmail),
    responses(
        (status = 200, description = "The users; none is no error.", body = [User]),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/users-by-email")]
async fn with_email(call: Call<needs::ReadUsers>, query: Query) -> Result<HttpResponse, Failure> {
    let (fields, by): (Fields, ByEmail) = query.read2()?;
    let found = users::with_email(&call.app, &call.by, &by.email).await?;
    Ok(HttpResponse::Ok().json(found.iter().map(|user| fields.of(user)).collect::<Vec<_>>()))
}

/// Returns a user.
#[utoipa::path(
    tag = "users",
    operation_id = "get_users_by_id",
    params(("id" = String, Path, description = "The user."), Fields),
    responses(
        (status = 200, description = "The user.", body = User),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/users/{id}")]
async fn get(
    call: Call<needs::ReadUsers>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    Ok(HttpResponse::Ok().json(fields.of(&users::get(&call.app, &call.by, &id).await?)))
}

/// Changes a user. Metadata is merged at the first level.
#[utoipa::path(
    tag = "users",
    operation_id = "patch_users_by_id",
    params(("id" = String, Path, description = "The user.")),
    request_body = UserPatch,
    responses(
        (status = 200, description = "The user after the change.", body = User),
        (status = 400, description = "A field cannot be, or not together with another.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope; `update:users_app_metadata` does for `app_metadata` alone.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
        (status = 409, description = "The address, name or number is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]), ("bearer" = ["update:users_app_metadata"]))
)]
#[patch("/users/{id}")]
async fn update(
    call: Call<needs::UpdateUsersOrAppMetadata>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: UserPatch = body.read()?;
    Ok(HttpResponse::Ok().json(users::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes a user, with every membership, role and permission.
#[utoipa::path(
    tag = "users",
    operation_id = "delete_users_by_id",
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 204, description = "There is no such user any more, or there was none."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:users"]))
)]
#[delete("/users/{id}")]
async fn delete(call: Call<needs::DeleteUsers>, id: web::Path<UserId>) -> Result<HttpResponse, Failure> {
    users::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
