//! The worker process, for the tests and the benchmark of this crate.

fn main() {
    guildhall_actions::worker::main()
}
