//! The APIs of Guildhall itself: each tenant has them, and nobody can change them. SDKs and tools tell them apart by the
//! names and audiences that they have in the contract.

use guildhall_domain::id::ResourceServerId;
use guildhall_domain::policy::{my_organization as my_org, needs};
use guildhall_domain::resource_server::{
    Dialect, NewResourceServer, ResourceServer, Scope, SubjectPolicy, SubjectRule, SubjectTypeAuthorization,
};
use guildhall_domain::tenant::Tenant;

use crate::context::App;

/// The Management API: for machine clients with a grant; people get no tokens of it.
pub(crate) fn management(app: &App, tenant: &Tenant) -> ResourceServer {
    let new = new("Auth0 Management API", tenant.management_audience(), needs::all_scopes());
    let users = SubjectRule { policy: SubjectPolicy::DenyAll };
    system(
        app,
        NewResourceServer {
            subject_type_authorization: Some(SubjectTypeAuthorization {
                user: users,
                ..SubjectTypeAuthorization::default()
            }),
            ..new
        },
    )
}

/// The My Organization API: for members, by their roles in the organization and through clients with a grant, and for
/// machine clients with a grant.
pub(crate) fn my_organization(app: &App, tenant: &Tenant) -> ResourceServer {
    let new = new("Auth0 My Organization API", tenant.my_organization_audience(), my_org::all_scopes());
    let granted = SubjectRule { policy: SubjectPolicy::RequireClientGrant };
    system(
        app,
        NewResourceServer {
            enforce_policies: Some(true),
            token_dialect: Some(Dialect::AccessTokenAuthz),
            subject_type_authorization: Some(SubjectTypeAuthorization { user: granted, client: granted }),
            allow_offline_access: Some(true),
            ..new
        },
    )
}

fn new(name: &str, identifier: String, scopes: Vec<&str>) -> NewResourceServer {
    let scopes = scopes.into_iter().map(|value| Scope { value: value.to_owned(), description: None });
    NewResourceServer {
        name: Some(name.to_owned()),
        identifier,
        scopes: scopes.collect(),
        signing_alg: None,
        signing_secret: None,
        allow_offline_access: None,
        skip_consent_for_verifiable_first_party_clients: None,
        token_lifetime: None,
        token_lifetime_for_web: None,
        token_dialect: None,
        enforce_policies: None,
        subject_type_authorization: None,
        token_budget: None,
    }
}

fn system(app: &App, new: NewResourceServer) -> ResourceServer {
    let api = new.create(ResourceServerId::generate(app.clock()), app.clock().now());
    ResourceServer { is_system: true, ..api }
}
