//! What went wrong in a script, in words and with its place in the vendor's code.

use rquickjs::{Ctx, Function};
use serde::Deserialize;

use crate::outcome::{Failure, FailureKind};

/// The name under which the engine knows the vendor's code.
pub(super) const CODE: &str = "action.js";
/// What stands before the vendor's code in its first line.
pub(super) const BEFORE: &str = "(function(exports,require,module){";

/// The longest message, in characters.
const LONGEST: usize = 1_000;

/// What the prelude read of something thrown.
#[derive(Deserialize)]
struct Thrown {
    name: String,
    message: String,
    stack: String,
}

/// A failure without a place.
pub(super) fn failure(kind: FailureKind, message: impl Into<String>) -> Failure {
    Failure { kind, message: message.into(), line: None, column: None }
}

/// The exception that is pending.
pub(super) fn thrown<'js>(ctx: &Ctx<'js>, describe: &Function<'js>) -> Failure {
    let exception = ctx.catch();
    if exception.is_null() {
        // The engine throws this when there is no memory left for an error.
        return failure(FailureKind::Memory, "out of memory (or the Action threw null)");
    }
    let described: Option<String> = describe.call((exception,)).ok();
    match described.and_then(|json| serde_json::from_str::<Thrown>(&json).ok()) {
        Some(thrown) => thrown.into(),
        // Looking at it needs memory, and that is what was missing.
        None => {
            ctx.catch();
            failure(FailureKind::Memory, "out of memory")
        }
    }
}

impl From<Thrown> for Failure {
    fn from(Thrown { name, message, stack }: Thrown) -> Self {
        let kind = match name.as_str() {
            "SyntaxError" if is_about_the_code(&stack) => FailureKind::Syntax,
            "InternalError" if message == "out of memory" => FailureKind::Memory,
            "RangeError" | "InternalError" if message.contains("call stack size exceeded") => {
                FailureKind::Stack
            }
            "InternalError" if message == "stack overflow" => FailureKind::Stack,
            _ if message.ends_with("is not available in Guildhall") => FailureKind::Unsupported,
            _ => FailureKind::Thrown,
        };
        let (line, column) = place(&stack).unzip();
        let message = match (name.as_str(), message.as_str()) {
            ("" | "Error", "") => "the Action threw".to_owned(),
            ("" | "Error", _) => message,
            _ => format!("{name}: {message}"),
        };
        Self { kind, message: message.chars().take(LONGEST).collect(), line, column }
    }
}

/// Whether the engine refused the code itself: then no function stands in the stack.
fn is_about_the_code(stack: &str) -> bool {
    let mut frames = stack.lines().map(str::trim).filter(|line| !line.is_empty());
    frames.next().is_some_and(|first| first.starts_with(&format!("at {CODE}:")))
}

/// Line and column of the first frame in the vendor's code: `    at name (action.js:3:15)`.
fn place(stack: &str) -> Option<(u32, u32)> {
    let (_, rest) = stack.split_once(&format!("{CODE}:"))?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let line = numbers.next()?.ok()?;
    let column = numbers.next().and_then(Result::ok).unwrap_or(1);
    let before = if line == 1 { u32::try_from(BEFORE.len()).unwrap_or_default() } else { 0 };
    Some((line, column.saturating_sub(before).max(1)))
}
