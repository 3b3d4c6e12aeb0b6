//! Admins: members who can give roles in their organization. An organization that has one keeps one, as far as it decides
//! that itself.

use std::collections::HashSet;
use std::sync::Arc;

use guildhall_domain::id::UserId;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::OrgScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::permissions::PermissionKey;
use guildhall_persistence::{UnitOfWork, candidates, organizations, resource_servers, users};

use crate::context::{found, tenant};
use crate::problem::{Problem, Thing};
use crate::snapshots;

/// What makes an admin.
pub(super) const GIVES_ROLES: &str = "create:my_org:member_roles";

/// How many holders of such a role are read at once.
const AT_ONCE: u64 = 20;

/// Watches over an organization's admins during a unit of work.
pub(crate) struct Admins<'a> {
    unit: &'a UnitOfWork,
    inside: &'a OrgScope,
    tenant: Tenant,
    organization: Organization,
    api: Arc<ResourceServer>,
}

impl<'a> Admins<'a> {
    /// The admins of the organization, as the unit has it.
    ///
    /// # Errors
    /// [`Thing::Organization`].
    pub(crate) async fn of(unit: &'a UnitOfWork, inside: &'a OrgScope) -> Result<Self, Problem> {
        let scope = inside.within();
        let tenant = tenant(unit, scope).await?;
        let organization = organizations::find(unit, scope, inside.organization()).await?;
        let organization = found(organization, Thing::Organization)?;
        let audience = tenant.my_organization_audience();
        let api = resource_servers::find_by_identifier(unit, scope, &audience).await?;
        let api = Arc::new(api.ok_or_else(|| Problem::internal("the My Organization API is gone"))?);
        Ok(Self { unit, inside, tenant, organization, api })
    }

    /// Whether the member is one of them.
    pub(crate) async fn include(&self, user: &UserId) -> Result<bool, Problem> {
        let scope = self.inside.within();
        if users::find(self.unit, scope, user).await?.is_none_or(|user| user.is_blocked()) {
            return Ok(false);
        }
        let (of, api) = (Some(&self.organization), self.api.clone());
        let snapshot = snapshots::of_person(self.unit, &self.tenant, scope, user, of, api).await?;
        Ok(snapshot.holds(GIVES_ROLES))
    }

    /// Whether someone besides this member is one of them.
    pub(crate) async fn is_another(&self, than: &UserId) -> Result<bool, Problem> {
        self.is_any_but(Some(than)).await
    }

    /// Whether these permissions make someone one of them.
    pub(crate) fn are_made_by(&self, keys: &HashSet<PermissionKey>) -> bool {
        let gives =
            PermissionKey { resource_server_id: self.api.id.clone(), permission: GIVES_ROLES.to_owned() };
        keys.contains(&gives)
    }

    /// Refuses what has left none of them.
    ///
    /// # Errors
    /// [`Problem::LastAdmin`].
    pub(crate) async fn still_there(&self) -> Result<(), Problem> {
        match self.are_any().await? {
            true => Ok(()),
            false => Err(Problem::LastAdmin),
        }
    }

    /// Whether there are any.
    pub(crate) async fn are_any(&self) -> Result<bool, Problem> {
        self.is_any_but(None).await
    }

    async fn is_any_but(&self, than: Option<&UserId>) -> Result<bool, Problem> {
        let mut after = None;
        loop {
            let page = PageRequest::Checkpoint { after, take: AT_ONCE };
            let page =
                candidates::people_in(self.unit, self.inside, &self.api.id, GIVES_ROLES, &page).await?;
            for user in page.items.iter().filter(|user| Some(*user) != than) {
                if self.include(user).await? {
                    return Ok(true);
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(false),
            }
        }
    }
}
