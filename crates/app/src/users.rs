//! Users. Contract section 8.

use guildhall_domain::id::UserId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::search::{Searchable, UserField};
use guildhall_domain::user::{DATABASE_CONNECTION, NewUser, User, UserPatch};
use guildhall_persistence::users;
use guildhall_tokens::digest;

use crate::context::App;
use crate::problem::{Problem, Taken, Thing, taken};
use crate::searches;

/// Which users a list holds, and in which order, in the words of the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// A search in the subset of Lucene's syntax.
    pub q: Option<&'a str>,
    /// In this connection only.
    pub connection: Option<&'a str>,
    /// `field:1` or `field:-1`.
    pub sort: Option<&'a str>,
}

/// A page of the tenant's users.
///
/// # Errors
/// [`Problem::InvalidQuery`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    page: &PageRequest,
    wanted: Wanted<'_>,
) -> Result<Page<User>, Problem> {
    let wanted = users::Wanted {
        search: searches::read("q", wanted.q)?,
        connection: wanted.connection.map(str::to_owned),
        sort: wanted.sort.map(sort).transpose()?,
    };
    Ok(users::list(app.store(), by.scope(), page, &wanted).await?)
}

fn sort(text: &str) -> Result<(UserField, bool), Problem> {
    let (name, descending) = searches::sort(text)?;
    match UserField::named(name) {
        Some(field) if field != UserField::OrganizationId => Ok((field, descending)),
        _ => Err(searches::refused("sort", &format!("Users cannot be sorted by {name}"))),
    }
}

/// The users with an e-mail address, exactly as it is written.
///
/// # Errors
/// None but the unforeseen.
pub async fn with_email(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    email: &str,
) -> Result<Vec<User>, Problem> {
    Ok(users::find_by_email(app.store(), by.scope(), email).await?)
}

/// The user with this id.
///
/// # Errors
/// [`Thing::User`].
pub async fn get(app: &App, by: &Authorized<needs::ReadUsers>, id: &UserId) -> Result<User, Problem> {
    users::find(app.store(), by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::User))
}

/// Creates a user. A password is accepted and not stored: nobody signs in with one yet.
///
/// # Errors
/// [`Problem::NotNow`] for an unknown connection, [`Taken::User`].
pub async fn create(app: &App, by: &Authorized<needs::CreateUsers>, new: NewUser) -> Result<User, Problem> {
    connection_exists(&new.connection)?;
    let picture = new.email.as_deref().map(default_picture);
    let clock = app.clock();
    let user = new.create(UserId::generate(clock), picture, clock.now());
    let mut unit = app.begin(by).await?;
    users::insert(&unit, by.scope(), &user).await.map_err(taken(Taken::User))?;
    unit.record(Change::new("user.created", user.user_id.as_str()).about(&user.user_id).after(&user)).await?;
    unit.commit().await?;
    Ok(user)
}

/// Changes a user. With nothing but `update:users_app_metadata` only `app_metadata` can be changed.
///
/// # Errors
/// [`Thing::User`], [`Taken::User`], [`Problem::Denied`], [`Problem::NotNow`] for an unknown connection or a password
/// together with what identifies the user.
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateUsersOrAppMetadata>,
    id: &UserId,
    patch: UserPatch,
) -> Result<User, Problem> {
    if !patch.is_app_metadata_only() {
        by.also::<needs::UpdateUsers>()?;
    }
    if let Some(connection) = &patch.connection {
        connection_exists(connection)?;
    }
    if patch.mixes_password() {
        let reason = "Cannot change the password together with email, username, phone_number or whether they are verified.";
        return Err(Problem::NotNow(reason.to_owned()));
    }
    let mut unit = app.begin(by).await?;
    let before = users::find(&unit, by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::User))?;
    let after = before.clone().patched(patch, app.clock().now());
    users::update(&unit, by.scope(), &after).await.map_err(taken(Taken::User))?;
    unit.record(Change::new("user.updated", id.as_str()).about(id).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes a user, with every membership. It is no error when there is none: nothing is changed then, nor recorded.
///
/// # Errors
/// None but the unforeseen.
pub async fn delete(app: &App, by: &Authorized<needs::DeleteUsers>, id: &UserId) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let Some(before) = users::find(&unit, by.scope(), id).await? else {
        return Ok(());
    };
    let organizations = users::organizations(&unit, by.scope(), id).await?;
    users::delete(&unit, by.scope(), id).await?;
    for organization in organizations {
        let change = Change::new("organization.members_removed", organization.as_str()).within(&organization);
        unit.record(change.about(id).before(&serde_json::json!({ "members": [id] }))).await?;
    }
    unit.record(Change::new("user.deleted", id.as_str()).about(id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

fn connection_exists(name: &str) -> Result<(), Problem> {
    match name == DATABASE_CONNECTION {
        true => Ok(()),
        false => Err(Problem::NotNow("The connection does not exist".to_owned())),
    }
}

/// Where the picture of an address is found, if its owner keeps one there.
fn default_picture(email: &str) -> String {
    format!("https://gravatar.com/avatar/{}?s=480&r=pg&d=mp", digest::sha256_hex(&email.to_lowercase()))
}
