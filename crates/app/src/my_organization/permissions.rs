//! The permissions that roles of an organization's own can have.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use guildhall_domain::id::ResourceServerId;
use guildhall_domain::my_organization::ConferrablePermission;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::permissions::{self, Filter};
use guildhall_persistence::{organizations, resource_servers};

use super::caller;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};

/// A page of them, with whether the caller can confer each: those of all APIs that the envelope lets in, but never the
/// Management API's.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadRoles>,
    text: Option<String>,
    page: &PageRequest,
) -> Result<Page<ConferrablePermission>, Problem> {
    let (store, inside, scope) = (app.store(), by.scope(), by.scope().within());
    let tenant = app.tenant(scope).await?;
    let organization = organizations::find(store, scope, by.organization()).await?;
    let organization = found(organization, Thing::Organization)?;
    let filter = Filter {
        except: Some(tenant.management_audience()),
        among: tenant.settings.envelope_of(&organization).grantable_permissions,
        text,
    };
    let found = permissions::list(store, scope, &filter, page).await?;
    let ids: BTreeSet<&ResourceServerId> =
        found.items.iter().map(|(key, _)| &key.resource_server_id).collect();
    let ids: Vec<ResourceServerId> = ids.into_iter().cloned().collect();
    let mut held: HashMap<ResourceServerId, HashSet<String>> = HashMap::new();
    for api in resource_servers::find_all(store, scope, &ids).await? {
        let (id, actor) = (api.id.clone(), &by.caller().actor);
        let snapshot = caller::snapshot(store, &tenant, inside, &organization, actor, Arc::new(api)).await?;
        held.insert(id, snapshot.map(|it| it.held().into_iter().collect()).unwrap_or_default());
    }
    Ok(found.map(|(key, permission)| {
        let of_api = held.get(&key.resource_server_id);
        let held = of_api.is_some_and(|held| held.contains(&key.permission));
        ConferrablePermission { permission, held }
    }))
}
