//! Who a person is, for the holder of an access token (OpenID Connect Core section 5.3).

use guildhall_domain::field::Object;
use guildhall_domain::policy::issuance;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::organizations;
use guildhall_tokens::custom_claims::CustomClaims;

use crate::access_tokens;
use crate::context::App;
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
    let custom = access_tokens::custom(tenant, None, &read.claims).ok().flatten();
    for (name, value) in custom.iter().flat_map(CustomClaims::iter) {
        claims.insert(name.clone(), value.clone());
    }
    if let Some(id) = &read.organization_id
        && let Some(organization) = organizations::find(app.store(), &scope, id).await?
    {
        claims.insert("org_id".to_owned(), organization.id.to_string().into());
        if tenant.settings.allow_organization_name_in_authentication_api {
            claims.insert("org_name".to_owned(), organization.name.into());
        }
    }
    Ok(Some(claims))
}
