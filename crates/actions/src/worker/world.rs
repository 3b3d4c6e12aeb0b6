//! A world: the engine, its globals and one script. Nothing of it outlives the run.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use chrono::DateTime;
use rquickjs::context::EvalOptions;
use rquickjs::loader::bundle::{Bundle, ScaBundleData};
use rquickjs::loader::{BuiltinLoader, BuiltinResolver, Loader};
use rquickjs::module::WriteOptions;
use rquickjs::promise::PromiseState;
use rquickjs::{Context, Ctx, Error, Function, Module, Object, Persistent, Promise, Runtime, Value};
use rustix::time::{ClockId, clock_gettime};

use super::bridge::{self, Bridge};
use super::cache::Cache;
use super::failure::{BEFORE, CODE, failure, thrown};
use super::{Parent, Stop};
use crate::message::{Report, Start};
use crate::outcome::{Failure, FailureKind};

/// What the engine may put on the stack, in bytes.
const STACK: usize = 256 * 1024;
/// How many jobs of promises run between two looks at the clock.
const JOBS: usize = 100;

/// Makes the globals and `api`. Evaluated before the script, so that it keeps hold of what the script may change.
const PRELUDE: &str = concat!(
    "export default function(host, bytes) {\n",
    include_str!("../prelude/capture.js"),
    include_str!("../prelude/web.js"),
    include_str!("../prelude/fetch.js"),
    include_str!("../prelude/api.js"),
    include_str!("../prelude/run.js"),
    "}"
);
const PRELUDE_NAME: &str = "guildhall.js";

/// The prelude, compiled: this takes longer than all else that a world needs. It lives as long as the process.
pub(super) struct Prelude(ScaBundleData<&'static [u8]>);

impl Prelude {
    pub fn compile() -> Result<Self, Error> {
        let context = Context::full(&Runtime::new()?)?;
        let code = context.with(|ctx| {
            let options = WriteOptions { strip_source: true, ..WriteOptions::default() };
            Module::declare(ctx, PRELUDE_NAME, PRELUDE)?.write(options)
        })?;
        let module: (_, &'static [u8]) = (PRELUDE_NAME, code.leak());
        Ok(Self(vec![module].leak()))
    }

    /// What the prelude makes of the engine's globals.
    fn evaluate<'js>(&self, ctx: &Ctx<'js>, bridge: &Rc<RefCell<Bridge>>) -> Result<Object<'js>, Error> {
        let (module, _) = Bundle(self.0).load(ctx, PRELUDE_NAME, None)?.eval()?;
        let prelude: Function<'js> = module.get("default")?;
        prelude.call((bridge::host(ctx, bridge.clone())?, bridge::bytes(ctx)?))
    }
}

/// An engine, ready for one script.
pub(super) struct World {
    prelude: Persistent<Object<'static>>,
    context: Context,
    runtime: Runtime,
    bridge: Rc<RefCell<Bridge>>,
    clock: Rc<ComputeClock>,
}

/// Why a run did not come to its end.
enum Halt {
    /// An exception is pending.
    Thrown,
    /// It is known already.
    Failed(Failure),
    /// The worker must stop.
    Stop,
}

impl From<Error> for Halt {
    fn from(_: Error) -> Self {
        Self::Thrown
    }
}

impl From<Stop> for Halt {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

impl World {
    pub fn new(prelude: &Prelude) -> Result<Self, Error> {
        let runtime = Runtime::new()?;
        runtime.set_max_stack_size(STACK);
        // Scripts import nothing, and the prelude is none of theirs.
        runtime.set_loader(BuiltinResolver::default(), BuiltinLoader::default());
        let context = Context::full(&runtime)?;
        let bridge = Rc::new(RefCell::new(Bridge::default()));
        let prelude =
            context.with(|ctx| Ok::<_, Error>(Persistent::save(&ctx, prelude.evaluate(&ctx, &bridge)?)))?;
        let clock = Rc::new(ComputeClock::default());
        let watched = clock.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || watched.is_over())));
        Ok(Self { prelude, context, runtime, bridge, clock })
    }

    /// Makes the libraries read what they read once.
    pub fn warm_up(self) {
        self.context.with(|ctx| {
            // A failure would only leave something to be read later, and then refused.
            let _ = ctx.eval::<Value<'_>, _>("new Date().getHours() + crypto.randomUUID()");
            ctx.catch();
        });
    }

    /// Runs a script. What it waits for, `parent` answers.
    pub fn run(&self, start: &Start<'_>, parent: &mut Parent) -> Result<Report, Stop> {
        let now = DateTime::from_timestamp_millis(start.now).unwrap_or_default();
        {
            let mut bridge = self.bridge.borrow_mut();
            bridge.now = now;
            bridge.cache = Cache::new(&start.cache, now);
            if let Some(event) = &start.event {
                bridge.transaction = serde_json::from_str(event.get()).unwrap_or_default();
            }
        }
        self.runtime.set_memory_limit(start.memory);
        self.clock.start(Duration::from_micros(start.cpu));
        let result = self.context.with(|ctx| {
            let prelude = self.prelude.clone().restore(&ctx)?;
            let ended = self.script(&ctx, &prelude, start, parent);
            self.judge(&ctx, &prelude, &start.code, ended)
        })?;

        let Bridge { recorder, cache, .. } = self.bridge.take();
        let spent = result.as_ref().is_err_and(|failure| is_final(failure.kind));
        Ok(Report {
            result,
            commands: recorder.commands,
            console: recorder.console,
            cache: cache.into_writes(),
            spent,
        })
    }

    fn script<'js>(
        &self,
        ctx: &Ctx<'js>,
        prelude: &Object<'js>,
        start: &Start<'_>,
        parent: &mut Parent,
    ) -> Result<(), Halt> {
        let get = |name: &str| prelude.get::<_, Function<'js>>(name);
        get("begin")?.call::<_, ()>((start.now as f64,))?;
        let code = format!("{BEFORE}{}\n}})", start.code);
        let main: Function<'js> = ctx.eval_with_options(code, options(CODE))?;
        let name = start.function.name();
        let handler: Option<Function<'js>> = get("load")?.call((main, name))?;
        let Some(handler) = handler else {
            let message = format!("the code does not export a function {name}");
            return Err(Halt::Failed(failure(FailureKind::MissingFunction, message)));
        };
        let Some(event) = &start.event else { return Ok(()) };
        let event = ctx.json_parse(event.get())?;
        let api: Object<'js> = get("makeApi")?.call((start.function.trigger(), start.can_redirect))?;
        let returned: Value<'js> = handler.call((event, api))?;
        // An own promise is watched as it is: the script may have changed what `await` does with it.
        let promise = match returned.try_into_promise() {
            Ok(promise) => promise,
            Err(other) => get("settled")?.call((other,))?,
        };
        self.settle(ctx, &promise, &get("settle")?, parent)
    }

    /// Runs what promises have to do until that of the handler is settled.
    fn settle<'js>(
        &self,
        ctx: &Ctx<'js>,
        promise: &Promise<'js>,
        settle: &Function<'js>,
        parent: &mut Parent,
    ) -> Result<(), Halt> {
        loop {
            let mut jobs = 0;
            while promise.state() == PromiseState::Pending && ctx.execute_pending_job() {
                jobs += 1;
                if jobs % JOBS == 0 && self.clock.is_over() {
                    return Err(Halt::Thrown);
                }
            }
            match promise.state() {
                PromiseState::Resolved => return Ok(()),
                PromiseState::Rejected => {
                    // Makes the reason the pending exception.
                    let _ = promise.result::<Value<'js>>();
                    return Err(Halt::Thrown);
                }
                PromiseState::Pending if self.bridge.borrow().waiting == 0 => {
                    let message = "the Action waits for a promise that nothing will settle";
                    return Err(Halt::Failed(failure(FailureKind::Stuck, message)));
                }
                PromiseState::Pending => {}
            }
            let calls = std::mem::take(&mut self.bridge.borrow_mut().new_calls);
            for answer in parent.wait(calls)? {
                self.bridge.borrow_mut().waiting -= 1;
                let (ok, text) = match answer.result {
                    Ok(value) => (true, value.to_string()),
                    Err(message) => (false, message),
                };
                settle.call::<_, ()>((answer.id, ok, text))?;
            }
        }
    }

    /// Why a run failed, the most certain reason first.
    fn judge<'js>(
        &self,
        ctx: &Ctx<'js>,
        prelude: &Object<'js>,
        code: &str,
        ended: Result<(), Halt>,
    ) -> Result<Result<(), Failure>, Stop> {
        let described = match ended {
            Err(Halt::Stop) => return Err(Stop),
            Err(Halt::Failed(failure)) => Err(failure),
            Err(Halt::Thrown) => {
                let mut failure = thrown(ctx, &prelude.get("describe")?);
                // Code that ends too early is refused in the line after it.
                let last = u32::try_from(code.lines().count().max(1)).unwrap_or(u32::MAX);
                failure.line = failure.line.map(|line| line.min(last));
                Err(failure)
            }
            Ok(()) => Ok(()),
        };
        if self.clock.was_over() {
            let limit = self.clock.limit.get().as_millis();
            let message = format!("the Action computed for longer than {limit} ms");
            return Ok(Err(failure(FailureKind::Timeout, message)));
        }
        if let Some(message) = &self.bridge.borrow().recorder.overflow {
            return Ok(Err(failure(FailureKind::Output, message.clone())));
        }
        Ok(described)
    }
}

/// Whether an engine that has been through this is not to be trusted with another world.
fn is_final(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Timeout | FailureKind::Memory | FailureKind::Stack | FailureKind::Output)
}

fn options(filename: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    // As Node runs a CommonJS module.
    options.strict = false;
    options.filename = Some(filename.to_owned());
    options
}

/// How long this thread has computed since the run began. Waiting does not count.
#[derive(Default)]
struct ComputeClock {
    end: Cell<Option<Duration>>,
    limit: Cell<Duration>,
    over: Cell<bool>,
}

impl ComputeClock {
    fn start(&self, limit: Duration) {
        self.limit.set(limit);
        self.end.set(Some(computed() + limit));
    }

    fn is_over(&self) -> bool {
        if self.end.get().is_some_and(|end| computed() > end) {
            self.over.set(true);
        }
        self.over.get()
    }

    fn was_over(&self) -> bool {
        self.over.get()
    }
}

fn computed() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
