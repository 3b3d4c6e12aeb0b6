//! Users. Contract section 8.

use guildhall_domain::connection::Connection;
use guildhall_domain::id::UserId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::search::{Searchable, UserField};
use guildhall_domain::user::{NewUser, User, UserPatch};
use guildhall_persistence::{Db, UnitOfWork, connections, users};
use guildhall_tokens::digest;

use crate::context::App;
use crate::passwords;
use crate::problem::{Problem, Taken, Thing, taken};
use crate::searches;
use crate::tickets::{self, Behalf, Wish};
use crate::triggers::{
    Account, HttpRequest, post_change_password, post_user_registration, pre_user_registration,
};

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

/// Creates a user, who can sign in where a password is given.
///
/// # Errors
/// [`Problem::NotNow`] for an unknown connection, [`Problem::WeakPassword`], [`Problem::Busy`], [`Taken::User`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateUsers>,
    mut new: NewUser,
) -> Result<User, Problem> {
    let password = new.password.take();
    let wants_letter = new.verify_email == Some(true);
    let picture = new.email.as_deref().map(default_picture);
    let clock = app.clock();
    let connection = new.connection.clone();
    let user = new.create(UserId::generate(clock), picture, clock.now());
    let password = match password {
        Some(password) => Some(passwords::accept(app, by.scope(), &user, password).await?),
        None => None,
    };
    let (tenant, behalf) = (app.tenant(by.scope()).await?, Behalf::default());
    let http = HttpRequest::silent(&by.caller().origin);
    let account = Account { user: &user, behalf: &behalf, http };
    let allowed = pre_user_registration(app, &tenant, by.scope(), account).await?;
    let user = allowed.map_err(|denied| Problem::NotNow(denied.to_string()))?;
    let mut unit = app.begin(by).await?;
    database_connection(&unit, by.scope(), &connection).await?;
    users::insert(&unit, by.scope(), &user).await.map_err(taken(Taken::User))?;
    if let Some(password) = password {
        password.store(&unit, by.scope(), &user).await?;
    }
    unit.record(Change::new("user.created", user.user_id.as_str()).about(&user.user_id).after(&user)).await?;
    if wants_letter {
        tickets::send(app, &mut unit, by.scope(), &tenant, &user, Wish::verification()).await?;
    }
    unit.commit().await?;
    post_user_registration(app, &tenant, by.scope(), Account { user: &user, behalf: &behalf, http }).await;
    Ok(user)
}

/// Changes a user. With nothing but `update:users_app_metadata` only `app_metadata` can be changed.
///
/// # Errors
/// [`Thing::User`], [`Taken::User`], [`Problem::Denied`], [`Problem::WeakPassword`], [`Problem::Busy`],
/// [`Problem::NotNow`] for an unknown connection or a password together with what identifies the user.
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateUsersOrAppMetadata>,
    id: &UserId,
    mut patch: UserPatch,
) -> Result<User, Problem> {
    if !patch.is_app_metadata_only() {
        by.also::<needs::UpdateUsers>()?;
    }
    if patch.mixes_password() {
        let reason = "Cannot change the password together with email, username, phone_number or whether they are verified.";
        return Err(Problem::NotNow(reason.to_owned()));
    }
    let password = match patch.password.take() {
        Some(password) => {
            let user = users::find(app.store(), by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::User))?;
            Some(passwords::accept(app, by.scope(), &user, password).await?)
        }
        None => None,
    };
    let wants_letter = patch.verify_email == Some(true);
    let now = app.clock().now();
    let mut unit = app.begin(by).await?;
    if let Some(connection) = &patch.connection {
        database_connection(&unit, by.scope(), connection).await?;
    }
    let before = users::find(&unit, by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::User))?;
    let mut after = before.clone().patched(patch, now);
    if let Some(password) = &password {
        after.last_password_reset = Some(now);
        password.store(&unit, by.scope(), &after).await?;
    }
    users::update(&unit, by.scope(), &after).await.map_err(taken(Taken::User))?;
    unit.record(Change::new("user.updated", id.as_str()).about(id).before(&before).after(&after)).await?;
    if wants_letter {
        let tenant = app.tenant(by.scope()).await?;
        tickets::send(app, &mut unit, by.scope(), &tenant, &after, Wish::verification()).await?;
    }
    unit.commit().await?;
    if password.is_some() {
        passwords::unblock(app, by.scope(), &after).await?;
        let (tenant, behalf) = (app.tenant(by.scope()).await?, Behalf::default());
        let http = HttpRequest::silent(&by.caller().origin);
        let account = Account { user: &after, behalf: &behalf, http };
        post_change_password(app, &tenant, by.scope(), account).await;
    }
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
    remove(&mut unit, by.scope(), &before).await?;
    unit.commit().await?;
    Ok(())
}

/// Deletes a user and says so in every organization that loses a member.
pub(crate) async fn remove(unit: &mut UnitOfWork, scope: &TenantScope, user: &User) -> Result<(), Problem> {
    let id = &user.user_id;
    let organizations = users::organizations(&*unit, scope, id).await?;
    users::delete(unit, scope, id).await?;
    for organization in organizations {
        let change = Change::new("organization.members_removed", organization.as_str()).within(&organization);
        unit.record(change.about(id).before(&serde_json::json!({ "members": [id] }))).await?;
    }
    unit.record(Change::new("user.deleted", id.as_str()).about(id).before(user)).await?;
    Ok(())
}

/// The database connection of this name: users of other kinds come into being when they sign in.
///
/// # Errors
/// [`Problem::NotNow`] when there is none.
pub(crate) async fn database_connection(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    name: &str,
) -> Result<Connection, Problem> {
    match connections::find_by_name(db, scope, name).await? {
        Some(connection) if connection.is_database() => Ok(connection),
        Some(_) => Err(Problem::NotNow("The connection must be a database connection".to_owned())),
        None => Err(Problem::NotNow("The connection does not exist".to_owned())),
    }
}

/// Where the picture of an address is found, if its owner keeps one there.
pub(crate) fn default_picture(email: &str) -> String {
    format!("https://gravatar.com/avatar/{}?s=480&r=pg&d=mp", digest::sha256_hex(&email.to_lowercase()))
}
