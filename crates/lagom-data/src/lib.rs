//! Data: from files to typed columns, splits and the sealed holdout.
//!
//! ```text
//! file -> read::RawTable -> kind::Look -> load::Loaded { Dataset, Notes }
//! Dataset, SplitSpec -> split::Split         Dataset -> holdout::Sealed (scores under seal)
//! ```

use lagom_metrics as metric;
use lagom_stats as stats;
use lagom_study as study;
pub use lagom_table as read;

mod caution;
mod copies;
mod dataset;
mod deal;
pub mod demo;
mod equal;
mod explore;
mod fields;
mod fitting;
mod holdout;
pub mod kind;
pub mod known;
mod load;
mod prepared;
pub mod quality;
mod reviewed;
mod schema;
pub mod seed;
mod slices;
mod split;
mod strata;
mod tells;
mod units;

pub use caution::{Caution, Kept, Measure};
pub use dataset::{Column, Dataset, Examples, Inputs, MISSING, Reviewed, Target, UNSEEN, Values};
pub use holdout::{HoldoutAccess, Sealed};
pub use kind::ColumnKind;
pub use load::{
    CUT, DataError, DataFault, Loaded, Place, Places, REVIEW_COLUMNS, SUSPECT_COLUMNS, class_key, file_format,
    in_memory, load,
};
pub use prepared::is_full;
pub use prepared::{PreparedError, write_whole};
pub use reviewed::ReviewCounts;
pub use schema::{InputColumn, Schema};
pub use slices::{MOST_SLICES, SliceColumn};
pub use split::{fold, seal, split};
pub use strata::{Split, SplitSpec, folds};
pub use units::Units;
