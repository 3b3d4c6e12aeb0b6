//! Attempts that must wait for one another: those to sign in to one account, so that guesses side by side are counted
//! one by one, those from an address that caused many failures, and a tenant's dry runs, so that those that wait hold no
//! connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Who takes turns, by key.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// A turn; the next begins when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn(#[expect(dead_code, reason = "holds the place")] OwnedMutexGuard<()>);

impl Turns {
    /// Waits for a turn under the key, or returns nothing when `most` wait or have theirs already.
    pub async fn take(&self, key: &str, most: usize) -> Option<Turn> {
        let turns = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody holds or waits for are of no further use.
            if all.len() > 1_000 {
                all.retain(|_, turns| Arc::strong_count(turns) > 1);
            }
            let turns = all.entry(key.to_owned()).or_default();
            if Arc::strong_count(turns) > most {
                return None;
            }
            turns.clone()
        };
        Some(Turn(turns.lock_owned().await))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_after_another_under_a_key_and_no_more_than_may_wait() {
        let turns = Turns::default();
        let first = turns.take("a", 2).await.expect("a turn");
        let second = turns.take("a", 2);
        tokio::pin!(second);
        assert!(futures_poll(&mut second).await.is_none(), "two at once");
        assert!(turns.take("a", 2).await.is_none(), "a third waits");
        assert!(turns.take("b", 2).await.is_some());
        drop(first);
        assert!(second.await.is_some());
        assert!(turns.take("a", 2).await.is_some());
    }

    /// The outcome, if it is there already.
    async fn futures_poll<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
                std::task::Poll::Ready(value) => Some(value),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
