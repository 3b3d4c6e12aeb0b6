//! `/continue`: people come back whom an Action sent away (`api.redirect.sendUserTo`). Contract section 15.2.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::sign_in;
use guildhall_oauth::authorize_response::with_query;
use guildhall_oauth::parameters::Parameters;

use super::answer::{self, Stop};
use super::page::CONTINUE;
use super::visit::Visit;

/// Goes on with the sign-in.
pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, continued(&request).await).await
}

async fn continued(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let mut visit = Visit::of(request).await?;
    let brought = Parameters::from_form(request.query_string().as_bytes())?;
    let transaction = visit.open(brought.get("state").unwrap_or_default())?;
    visit.visitor.brought_back = Some(brought.into_map());
    let next = sign_in::resume(&visit.app, &visit.tenant, transaction, &visit.visitor).await?;
    answer::next(&visit, next)
}

/// A form of another site comes without our cookies: the browser asks again by `GET`, with what the form says.
pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let read = |text: &[u8]| Parameters::from_form(text).map(Parameters::into_map);
    let brought = read(request.query_string().as_bytes()).and_then(|query| Ok((query, read(&body)?)));
    match brought {
        Ok((query, form)) => {
            let all: BTreeMap<String, String> = query.into_iter().chain(form).collect();
            let all: Vec<(&str, &str)> =
                all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            HttpResponse::SeeOther()
                .insert_header((header::LOCATION, with_query(CONTINUE, &all)))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .finish()
        }
        Err(error) => answer::finish(&request, Err(error.into())).await,
    }
}
