//! What a tenant decided. Contract section 11 (`tenants/settings`).

use guildhall_domain::field::Object;
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::tenant_settings::SettingsPatch;
use guildhall_persistence::tenants;

use guildhall_tokens::custom_claims::Names;

use crate::context::App;
use crate::problem::Problem;
use crate::{custom_claims, envelopes};

/// The settings, with the defaults of those that were never set.
///
/// # Errors
/// None but the unforeseen.
pub async fn get(app: &App, by: &Authorized<needs::ReadTenantSettings>) -> Result<Object, Problem> {
    Ok(app.tenant(by.scope()).await?.settings.shown())
}

/// Changes settings and returns them all.
///
/// # Errors
/// [`Problem::Invalid`] for a claim of a name that means something already, [`crate::Thing::Roles`] for roles in the envelope
/// that are none of the tenant's.
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateTenantSettings>,
    patch: SettingsPatch,
) -> Result<Object, Problem> {
    if let Some(claim) = patch.organization_claim.value() {
        custom_claims::is_free(&claim.name, Names::Namespaced)
            .map_err(|reason| Problem::invalid("organization_claim.name", reason))?;
    }
    let mut unit = app.begin(by).await?;
    if let Some(envelope) = patch.organization_envelope.value() {
        envelopes::assignable(&unit, by.scope(), envelope).await?;
    }
    let tenant = tenants::get(&unit, by.scope()).await?;
    let mut tenant = tenant.ok_or_else(|| Problem::internal("the tenant is gone"))?;
    let before = tenant.settings.shown();
    tenant.settings = tenant.settings.patched(patch);
    let after = tenant.settings.shown();
    tenants::update(&unit, by.scope(), &tenant).await?;
    unit.record(Change::new("tenant.updated", tenant.id.as_str()).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}
