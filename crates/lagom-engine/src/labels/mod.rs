//! Which adaptation pays at which number of labels.
//!
//! ```text
//! candidates on all rows -> finalists -> one candidate of each adaptation -> on some of their rows (shares) -> label_curves -> LabelCurves
//! ```
//!
//! Every claim is of paired differences on the same validation rows of the same repeats. Two candidates are compared at several numbers of
//! labels, and what is said of them holds for all of these at once, at the study's confidence (`compare`). A crossing is told between two
//! numbers that were measured, and what lies beyond them only as "more than": what an interval does not part is not told apart.
//!
//! Pure: it knows no process, no store and no clock.

mod compare;
mod finalists;
mod shares;
#[cfg(test)]
mod tests;
mod types;

pub use compare::label_curves;
pub use finalists::finalists;
pub use shares::{REPEATS, shares};
pub use types::{
    Contest, LabelCurve, LabelCurves, LabelDifference, LabelPoint, Outcome, Side, SizeContest, Subject, Trained, Way,
};
