//! The worker of a build without llama.cpp.

use std::io;

use super::{Reply, Unable};

/// Says that this build can't run models. `lines` are those of standard input, `reply` writes one line, `peak_memory`
/// tells the highest resident memory of this process in bytes.
///
/// # Errors
/// The reply can't be written.
pub fn serve(
    _lines: &mut dyn Iterator<Item = String>,
    reply: &mut dyn FnMut(&Reply) -> io::Result<()>,
    _peak_memory: &dyn Fn() -> u64,
) -> io::Result<()> {
    reply(&Reply::Unable(Unable::NotBuilt))
}
