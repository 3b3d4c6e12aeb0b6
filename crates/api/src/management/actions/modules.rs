//! `/actions/modules`: there are none, which deployment tools ask for. Contract section 10.

use crate::routes::Routes;
use actix_web::{HttpResponse, get};
use guildhall_domain::page::Page;
use guildhall_domain::policy::needs;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Offset, paged, shape};
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::Query;

/// A shared module: there are none.
#[derive(Serialize, ToSchema)]
pub struct ActionModule {
    /// The identifier.
    id: String,
    /// The name.
    name: String,
}

paged!(ActionModuleList, modules: ActionModule);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list);
}

/// Lists shared modules, of which there are none.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_action_modules",
    params(Offset),
    responses(
        (status = 200, description = "An empty list.", body = ActionModuleList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/modules")]
async fn list(_: Call<needs::ReadActions>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Offset>()?.request()?;
    let page: Page<ActionModule> = Page { items: Vec::new(), total: Some(0), next: None };
    Ok(HttpResponse::Ok().json(shape("modules", &request, &page)))
}
