//! Who may hold a permission, and where: candidates by page, in the order of their ids, whom rights decide on. What a page
//! costs grows with the roles that hold the permission, and not with the people who hold these roles.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::id::{OrganizationId, ResourceServerId, UserId};
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::resource_server::ResourceServer;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::entity::{
    self, client_grants, membership_roles, organization_client_grants as associations,
    resource_servers as apis, role_permissions, roles, user_permissions, user_roles,
};
use crate::error::Result;
use crate::store::Db;
use crate::{
    client_grants as grants, memberships, organizations as orgs, paging, resource_servers,
    roles as all_roles, user_roles as roles_of_users,
};

/// How many values a query takes: SQLite 32,766 at the most.
const BOUND: usize = 10_000;

/// How many queries make one: SQLite combines 500 at the most.
const AT_ONCE: usize = 100;

/// Members who hold a role that has the permission.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn people_in(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    api: &ResourceServerId,
    permission: &str,
    page: &PageRequest,
) -> Result<Page<UserId>> {
    let db = db.into();
    let with = roles_in(&db, scope, api, permission).await?;
    let holders = with.iter().map(|role| {
        membership_roles::Entity::find()
            .select_only()
            .column(membership_roles::Column::UserId)
            .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(membership_roles::Column::RoleId.eq(role))
            .filter(membership_roles::Column::OrganizationId.eq(scope.organization().as_str()))
            .into_query()
    });
    merged(&db, holders.collect(), page).await
}

/// Users who hold the permission directly, or a role of the tenant that has it.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn people(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    api: &ResourceServerId,
    permission: &str,
    page: &PageRequest,
) -> Result<Page<UserId>> {
    let db = db.into();
    let with = roles_with(&db, scope, None, api, permission).await?;
    let by_role = with.iter().map(|role| {
        user_roles::Entity::find()
            .select_only()
            .column(user_roles::Column::UserId)
            .filter(user_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(user_roles::Column::RoleId.eq(role))
            .into_query()
    });
    let direct = user_permissions::Entity::find()
        .select_only()
        .column(user_permissions::Column::UserId)
        .filter(user_permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(user_permissions::Column::ResourceServerId.eq(api.as_str()))
        .filter(user_permissions::Column::Permission.eq(permission))
        .into_query();
    merged(&db, by_role.chain([direct]).collect(), page).await
}

/// Grants by which machine clients come into the organization with the API.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn grants_in(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    api: &ResourceServerId,
    page: &PageRequest,
) -> Result<Page<ClientGrant>> {
    let db = db.into();
    let associated = associations::Entity::find()
        .select_only()
        .column(associations::Column::GrantId)
        .filter(associations::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(associations::Column::OrganizationId.eq(scope.organization().as_str()))
        .into_query();
    let of_api = grants::in_tenant(scope.within())
        .filter(client_grants::Column::ResourceServerId.eq(api.as_str()))
        .filter(client_grants::Column::SubjectType.eq(entity::text(&SubjectType::Client)?));
    let here = of_api.clone().filter(client_grants::Column::Id.in_subquery(associated));
    let anywhere = of_api.filter(client_grants::Column::AllowAnyOrganization.eq(true));
    let mut rows = BTreeMap::new();
    for query in [here, anywhere] {
        let query = query.filter(client_grants::Column::Id.gt(after(page)));
        let query = query.order_by_asc(client_grants::Column::Id).limit(page.limit() + 1);
        rows.extend(query.all(&db.0).await?.into_iter().map(|row| (row.id.clone(), row)));
    }
    let rows = paging::cut(rows.into_values().collect(), None, page, |row| row.id.clone());
    Ok(Page {
        items: grants::with_audience(&db, scope.within(), rows.items).await?,
        total: None,
        next: rows.next,
    })
}

/// Organizations in which the user holds a role that has the permission: those among as many memberships as a page takes, so
/// that one can have fewer, even none, and not be the last.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organizations_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    (api, permission): (&ResourceServerId, &str),
    page: &PageRequest,
) -> Result<Page<Organization>> {
    let db = db.into();
    let (of_user, key) = (memberships::of_user(scope, user), entity::memberships::Column::OrganizationId);
    let rows = paging::page(&db, of_user, page, key, |row| row.organization_id.clone()).await?;
    let mut ids = rows.map(|row| row.organization_id);
    let held: Vec<(String, String)> = membership_roles::Entity::find()
        .select_only()
        .columns([membership_roles::Column::OrganizationId, membership_roles::Column::RoleId])
        .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(membership_roles::Column::OrganizationId.is_in(&ids.items))
        .filter(membership_roles::Column::UserId.eq(user.as_str()))
        .into_tuple()
        .all(&db.0)
        .await?;
    let roles: HashSet<&str> = held.iter().map(|(_, role)| role.as_str()).collect();
    let with: HashSet<String> = having(&db, scope, roles, api, permission).await?.into_iter().collect();
    let inside = held.iter().filter(|(_, role)| with.contains(role)).map(|(organization, _)| organization);
    let inside: HashSet<&String> = inside.collect();
    ids.items.retain(|id| inside.contains(id));
    orgs::page(&db, scope, ids).await
}

/// APIs that define a permission of this name which the user holds by a role in the organization, or, where there is none,
/// by a role of the tenant or directly. They are in the order of their identifiers.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn apis_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    organization: Option<&OrganizationId>,
    permission: &str,
    page: &PageRequest,
) -> Result<Page<ResourceServer>> {
    let db = db.into();
    let ids = match organization {
        Some(organization) => membership_roles::Entity::find()
            .select_only()
            .column(membership_roles::Column::RoleId)
            .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(membership_roles::Column::OrganizationId.eq(organization.as_str()))
            .filter(membership_roles::Column::UserId.eq(user.as_str()))
            .into_query(),
        None => roles_of_users::ids_of(scope, user),
    };
    let by_roles = role_permissions::Entity::find()
        .select_only()
        .column(role_permissions::Column::ResourceServerId)
        .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(role_permissions::Column::RoleId.in_subquery(ids))
        .filter(role_permissions::Column::Permission.eq(permission))
        .into_query();
    let mut any = Condition::any().add(apis::Column::Id.in_subquery(by_roles));
    if organization.is_none() {
        let direct = user_permissions::Entity::find()
            .select_only()
            .column(user_permissions::Column::ResourceServerId)
            .filter(user_permissions::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(user_permissions::Column::UserId.eq(user.as_str()))
            .filter(user_permissions::Column::Permission.eq(permission))
            .into_query();
        any = any.add(apis::Column::Id.in_subquery(direct));
    }
    let query = resource_servers::in_tenant(scope).filter(any);
    let rows = paging::page(&db, query, page, apis::Column::Identifier, |row| row.identifier.clone()).await?;
    let items = resource_servers::with_scopes(&db, scope, rows.items).await?;
    Ok(Page { items, total: None, next: rows.next })
}

/// The ids of the roles that can be held in the organization and have the permission.
pub(crate) async fn roles_in(
    db: &Db<'_>,
    scope: &OrgScope,
    api: &ResourceServerId,
    permission: &str,
) -> Result<Vec<String>> {
    roles_with(db, scope.within(), Some(scope.organization()), api, permission).await
}

/// The ids of the roles that have the permission: of the tenant's, and of the organization's own where there is one.
async fn roles_with(
    db: &Db<'_>,
    scope: &TenantScope,
    organization: Option<&OrganizationId>,
    api: &ResourceServerId,
    permission: &str,
) -> Result<Vec<String>> {
    let ids = all_roles::in_tenant(scope).select_only().column(roles::Column::Id);
    let of_tenant = ids.clone().filter(roles::Column::OwnerId.is_null());
    let mut holdable: Vec<String> = of_tenant.into_tuple().all(&db.0).await?;
    if let Some(organization) = organization {
        let own = ids.filter(roles::Column::OwnerId.eq(organization.as_str()));
        holdable.extend(own.into_tuple::<String>().all(&db.0).await?);
    }
    having(db, scope, holdable.iter().map(String::as_str), api, permission).await
}

/// Those of the roles that have the permission. All that do could be those of all organizations.
async fn having(
    db: &Db<'_>,
    scope: &TenantScope,
    roles: impl IntoIterator<Item = &str>,
    api: &ResourceServerId,
    permission: &str,
) -> Result<Vec<String>> {
    let roles = Vec::from_iter(roles);
    let mut found = Vec::new();
    for roles in roles.chunks(BOUND) {
        let query = role_permissions::Entity::find()
            .select_only()
            .column(role_permissions::Column::RoleId)
            .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(role_permissions::Column::ResourceServerId.eq(api.as_str()))
            .filter(role_permissions::Column::Permission.eq(permission))
            .filter(role_permissions::Column::RoleId.is_in(roles.iter().copied()));
        found.extend(query.into_tuple::<String>().all(&db.0).await?);
    }
    Ok(found)
}

/// A page of all the users whom the queries yield. Each of them stops after a page, whatever it could yield.
async fn merged(db: &Db<'_>, queries: Vec<SelectStatement>, page: &PageRequest) -> Result<Page<UserId>> {
    let mut ids = BTreeSet::new();
    for queries in queries.chunks(AT_ONCE) {
        let first = queries.iter().cloned().map(|mut query| {
            query.and_where(Expr::col("user_id").gt(after(page)));
            query.order_by("user_id", Order::Asc).limit(page.limit() + 1);
            Query::select().column("user_id").from_subquery(query, "first").take()
        });
        let Some(union) = first.reduce(|mut all, next| all.union(UnionType::Distinct, next).take()) else {
            continue;
        };
        let mut union = union;
        union.order_by("user_id", Order::Asc).limit(page.limit() + 1);
        for row in db.0.query_all(&union).await? {
            ids.insert(row.try_get_by::<String, _>(0)?);
        }
    }
    Ok(paging::cut(ids.into_iter().collect(), None, page, String::clone).map(UserId::new))
}

/// What keys must be greater than.
fn after(page: &PageRequest) -> &str {
    match page {
        PageRequest::Checkpoint { after: Some(after), .. } => after,
        _ => "",
    }
}
