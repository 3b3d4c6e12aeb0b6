//! `/actions/actions`. Contract section 10.

pub mod bindings;
pub mod executions;
pub mod modules;
pub mod trial;
pub mod triggers;
pub mod versions;

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::actions;
use guildhall_app::actions::Filter;
use guildhall_domain::action::Action;
use guildhall_domain::action::body::{ActionPatch, NewAction};
use guildhall_domain::action::shown::{ShownAction, ShownVersion};
use guildhall_domain::id::ActionId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::needs;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::{Query, bounded, offset};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete).service(deploy);
    bindings::routes(config);
    executions::routes(config);
    modules::routes(config);
    trial::routes(config);
    triggers::routes(config);
    versions::routes(config);
}

/// A page by offset, as the lists of actions have it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Offset {
    /// Zero-based number of the page.
    #[param(minimum = 0, maximum = 1000)]
    page: Option<u64>,
    /// Items on a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u64>,
}

impl Offset {
    fn request(&self) -> Result<PageRequest, Failure> {
        let page = bounded("page", self.page, 0, 0, 1000)?;
        let per_page = bounded("per_page", self.per_page, 20, 1, 100)?;
        offset(page, per_page, true)
    }
}

/// The answer to such a list under the plural noun `key`; beyond the last page it states no total (contract section 2.3).
fn shape<T: Serialize>(key: &str, request: &PageRequest, page: &Page<T>) -> Value {
    let mut answer = Map::from_iter([(key.to_owned(), json!(page.items))]);
    if let Some(total) = page.total.filter(|_| request.offset() == 0 || !page.items.is_empty()) {
        answer.insert("total".to_owned(), total.into());
    }
    if let PageRequest::Offset { page, per_page, .. } = request {
        answer.insert("page".to_owned(), (*page).into());
        answer.insert("per_page".to_owned(), (*per_page).into());
    }
    answer.into()
}

/// Documents such a list: `paged!(ActionList, actions: ShownAction)`.
macro_rules! paged {
    ($name:ident, $key:ident: $item:ty) => {
        #[doc = concat!("A page of `", stringify!($key), "`.")]
        #[derive(utoipa::ToSchema)]
        #[allow(dead_code, reason = "a shape for the documents")]
        pub struct $name {
            /// The items.
            $key: Vec<$item>,
            /// How many there are in all; absent beyond the last page.
            #[schema(required = false)]
            total: Option<u64>,
            /// Zero-based number of the page.
            page: u64,
            /// Items on a page.
            per_page: u64,
        }
    };
}
use paged;

paged!(ActionList, actions: ShownAction);

/// Which actions are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Those of this trigger.
    #[param(max_length = 100)]
    trigger_id: Option<String>,
    /// The one of this name.
    #[param(max_length = 255)]
    action_name: Option<String>,
    /// Those that have a version that runs, or those that have none.
    deployed: Option<bool>,
    /// Those of a marketplace, or those of the vendor: all are the vendor's.
    installed: Option<bool>,
}

/// Whether a bound action is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Force {
    /// Whether an action that is bound to a trigger is unbound first; otherwise it is refused.
    force: Option<bool>,
}

/// Lists actions, the oldest first.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_actions",
    params(Wanted, Offset),
    responses(
        (status = 200, description = "The actions.", body = ActionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/actions")]
async fn list(call: Call<needs::ReadActions>, query: Query) -> Result<HttpResponse, Failure> {
    let (wanted, paging): (Wanted, Offset) = query.read2()?;
    let request = paging.request()?;
    let page = match wanted.installed {
        Some(true) => Page { items: Vec::new(), total: Some(0), next: None },
        _ => {
            let (trigger, name, deployed) = (wanted.trigger_id, wanted.action_name, wanted.deployed);
            actions::list(&call.app, &call.by, &Filter { trigger, name, deployed }, &request).await?
        }
    };
    Ok(HttpResponse::Ok().json(shape("actions", &request, &page.map(|action| action.shown()))))
}

/// Creates an action; it runs once it is deployed and bound to its trigger.
#[utoipa::path(
    tag = "actions",
    operation_id = "post_action",
    request_body = NewAction,
    responses(
        (status = 201, description = "The action.", body = ShownAction),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope, or the tenant holds enough.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["create:actions"]))
)]
#[post("/actions/actions")]
async fn create(call: Call<needs::CreateActions>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewAction = body.read()?;
    Ok(HttpResponse::Created().json(actions::create(&call.app, &call.by, new).await?.shown()))
}

/// Returns an action.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_action",
    params(("id" = String, Path, description = "The action.")),
    responses(
        (status = 200, description = "The action.", body = ShownAction),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/actions/{id}")]
async fn get(call: Call<needs::ReadActions>, id: web::Path<ActionId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(actions::get(&call.app, &call.by, &id).await?.shown()))
}

/// Changes the draft of an action; what runs stays as it is until the next deployment.
#[utoipa::path(
    tag = "actions",
    operation_id = "patch_action",
    params(("id" = String, Path, description = "The action.")),
    request_body = ActionPatch,
    responses(
        (status = 200, description = "The action after the change.", body = ShownAction),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["update:actions"]))
)]
#[patch("/actions/actions/{id}")]
async fn update(
    call: Call<needs::UpdateActions>,
    id: web::Path<ActionId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ActionPatch = body.read()?;
    Ok(HttpResponse::Ok().json(actions::update(&call.app, &call.by, &id, patch).await?.shown()))
}

/// Deletes an action with its versions.
#[utoipa::path(
    tag = "actions",
    operation_id = "delete_action",
    params(("id" = String, Path, description = "The action."), Force),
    responses(
        (status = 204, description = "It is gone."),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
        (status = 409, description = "It is bound to a trigger, and `force` is not given.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:actions"]))
)]
#[delete("/actions/actions/{id}")]
async fn delete(
    call: Call<needs::DeleteActions>,
    id: web::Path<ActionId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let force = query.read::<Force>()?.force.unwrap_or_default();
    actions::delete(&call.app, &call.by, &id, force).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deploys the draft of an action as a new version, which runs from now on.
#[utoipa::path(
    tag = "actions",
    operation_id = "post_deploy_action",
    params(("id" = String, Path, description = "The action.")),
    responses(
        (status = 200, description = "The version.", body = ShownVersion),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
    ),
    security(("bearer" = ["create:actions"]))
)]
#[post("/actions/actions/{id}/deploy")]
async fn deploy(call: Call<needs::CreateActions>, id: web::Path<ActionId>) -> Result<HttpResponse, Failure> {
    let action = actions::versions::deploy(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Ok().json(running(&action)))
}

/// The version of an action that runs.
fn running(action: &Action) -> Option<ShownVersion> {
    action.deployed.as_ref().map(|version| action.show(version))
}
