//! Standard error in pieces of several lines: a system call for each line would cost a token request a tenth of its
//! time. Warnings and errors do not wait, nor do lines for longer than a moment.

use std::io::{self, BufWriter, Stderr, Write};
use std::sync::{LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait.
const MOMENT: Duration = Duration::from_millis(100);

static LINES: LazyLock<Mutex<BufWriter<Stderr>>> = LazyLock::new(|| {
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(MOMENT);
            flush();
        }
    });
    Mutex::new(BufWriter::with_capacity(1 << 16, io::stderr()))
});

fn lines() -> MutexGuard<'static, BufWriter<Stderr>> {
    LINES.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Writes what waits; to be called before the process ends.
pub fn flush() {
    let _ = lines().flush();
}

/// Makes writers of lines.
pub struct Buffer;

/// Writes one line.
pub struct Line {
    urgent: bool,
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { urgent: true }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line {
        Line { urgent: *metadata.level() <= Level::WARN }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = lines();
        lines.write_all(bytes)?;
        if self.urgent {
            lines.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
