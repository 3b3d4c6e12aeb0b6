//! What a script asked for and wrote, within bounds.

use serde_json::Value;

use crate::Command;
use crate::outcome::Console;

/// How many commands a run may record.
const MOST_COMMANDS: usize = 1_000;
/// How many bytes of JSON they may have together: claims 100 kB, metadata twice 32 kB, and the rest.
const MOST_BYTES: usize = 256 * 1024;
/// The longest value of a claim or of metadata, as JSON.
const LONGEST_VALUE: usize = 100 * 1024;
/// The longest name of a claim, and the like.
const LONGEST_NAME: usize = 512;
/// The longest text for a person or a log, and the longest scope.
const LONGEST_TEXT: usize = 4_096;
/// The longest name in a transaction's metadata (contract section 15.4).
const LONGEST_TRANSACTION_NAME: usize = 64;
/// The longest value in it.
const LONGEST_TRANSACTION_VALUE: usize = 8 * 1024;
/// How many characters of the console are kept (contract section 15.4).
const CONSOLE: usize = 256;

/// The record of a run.
#[derive(Default)]
pub(super) struct Recorder {
    pub commands: Vec<Command>,
    pub console: Console,
    /// Why the run fails, even where the script caught the error.
    pub overflow: Option<String>,
    bytes: usize,
    logged: usize,
}

impl Recorder {
    /// Adds a command that came as `length` bytes of JSON.
    pub fn record(&mut self, command: Command, length: usize) -> Result<(), String> {
        check(&command)?;
        self.bytes += length;
        if self.commands.len() == MOST_COMMANDS {
            return Err(self.overflow(format!("more than {MOST_COMMANDS} calls of api")));
        }
        if self.bytes > MOST_BYTES {
            return Err(self.overflow(format!("calls of api with more than {MOST_BYTES} bytes together")));
        }
        self.commands.push(command);
        Ok(())
    }

    /// Remembers that the run asked for too much.
    pub fn overflow(&mut self, message: String) -> String {
        self.overflow.get_or_insert_with(|| message.clone());
        message
    }

    /// Writes a line to the console.
    pub fn log(&mut self, line: &str) {
        let left = CONSOLE - self.logged;
        let separator = if self.logged == 0 { "" } else { "\n" };
        let mut written = separator.chars().chain(line.chars());
        let kept: String = written.by_ref().take(left).collect();
        self.console.cut |= written.next().is_some();
        self.logged += kept.chars().count();
        self.console.text.push_str(&kept);
    }
}

/// Whether each part of a command is of a length that something can be done with.
fn check(command: &Command) -> Result<(), String> {
    match command {
        Command::Deny { reason }
        | Command::DenyExchange { reason, .. }
        | Command::RevokeRefreshToken { reason: Some(reason) }
        | Command::RevokeSession { reason: Some(reason), .. } => short("reason", reason, LONGEST_TEXT),
        Command::DenyRegistration { reason, message } => {
            short("reason", reason, LONGEST_TEXT)?;
            short("user message", message, LONGEST_TEXT)
        }
        Command::ValidationError { code, message } => {
            short("code", code, LONGEST_NAME)?;
            short("message", message, LONGEST_TEXT)
        }
        Command::SetClaim { name, value, .. }
        | Command::SetUserMetadata { name, value }
        | Command::SetAppMetadata { name, value } => {
            named(name, LONGEST_NAME)?;
            small(value, LONGEST_VALUE)
        }
        Command::SetTransactionMetadata { name, value } => {
            named(name, LONGEST_TRANSACTION_NAME)?;
            if value.is_object() || value.is_array() {
                return Err("value must be a string, a number or a boolean".to_owned());
            }
            small(value, LONGEST_TRANSACTION_VALUE)
        }
        Command::SetSessionMetadata { name, value } | Command::SetRefreshTokenMetadata { name, value } => {
            named(name, LONGEST_NAME)?;
            short("value", value.as_deref().unwrap_or_default(), LONGEST_TEXT)
        }
        Command::AddScope { scope }
        | Command::RemoveScope { scope }
        | Command::AddTargetScope { scope }
        | Command::RemoveTargetScope { scope } => named(scope, LONGEST_NAME),
        Command::SetTargetScopes { scopes } => scopes.iter().try_for_each(|scope| named(scope, LONGEST_NAME)),
        Command::Redirect { url } => short("url", url, 2 * LONGEST_TEXT),
        Command::RevokeRefreshToken { reason: None }
        | Command::RevokeSession { reason: None, .. }
        | Command::SetRefreshTokenExpiresAt { .. }
        | Command::SetRefreshTokenIdleExpiresAt { .. }
        | Command::EvictRefreshTokenMetadata {}
        | Command::SetSessionExpiresAt { .. }
        | Command::SetSessionIdleExpiresAt { .. }
        | Command::EvictSessionMetadata {} => Ok(()),
    }
}

fn named(name: &str, most: usize) -> Result<(), String> {
    if name.is_empty() {
        return Err("name must not be empty".to_owned());
    }
    short("name", name, most)
}

fn short(what: &str, text: &str, most: usize) -> Result<(), String> {
    if text.len() > most {
        return Err(format!("{what} must have at most {most} bytes"));
    }
    Ok(())
}

fn small(value: &Value, most: usize) -> Result<(), String> {
    if value.to_string().len() > most {
        return Err(format!("value must have at most {most} bytes of JSON"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_keeps_256_characters_and_says_that_there_were_more() {
        let mut recorder = Recorder::default();
        recorder.log(&"é".repeat(250));
        recorder.log("12345");
        assert!(!recorder.console.cut);
        recorder.log("");
        assert!(recorder.console.cut);
        assert_eq!(recorder.console.text.chars().count(), 256);
        recorder.log("more");
        assert_eq!(recorder.console.text.chars().count(), 256);
    }

    #[test]
    fn many_small_commands_are_too_many() {
        let mut recorder = Recorder::default();
        let scope = || Command::AddScope { scope: "read:all".to_owned() };
        assert!((0..1_000).all(|_| recorder.record(scope(), 40).is_ok()));
        assert!(recorder.record(scope(), 40).is_err());
        assert!(recorder.overflow.is_some());
    }
}
