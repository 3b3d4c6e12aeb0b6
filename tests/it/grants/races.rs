//! Two that come at once with what is good once: one wins, and both databases say who.

use std::sync::Arc;

use guildhall_app::token_requests::TokenAnswer;
use guildhall_app::triggers::{HttpRequest, Sent};
use guildhall_app::{App, Refusal, token_requests};
use guildhall_domain::log::Origin;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::client_authentication::Presented;
use guildhall_oauth::error::ErrorCode;
use guildhall_oauth::token_request::{AuthorizationCode, RefreshToken, TokenRequest};
use serde_json::json;

use super::House;
use crate::harness::concurrently;

const TRIES: usize = 1000;

async fn answer(app: &App, tenant: &Arc<Tenant>, request: &TokenRequest) -> Result<TokenAnswer, Refusal> {
    let origin = Origin::default();
    let http = HttpRequest { method: "POST", language: None, sent: Sent::Form(b""), origin: &origin };
    token_requests::answer(app, tenant, request, http).await
}

/// Asks in two tasks at once; the refresh token of the one that wins.
async fn race(app: &App, tenant: &Arc<Tenant>, request: &TokenRequest) -> Option<String> {
    let tasks = [(); 2].map(|()| {
        let (app, tenant, request) = (app.clone(), tenant.clone(), request.clone());
        tokio::spawn(async move { answer(&app, &tenant, &request).await })
    });
    let mut won = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(answer) => won.push(answer.refresh_token),
            Err(Refusal::OAuth(error)) => assert_eq!(error.code, ErrorCode::InvalidGrant, "{error}"),
            Err(Refusal::Internal(error)) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1, "winners");
    won.pop().unwrap()
}

struct Racers {
    app: App,
    tenant: Arc<Tenant>,
    house: Arc<House>,
}

impl Racers {
    async fn ready() -> Self {
        let house = Arc::new(House::open_with(json!({"rotation_type": "rotating"})).await);
        Self { app: house.app(), tenant: house.tenant().await, house }
    }

    async fn code(&self) -> TokenRequest {
        let mut grant = self.house.grant("offline_access");
        grant.audience = None;
        let code = guildhall_app::codes::issue(&self.app, &self.tenant, &grant).await.unwrap();
        TokenRequest::AuthorizationCode(AuthorizationCode {
            client: self.client(),
            code: code.expose().to_owned(),
            redirect_uri: None,
            code_verifier: None,
        })
    }

    fn client(&self) -> Presented {
        let web = &self.house.web;
        Presented::Secret { client_id: web.id.clone(), secret: web.secret.clone() }
    }

    fn refresh(&self, refresh_token: String) -> TokenRequest {
        TokenRequest::RefreshToken(RefreshToken {
            client: self.client(),
            refresh_token,
            scope: Vec::new(),
            audience: None,
            organization: None,
        })
    }
}

#[tokio::test]
async fn two_exchanges_of_one_code_have_one_winner() {
    let racers = Racers::ready().await;
    // The house comes back: its server is not stopped where servers run.
    let raced = concurrently(async move {
        for _ in 0..TRIES {
            let request = racers.code().await;
            race(&racers.app, &racers.tenant, &request).await;
        }
        racers
    });
    drop(raced.await.unwrap());
}

#[tokio::test]
async fn two_uses_of_one_rotating_refresh_token_have_one_winner() {
    let racers = Racers::ready().await;
    // The house comes back: its server is not stopped where servers run.
    let raced = concurrently(async move {
        for _ in 0..TRIES {
            let code = racers.code().await;
            let first = answer(&racers.app, &racers.tenant, &code).await;
            let request = racers.refresh(first.unwrap().refresh_token.unwrap());
            let next = race(&racers.app, &racers.tenant, &request).await.unwrap();
            // The loser was taken for a thief: the winner's new value is worth nothing any more.
            let next = racers.refresh(next);
            let after = answer(&racers.app, &racers.tenant, &next).await;
            assert!(matches!(after, Err(Refusal::OAuth(_))));
        }
        racers
    });
    drop(raced.await.unwrap());
}
