//! Who a person is, for the holder of an access token (OpenID Connect Core section 5.3).

use guildhall_domain::field::Object;
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::organizations;
use guildhall_tokens::custom_claims::Names;

use crate::access_policies::Sought;
use crate::context::App;
use crate::custom_claims;
use crate::problem::Problem;
use crate::token_reading::ReadToken;

/// The claims that the token's scope asks for, as they are now; nothing when the token is not good for this.
///
/// # Errors
/// None but the unforeseen.
pub async fn claims(app: &App, tenant: &Tenant, token: &str) -> Result<Option<Object>, Problem> {
    let scope = issuance(&tenant.id);
    let Some(read) = ReadToken::read(app, tenant, &scope, token).await? else {
        return Ok(None);
    };
    let here = format!("{}userinfo", tenant.issuer);
    let for_this = read.audiences.is_empty() || read.audiences.contains(&here);
    if !for_this || !read.scope.iter().any(|scope| scope == "openid") {
        return Ok(None);
    }
    let Some(user) = read.person(app, &scope).await? else {
        return Ok(None);
    };
    let mut claims = Object::new();
    claims.insert("sub".to_owned(), read.subject.clone().into());
    claims.append(&mut user.claims(&read.scope));
    let organization = match &read.organization_id {
        Some(id) => organizations::find(app.store(), &scope, id).await?,
        None => None,
    };
    if let Some(organization) = &organization {
        claims.insert("org_id".to_owned(), organization.id.to_string().into());
        if tenant.settings.allow_organization_name_in_authentication_api {
            claims.insert("org_name".to_owned(), organization.name.clone().into());
        }
    }
    if let Some(client) = &read.client_id {
        let client = Some(client);
        let sought = Sought { client, organization: read.organization_id.as_ref(), api: read.api.as_ref() };
        let custom =
            custom_claims::of_person(app, tenant, &scope, sought, organization.as_ref(), &user).await?;
        let mut custom = custom.userinfo;
        custom.extend(read.claims);
        // An answer has no room for a refusal: claims that are too large are left out.
        let custom = custom_claims::admitted(&custom, Names::Any).unwrap_or_default();
        claims.extend(custom.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(Some(claims))
}
