//! Dry runs: a change is made by the code that makes it, what it did is told, and it is dropped. Nothing is stored, no epoch
//! moves, the log knows nothing of it.

use guildhall_domain::dry_run::{DryRun, ProposedChange};
use guildhall_domain::organization::OrganizationPatch;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{Authorized, needs};

use crate::context::App;
use crate::problem::Problem;
use crate::{
    access_policies, client_grants, effects, envelopes, member_roles, organization_client_grants,
    organizations, role_permissions, user_permissions, user_roles,
};

/// A page of who would gain and lose what by a change.
///
/// # Errors
/// [`Problem::Denied`] for a caller who may not make the change, and the refusals of making it.
pub async fn run(
    app: &App,
    by: &Authorized<needs::DryRun>,
    change: ProposedChange,
    page: &PageRequest,
) -> Result<DryRun, Problem> {
    use ProposedChange as It;
    let unit = &app.begin(by).await?;
    let concern = match change {
        It::AddRolePermissions { role_id, body } => {
            role_permissions::add_within(unit, &by.also()?, &role_id, &body.permissions).await?.concern()
        }
        It::RemoveRolePermissions { role_id, body } => {
            role_permissions::remove_within(unit, &by.also()?, &role_id, &body.permissions).await?.concern()
        }
        It::AddMemberRoles { organization_id: id, user_id, body } => {
            member_roles::add_within(unit, &by.also()?, &id, &user_id, &body.roles).await?.concern()
        }
        It::RemoveMemberRoles { organization_id: id, user_id, body } => {
            member_roles::remove_within(unit, &by.also()?, &id, &user_id, &body.roles).await?.concern()
        }
        It::AddUserRoles { user_id, body } => {
            user_roles::add_within(unit, &by.also()?, &user_id, &body.roles).await?.concern()
        }
        It::RemoveUserRoles { user_id, body } => {
            user_roles::remove_within(unit, &by.also()?, &user_id, &body.roles).await?.concern()
        }
        It::AddRoleUsers { role_id, body } => {
            user_roles::assign_within(unit, &by.also()?, &role_id, &body.users).await?.concern()
        }
        It::AddUserPermissions { user_id, body } => {
            user_permissions::add_within(unit, &by.also()?, &user_id, &body.permissions).await?.concern()
        }
        It::RemoveUserPermissions { user_id, body } => {
            user_permissions::remove_within(unit, &by.also()?, &user_id, &body.permissions).await?.concern()
        }
        It::CreateClientGrant { body } => {
            client_grants::create_within(app, unit, &by.also()?, body).await?.concern()
        }
        It::UpdateClientGrant { client_grant_id: id, body } => {
            client_grants::update_within(unit, &by.also()?, &id, body).await?.concern()
        }
        It::DeleteClientGrant { client_grant_id: id } => {
            client_grants::delete_within(unit, &by.also()?, &id).await?.concern()
        }
        It::AddOrganizationClientGrant { organization_id: id, body } => {
            organization_client_grants::add_within(app, unit, &by.also()?, &id, body).await?.concern()
        }
        It::RemoveOrganizationClientGrant { organization_id: id, client_grant_id: grant } => {
            organization_client_grants::remove_within(unit, &by.also()?, &id, &grant).await?.concern()
        }
        It::SetEnvelope { organization_id: id, body } => {
            envelopes::set_within(unit, &by.also()?, &id, Some(body)).await?.concern()
        }
        It::DeleteEnvelope { organization_id: id } => {
            envelopes::set_within(unit, &by.also()?, &id, None).await?.concern()
        }
        It::SetTokenStrategy { organization_id: id, token_strategy } => {
            let patch = OrganizationPatch { token_strategy: Some(token_strategy), ..Default::default() };
            organizations::update_within(app, unit, &by.also()?, &id, patch).await?.concern()
        }
        It::CreateAccessPolicy { body } => {
            access_policies::create_within(app, unit, &by.also()?, body).await?.concern()
        }
        It::UpdateAccessPolicy { access_policy_id: id, body } => {
            access_policies::update_within(unit, &by.also()?, &id, body).await?.concern()
        }
        It::DeleteAccessPolicy { access_policy_id: id } => {
            access_policies::delete_within(unit, &by.also()?, &id).await?.concern()
        }
    };
    effects::tell(app, unit, by.scope(), &concern, page).await
}
