//! Models that are there already: how a row becomes a prompt, how it is asked, and how an answer is read.

use lagom_host::child;
use lagom_host::input;
use lagom_host::secret;

pub mod call;
pub mod prompt;
