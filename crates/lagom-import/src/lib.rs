//! Results that other tools measured: readers, the comparison, and scaling laws.

use lagom_data as data;
use lagom_engine::verdict;
use lagom_host::input;
use lagom_stats as stats;
use lagom_study as study;

pub mod compare;
pub mod scaling;
pub mod scores;
