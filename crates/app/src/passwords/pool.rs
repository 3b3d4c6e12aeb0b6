//! The threads that hash passwords. They are few, wait in one bounded queue and yield to everything else: a flood of
//! sign-ins makes sign-ins slow, and nothing besides.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use guildhall_domain::password::Password;
use guildhall_tokens::password::PasswordHash;
use rustix::process::setpriority_process;
use rustix::thread::gettid;
use tokio::sync::oneshot;

/// How many hashes may wait: a few seconds of work, after which whoever waits has gone away.
const WAITING: usize = 256;

/// How much the threads stand back behind those that answer requests, in the units of `nice`.
const STAND_BACK: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// One pool per process, since cores are what it divides.
static POOL: LazyLock<mpsc::SyncSender<Work>> = LazyLock::new(start);

/// So many hashes wait that another would be waited for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

fn start() -> mpsc::SyncSender<Work> {
    let (sender, receiver) = mpsc::sync_channel::<Work>(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for number in 0..(cores - 1).max(1) {
        let receiver = receiver.clone();
        let thread = std::thread::Builder::new().name(format!("password {number}"));
        if let Err(error) = thread.spawn(move || hash(&receiver)) {
            tracing::error!(%error, "a thread for passwords cannot be started");
        }
    }
    sender
}

fn hash(receiver: &Mutex<mpsc::Receiver<Work>>) {
    // Where it is not allowed, hashes compete with requests for cores, which is slower and no less correct.
    let _ = setpriority_process(Some(gettid()), STAND_BACK);
    loop {
        let work = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = work else { return };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
    let (done, wait) = oneshot::channel();
    let work = move || {
        // Whoever asked may have gone away while this waited.
        if !done.is_closed() {
            let _ = done.send(work());
        }
    };
    POOL.try_send(Box::new(work)).map_err(|_| Busy)?;
    wait.await.map_err(|_| Busy)
}

/// Hashes a password.
///
/// # Errors
/// [`Busy`].
pub async fn hashed(password: Password) -> Result<PasswordHash, Busy> {
    run(move || PasswordHash::of(password.expose())).await
}

/// Whether this is the password of the hash.
///
/// # Errors
/// [`Busy`].
pub async fn matches(password: Password, hash: PasswordHash) -> Result<bool, Busy> {
    run(move || hash.matches(password.expose())).await
}

/// Whether this is the password of any of the hashes.
///
/// # Errors
/// [`Busy`].
pub async fn matches_any(password: Password, hashes: Vec<PasswordHash>) -> Result<bool, Busy> {
    run(move || hashes.iter().any(|hash| hash.matches(password.expose()))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords_are_hashed_and_compared_off_the_runtime() {
        let hash = hashed(Password::new("correct horse")).await.expect("a free place");
        assert_eq!(matches(Password::new("correct horse"), hash.clone()).await, Ok(true));
        assert_eq!(matches_any(Password::new("another"), vec![hash]).await, Ok(false));
    }

    #[tokio::test]
    async fn more_than_can_wait_are_refused_and_those_that_wait_are_served() {
        let asked: Vec<_> = (0..WAITING * 4)
            .map(|_| tokio::spawn(run(|| std::thread::sleep(std::time::Duration::from_micros(100)))))
            .collect();
        let mut served = 0;
        for answer in asked {
            served += usize::from(answer.await.expect("a task").is_ok());
        }
        assert!((WAITING..WAITING * 4).contains(&served), "{served}");
        assert_eq!(run(|| 7).await, Ok(7));
    }
}
