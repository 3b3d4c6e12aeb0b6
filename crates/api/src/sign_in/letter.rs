//! What the links of letters lead to, apart from any sign-in: a new password, a verified e-mail address. The ticket of the
//! link is what the page brings back as its state; a link is only followed by a button, since mail scanners follow links.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::Problem;
use guildhall_app::tickets::{self, TicketRefusal};
use guildhall_domain::connection::DatabaseOptions;
use guildhall_domain::password::Password;
use guildhall_domain::policy::issuance;
use guildhall_domain::ticket::{Ticket, TicketKind};
use guildhall_oauth::authorize_response::with_query;

use super::answer::{self, Stop};
use super::page::{self, EMAIL_VERIFICATION, RESET_PASSWORD};
use super::scene::{Form, parameter};
use super::signup::{rules, weak};
use super::visit::Visit;
use crate::pages::{self, Common, Message, NewPassword, Text, Verification, VerifyEmail};

/// Asks for a new password.
pub async fn show_password(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, password_shown(&request).await).await
}

async fn password_shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let text = parameter(request, "ticket");
    let Some(ticket) = found(&visit, TicketKind::ChangePassword, &text).await? else {
        return Ok(spent(&visit));
    };
    Ok(answer::remember_browser(&visit, page::show(&new_password(&visit, &text, &ticket, None).await?)))
}

/// Sets the new password.
pub async fn act_password(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, password_set(&request, &body).await).await
}

async fn password_set(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let (text, password) = (form.get("state"), form.get("password"));
    let Some(ticket) = found(&visit, TicketKind::ChangePassword, text).await? else {
        return Ok(spent(&visit));
    };
    let error = match password {
        "" => Text::PasswordMissing,
        _ => {
            let (tenant, http) = (&visit.tenant, visit.visitor.http());
            let password = Password::new(password);
            match tickets::change_password(&visit.app, tenant, text, password, http).await {
                Ok((ticket, _)) => {
                    return Ok(done(&visit, &ticket, Text::PasswordChanged, Text::PasswordIsChanged));
                }
                Err(TicketRefusal::Spent) => return Ok(spent(&visit)),
                Err(TicketRefusal::Refused(Problem::WeakPassword(weakness))) => weak(weakness),
                Err(TicketRefusal::Refused(_)) => Text::TooManyAttempts { minutes: 1 },
                Err(TicketRefusal::Internal(problem)) => return Err(problem.into()),
            }
        }
    };
    Ok(page::show_again(&new_password(&visit, text, &ticket, Some(error)).await?))
}

async fn new_password(
    visit: &Visit,
    text: &str,
    ticket: &Ticket,
    error: Option<Text>,
) -> Result<NewPassword, Stop> {
    let common = common(visit, RESET_PASSWORD, text, ticket);
    let rules = rules(&options(visit, ticket).await?);
    Ok(NewPassword { common, email: ticket.email.clone().unwrap_or_default(), error, rules })
}

async fn options(visit: &Visit, ticket: &Ticket) -> Result<DatabaseOptions, Stop> {
    Ok(tickets::password_options(&visit.app, &visit.tenant, ticket).await?)
}

/// Asks whether the address is the person's.
pub async fn show_email(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, email_shown(&request).await).await
}

async fn email_shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let text = parameter(request, "ticket");
    let Some(ticket) = found(&visit, TicketKind::VerifyEmail, &text).await? else { return Ok(spent(&visit)) };
    let common = common(&visit, EMAIL_VERIFICATION, &text, &ticket);
    let email = ticket.email.unwrap_or_default();
    let asked = VerifyEmail { common, email, verification: Verification::Asked, error: None };
    Ok(answer::remember_browser(&visit, page::show(&asked)))
}

/// Verifies the address.
pub async fn act_email(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, email_verified(&request, &body).await).await
}

async fn email_verified(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let verified =
        tickets::verify_email(&visit.app, &visit.tenant, form.get("state"), &visit.visitor.origin).await;
    match verified {
        Ok((ticket, _)) => Ok(done(&visit, &ticket, Text::EmailVerified, Text::EmailIsVerified)),
        Err(TicketRefusal::Spent) => Ok(spent(&visit)),
        Err(TicketRefusal::Refused(problem) | TicketRefusal::Internal(problem)) => Err(problem.into()),
    }
}

async fn found(visit: &Visit, kind: TicketKind, text: &str) -> Result<Option<Ticket>, Stop> {
    Ok(tickets::find(&visit.app, &issuance(&visit.tenant.id), kind, text).await?)
}

fn common(visit: &Visit, page: &str, text: &str, ticket: &Ticket) -> Common {
    let returns_to = ticket.result_url.iter().cloned().collect();
    Common { state: text.to_owned(), returns_to, ..page::common_alone(visit, page) }
}

/// The link was used, or is too old.
fn spent(visit: &Visit) -> HttpResponse {
    let common = page::common_alone(visit, "");
    let (title, text) = (Text::LinkSpent, Text::TicketSpent);
    let page = pages::Error { common, title, text, request_id: None, link: None };
    pages::respond(&page, StatusCode::BAD_REQUEST)
}

/// The ticket did what it is for: its owner is led where its maker said, or is told so here.
fn done(visit: &Visit, ticket: &Ticket, title: Text, text: Text) -> HttpResponse {
    let Some(to) = &ticket.result_url else {
        return page::show(&Message { common: page::common_alone(visit, ""), title, text, link: None });
    };
    let message = text.to(visit.language(&[]));
    let mut parameters = vec![("success", "true"), ("code", "success"), ("message", message.as_str())];
    if let (true, Some(email)) = (ticket.includes_email, &ticket.email) {
        parameters.push(("email", email));
    }
    answer::redirect(visit, &with_query(to, &parameters))
}
