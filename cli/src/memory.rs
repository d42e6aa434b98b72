//! How memory goes back to the system.

/// So much and more is given back when it is no longer used.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 1 << 20;

/// Has large pieces of memory given back at once. glibc otherwise comes to keep pieces of up to 32 MiB once
/// it has seen one freed, for each thread that had one: eight threads that each met a record of 16 MiB
/// then hold 200 MiB.
pub(crate) fn return_at_once() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code)]
    // SAFETY: there is one thread as yet, and nothing else sets this.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}
