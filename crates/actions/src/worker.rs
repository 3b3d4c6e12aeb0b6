//! The worker process: reads runs from its input, runs each in a world of its own, writes outcomes to its output.

/// Runs as a worker until the input ends. `guildhall action-worker` calls this before it does anything else: before
/// there is a second thread, which the filter of system calls would not cover.
pub fn main() -> ! {
    std::process::exit(0)
}
