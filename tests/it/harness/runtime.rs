//! Where servers and HTTP clients run: one runtime for the whole process, so that the end of a test never cuts off
//! what still has to be closed.

use std::future::Future;
use std::sync::LazyLock;
use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

/// Runs a future there and awaits it here.
pub async fn here<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    concurrently(future).await.unwrap()
}

/// Runs a future there.
pub fn concurrently<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    RUNTIME.spawn(future)
}

/// Runs a future there and blocks until it is done, where nothing can be awaited.
pub fn wait<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    RUNTIME.spawn(async move {
        let _ = done.send(future.await);
    });
    result.recv().expect("what was waited for has panicked")
}
