//! The one function of the host that the prelude sees. Whatever reaches it may come from the script: everything is
//! checked here, and nothing is believed because the prelude would not have said it.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use rquickjs::{Ctx, Exception, Function, Result, TypedArray, Value};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::cache::Cache;
use super::recorder::Recorder;
use super::redirect::{self, Transaction};
use super::web;
use crate::message::{Ask, Call};

/// The longest JSON that the script may hand over at once.
const LONGEST: usize = 1 << 20;
/// How many calls a run may make.
const MOST_CALLS: u32 = 200;
/// How many of them it may wait for at the same time.
const MOST_WAITING: u32 = 20;

/// What a run has done so far, and what it may see of the host.
#[derive(Default)]
pub(super) struct Bridge {
    pub recorder: Recorder,
    pub cache: Cache,
    pub transaction: Transaction,
    pub now: DateTime<Utc>,
    /// Called and not yet told to the parent.
    pub new_calls: Vec<Call>,
    /// Called and not yet answered.
    pub waiting: u32,
    calls: u32,
}

impl Bridge {
    /// Answers one question. An `Err` is thrown in the script.
    fn answer(&mut self, kind: &str, json: &str) -> std::result::Result<Json, String> {
        if json.len() > LONGEST {
            return Err(self.recorder.overflow(format!("{kind}: more than {LONGEST} bytes of JSON")));
        }
        match kind {
            "log" => self.recorder.log(&parse::<String>(kind, json)?),
            "command" => self.recorder.record(parse(kind, json)?, json.len())?,
            "redirect" => self.recorder.record(redirect::send(parse(kind, json)?)?, json.len())?,
            "token.encode" => return redirect::encode(parse(kind, json)?, &self.transaction, self.now),
            "token.validate" => return redirect::validate(&parse(kind, json)?, &self.transaction, self.now),
            "cache.get" => return Ok(self.cache.get(&parse::<String>(kind, json)?, self.now)),
            "cache.set" => return Ok(self.cache.set(parse(kind, json)?, self.now)),
            "cache.delete" => return Ok(self.cache.delete(parse(kind, json)?)),
            "call" => return self.call(parse(kind, json)?),
            "url.parse" => return web::parse_url(parse(kind, json)?),
            "url.set" => return web::set_part(parse(kind, json)?),
            "query.parse" => return Ok(web::parse_query(&parse::<String>(kind, json)?)),
            "query.write" => return Ok(web::write_query(parse(kind, json)?)),
            "uuid" => return web::uuid(),
            _ => return Err(format!("{kind} is not available in Guildhall")),
        }
        Ok(Json::Null)
    }

    fn call(&mut self, ask: Ask) -> std::result::Result<Json, String> {
        if self.calls >= MOST_CALLS {
            return Err(format!("more than {MOST_CALLS} calls of fetch, api.roles and timers"));
        }
        if self.waiting >= MOST_WAITING {
            return Err(format!("more than {MOST_WAITING} calls of fetch, api.roles and timers at once"));
        }
        self.calls += 1;
        self.waiting += 1;
        self.new_calls.push(Call { id: self.calls, ask });
        Ok(json!(self.calls))
    }
}

/// The arguments of a question, or what is wrong with them.
fn parse<T: DeserializeOwned>(kind: &str, json: &str) -> std::result::Result<T, String> {
    serde_json::from_str(json).map_err(|error| format!("{kind}: {error}"))
}

/// The function `host(kind, json)`, which returns JSON.
pub(super) fn host<'js>(ctx: &Ctx<'js>, bridge: Rc<RefCell<Bridge>>) -> Result<Function<'js>> {
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, kind: String, json: String| {
        let answer = bridge.borrow_mut().answer(&kind, &json);
        match answer {
            Ok(answer) => Ok(answer.to_string()),
            Err(message) => Err(Exception::throw_message(&ctx, &message)),
        }
    })
}

/// The function `bytes(kind, value)`: text to bytes and back, and random bytes.
pub(super) fn bytes<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    Function::new(ctx.clone(), |ctx: Ctx<'js>, kind: String, value: Value<'js>| -> Result<Value<'js>> {
        match kind.as_str() {
            "encode" => {
                let text: String = value.get()?;
                Ok(TypedArray::new_copy(ctx, text)?.into_value())
            }
            "random" => {
                let length: String = value.get()?;
                let mut random = vec![0; length.parse::<u16>().unwrap_or(u16::MAX).into()];
                getrandom::fill(&mut random).map_err(|_| Exception::throw_message(&ctx, "no randomness"))?;
                Ok(TypedArray::new_copy(ctx, random)?.into_value())
            }
            _ => {
                let array = TypedArray::<u8>::from_value(value)?;
                let bytes = (0..array.len()).map(|at| array.get(at as f64)).collect::<Result<Vec<u8>>>()?;
                let text = match (kind.as_str(), String::from_utf8(bytes)) {
                    (_, Ok(text)) => text,
                    ("decode", Err(error)) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
                    _ => return Err(Exception::throw_type(&ctx, "the bytes are not UTF-8")),
                };
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                Ok(rquickjs::String::from_str(ctx, text)?.into_value())
            }
        }
    })
}
