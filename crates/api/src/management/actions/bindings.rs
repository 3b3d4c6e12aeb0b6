//! `/actions/triggers/{triggerId}/bindings`. Contract section 10.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, patch, web};
use guildhall_app::actions::bindings;
use guildhall_app::{Problem, Thing};
use guildhall_domain::action::binding::{NewBindings, ShownBinding};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::page::Page;
use guildhall_domain::policy::needs;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Offset, paged, shape};
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::Query;

paged!(ActionBindingPage, bindings: ShownBinding);

/// What is bound to a trigger.
#[derive(Serialize, ToSchema)]
pub struct ActionBindings {
    /// In the order that it runs.
    bindings: Vec<ShownBinding>,
}

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(replace);
}

/// The trigger of a path.
fn trigger(name: &str) -> Result<Trigger, Failure> {
    Ok(Trigger::named(name).ok_or(Problem::NoSuch(Thing::Trigger))?)
}

/// Lists what is bound to a trigger, in the order that it runs.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_bindings",
    params(("triggerId" = String, Path, description = "The trigger."), Offset),
    responses(
        (status = 200, description = "The bindings.", body = ActionBindingPage),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such trigger.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/triggers/{triggerId}/bindings")]
async fn list(
    call: Call<needs::ReadActions>,
    name: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Offset>()?.request()?;
    let all = bindings::list(&call.app, &call.by, trigger(&name)?).await?;
    let page = Page::of(all, &request, |binding| binding.id.to_string());
    Ok(HttpResponse::Ok().json(shape("bindings", &request, &page.map(|binding| binding.shown()))))
}

/// Binds these actions to a trigger and nothing else, in this order. Each must have been deployed.
#[utoipa::path(
    tag = "actions",
    operation_id = "patch_bindings",
    params(("triggerId" = String, Path, description = "The trigger.")),
    request_body = NewBindings,
    responses(
        (status = 200, description = "The bindings.", body = ActionBindings),
        (status = 400, description = "A field cannot be, or what it names cannot be bound.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such trigger.", body = ErrorBody),
        (status = 409, description = "These are too many.", body = ErrorBody),
    ),
    security(("bearer" = ["update:actions"]))
)]
#[patch("/actions/triggers/{triggerId}/bindings")]
async fn replace(
    call: Call<needs::UpdateActions>,
    name: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let trigger = trigger(&name)?;
    let new: NewBindings = body.read()?;
    let bound = bindings::replace(&call.app, &call.by, trigger, new).await?;
    let bindings = bound.iter().map(|binding| binding.shown()).collect();
    Ok(HttpResponse::Ok().json(ActionBindings { bindings }))
}
