//! Those whom a change of rights concerns: who hold what it is about.

use std::collections::BTreeSet;

use guildhall_domain::effect::Holder;
use guildhall_domain::id::{ClientGrantId, ClientId, OrganizationId, ResourceServerId, RoleId, UserId};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoColumnRef, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
};

use crate::client_grants::machines;
use crate::entity::{
    client_grants, membership_roles, organization_client_grant_roles as client_roles,
    organization_client_grants as associations, organizations, role_permissions, roles, user_permissions,
    user_roles,
};
use crate::error::Result;
use crate::store::Db;
use crate::{dialect, resource_servers};

/// Those whom a change concerns, by what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// These alone.
    These(BTreeSet<Holder>),
    /// Who hold this role.
    Role(RoleId),
    /// Who hold what this organization confers: roles of its own, roles that it gave, and what it gave the clients that it let
    /// in.
    Conferred(OrganizationId),
    /// The client of a grant, outside organizations and in those that the grant is associated with.
    Grant {
        /// The grant.
        id: ClientGrantId,
        /// Where it is about every other organization as well: those that policies name, in which it is by itself.
        anywhere: Option<BTreeSet<OrganizationId>>,
    },
    /// Who hold anything on APIs.
    Apis {
        /// On this one, where one is given; otherwise on any but Guildhall's own.
        api: Option<ResourceServerId>,
        /// Where.
        places: Places,
        /// Only this one, where one is given; nobody knows through which client people come.
        client: Option<ClientId>,
    },
}

/// Where those are whom a change concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// In this organization alone.
    In(OrganizationId),
    /// Outside organizations and in all of them; these are those that policies name, in which a client that every organization
    /// lets in is by itself.
    All(BTreeSet<OrganizationId>),
}

impl Concerned {
    /// This one alone.
    pub fn one(holder: Holder) -> Self {
        Self::These(BTreeSet::from([holder]))
    }
}

/// The kinds of holders, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Users,
    Members,
    Clients,
    ClientsAnywhere,
    ClientsIn,
}

const KINDS: [Kind; 5] = [Kind::Users, Kind::Members, Kind::Clients, Kind::ClientsAnywhere, Kind::ClientsIn];

const ORGANIZATION: &str = "organization";
const ID: &str = "id";

/// Those whom it concerns, from one of them on, in their order.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    concerned: &Concerned,
    from: Option<&Holder>,
    most: usize,
) -> Result<Vec<Holder>> {
    let db = db.into();
    let backend = db.0.get_database_backend();
    if let Concerned::These(these) = concerned {
        let wanted = these.iter().filter(|holder| from.is_none_or(|from| *holder >= from));
        return Ok(wanted.take(most).cloned().collect());
    }
    let mut holders = Vec::new();
    let from = from.map(key);
    for kind in KINDS {
        let Some(held) = of_kind(backend, scope, concerned, kind) else { continue };
        let mut query = Query::select();
        query.columns([ORGANIZATION, ID].map(Alias::new)).from_subquery(held, Alias::new("held"));
        match from {
            Some((first, ..)) if first > kind => continue,
            Some((first, organization, id)) if first == kind => {
                let (of, at) = (column(ORGANIZATION), column(ID));
                query.and_where(of.clone().gte(organization));
                query.and_where(of.gt(organization).or(at.gte(id)));
            }
            _ => {}
        }
        query.order_by(Alias::new(ORGANIZATION), Order::Asc).order_by(Alias::new(ID), Order::Asc);
        query.limit(most.saturating_sub(holders.len()) as u64);
        for row in db.0.query_all(&query).await? {
            holders.push(holder(kind, row.try_get("", ORGANIZATION)?, row.try_get("", ID)?));
        }
    }
    Ok(holders)
}

/// How many it concerns.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope, concerned: &Concerned) -> Result<u64> {
    let db = db.into();
    let backend = db.0.get_database_backend();
    if let Concerned::These(these) = concerned {
        return Ok(these.len() as u64);
    }
    let mut total = 0;
    for kind in KINDS {
        let Some(held) = of_kind(backend, scope, concerned, kind) else { continue };
        let mut query = Query::select();
        query.expr_as(Expr::col(Alias::new(ID)).count(), Alias::new("total"));
        query.from_subquery(held, Alias::new("held"));
        if let Some(row) = db.0.query_one(&query).await? {
            total += u64::try_from(row.try_get::<i64>("", "total")?).unwrap_or_default();
        }
    }
    Ok(total)
}

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name).into_column_ref())
}

fn key(holder: &Holder) -> (Kind, &str, &str) {
    match holder {
        Holder::User(user) => (Kind::Users, "", user.as_str()),
        Holder::Member(organization, user) => (Kind::Members, organization.as_str(), user.as_str()),
        Holder::Client(grant) => (Kind::Clients, "", grant.as_str()),
        Holder::ClientAnywhere(grant) => (Kind::ClientsAnywhere, "", grant.as_str()),
        Holder::ClientIn(organization, grant) => (Kind::ClientsIn, organization.as_str(), grant.as_str()),
    }
}

fn holder(kind: Kind, organization: String, id: String) -> Holder {
    match kind {
        Kind::Users => Holder::User(UserId::new(id)),
        Kind::Members => Holder::Member(OrganizationId::new(organization), UserId::new(id)),
        Kind::Clients => Holder::Client(ClientGrantId::new(id)),
        Kind::ClientsAnywhere => Holder::ClientAnywhere(ClientGrantId::new(id)),
        Kind::ClientsIn => Holder::ClientIn(OrganizationId::new(organization), ClientGrantId::new(id)),
    }
}

/// Those of one kind, as pairs of organization (empty outside) and id; nothing where it concerns none of them.
fn of_kind(
    backend: DatabaseBackend,
    scope: &TenantScope,
    concerned: &Concerned,
    kind: Kind,
) -> Option<SelectStatement> {
    match concerned {
        Concerned::These(_) => None,
        Concerned::Role(role) => of_roles(scope, kind, None, Roles::One(role)),
        Concerned::Conferred(organization) => conferred(scope, kind, organization),
        Concerned::Grant { id, anywhere } => {
            let grant = || machines(scope).filter(CLIENT.eq(id.as_str()));
            match kind {
                Kind::Users | Kind::Members => None,
                Kind::Clients => Some(outside(grant(), CLIENT)),
                Kind::ClientsAnywhere => anywhere.as_ref().map(|_| outside(grant(), CLIENT)),
                Kind::ClientsIn => {
                    let mut held = inside(associated(scope).filter(GRANT.eq(id.as_str())), WITH_GRANT);
                    if let Some(named) = anywhere {
                        held.union(UnionType::Distinct, in_each(backend, scope, grant(), named));
                    }
                    Some(held)
                }
            }
        }
        Concerned::Apis { api, places, client } => {
            of_apis(backend, scope, kind, (api.as_ref(), client.as_ref()), places)
        }
    }
}

const CLIENT: client_grants::Column = client_grants::Column::Id;
const GRANT: associations::Column = associations::Column::GrantId;
const WITH_GRANT: (associations::Column, associations::Column) =
    (associations::Column::OrganizationId, GRANT);

/// Which roles.
#[derive(Clone, Copy)]
enum Roles<'a> {
    One(&'a RoleId),
    OwnedBy(&'a OrganizationId),
    On(Option<&'a ResourceServerId>),
}

impl Roles<'_> {
    /// Whether a column names one of them.
    fn named_by(self, scope: &TenantScope, role: impl ColumnTrait) -> Expr {
        match self {
            Self::One(id) => role.eq(id.as_str()),
            Self::OwnedBy(owner) => {
                let owned = crate::roles::in_tenant(scope)
                    .select_only()
                    .column(roles::Column::Id)
                    .filter(roles::Column::OwnerId.eq(owner.as_str()));
                role.in_subquery(owned.into_query())
            }
            Self::On(api) => {
                let permitting = role_permissions::Entity::find()
                    .select_only()
                    .column(role_permissions::Column::RoleId)
                    .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
                    .filter(on(scope, role_permissions::Column::ResourceServerId, api));
                role.in_subquery(permitting.into_query())
            }
        }
    }
}

/// Whether a column names the API, or any but Guildhall's own where none is given.
fn on(scope: &TenantScope, column: impl ColumnTrait, api: Option<&ResourceServerId>) -> Expr {
    match api {
        Some(api) => column.eq(api.as_str()),
        None => column.in_subquery(resource_servers::own(scope).into_query()),
    }
}

/// Who hold roles, in one organization where it is given.
fn of_roles(
    scope: &TenantScope,
    kind: Kind,
    organization: Option<&OrganizationId>,
    which: Roles<'_>,
) -> Option<SelectStatement> {
    match kind {
        Kind::Users if organization.is_none() => {
            let query = user_roles::Entity::find()
                .filter(user_roles::Column::TenantId.eq(scope.tenant().as_str()))
                .filter(which.named_by(scope, user_roles::Column::RoleId));
            Some(outside(query, user_roles::Column::UserId))
        }
        Kind::Members => {
            let query = membership_roles::Entity::find()
                .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
                .filter(which.named_by(scope, membership_roles::Column::RoleId));
            let (of, user) = (membership_roles::Column::OrganizationId, membership_roles::Column::UserId);
            Some(inside(within(query, of, organization), (of, user)))
        }
        Kind::ClientsIn => {
            let query = client_roles::Entity::find()
                .filter(client_roles::Column::TenantId.eq(scope.tenant().as_str()))
                .filter(which.named_by(scope, client_roles::Column::RoleId));
            let (of, grant) = (client_roles::Column::OrganizationId, client_roles::Column::GrantId);
            Some(inside(within(query, of, organization), (of, grant)))
        }
        _ => None,
    }
}

/// Who hold what the organization confers.
fn conferred(scope: &TenantScope, kind: Kind, organization: &OrganizationId) -> Option<SelectStatement> {
    let mut held = of_roles(scope, kind, Some(organization), Roles::OwnedBy(organization))?;
    let given = match kind {
        Kind::Members => {
            let query = membership_roles::Entity::find()
                .filter(membership_roles::Column::TenantId.eq(scope.tenant().as_str()))
                .filter(membership_roles::Column::ByOrganization.eq(true));
            let (of, user) = (membership_roles::Column::OrganizationId, membership_roles::Column::UserId);
            inside(within(query, of, Some(organization)), (of, user))
        }
        _ => {
            let machines = machines(scope).select_only().column(CLIENT).into_query();
            let query = associated(scope)
                .filter(associations::Column::ByOrganization.eq(true))
                .filter(GRANT.in_subquery(machines));
            inside(within(query, WITH_GRANT.0, Some(organization)), WITH_GRANT)
        }
    };
    held.union(UnionType::Distinct, given);
    Some(held)
}

/// Who hold anything on the API, or on any but Guildhall's own.
fn of_apis(
    backend: DatabaseBackend,
    scope: &TenantScope,
    kind: Kind,
    (api, client): (Option<&ResourceServerId>, Option<&ClientId>),
    places: &Places,
) -> Option<SelectStatement> {
    let grants = || {
        let grants = machines(scope).filter(on(scope, client_grants::Column::ResourceServerId, api));
        match client {
            Some(client) => grants.filter(client_grants::Column::ClientId.eq(client.as_str())),
            None => grants,
        }
    };
    let anywhere = || grants().filter(client_grants::Column::AllowAnyOrganization.eq(true));
    let (organization, named) = match places {
        Places::In(organization) => (Some(organization), &BTreeSet::from([organization.clone()])),
        Places::All(named) => (None, named),
    };
    match (kind, organization) {
        (Kind::Users | Kind::Members, _) if client.is_some() => None,
        (Kind::Users, None) => {
            let direct = user_permissions::Entity::find()
                .filter(user_permissions::Column::TenantId.eq(scope.tenant().as_str()))
                .filter(on(scope, user_permissions::Column::ResourceServerId, api));
            let mut held = of_roles(scope, kind, None, Roles::On(api))?;
            held.union(UnionType::Distinct, outside(direct, user_permissions::Column::UserId));
            Some(held)
        }
        (Kind::Members, _) => of_roles(scope, kind, organization, Roles::On(api)),
        (Kind::Clients, None) => Some(outside(grants(), CLIENT)),
        (Kind::ClientsAnywhere, None) => Some(outside(anywhere(), CLIENT)),
        (Kind::Users | Kind::Clients | Kind::ClientsAnywhere, Some(_)) => None,
        (Kind::ClientsIn, _) => {
            let ids = grants().select_only().column(CLIENT).into_query();
            let query = associated(scope).filter(GRANT.in_subquery(ids));
            let mut held = inside(within(query, WITH_GRANT.0, organization), WITH_GRANT);
            held.union(UnionType::Distinct, in_each(backend, scope, anywhere(), named));
            Some(held)
        }
    }
}

/// Clients by their grants, in each of the organizations that exist.
fn in_each(
    backend: DatabaseBackend,
    scope: &TenantScope,
    grants: Select<client_grants::Entity>,
    named: &BTreeSet<OrganizationId>,
) -> SelectStatement {
    let named = dialect::texts(backend, named.iter().map(OrganizationId::as_str));
    let mut query = pairs(grants, organizations::Column::Id.into_expr(), CLIENT);
    query.from(organizations::Entity);
    query.and_where(organizations::Column::TenantId.eq(scope.tenant().as_str()));
    query.and_where(organizations::Column::Id.in_subquery(named));
    query
}

fn associated(scope: &TenantScope) -> Select<associations::Entity> {
    associations::Entity::find().filter(associations::Column::TenantId.eq(scope.tenant().as_str()))
}

fn within<E: EntityTrait>(
    query: Select<E>,
    column: E::Column,
    organization: Option<&OrganizationId>,
) -> Select<E> {
    match organization {
        Some(organization) => query.filter(column.eq(organization.as_str())),
        None => query,
    }
}

fn inside<E: EntityTrait>(query: Select<E>, (organization, id): (E::Column, E::Column)) -> SelectStatement {
    pairs(query, organization.into_expr(), id)
}

fn outside<E: EntityTrait>(query: Select<E>, id: E::Column) -> SelectStatement {
    pairs(query, Expr::cust("''"), id)
}

fn pairs<E: EntityTrait>(query: Select<E>, organization: Expr, id: E::Column) -> SelectStatement {
    let query = query.select_only().column_as(organization, ORGANIZATION).column_as(id, ID);
    query.distinct().into_query()
}
