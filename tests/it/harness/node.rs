//! A server over a database, in this process.

use std::sync::Arc;

use guildhall_domain::clock::Clock;
use guildhall_server::{Server, start, telemetry};

use super::database::Database;
use super::runtime::{here, wait};

/// A server that ends when this is dropped.
pub struct Node {
    pub database: Arc<Database>,
    pub clock: Clock,
    pub base: String,
    server: Option<Server>,
}

impl Node {
    pub async fn start(database: Arc<Database>, clock: Clock, caching: bool) -> Self {
        let settings = database.settings(caching);
        telemetry::log(&settings.log).unwrap();
        let time = clock.clone();
        let server = here(async move { start(&settings, time).await.unwrap() }).await;
        Self { database, clock, base: format!("http://{}", server.address), server: Some(server) }
    }

    pub fn app(&self) -> guildhall_app::App {
        self.server.as_ref().unwrap().app.clone()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            wait(server.stop());
        }
    }
}
