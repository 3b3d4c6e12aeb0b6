//! The roles that an organization can give: the vendor's, and its own, which its people and machines make themselves.

use std::collections::HashSet;

use guildhall_domain::envelope::Envelope;
use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::{
    CreatedOrganizationRole, NewOrganizationRole, OrganizationRole, OrganizationRoleDetails, RoleTemplate,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::{AuthorizedIn, OrgScope, my_organization as needs};
use guildhall_domain::role::{Role, RolePatch, RoleType};
use guildhall_persistence::permissions::PermissionKey;
use guildhall_persistence::roles::Assignable;
use guildhall_persistence::{Db, organizations, permissions, role_permissions, roles};
use serde_json::json;

use super::conferring::{Conferrer, is_assignable};
use crate::context::{App, found, tenant};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Taken, Thing, taken};
use crate::roles::{change, update_within};

/// A page of the roles that the organization can give.
///
/// # Errors
/// [`Thing::Organization`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadMemberRoles>,
    kind: Option<RoleType>,
    name: Option<String>,
    page: &PageRequest,
) -> Result<Page<OrganizationRole>, Problem> {
    let envelope = envelope(app.store(), by.scope()).await?;
    let filter = Assignable { kind, name, of_tenant: envelope.assignable_roles };
    Ok(roles::list_assignable(app.store(), by.scope(), &filter, page).await?.map(OrganizationRole::from))
}

/// A role that the organization can give.
///
/// # Errors
/// [`Thing::Role`], also for another organization's and one that the envelope excludes.
pub async fn get(
    app: &App,
    by: &AuthorizedIn<needs::ReadRoles>,
    id: &RoleId,
) -> Result<OrganizationRoleDetails, Problem> {
    let envelope = envelope(app.store(), by.scope()).await?;
    let role = existing(app.store(), by.scope(), &envelope, id).await?;
    detailed(app.store(), by.scope(), &envelope, role).await
}

/// Makes a role of the organization's own, with permissions that the caller may confer.
///
/// # Errors
/// [`Limit::OwnRoles`], [`Problem::Invalid`] for a template that the organization cannot give, [`Problem::NotHeld`],
/// [`Limit::RolePermissions`], [`Taken::RoleName`].
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::CreateRoles>,
    new: NewOrganizationRole,
) -> Result<CreatedOrganizationRole, Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let unit = app.begin_in(by).await?;
    let conferrer = Conferrer::new(&unit, by).await?;
    let (envelope, limits) = (&conferrer.envelope, &conferrer.tenant.settings.limits);
    let most = envelope.own_roles.unwrap_or(u64::MAX).min(limits.roles_per_organization);
    if roles::count(&unit, scope, Some(by.organization())).await? >= most {
        return Err(Problem::LimitReached(Limit::OwnRoles(most)));
    }
    let template = match &new.template_id {
        Some(id) => Some(template(&unit, inside, envelope, id).await?.ok_or_else(|| {
            Problem::invalid("template_id", "The role is none of the vendor's that can be given here")
        })?),
        None => None,
    };
    let (keys, omitted) = match (&new.permissions, &template) {
        (Some(names), _) => (conferrer.permissions(names).await?, None),
        (None, Some(template)) => {
            let held = role_permissions::held(&unit, scope, &template.id).await?;
            let names = permissions::names(&unit, scope, &held).await?;
            let (keys, omitted) = conferrer.sorted_out(&names).await?;
            (keys, Some(omitted))
        }
        (None, None) => (Vec::new(), None),
    };
    if keys.len() as u64 > limits.permissions_per_role {
        return Err(Problem::LimitReached(Limit::RolePermissions));
    }
    let role = new.create(RoleId::generate(app.clock()), by.organization(), app.clock().now());
    roles::insert(&unit, scope, &role).await.map_err(taken(Taken::RoleName))?;
    if !keys.is_empty() {
        role_permissions::insert(&unit, scope, &role.id, &keys).await?;
    }
    let mut after = json!(role);
    after["permissions"] = json!(permissions::names(&unit, scope, &keys).await?);
    let made = Made::new(change("role.created", &role).after(&after), Concern::Nothing);
    let role = detailed(&unit, inside, envelope, role).await?;
    effects::save(app, unit, scope, made.with(CreatedOrganizationRole { role, omitted })).await
}

/// Changes the name or the description of a role of the organization's own.
///
/// # Errors
/// [`Thing::Role`], [`Problem::Forbidden`] for the vendor's, [`Taken::RoleName`].
pub async fn update(
    app: &App,
    by: &AuthorizedIn<needs::UpdateRoles>,
    id: &RoleId,
    patch: RolePatch,
) -> Result<OrganizationRoleDetails, Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let mut unit = app.begin_in(by).await?;
    let envelope = envelope(&unit, inside).await?;
    let before = own(&unit, inside, &envelope, id).await?;
    let after = update_within(&mut unit, scope, before, patch).await?;
    let after = detailed(&unit, inside, &envelope, after).await?;
    unit.commit().await?;
    Ok(after)
}

/// What the organization may confer.
///
/// # Errors
/// [`Thing::Organization`].
pub(super) async fn envelope<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
) -> Result<Envelope, Problem> {
    let tenant = tenant(db, inside.within()).await?;
    let organization = organizations::find(db, inside.within(), inside.organization()).await?;
    Ok(tenant.settings.envelope_of(&found(organization, Thing::Organization)?))
}

/// A role that the organization can give.
///
/// # Errors
/// [`Thing::Role`].
pub(super) async fn existing(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    envelope: &Envelope,
    id: &RoleId,
) -> Result<Role, Problem> {
    let role = roles::find(db, inside.within(), id).await?;
    found(role.filter(|role| is_assignable(envelope, inside.organization(), role)), Thing::Role)
}

/// A role of the organization's own.
///
/// # Errors
/// [`Thing::Role`], [`Problem::Forbidden`] for one of the vendor's that it can give.
pub(super) async fn own(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    envelope: &Envelope,
    id: &RoleId,
) -> Result<Role, Problem> {
    let role = existing(db, inside, envelope, id).await?;
    match role.kind {
        RoleType::Organization => Ok(role),
        RoleType::Tenant => Err(Problem::Forbidden(
            "The role is the vendor's; only roles of the organization's own can be changed or deleted here.",
        )),
    }
}

/// A role of the vendor's that the organization can give.
async fn template(
    db: impl Into<Db<'_>>,
    inside: &OrgScope,
    envelope: &Envelope,
    id: &RoleId,
) -> Result<Option<Role>, Problem> {
    let role = roles::find(db, inside.within(), id).await?;
    Ok(role.filter(|role| role.kind == RoleType::Tenant && envelope.assigns(&role.id)))
}

/// The role with how much it permits, and how it has come to differ from what it was made from.
async fn detailed<'d>(
    db: impl Into<Db<'d>> + Copy,
    inside: &OrgScope,
    envelope: &Envelope,
    role: Role,
) -> Result<OrganizationRoleDetails, Problem> {
    let held = role_permissions::held(db, inside.within(), &role.id).await?;
    let permissions_count = held.len() as u64;
    let from = match &role.template_id {
        Some(id) => template(db, inside, envelope, id).await?,
        None => None,
    };
    let template = match from {
        Some(from) => {
            let of_template = role_permissions::held(db, inside.within(), &from.id).await?;
            let added = beyond(db, inside, &of_template, &held).await?;
            let removed = beyond(db, inside, &held, &of_template).await?;
            Some(RoleTemplate { id: from.id, name: from.name, added, removed })
        }
        None => None,
    };
    Ok(OrganizationRoleDetails { role: role.into(), permissions_count, template })
}

/// The names of those that are among the first and not among the second.
async fn beyond<'d>(
    db: impl Into<Db<'d>>,
    inside: &OrgScope,
    these: &HashSet<PermissionKey>,
    those: &HashSet<PermissionKey>,
) -> Result<Vec<PermissionName>, Problem> {
    Ok(permissions::names(db, inside.within(), these.difference(those)).await?)
}
