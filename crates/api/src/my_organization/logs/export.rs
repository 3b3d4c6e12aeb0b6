//! The log, written out piece by piece: a piece is read when the one before it was taken.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;
use guildhall_app::Problem;
use guildhall_app::my_organization::logs::Export;
use guildhall_domain::log::OrganizationLog;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::Format;

/// The columns of a table.
const COLUMNS: [&str; 19] = [
    "log_id",
    "date",
    "type",
    "description",
    "action",
    "subject",
    "actor_type",
    "actor_id",
    "actor_name",
    "actor_chain",
    "user_id",
    "user_name",
    "ip",
    "user_agent",
    "request_id",
    "audience",
    "scope",
    "before",
    "after",
];

/// The answer that brings the entries, in the form asked for.
pub(crate) fn answer(entries: Export, format: Format) -> HttpResponse {
    let (kind, ending) = match format {
        Format::Jsonl => ("application/x-ndjson", "jsonl"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let (to, from) = mpsc::channel(1);
    actix_web::rt::spawn(send(entries, format, to));
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"logs.{ending}\"")))
        .body(Pieces(from))
}

/// The pieces, as they come.
struct Pieces(mpsc::Receiver<Result<Bytes, Problem>>);

impl MessageBody for Pieces {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| Some(piece?.map_err(Into::into)))
    }
}

/// Reads and writes until the end, or until nobody listens any more. After a failure the answer ends without its end, so that
/// nobody takes a part of the log for the whole.
async fn send(mut entries: Export, format: Format, to: mpsc::Sender<Result<Bytes, Problem>>) {
    let mut first = true;
    loop {
        let piece = match entries.next().await {
            Ok(entries) if entries.is_empty() && !first => return,
            Ok(entries) => written(format, first, &entries).map(|bytes| (bytes, entries.is_empty())),
            Err(problem) => Err(problem),
        };
        first = false;
        let piece = piece.map(|(bytes, is_last)| (Bytes::from(bytes), is_last));
        let is_last = piece.as_ref().map_or(true, |(_, is_last)| *is_last);
        if let Err(problem) = &piece {
            tracing::error!(error = %problem, "the log cannot be written out");
        }
        if to.send(piece.map(|(bytes, _)| bytes)).await.is_err() || is_last {
            return;
        }
    }
}

fn written(format: Format, first: bool, entries: &[OrganizationLog]) -> Result<Vec<u8>, Problem> {
    match format {
        Format::Jsonl => {
            let mut lines = Vec::new();
            for entry in entries {
                serde_json::to_writer(&mut lines, entry).map_err(Problem::internal)?;
                lines.push(b'\n');
            }
            Ok(lines)
        }
        Format::Csv => {
            let style = csv::Terminator::CRLF;
            let mut table = csv::WriterBuilder::new().terminator(style).from_writer(Vec::new());
            if first {
                table.write_record(COLUMNS).map_err(Problem::internal)?;
            }
            for entry in entries {
                table.write_record(cells(entry)).map_err(Problem::internal)?;
            }
            table.into_inner().map_err(|error| Problem::internal(error.to_string()))
        }
    }
}

fn cells(entry: &OrganizationLog) -> [String; COLUMNS.len()] {
    let actor = &entry.actor;
    let chain: Vec<&str> = actor.chain.iter().filter_map(|link| link.id.as_deref()).collect();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let value = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    let cells = [
        entry.log_id.to_string(),
        json!(entry.date).as_str().unwrap_or_default().to_owned(),
        entry.kind.clone(),
        entry.description.clone(),
        text(&entry.action),
        text(&entry.subject),
        json!(actor.kind).as_str().unwrap_or_default().to_owned(),
        text(&actor.id),
        text(&actor.name),
        chain.join(" "),
        text(&entry.user_id),
        text(&entry.user_name),
        text(&entry.ip),
        text(&entry.user_agent),
        text(&entry.request_id),
        text(&entry.audience),
        text(&entry.scope),
        value(&entry.before),
        value(&entry.after),
    ];
    cells.map(plain)
}

/// Spreadsheets take text that begins so for a formula.
fn plain(cell: String) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell,
    }
}
