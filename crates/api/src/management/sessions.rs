//! `/sessions` and `/users/{id}/sessions`. Contract sections 8 and 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::sessions::admin as sessions;
use guildhall_domain::id::{SessionId, UserId};
use guildhall_domain::policy::needs;
use guildhall_domain::session::{AccessRevocation, Session, SessionPatch};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query, Totals};

listing!(SessionList, sessions: Session);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(delete_of_user).service(revoke_access);
    config.service(get).service(update).service(delete).service(revoke);
}

/// Lists the sessions of a user that have not ended.
#[utoipa::path(
    tag = "sessions",
    operation_id = "get_user_sessions",
    params(("id" = String, Path, description = "The user."), Checkpoint, Totals),
    responses(
        (status = 200, description = "The sessions.", body = SessionList),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:sessions"]))
)]
#[get("/users/{id}/sessions")]
async fn list(
    call: Call<needs::ReadSessions>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read2::<Checkpoint, Totals>()?.0.request()?;
    let page = sessions::of_user(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("sessions", &request, &page))
}

/// Ends every session of a user. Refresh tokens live on.
#[utoipa::path(
    tag = "sessions",
    operation_id = "delete_user_sessions",
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 202, description = "They end."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:sessions"]))
)]
#[delete("/users/{id}/sessions")]
async fn delete_of_user(
    call: Call<needs::DeleteSessions>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, Failure> {
    sessions::delete_of_user(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Ends the sessions of a user, or one of them, and revokes the refresh tokens unless they are to be kept.
#[utoipa::path(
    tag = "sessions",
    operation_id = "post_user_revoke_access",
    params(("id" = String, Path, description = "The user.")),
    request_body = AccessRevocation,
    responses(
        (status = 202, description = "They end."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user, or no such session of the user.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:sessions", "delete:refresh_tokens"]))
)]
#[post("/users/{id}/revoke-access")]
async fn revoke_access(
    call: Call<needs::RevokeAccess>,
    id: web::Path<UserId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let what: AccessRevocation = body.read_or_default()?;
    sessions::revoke_access(&call.app, &call.by, &id, what).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Returns a session.
#[utoipa::path(
    tag = "sessions",
    operation_id = "get_session",
    params(("id" = String, Path, description = "The session.")),
    responses(
        (status = 200, description = "The session.", body = Session),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such session.", body = ErrorBody),
    ),
    security(("bearer" = ["read:sessions"]))
)]
#[get("/sessions/{id}")]
async fn get(call: Call<needs::ReadSessions>, id: web::Path<SessionId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(sessions::get(&call.app, &call.by, &id).await?))
}

/// Changes the vendor's own data about a session.
#[utoipa::path(
    tag = "sessions",
    operation_id = "patch_session",
    params(("id" = String, Path, description = "The session.")),
    request_body = SessionPatch,
    responses(
        (status = 200, description = "The session after the change.", body = Session),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such session.", body = ErrorBody),
    ),
    security(("bearer" = ["update:sessions"]))
)]
#[patch("/sessions/{id}")]
async fn update(
    call: Call<needs::UpdateSessions>,
    id: web::Path<SessionId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: SessionPatch = body.read()?;
    Ok(HttpResponse::Ok().json(sessions::update(&call.app, &call.by, &id, patch).await?))
}

/// Ends a session. Refresh tokens that began in it live on.
#[utoipa::path(
    tag = "sessions",
    operation_id = "delete_session",
    params(("id" = String, Path, description = "The session.")),
    responses(
        (status = 202, description = "It ends."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such session.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:sessions"]))
)]
#[delete("/sessions/{id}")]
async fn delete(
    call: Call<needs::DeleteSessions>,
    id: web::Path<SessionId>,
) -> Result<HttpResponse, Failure> {
    sessions::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Ends a session, and revokes the refresh tokens that began in it.
#[utoipa::path(
    tag = "sessions",
    operation_id = "post_session_revoke",
    params(("id" = String, Path, description = "The session.")),
    responses(
        (status = 202, description = "It ends."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such session.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:sessions", "delete:refresh_tokens"]))
)]
#[post("/sessions/{id}/revoke")]
async fn revoke(call: Call<needs::RevokeAccess>, id: web::Path<SessionId>) -> Result<HttpResponse, Failure> {
    sessions::revoke(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Accepted().finish())
}
