//! A process that ends when the one that started it does.

/// Asks the kernel to kill this process when the thread that started it ends, whatever this process is doing then. Where the
/// kernel knows no such wish (it is Linux's) the end of standard input has to do, which every worker watches.
pub fn end_with_parent() {
    #[cfg(target_os = "linux")]
    // It can only fail for a signal that does not exist.
    let _ = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL);
}
