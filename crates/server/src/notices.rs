//! Sends clients the notices of sign-outs that they are registered for (OpenID Connect Back-Channel Logout 1.0
//! section 2.5).

use std::time::Duration;

use guildhall_app::logout_notices::{self, Ready};
use guildhall_app::{App, Problem};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use tokio::sync::OnceCell;

/// How often notices that are due are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// How long a client may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many notices are sent at once.
const AT_ONCE: u64 = 20;

/// Sends notices as long as the server runs.
pub async fn send(app: App) {
    // Reading the certificate roots takes a while, so the client is made when there is something to send.
    let client = OnceCell::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = send_due(&app, &client).await {
            tracing::warn!(%error, "notices of sign-outs cannot be read");
        }
    }
}

async fn send_due(app: &App, client: &OnceCell<Client>) -> Result<(), Problem> {
    let mut sending = tokio::task::JoinSet::new();
    for ready in logout_notices::take(app, AT_ONCE).await? {
        let made = client.get_or_try_init(|| async {
            Client::builder().timeout(PATIENCE).redirect(Policy::none()).build()
        });
        let (app, client) = (app.clone(), made.await.map_err(Problem::internal)?.clone());
        sending.spawn(async move { send_one(&app, &client, &ready).await });
    }
    while sending.join_next().await.is_some() {}
    Ok(())
}

async fn send_one(app: &App, client: &Client, ready: &Ready) {
    let answer = client.post(ready.url()).form(&[("logout_token", &ready.token)]).send().await;
    match answer.map(|answer| answer.status()) {
        // What the client refuses now it will refuse again.
        Ok(status) if status.is_success() || is_final(status) => {
            if let Err(error) = logout_notices::done(app, ready).await {
                tracing::warn!(%error, "a notice of a sign-out was sent and will be sent again");
            }
        }
        Ok(status) => tracing::info!(%status, "a notice of a sign-out did not arrive"),
        Err(error) => {
            tracing::info!(error = %error.without_url(), "a notice of a sign-out did not arrive");
        }
    }
}

fn is_final(status: StatusCode) -> bool {
    status.is_client_error()
        && status != StatusCode::TOO_MANY_REQUESTS
        && status != StatusCode::REQUEST_TIMEOUT
}
