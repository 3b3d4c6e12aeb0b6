//! Who may do something to a resource (section 8.4).

use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::id::UserId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_oauth::authzen::entity::Subject;
use guildhall_oauth::authzen::search::{SearchResponse, SubjectSearch};
use guildhall_persistence::client_grants::Filter;
use guildhall_persistence::{candidates, client_grants};

use super::named::{Place, Who};
use super::pages::Pages;
use super::reading::Reading;
use crate::context::App;
use crate::problem::Problem;

/// The users, or the clients, who may do the action: users in the order of their ids, clients in that of their grants.
///
/// # Errors
/// [`Problem::EpochNotReached`], [`Problem::Invalid`] for what is wrong with the page. Of what does not exist there are no
/// results.
pub async fn subjects(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    asked: &SubjectSearch,
) -> Result<SearchResponse<Subject>, Problem> {
    let mut reading = Reading::begin(app, by.scope(), &asked.context).await?;
    let pages = Pages::of(app, by.scope(), &asked.query(), &asked.page)?;
    let place = reading.place(&asked.resource).await?;
    let sought = place.as_ref().and_then(|place| Some((place, place.permission(&asked.action.name)?)));
    let found = match (asked.subject.r#type.as_str(), sought) {
        ("user", Some(sought)) => {
            users(by.scope(), &mut reading, &pages, sought).await?.map(UserId::into_string)
        }
        ("client", Some(sought)) => {
            let grants = clients(by.scope(), &mut reading, &pages, sought).await?;
            grants.map(|grant| grant.client_id.into_string())
        }
        _ => Page::default(),
    };
    pages.answer(found.map(|id| Subject::new(&asked.subject.r#type, id)), reading.epoch())
}

async fn users(
    scope: &TenantScope,
    reading: &mut Reading<'_>,
    pages: &Pages<'_>,
    (place, permission): (&Place, &str),
) -> Result<Page<UserId>, Problem> {
    let (view, api) = (reading.view.clone(), &place.api.id);
    let inside = place.organization.as_ref().map(|organization| scope.organization(organization.id.clone()));
    let read = async |page: &PageRequest| match &inside {
        Some(inside) => Ok(candidates::people_in(&*view, inside, api, permission, page).await?),
        None => Ok(candidates::people(&*view, scope, api, permission, page).await?),
    };
    let decide = async |users: &[UserId]| {
        let asked = users.iter().map(|user| Who::User(user.clone()));
        reading.decide(asked.map(|who| (who, place.clone())).collect(), permission).await
    };
    pages.sift(read, decide, UserId::as_str).await
}

async fn clients(
    scope: &TenantScope,
    reading: &mut Reading<'_>,
    pages: &Pages<'_>,
    (place, permission): (&Place, &str),
) -> Result<Page<ClientGrant>, Problem> {
    let (view, api) = (reading.view.clone(), &place.api);
    let inside = place.organization.as_ref().map(|organization| scope.organization(organization.id.clone()));
    let of_api = Filter {
        audience: Some(api.identifier.clone()),
        subject_type: Some(SubjectType::Client),
        ..Filter::default()
    };
    let read = async |page: &PageRequest| match &inside {
        Some(inside) => Ok(candidates::grants_in(&*view, inside, &api.id, page).await?),
        None => Ok(client_grants::list(&*view, scope, &of_api, page).await?),
    };
    let decide = async |grants: &[ClientGrant]| {
        let asked = grants.iter().map(|grant| Who::Client(grant.client_id.clone()));
        reading.decide(asked.map(|who| (who, place.clone())).collect(), permission).await
    };
    pages.sift(read, decide, |grant| grant.id.as_str()).await
}
