//! Delays that failed attempts to sign in brought to accounts. Contract section 8.

use guildhall_domain::connection::DATABASE;
use guildhall_domain::id::UserId;
use guildhall_domain::log::Change;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::sign_in_delay::{Counted, forgotten_after};
use guildhall_domain::user::User;
use guildhall_domain::user_block::{Block, UserBlocks};
use guildhall_persistence::{connections, sign_in_failures, users};

use crate::context::{App, found};
use crate::passwords::{account, names};
use crate::problem::{Problem, Thing};

/// The delays of what is typed to sign in, in every connection.
///
/// # Errors
/// None but the unforeseen.
pub async fn of_identifier(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    identifier: &str,
) -> Result<UserBlocks, Problem> {
    let mut blocks = UserBlocks::default();
    for connection in database_connections(app, by.scope()).await? {
        blocks.blocked_for.extend(of_account(app, by.scope(), &connection, identifier).await?);
    }
    Ok(blocks)
}

/// The delays of a user.
///
/// # Errors
/// [`Thing::User`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    id: &UserId,
) -> Result<UserBlocks, Problem> {
    let user = found(users::find(app.store(), by.scope(), id).await?, Thing::User)?;
    let mut blocks = UserBlocks::default();
    for (connection, identifier) in accounts(&user) {
        blocks.blocked_for.extend(of_account(app, by.scope(), connection, identifier).await?);
    }
    Ok(blocks)
}

/// Ends the delays of what is typed to sign in, in every connection.
///
/// # Errors
/// None but the unforeseen.
pub async fn remove_of_identifier(
    app: &App,
    by: &Authorized<needs::UpdateUsers>,
    identifier: &str,
) -> Result<(), Problem> {
    for connection in database_connections(app, by.scope()).await? {
        let account = account(app, &connection, identifier);
        sign_in_failures::forget(app.store(), by.scope(), &account, None).await?;
    }
    record(app, by, Change::new("user.unblocked", "")).await
}

/// Ends the delays of a user.
///
/// # Errors
/// [`Thing::User`].
pub async fn remove_of_user(
    app: &App,
    by: &Authorized<needs::UpdateUsers>,
    id: &UserId,
) -> Result<(), Problem> {
    let user = found(users::find(app.store(), by.scope(), id).await?, Thing::User)?;
    for (connection, identifier) in accounts(&user) {
        let account = account(app, connection, identifier);
        sign_in_failures::forget(app.store(), by.scope(), &account, None).await?;
    }
    record(app, by, Change::new("user.unblocked", id.as_str()).about(id)).await
}

async fn record(app: &App, by: &Authorized<needs::UpdateUsers>, change: Change) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    unit.record(change).await?;
    Ok(unit.commit().await?)
}

fn accounts(user: &User) -> impl Iterator<Item = (&str, &str)> {
    let of = |connection| names(user).map(move |name| (connection, name));
    user.identities.iter().flat_map(move |identity| of(identity.connection.as_str()))
}

async fn database_connections(app: &App, scope: &TenantScope) -> Result<Vec<String>, Problem> {
    let databases =
        connections::Filter { strategies: vec![DATABASE.to_owned()], ..connections::Filter::default() };
    let page = PageRequest::Checkpoint { after: None, take: 100 };
    let page = connections::list(app.store(), scope, &databases, &page).await?;
    Ok(page.items.into_iter().map(|connection| connection.name).collect())
}

async fn of_account(
    app: &App,
    scope: &TenantScope,
    connection: &str,
    identifier: &str,
) -> Result<Vec<Block>, Problem> {
    let now = app.clock().now();
    let account = account(app, connection, identifier);
    let failures =
        sign_in_failures::of_account(app.store(), scope, &account, now - forgotten_after()).await?;
    let blocked = failures.into_iter().filter(|failures| {
        let counted = if failures.address.is_some() { Counted::AtAddress } else { Counted::Everywhere };
        counted.delay(failures.count).is_some_and(|delay| failures.last + delay > now)
    });
    Ok(blocked
        .map(|failures| Block {
            identifier: identifier.to_owned(),
            ip: failures.address,
            connection: connection.to_owned(),
        })
        .collect())
}
