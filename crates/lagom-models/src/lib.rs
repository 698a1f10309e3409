//! What can do the job: families of models, their training, and the file that one is handed over in.

use lagom_data as data;
#[cfg(feature = "pretrained")]
use lagom_host::clock;
use lagom_host::input;
use lagom_metrics as metric;
use lagom_stats as stats;
use lagom_study as study;

pub mod bundle;
pub mod candidate;
pub mod explanation;
