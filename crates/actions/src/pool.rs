//! The worker processes, as their parent sees them.

mod process;
mod share;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, future};
use serde_json::value::to_raw_value;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::message::{Answer, Ask, Call, FromWorker, Report, Start, ToWorker, frame};
use crate::outcome::{Console, FailureKind};
use crate::run::Function;
use crate::{Failure, Host, Outcome, Run};
use process::{Lost, Process};
use share::{Shares, Turn};

/// How much longer than [`Limits::cpu`] a worker may compute before it is killed: the engine notices by itself unless
/// one of its own functions does not come back.
const GRACE: Duration = Duration::from_millis(250);

/// What runs may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long one run may compute.
    pub cpu: Duration,
    /// How long it may take with all its waiting for others; also how long it may wait for a worker.
    pub wall: Duration,
    /// Bytes of its objects.
    pub memory: usize,
    /// How many compute at once; those of one tenant at most all but one.
    pub computing: usize,
    /// How many processes there are: those that compute, and those whose run waits for `fetch`.
    pub processes: usize,
    /// How many runs of one tenant there may be at once.
    pub per_tenant: usize,
    /// How many runs of one tenant may wait for their turn. The next one fails with `Busy`.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_millis(250),
            wall: Duration::from_secs(20),
            memory: 32 << 20,
            computing: 3,
            processes: 32,
            per_tenant: 16,
            queue: 500,
        }
    }
}

/// The pool of worker processes. They are started when they are needed, and end with this.
#[derive(Debug)]
pub struct Workers {
    limits: Limits,
    program: Arc<PathBuf>,
    arguments: Arc<[&'static str]>,
    /// Of the thread that serves the pipes and is the parent of the processes: they die with it.
    pipes: Handle,
    _stop: oneshot::Sender<()>,
    idle: Mutex<Vec<Process>>,
    shares: Shares,
    processes: Semaphore,
    computing: Semaphore,
}

impl Workers {
    /// A pool whose processes are `program arguments…`: `guildhall action-worker`.
    ///
    /// # Errors
    /// When the thread that serves the pipes cannot be started.
    pub fn new(program: PathBuf, arguments: &[&'static str], limits: Limits) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let pipes = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        std::thread::Builder::new().name("actions".to_owned()).spawn(move || {
            // Ends when the pool is dropped.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self {
            limits,
            program: Arc::new(program),
            arguments: arguments.into(),
            pipes,
            _stop: stop,
            idle: Mutex::default(),
            shares: Shares::new(&limits),
            processes: Semaphore::new(limits.processes),
            computing: Semaphore::new(limits.computing),
        })
    }

    /// Runs an Action. Needs a tokio runtime; which one does not matter. Dropping the future ends the run.
    pub async fn run(&self, run: Run<'_>, host: &impl Host) -> Outcome {
        let Ok(event) = to_raw_value(run.event) else {
            return failed(FailureKind::Crashed, "the event is not JSON", Duration::ZERO);
        };
        let start = Start {
            code: Cow::Borrowed(run.code),
            function: run.function,
            event: Some(event),
            cache: Cow::Borrowed(run.cache),
            now: run.now.timestamp_millis(),
            can_redirect: run.can_redirect,
            cpu: u64::try_from(self.limits.cpu.as_micros()).unwrap_or(u64::MAX),
            memory: self.limits.memory,
        };
        self.start(run.tenant, start, host).await
    }

    /// Whether code can be deployed: it is JavaScript, and exports the function.
    ///
    /// # Errors
    /// `Syntax` or `MissingFunction`, or whatever went wrong while the module's top level ran.
    pub async fn check(&self, tenant: &str, code: &str, function: Function) -> Result<(), Failure> {
        let start = Start {
            code: Cow::Borrowed(code),
            function,
            event: None,
            cache: Cow::Borrowed(&[]),
            now: 0,
            can_redirect: false,
            cpu: u64::try_from(self.limits.cpu.as_micros()).unwrap_or(u64::MAX),
            memory: self.limits.memory,
        };
        self.start(tenant, start, &Nobody).await.result
    }

    /// Waits for the run's turn, and runs it.
    async fn start(&self, tenant: &str, start: Start<'_>, host: &impl Host) -> Outcome {
        let Some(frame) = frame(&ToWorker::Start(Box::new(start))) else {
            return failed(FailureKind::Output, "the code and its event are too long", Duration::ZERO);
        };
        let busy = || failed(FailureKind::Busy, "too many Actions wait already", Duration::ZERO);
        let Some(place) = self.shares.queue(tenant) else { return busy() };
        let turn = future::join(place.turn(), self.processes.acquire());
        let Ok((Some(turn), Ok(_process))) = timeout(self.limits.wall, turn).await else { return busy() };

        let started = Instant::now();
        match timeout(self.limits.wall, self.converse(&turn, frame, host)).await {
            Ok(Ok(report)) => Outcome {
                result: report.result,
                commands: report.commands,
                console: report.console,
                cache: report.cache,
                duration: started.elapsed(),
            },
            Ok(Err(Lost::TooLong)) => {
                let limit = self.limits.cpu.as_millis();
                let message = format!("the Action computed for longer than {limit} ms");
                failed(FailureKind::Timeout, message, started.elapsed())
            }
            Ok(Err(Lost::Died)) => failed(FailureKind::Crashed, "the worker died", started.elapsed()),
            Err(_) => {
                let limit = self.limits.wall.as_secs_f64();
                let message = format!("the Action took longer than {limit} s");
                failed(FailureKind::Timeout, message, started.elapsed())
            }
        }
    }

    /// The conversation with one worker, from the start of the run to its report.
    async fn converse(&self, turn: &Turn, mut say: Vec<u8>, host: &impl Host) -> Result<Report, Lost> {
        let mut process = None;
        let mut waiting = FuturesUnordered::new();
        loop {
            let own = turn.compute().await.ok_or(Lost::Died)?;
            let computing = self.computing.acquire().await.map_err(|_| Lost::Died)?;
            let said;
            // Taken when it is this run's turn: a worker that rests until then would have another one started.
            (process, said) = self.exchange(process.or_else(|| self.rested()), say).await?;
            let calls = match serde_json::from_slice(&said).map_err(|_| Lost::Died)? {
                FromWorker::Waiting(calls) => calls,
                FromWorker::Done(report) => {
                    let mut idle = self.idle();
                    if !report.spent && idle.len() < self.limits.computing {
                        idle.extend(process);
                    }
                    drop(idle);
                    return Ok(report);
                }
            };
            drop((own, computing));
            waiting.extend(calls.into_iter().map(|call| answer(call, host)));
            let mut answers = vec![waiting.next().await.ok_or(Lost::Died)?];
            while let Some(Some(more)) = waiting.next().now_or_never() {
                answers.push(more);
            }
            say = frame(&ToWorker::Answers(answers)).ok_or(Lost::Died)?;
        }
    }

    /// Says something to a worker, to a new one where there is none, and waits for its answer.
    async fn exchange(
        &self,
        process: Option<Process>,
        say: Vec<u8>,
    ) -> Result<(Option<Process>, Vec<u8>), Lost> {
        let (program, arguments) = (self.program.clone(), self.arguments.clone());
        let most = self.limits.cpu + GRACE;
        let exchange = self.pipes.spawn(async move {
            let mut process = match process {
                Some(process) => process,
                None => Process::start(&program, &arguments, most)?,
            };
            let said = process.exchange(&say).await?;
            Ok((Some(process), said))
        });
        // Where the caller gives up meanwhile, the task ends by itself and the process with it.
        exchange.await.unwrap_or(Err(Lost::Died))
    }

    /// A worker that has nothing to do; none when one must be started.
    fn rested(&self) -> Option<Process> {
        loop {
            let mut process = self.idle().pop()?;
            if process.is_fit() {
                return Some(process.rested());
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what the script asked for.
async fn answer(call: Call, host: &impl Host) -> Answer {
    let result = match call.ask {
        Ask::Fetch(request) => match host.fetch(request).await {
            Ok(response) => serde_json::to_value(response).map_err(|error| error.to_string()),
            Err(message) => Err(message),
        },
        Ask::Roles(query) => host.roles(query).await,
        Ask::Sleep { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(serde_json::Value::Null)
        }
    };
    Answer { id: call.id, result }
}

fn failed(kind: FailureKind, message: impl Into<String>, duration: Duration) -> Outcome {
    let failure = Failure { kind, message: message.into(), line: None, column: None };
    Outcome {
        result: Err(failure),
        commands: Vec::new(),
        console: Console::default(),
        cache: Vec::new(),
        duration,
    }
}

/// The host of a check, which lets the code ask for nothing.
struct Nobody;

impl Host for Nobody {
    async fn fetch(&self, _: crate::fetch::Request) -> Result<crate::fetch::Response, String> {
        Err("fetch is not available while the code is checked".to_owned())
    }

    async fn roles(&self, _: crate::host::RoleQuery) -> Result<serde_json::Value, String> {
        Err("api.roles is not available while the code is checked".to_owned())
    }
}
