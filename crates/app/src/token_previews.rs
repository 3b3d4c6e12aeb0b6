//! Previews of tokens: issuance itself, but for what it stores and sends. What would be issued is signed, looked at, and
//! thrown away, so that a preview cannot say anything else than the token (an addition to the contract).

mod person;

use guildhall_domain::access_policy::Whence;
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::token_preview::{
    NewTokenPreview, PreviewedGrant, PreviewedRefusal, PreviewedToken, TokenPreview,
};
use guildhall_persistence::users;
use guildhall_tokens::jws;

use crate::client_authentication;
use crate::context::{App, found};
use crate::machine;
use crate::problem::{Problem, Thing};
use crate::refusal::Refusal;

/// What would be issued now, or why nothing would. A sign-in that makes the person a member on the way is
/// `interaction_required`, since the rights of members are not theirs yet.
///
/// # Errors
/// [`Thing::Client`], [`Thing::User`].
pub async fn preview(
    app: &App,
    by: &Authorized<needs::PreviewTokens>,
    new: &NewTokenPreview,
) -> Result<TokenPreview, Problem> {
    let (tenant, scope) = (app.tenant(by.scope()).await?, by.scope());
    let known = client_authentication::find(app, scope, new.client_id.as_str()).await?;
    let known = found(known, Thing::Client)?;
    // Where nobody says from which network, policies are not asked about one.
    let whence = new.ip.map_or(Whence::AskedBefore, Whence::Address);
    let mut preview = TokenPreview::default();
    let issued = match (new.grant_type, &new.user_id) {
        (PreviewedGrant::ClientCredentials, _) | (_, None) => {
            machine::preview(app, &tenant, scope, &known, (new, whence), &mut preview).await
        }
        (_, Some(user)) => {
            let user = found(users::find(app.store(), scope, user).await?, Thing::User)?;
            person::preview(app, &tenant, scope, &known, (new, whence), &user, &mut preview).await
        }
    };
    match issued {
        Ok(()) => {}
        Err(Refusal::OAuth(error)) => {
            let (error, error_description) = (error.code.as_str().to_owned(), error.description);
            preview.refusal = Some(PreviewedRefusal { error, error_description });
        }
        Err(Refusal::Internal(problem)) => return Err(problem),
    }
    Ok(preview)
}

/// A token as the preview shows it. Those that are no JWTs are opaque.
pub(crate) fn shown(token: &str, expires_in: i64) -> PreviewedToken {
    let (header, claims) = jws::unverified(token).unzip();
    PreviewedToken { header, claims, expires_in, size: token.len() }
}
