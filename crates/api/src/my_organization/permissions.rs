//! `/permissions` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, get};
use guildhall_app::my_organization::permissions;
use guildhall_domain::my_organization::ConferrablePermission;
use guildhall_domain::policy::my_organization as needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page, short};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(ConferrablePermissionPage, permissions: ConferrablePermission);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list);
}

/// Which permissions are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A part of the name or the description, in capitals or not.
    #[param(max_length = 300)]
    q: Option<String>,
}

/// Lists the permissions that roles of the organization's own can have, in the order of their names: those that the vendor lets
/// the organization confer. The caller can confer those that are `held`.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_permissions",
    params(Taking, Sought),
    responses(
        (status = 200, description = "The permissions.", body = ConferrablePermissionPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:roles"]))
)]
#[get("/permissions")]
async fn list(call: Call<needs::ReadRoles>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, sought): (Taking, Sought) = query.read2()?;
    let text = short("q", sought.q)?;
    let request = taking.request()?;
    Ok(page("permissions", permissions::list(&call.app, &call.by, text, &request).await?))
}
