//! `/grants`: what people allowed clients. Contract section 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, web};
use guildhall_app::grants::{self, Filter};
use guildhall_domain::consent::Consent;
use guildhall_domain::id::{ClientId, ConsentId, UserId};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(GrantList, grants: Consent);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(delete_of_user).service(delete);
}

/// Which grants are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// Of this user.
    #[param(max_length = 1024)]
    user_id: Option<String>,
    /// For this client.
    #[param(max_length = 1024)]
    client_id: Option<String>,
    /// For this API.
    #[param(max_length = 600)]
    audience: Option<String>,
}

/// Whose grants are taken back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// The user.
    #[param(min_length = 1, max_length = 1024)]
    user_id: String,
}

/// Lists what people allowed clients.
#[utoipa::path(
    tag = "grants",
    operation_id = "get_grants",
    params(Filters, Paging),
    responses(
        (status = 200, description = "The grants.", body = GrantList),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:grants"]))
)]
#[get("/grants")]
async fn list(call: Call<needs::ReadGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let (filters, paging) = query.read2::<Filters, Paging>()?;
    let request = paging.request()?;
    let filter = Filter {
        user_id: filters.user_id.map(UserId::new),
        client_id: filters.client_id.map(ClientId::new),
        audience: filters.audience,
    };
    let page = grants::list(&call.app, &call.by, filter, &request).await?;
    Ok(listing::listing("grants", &request, &page))
}

/// Takes everything back that a user allowed clients.
#[utoipa::path(
    tag = "grants",
    operation_id = "delete_grants_by_user_id",
    params(Whose),
    responses(
        (status = 204, description = "They are taken back."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:grants"]))
)]
#[delete("/grants")]
async fn delete_of_user(call: Call<needs::DeleteGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let whose = query.read::<Whose>()?;
    grants::delete_of_user(&call.app, &call.by, &UserId::new(whose.user_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back what a user allowed a client.
#[utoipa::path(
    tag = "grants",
    operation_id = "delete_grants_by_id",
    params(("id" = String, Path, description = "The grant.")),
    responses(
        (status = 204, description = "It is taken back."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such grant.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:grants"]))
)]
#[delete("/grants/{id}")]
async fn delete(call: Call<needs::DeleteGrants>, id: web::Path<ConsentId>) -> Result<HttpResponse, Failure> {
    grants::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
