//! What the Management API has elsewhere and Guildhall does not: read, it is empty and well formed, so that tools that
//! walk a whole tenant go on. This table is all there is of it; nothing is stored and nothing is changed.

mod resource;

use actix_web::http::Method;
use guildhall_domain::policy::needs;
use serde_json::json;

use self::resource::Absent;
use crate::routes::Routes;

/// The schema of a thing of a kind that there is none of.
pub use self::resource::AbsentThing;

/// The tag of these operations in the documents.
pub const TAG: &str = "not part of Guildhall";

/// The routes.
pub fn routes(config: &mut impl Routes) {
    extensibility(config);
    appearance(config);
    protection(config);
    connecting(config);
}

fn extensibility(config: &mut impl Routes) {
    config
        .service(Absent::list::<needs::ReadActions>("/actions/modules", "modules"))
        .service(Absent::list::<needs::ReadRules>("/rules", "rules"))
        .service(Absent::array::<needs::ReadRulesConfigs>("/rules-configs"))
        .service(Absent::list::<needs::ReadHooks>("/hooks", "hooks"))
        .service(Absent::list::<needs::ReadForms>("/forms", "forms"))
        .service(Absent::list::<needs::ReadFlows>("/flows", "flows"))
        .service(Absent::list::<needs::ReadFlowsVaultConnections>("/flows/vault/connections", "connections"))
        .service(Absent::array::<needs::ReadLogStreams>("/log-streams"))
        .service(Absent::list::<needs::ReadEventStreams>("/event-streams", "eventStreams"))
        .service(Absent::list::<needs::ReadTokenExchangeProfiles>(
            "/token-exchange-profiles",
            "token_exchange_profiles",
        ));
}

fn appearance(config: &mut impl Routes) {
    config
        .service(Absent::settings::<needs::ReadBranding>("/branding", json!({})))
        .service(Absent::nothing::<needs::ReadBranding>("/branding/themes/default"))
        .service(Absent::list::<needs::ReadPhoneProviders>("/branding/phone/providers", "providers"))
        .service(Absent::list::<needs::ReadPhoneTemplates>("/branding/phone/templates", "templates"))
        .service(Absent::array::<needs::ReadCustomDomains>("/custom-domains"))
        .service(Absent::nothing::<needs::ReadEmailProvider>("/emails/provider"))
        .service(Absent::nothing::<needs::ReadEmailTemplates>("/email-templates/{name}"))
        .service(Absent::settings::<needs::ReadPrompts>("/prompts", json!({})))
        .service(Absent::list::<needs::ReadPrompts>("/prompts/rendering", "configs"))
        .service(Absent::settings::<needs::ReadPrompts>(
            "/prompts/{prompt}/custom-text/{language}",
            json!({}),
        ))
        .service(Absent::settings::<needs::ReadPrompts>("/prompts/{prompt}/partials", json!({})));
}

fn protection(config: &mut impl Routes) {
    let settings = |path, content| {
        let settings = Absent::settings::<needs::ReadAttackProtection>(path, content);
        settings.kept_by::<needs::UpdateAttackProtection>(Method::PATCH)
    };
    let policies = Absent::array::<needs::ReadMfaPolicies>("/guardian/policies");
    config
        .service(settings("/attack-protection/bot-detection", json!({})))
        .service(settings("/attack-protection/breached-password-detection", json!({})))
        .service(settings("/attack-protection/brute-force-protection", json!({})))
        .service(settings("/attack-protection/captcha", json!({})))
        .service(settings("/attack-protection/suspicious-ip-throttling", json!({})))
        .service(settings("/risk-assessments/settings", json!({"enabled": false})))
        .service(settings("/risk-assessments/settings/new-device", json!({"remember_for": 0})))
        .service(settings("/supplemental-signals", json!({})))
        .service(Absent::list::<needs::ReadNetworkAcls>("/network-acls", "network_acls"))
        .service(Absent::list::<needs::ReadRateLimitPolicies>("/rate-limit-policies", "rate_limit_policies"))
        .service(policies.kept_by::<needs::UpdateMfaPolicies>(Method::PUT))
        .service(Absent::array::<needs::ReadGuardianFactors>("/guardian/factors"))
        .service(Absent::nothing::<needs::ReadGuardianFactors>("/guardian/factors/{factor}/templates"))
        .service(Absent::nothing::<needs::ReadGuardianFactors>("/guardian/factors/{factor}/providers/{name}"))
        .service(Absent::nothing::<needs::ReadGuardianFactors>("/guardian/factors/phone/selected-provider"))
        .service(Absent::nothing::<needs::ReadGuardianFactors>("/guardian/factors/phone/message-types"));
}

fn connecting(config: &mut impl Routes) {
    config
        .service(Absent::nothing::<needs::ReadOrganizationClients>("/organizations/{id}/clients"))
        .service(Absent::nothing::<needs::ReadScimConfig>("/connections/{id}/scim-configuration"))
        .service(Absent::list::<needs::ReadDirectoryProvisionings>(
            "/connections-directory-provisionings",
            "directory_provisionings",
        ))
        .service(Absent::list::<needs::ReadConnectionProfiles>("/connection-profiles", "connection_profiles"))
        .service(Absent::list::<needs::ReadUserAttributeProfiles>(
            "/user-attribute-profiles",
            "user_attribute_profiles",
        ))
        .service(Absent::list::<needs::ReadSelfServiceProfiles>(
            "/self-service-profiles",
            "self_service_profiles",
        ));
}
