//! Logs and metrics.

mod buffer;
mod lines;

use std::io::IsTerminal;
use std::sync::{Arc, OnceLock};

use guildhall_api::operations::Metrics;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

pub use buffer::flush;

use crate::error::Error;

/// The upper bounds of the answer times that are counted, in seconds.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The upper bounds of the sizes that are counted, in bytes.
const SIZES: &[f64] = &[512.0, 1024.0, 2048.0, 4096.0, 6144.0, 8192.0, 16384.0, 65536.0];

/// Starts the log on standard error: text on a terminal, JSON otherwise. A second call changes nothing.
///
/// # Errors
/// [`Error::Setting`] for a filter that is none.
pub fn log(filter: &str) -> Result<(), Error> {
    let filter =
        EnvFilter::try_new(filter).map_err(|error| Error::Setting(format!("--log {filter}: {error}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let _ = match std::io::stderr().is_terminal() {
        true => builder.with_writer(std::io::stderr).event_format(lines::Text).try_init(),
        false => builder.with_writer(buffer::Buffer).event_format(lines::Json).try_init(),
    };
    Ok(())
}

/// The metrics of the process.
pub fn metrics() -> Metrics {
    let handle = handle();
    Metrics(Arc::new(move || handle.as_ref().map(PrometheusHandle::render).unwrap_or_default()))
}

/// Folds what was measured since the last call into the sums; without it measurements would pile up in memory.
pub fn upkeep() {
    if let Some(handle) = handle() {
        handle.run_upkeep();
    }
}

fn handle() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let installed = HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(BUCKETS).ok()?;
        let sizes = Matcher::Suffix("_bytes".to_owned());
        let builder = builder.set_buckets_for_metric(sizes, SIZES).ok()?;
        builder.install_recorder().ok()
    });
    installed.clone()
}
