//! How a line of the log looks: text for people, JSON for programs, each with the id of its request.

use std::fmt::{self, Write};

use guildhall_api::service::request_id;
use serde::ser::{Serialize, SerializeMap, Serializer};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// JSON: one object a line.
pub struct Json;

/// Text: time, level, place, message, fields.
pub struct Text;

impl<S: Subscriber + for<'a> LookupSpan<'a>, N: for<'a> FormatFields<'a> + 'static> FormatEvent<S, N>
    for Json
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::with_capacity(32);
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut line = Vec::with_capacity(512);
        write_json(&mut line, &time, event).map_err(|_| fmt::Error)?;
        writer.write_str(str::from_utf8(&line).map_err(|_| fmt::Error)?)?;
        writer.write_char('\n')
    }
}

fn write_json(line: &mut Vec<u8>, time: &str, event: &Event<'_>) -> serde_json::Result<()> {
    let mut json = serde_json::Serializer::new(line);
    let mut map = json.serialize_map(None)?;
    map.serialize_entry("timestamp", time)?;
    map.serialize_entry("level", event.metadata().level().as_str())?;
    map.serialize_entry("target", event.metadata().target())?;
    if let Some(id) = request_id() {
        map.serialize_entry("request_id", &id)?;
    }
    let mut fields = Fields { map, failed: None };
    event.record(&mut fields);
    match fields.failed {
        Some(error) => Err(error),
        None => fields.map.end(),
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>, N: for<'a> FormatFields<'a> + 'static> FormatEvent<S, N>
    for Text
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        SystemTime.format_time(&mut writer)?;
        write!(writer, " {:>5} {}:", event.metadata().level().as_str(), event.metadata().target())?;
        // The message first, wherever it stands among the fields.
        let mut text = Words { message: String::new(), others: String::new() };
        event.record(&mut text);
        write!(writer, "{}{}", text.message, text.others)?;
        if let Some(id) = request_id() {
            write!(writer, " request_id={id}")?;
        }
        writeln!(writer)
    }
}

/// Writes the fields of an event into a JSON object.
struct Fields<M: SerializeMap> {
    map: M,
    failed: Option<M::Error>,
}

impl<M: SerializeMap> Fields<M> {
    fn put(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        if let Err(error) = self.map.serialize_entry(field.name(), value) {
            self.failed = Some(error);
        }
    }
}

impl<M: SerializeMap> Visit for Fields<M> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, &value);
    }
}

/// Takes the fields of an event as words.
struct Words {
    message: String,
    others: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, " {value:?}"),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}
