//! The worker process: reads runs from its input, runs each in a world of its own, writes outcomes to its output.

mod bridge;
mod cache;
mod failure;
mod recorder;
mod redirect;
mod sandbox;
mod web;
mod world;

use std::io::{self, Read, Write};
use std::process::exit;

use crate::message::{self, Answer, Call, FromWorker, HEAD, ToWorker};
use world::{Prelude, World};

/// Runs as a worker until the input ends. `guildhall action-worker` calls this before it does anything else: before
/// there is a second thread, which the filter of system calls would not cover.
pub fn main() -> ! {
    let ended = serve();
    exit(if ended.is_ok() { 0 } else { 1 })
}

fn serve() -> Result<(), Stop> {
    redirect::install();
    // The libraries read what they need of the system (time zone, processor) now, as they cannot later.
    let prelude = Prelude::compile()?;
    World::new(&prelude)?.warm_up();
    sandbox::enter().map_err(|_| Stop)?;
    let mut parent = Parent;
    loop {
        // Made while nobody waits for it.
        let world = World::new(&prelude)?;
        let Some(ToWorker::Start(start)) = parent.read()? else { return Ok(()) };
        let report = world.run(&start, &mut parent)?;
        let spent = report.spent;
        parent.write(&FromWorker::Done(report))?;
        if spent {
            // Without taking the world down, which may take long, or fail after what it has been through.
            exit(0);
        }
    }
}

/// The worker cannot go on.
struct Stop;

/// The pipes to the parent.
struct Parent;

impl Parent {
    /// Says what the script waits for, and waits for some of it.
    fn wait(&mut self, calls: Vec<Call>) -> Result<Vec<Answer>, Stop> {
        self.write(&FromWorker::Waiting(calls))?;
        match self.read()? {
            Some(ToWorker::Answers(answers)) => Ok(answers),
            Some(ToWorker::Start(_)) | None => Err(Stop),
        }
    }

    /// The next message; none at the end of the input.
    fn read(&mut self) -> Result<Option<ToWorker<'static>>, Stop> {
        let mut input = io::stdin().lock();
        let mut head = [0; HEAD];
        match input.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map_err(|_| Stop)?,
        }
        let mut body = vec![0; message::length(head).ok_or(Stop)?];
        input.read_exact(&mut body).map_err(|_| Stop)?;
        serde_json::from_slice(&body).map(Some).map_err(|_| Stop)
    }

    fn write(&mut self, message: &FromWorker) -> Result<(), Stop> {
        let frame = message::frame(message).ok_or(Stop)?;
        let mut output = io::stdout().lock();
        output.write_all(&frame).and_then(|()| output.flush()).map_err(|_| Stop)
    }
}

impl From<rquickjs::Error> for Stop {
    fn from(_: rquickjs::Error) -> Self {
        Self
    }
}
