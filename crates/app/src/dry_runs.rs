//! Dry runs: a change is made by the code that makes it, what it did is told, and it is dropped. Nothing is stored, no epoch
//! moves, the log knows nothing of it.

use guildhall_domain::dry_run::{DryRun, ProposedChange};
use guildhall_domain::organization::OrganizationPatch;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{Authorized, Need, needs};
use guildhall_persistence::UnitOfWork;

use crate::context::App;
use crate::effects::Made;
use crate::problem::Problem;
use crate::{
    access_policies, client_grants, effects, envelopes, member_roles, organization_client_grants,
    organizations, role_permissions, user_permissions, user_roles,
};

/// The id of a grant that is tried: the same on every page, so that lists go on where they ended.
const NEW_GRANT: &str = "cgr_dry_run";

/// How many dry runs of a tenant wait for one another on a node, with the one whose turn it is.
const WAITING: usize = 8;

/// A page of who would gain and lose what by a change; the numbers alone for callers who may not read what everybody holds.
///
/// # Errors
/// [`Problem::Denied`] for a caller who may not make the change, the refusals of making it, and [`Problem::Busy`].
pub async fn run(
    app: &App,
    by: &Authorized<needs::DryRun>,
    change: ProposedChange,
    page: &PageRequest,
) -> Result<DryRun, Problem> {
    use ProposedChange as It;
    let trial = Trial { app, by, page };
    match change {
        It::AddRolePermissions { role_id, body } => {
            trial
                .of(async |unit, by| {
                    role_permissions::add_within(unit, by, &role_id, &body.permissions).await
                })
                .await
        }
        It::RemoveRolePermissions { role_id, body } => {
            trial
                .of(async |unit, by| {
                    role_permissions::remove_within(unit, by, &role_id, &body.permissions).await
                })
                .await
        }
        It::AddMemberRoles { organization_id: id, user_id, body } => {
            trial
                .of(async |unit, by| member_roles::add_within(unit, by, &id, &user_id, &body.roles).await)
                .await
        }
        It::RemoveMemberRoles { organization_id: id, user_id, body } => {
            trial
                .of(async |unit, by| member_roles::remove_within(unit, by, &id, &user_id, &body.roles).await)
                .await
        }
        It::AddUserRoles { user_id, body } => {
            trial.of(async |unit, by| user_roles::add_within(unit, by, &user_id, &body.roles).await).await
        }
        It::RemoveUserRoles { user_id, body } => {
            trial.of(async |unit, by| user_roles::remove_within(unit, by, &user_id, &body.roles).await).await
        }
        It::AddRoleUsers { role_id, body } => {
            trial.of(async |unit, by| user_roles::assign_within(unit, by, &role_id, &body.users).await).await
        }
        It::AddUserPermissions { user_id, body } => {
            trial
                .of(async |unit, by| {
                    user_permissions::add_within(unit, by, &user_id, &body.permissions).await
                })
                .await
        }
        It::RemoveUserPermissions { user_id, body } => {
            trial
                .of(async |unit, by| {
                    user_permissions::remove_within(unit, by, &user_id, &body.permissions).await
                })
                .await
        }
        It::CreateClientGrant { body } => {
            trial
                .of(async |unit, by| {
                    client_grants::create_within(app, unit, by, NEW_GRANT.into(), body).await
                })
                .await
        }
        It::UpdateClientGrant { client_grant_id: id, body } => {
            trial.of(async |unit, by| client_grants::update_within(unit, by, &id, body).await).await
        }
        It::DeleteClientGrant { client_grant_id: id } => {
            trial.of(async |unit, by| client_grants::delete_within(unit, by, &id).await).await
        }
        It::AddOrganizationClientGrant { organization_id: id, body } => {
            trial
                .of(async |unit, by| organization_client_grants::add_within(app, unit, by, &id, body).await)
                .await
        }
        It::RemoveOrganizationClientGrant { organization_id: id, client_grant_id: grant } => {
            trial
                .of(async |unit, by| organization_client_grants::remove_within(unit, by, &id, &grant).await)
                .await
        }
        It::SetEnvelope { organization_id: id, body } => {
            trial.of(async |unit, by| envelopes::set_within(unit, by, &id, Some(body)).await).await
        }
        It::DeleteEnvelope { organization_id: id } => {
            trial.of(async |unit, by| envelopes::set_within(unit, by, &id, None).await).await
        }
        It::SetTokenStrategy { organization_id: id, token_strategy } => {
            let patch = OrganizationPatch { token_strategy: Some(token_strategy), ..Default::default() };
            trial.of(async |unit, by| organizations::update_within(app, unit, by, &id, patch).await).await
        }
        It::CreateAccessPolicy { body } => {
            trial.of(async |unit, by| access_policies::create_within(app, unit, by, body).await).await
        }
        It::UpdateAccessPolicy { access_policy_id: id, body } => {
            trial.of(async |unit, by| access_policies::update_within(unit, by, &id, body).await).await
        }
        It::DeleteAccessPolicy { access_policy_id: id } => {
            trial.of(async |unit, by| access_policies::delete_within(unit, by, &id).await).await
        }
    }
}

struct Trial<'a> {
    app: &'a App,
    by: &'a Authorized<needs::DryRun>,
    page: &'a PageRequest,
}

impl Trial<'_> {
    /// Makes the change, if the caller may, and tells what it did. Those who wait for their turn hold no connection, which
    /// others need.
    async fn of<N: Need, T>(
        &self,
        make: impl AsyncFnOnce(&UnitOfWork, &Authorized<N>) -> Result<Made<T>, Problem>,
    ) -> Result<DryRun, Problem> {
        let by = self.by.also::<N>()?;
        let tenant = format!("dry runs {}", by.scope().tenant());
        let _turn = self.app.0.turns.take(&tenant, WAITING).await.ok_or(Problem::Busy)?;
        let unit = self.app.begin(&by).await?;
        let concern = make(&unit, &by).await?.concern();
        effects::tell(self.app, &unit, by.scope(), &concern, self.page, self.is_listed()).await
    }

    /// Whether the caller may read what everybody holds.
    fn is_listed(&self) -> bool {
        self.by.may::<needs::ReadUserEffectivePermissions>()
            && self.by.may::<needs::ReadMemberEffectivePermissions>()
            && self.by.may::<needs::ReadOrganizationClientGrants>()
    }
}
