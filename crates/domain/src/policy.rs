//! Who may do what. Having been authorized is a value that use cases and repositories demand; only this module makes it.

/// The operations of an API, each with the sets of scopes of which it demands any one, whole.
macro_rules! needs {
    ($($name:ident = $([$($scope:literal)+])|+;)*) => {
        $(
            #[doc = concat!("Demands any of", $(" `", $($scope, " ",)+ "`"),+, ".")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl super::Need for $name {
                const ANY_OF: &'static [&'static [&'static str]] = &[$(&[$($scope),+]),+];
            }
        )*

        /// Every scope that any of them names, in alphabetical order.
        pub fn all_scopes() -> Vec<&'static str> {
            let mut all = vec![$($($($scope,)+)+)*];
            all.sort_unstable();
            all.dedup();
            all
        }
    };
}

pub mod my_organization;
pub mod needs;

use std::marker::PhantomData;

use crate::id::{OrganizationId, TenantId};
use crate::log::{Actor, Origin};

/// Who is calling, as a verified token says.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant that issued the token.
    pub tenant: TenantId,
    /// Who it is.
    pub actor: Actor,
    /// The scopes that the token holds and its grant still permits.
    pub scopes: Vec<String>,
    /// The request.
    pub origin: Origin,
}

/// What an operation demands: any one of these sets of scopes, whole.
pub trait Need {
    /// The sets.
    const ANY_OF: &'static [&'static [&'static str]];
}

/// The caller holds none of the sets of scopes that would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied(pub &'static [&'static [&'static str]]);

/// The right to read and write the data of one tenant: the key that repositories accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantScope(TenantId);

impl TenantScope {
    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.0
    }

    /// The right to an organization of the tenant.
    pub fn organization(&self, organization: OrganizationId) -> OrgScope {
        OrgScope { tenant: self.clone(), organization }
    }
}

/// The right to read and write the data of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgScope {
    tenant: TenantScope,
    organization: OrganizationId,
}

impl OrgScope {
    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        self.tenant.tenant()
    }

    /// The organization.
    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// The right to what the organization shares with its tenant.
    pub fn within(&self) -> &TenantScope {
        &self.tenant
    }
}

/// A caller who may do what `N` names.
#[derive(Clone, Debug)]
pub struct Authorized<N> {
    caller: Caller,
    scope: TenantScope,
    need: PhantomData<N>,
}

impl<N: Need> Authorized<N> {
    /// Who is calling.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The key to the tenant's data.
    pub fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// Demands more of the same caller, for fields that need it.
    ///
    /// # Errors
    /// [`Denied`] when the caller's scopes do not do.
    pub fn also<M: Need>(&self) -> Result<Authorized<M>, Denied> {
        authorize(self.caller.clone())
    }

    /// Whether the caller may do this as well.
    pub fn may<M: Need>(&self) -> bool {
        permits::<M>(&self.caller).is_ok()
    }
}

fn permits<N: Need>(caller: &Caller) -> Result<(), Denied> {
    let holds = |scope: &&str| caller.scopes.iter().any(|held| held == scope);
    match N::ANY_OF.iter().any(|set| set.iter().all(holds)) {
        true => Ok(()),
        false => Err(Denied(N::ANY_OF)),
    }
}

/// A caller who may do what `N` names in one organization, and nowhere else.
#[derive(Clone, Debug)]
pub struct AuthorizedIn<N> {
    by: Authorized<N>,
    inside: OrgScope,
}

impl<N: Need> AuthorizedIn<N> {
    /// Who is calling.
    pub fn caller(&self) -> &Caller {
        self.by.caller()
    }

    /// The key to the organization's data.
    pub fn scope(&self) -> &OrgScope {
        &self.inside
    }

    /// The organization.
    pub fn organization(&self) -> &OrganizationId {
        self.inside.organization()
    }

    /// Demands more of the same caller, for fields that need it.
    ///
    /// # Errors
    /// [`Denied`] when the caller's scopes do not do.
    pub fn also<M: Need>(&self) -> Result<AuthorizedIn<M>, Denied> {
        Ok(AuthorizedIn { by: self.by.also()?, inside: self.inside.clone() })
    }

    /// Whether the caller may do this as well.
    pub fn may<M: Need>(&self) -> bool {
        self.by.may::<M>()
    }
}

/// Decides whether the caller may do what `N` names in the organization that the caller's token is for.
///
/// # Errors
/// [`Denied`] when the caller's scopes do not do.
pub fn authorize_in<N: Need>(
    caller: Caller,
    organization: OrganizationId,
) -> Result<AuthorizedIn<N>, Denied> {
    let by = authorize(caller)?;
    let inside = by.scope.organization(organization);
    Ok(AuthorizedIn { by, inside })
}

/// Decides whether the caller may do what `N` names.
///
/// # Errors
/// [`Denied`] when the caller's scopes do not do.
pub fn authorize<N: Need>(caller: Caller) -> Result<Authorized<N>, Denied> {
    permits::<N>(&caller)?;
    let scope = TenantScope(caller.tenant.clone());
    Ok(Authorized { caller, scope, need: PhantomData })
}

/// The scope in which a tenant's tokens are issued and verified: the subject is not known yet.
pub fn issuance(tenant: &TenantId) -> TenantScope {
    TenantScope(tenant.clone())
}

/// The scope of an operator at the command line of the server itself.
pub fn operator(tenant: &TenantId) -> TenantScope {
    TenantScope(tenant.clone())
}
