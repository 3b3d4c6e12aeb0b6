//! To what a subject may do something (section 8.5). Of the vendor's own resources nothing is known but their types.

use std::sync::Arc;

use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::resource_server::ResourceServer;
use guildhall_oauth::authzen::entity::Resource;
use guildhall_oauth::authzen::search::{ResourceSearch, SearchResponse};
use guildhall_persistence::client_grants::Filter;
use guildhall_persistence::{candidates, client_grants, organization_client_grants, organizations};

use super::named::{Place, Who, text};
use super::pages::Pages;
use super::reading::Reading;
use crate::context::App;
use crate::problem::Problem;

/// A search, and what it is answered from.
struct Search<'a> {
    scope: &'a TenantScope,
    reading: Reading<'a>,
    pages: Pages<'a>,
    permission: &'a str,
}

/// The organizations, or the APIs, to which the subject may do the action. Each comes with the property that was asked
/// with, so that it can be evaluated as it is.
///
/// # Errors
/// [`Problem::EpochNotReached`], [`Problem::Invalid`] for what is wrong with the page. Of what does not exist there are no
/// results.
pub async fn resources(
    app: &App,
    by: &Authorized<needs::EvaluateAccess>,
    asked: &ResourceSearch,
) -> Result<SearchResponse<Resource>, Problem> {
    let scope = by.scope();
    let reading = Reading::begin(app, scope, &asked.context).await?;
    let pages = Pages::of(app, scope, &asked.query(), &asked.page)?;
    let mut search = Search { scope, reading, pages, permission: &asked.action.name };
    let found = search.found(asked).await?;
    let epoch = search.reading.epoch();
    search.pages.answer(found, epoch)
}

impl Search<'_> {
    async fn found(&mut self, asked: &ResourceSearch) -> Result<Page<Resource>, Problem> {
        let Some(who) = Who::of(&asked.subject) else { return Ok(Page::default()) };
        let properties = &asked.resource.properties;
        match asked.resource.r#type.as_str() {
            "organization" => {
                let property = "resource_server_identifier";
                let Ok(Some(api)) = text(properties, property) else { return Ok(Page::default()) };
                let found = self.organizations(&who, api).await?;
                Ok(found.map(|found| resource("organization", found.id.as_str(), Some((property, api)))))
            }
            "resource_server" => {
                let property = "organization_id";
                let Ok(organization) = text(properties, property) else { return Ok(Page::default()) };
                let found = self.apis(&who, organization).await?;
                let within = organization.map(|organization| (property, organization));
                Ok(found.map(|identifier| resource("resource_server", &identifier, within)))
            }
            _ => Ok(Page::default()),
        }
    }

    async fn organizations(&mut self, who: &Who, api: &str) -> Result<Page<Organization>, Problem> {
        let Some(api) = self.reading.api(api).await? else { return Ok(Page::default()) };
        let Self { scope, reading, pages, permission } = self;
        let view = reading.view.clone();
        let grant = match who {
            Who::Client(client) => reading.grant(client, &api).await?,
            Who::User(_) => None,
        };
        let read = async |page: &PageRequest| match (who, &grant) {
            (Who::User(user), _) => {
                Ok(candidates::organizations_of(&*view, scope, user, (&api.id, permission), page).await?)
            }
            (Who::Client(_), Some(grant)) if grant.allow_any_organization == Some(true) => {
                Ok(organizations::list(&*view, scope, page, None).await?)
            }
            (Who::Client(_), Some(grant)) => {
                Ok(organization_client_grants::organizations_of(&*view, scope, &grant.id, page).await?)
            }
            (Who::Client(_), None) => Ok(Page::default()),
        };
        let decide = async |organizations: &[Organization]| {
            let place = |organization: &Organization| {
                Place::of(api.clone(), Some(Arc::new(organization.clone())), None)
            };
            let asked = organizations.iter().map(|organization| (who.clone(), place(organization)));
            reading.decide(asked.collect(), permission).await
        };
        pages.sift(read, decide, |organization| organization.id.as_str()).await
    }

    /// The identifiers of APIs.
    async fn apis(&mut self, who: &Who, organization: Option<&str>) -> Result<Page<String>, Problem> {
        let organization = match organization {
            Some(id) => match self.reading.organization(OrganizationId::new(id)).await? {
                Some(organization) => Some(organization),
                None => return Ok(Page::default()),
            },
            None => None,
        };
        match who {
            Who::User(user) => self.apis_of_user(who, user, organization).await,
            Who::Client(client) => self.apis_of_client(who, client, organization).await,
        }
    }

    async fn apis_of_user(
        &mut self,
        who: &Who,
        user: &UserId,
        organization: Option<Arc<Organization>>,
    ) -> Result<Page<String>, Problem> {
        let Self { scope, reading, pages, permission } = self;
        let view = reading.view.clone();
        let within = organization.as_ref().map(|organization| &organization.id);
        let read = async |page: &PageRequest| {
            Ok(candidates::apis_of(&*view, scope, user, within, permission, page).await?.map(Arc::new))
        };
        let decide = async |apis: &[Arc<ResourceServer>]| {
            let place = |api: &Arc<ResourceServer>| Place::of(api.clone(), organization.clone(), None);
            reading.decide(apis.iter().map(|api| (who.clone(), place(api))).collect(), permission).await
        };
        let found = pages.sift(read, decide, |api| api.identifier.as_str()).await?;
        Ok(found.map(|api| api.identifier.clone()))
    }

    /// In the order of the client's grants.
    async fn apis_of_client(
        &mut self,
        who: &Who,
        client: &ClientId,
        organization: Option<Arc<Organization>>,
    ) -> Result<Page<String>, Problem> {
        let Self { scope, reading, pages, permission } = self;
        let view = reading.view.clone();
        let own = Filter {
            client_id: Some(client.clone()),
            subject_type: Some(SubjectType::Client),
            ..Filter::default()
        };
        let read = async |page: &PageRequest| Ok(client_grants::list(&*view, scope, &own, page).await?);
        let decide = async |grants: &[ClientGrant]| {
            let mut results = Vec::with_capacity(grants.len());
            for grant in grants {
                if !grant.grants(permission) {
                    results.push(false);
                    continue;
                }
                let snapshot = match reading.api(&grant.audience).await? {
                    Some(api) => reading.snapshot(who, &Place::of(api, organization.clone(), None)).await?,
                    None => None,
                };
                results.push(snapshot.is_some_and(|snapshot| snapshot.holds(permission)));
            }
            Ok(results)
        };
        let found = pages.sift(read, decide, |grant| grant.id.as_str()).await?;
        Ok(found.map(|grant| grant.audience))
    }
}

fn resource(kind: &str, id: &str, property: Option<(&str, &str)>) -> Resource {
    let properties = property.map(|(name, value)| (name.to_owned(), value.into()));
    Resource { properties: properties.into_iter().collect(), ..Resource::new(kind, id) }
}
