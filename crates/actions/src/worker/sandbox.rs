//! What a worker gives up before it reads the first script.

use std::io;

use rustix::process::{Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// How much address space may be added to what the program itself has.
const ADDRESS_SPACE: u64 = 256 << 20;

/// Memory, the pipes that are open, time, and the end. Nothing that opens, connects, starts or looks.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Gives everything else up, for good.
pub(super) fn enter() -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid().is_none() {
        return Err(io::Error::other("the parent is gone"));
    }
    // The program, and an allocator that reserves much and uses little, are not what is limited here.
    let mapped = address_space()? + ADDRESS_SPACE;
    for (resource, most) in
        [(Resource::As, mapped), (Resource::Nofile, 3), (Resource::Fsize, 0), (Resource::Core, 0)]
    {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    let rules = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let arch = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    // Refused rather than fatal: a later C library that tries something first and falls back keeps working.
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(rules, refused, SeccompAction::Allow, arch).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    // Sets NO_NEW_PRIVS first.
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}

/// The size of the process in bytes (proc(5), `/proc/self/statm`, first field, in pages).
fn address_space() -> io::Result<u64> {
    let sizes = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = sizes
        .split_ascii_whitespace()
        .next()
        .and_then(|pages| pages.parse().ok())
        .ok_or_else(|| io::Error::other("statm is not as expected"))?;
    Ok(pages * rustix::param::page_size() as u64)
}
