//! From trials to a verdict: the search, the processes that train, the store, and the tests on sealed rows.

use lagom_backends::call;
use lagom_data as data;
use lagom_host::child;
use lagom_host::secret;
use lagom_metrics as metric;
use lagom_models::bundle;
use lagom_models::candidate;
use lagom_stats as stats;
use lagom_study as study;

pub mod labels;
pub mod levers;
pub mod measure;
pub mod overfitting;
pub mod probe;
pub mod search;
pub mod store;
pub mod trial;
pub mod verdict;
