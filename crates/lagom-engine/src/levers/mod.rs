//! The stage of levers: what would help more than size, measured in designed pairs and priced in size.
//!
//! ```text
//! Stage { sizes (the choice, the next smaller one), tries, terms }, MeasuredArm -> next -> Step::Train(Wanted) … Step::Done
//! Stage, MeasuredArm, ladder -> ledger -> Ledger { rows, sizes }
//! Ledger -> finalists -> a look of their own -> Confirmation
//! ```
//!
//! Pure: it knows no process, no store and no clock. Which trials come next follows from those measured alone, so a rerun replays the stage
//! from the store and trains nothing.
//!
//! **The pairs.** An *arm* is one size with some settings in place of lagom's own; the plain recipe is the arm without any. It is trained on
//! the splits and with the seeds of the plain one, so that nothing but the lever differs, and its *gain* is the mean paired difference of
//! quality on validation rows, with the crossed variance of repeats and examples that compares two sizes, too
//! ([`differences`](crate::verdict::differences)). The plain recipe is that of the study: what it sets under `[recipe]` stays.
//!
//! **The race** (`race`). All settings get two repeats; then, in steps, all repeats, as long as a setting's upper bound leaves it a gain that
//! is worth having: a tenth of the margin. The margin itself would be too much: it is what one change has to reach to be noticed, but several
//! levers add up, and a smaller size may lack only a part of it. A setting that is surely worse than another one of its lever
//! is given up, too, since only the best stands for it; and so is one that leaves every answer as it was. Dropping those that look bad makes no other one look significant
//! (a lever is called helpful only if it survives and its test on all its repeats says so, which is a smaller event than the test alone).
//! Then the best settings of the best three levers are trained in pairs and all together.
//! The budget is in operations, never in time. It goes to the first setting of every lever before the second of any, and after that to the
//! largest gains first.
//!
//! **What counts as help** (`discovery`). Of each lever the setting with the highest gain stands for it: its one-sided p-value is multiplied by the number of
//! settings tried (Bonferroni), and its interval holds at once for all of them, so that picking the best is paid for. A lever hurts if its best setting does; that p-value
//! is multiplied by the steps of the race, since a setting that looks bad is stopped for it. Twice the smaller of both is the lever's
//! p-value, and the procedure of Benjamini & Hochberg over all rows of the ledger holds the share of false findings. Both directions are tested, so where nothing
//! helps anything is called helpful half as often as the rate says. A lever with a control (cleaning against as many random rows dropped)
//! has to beat that, too.
//!
//! **Size equivalent** (`equivalent`). The arm is compared with every measured size of its family directly, on shared repeats. Where the best monotone
//! curve through these differences crosses 0, between two sizes in the logarithm of parameters, a plain model of that size is as
//! good as the arm. The interval holds the sizes that the data do not exclude (the difference's own interval contains 0): the confidence set
//! of a ratio as Fieller (1954) has it, with the noise of the curve and of the gain in it, and their shared repeats taken into account.
//!
//! **Rows that did not choose.** Gains in the ledger are on validation rows that picked the settings. The best arm of each size, of those with a lever that
//! helps, goes before sealed rows once, in a look of its own that is counted and written down before it is taken ([`questions`]): is it better than the
//! plain recipe; does the smaller size pass the study's own test with it. The tests are those of the verdict, carried to all rows
//! ([`test_beside`](crate::verdict::test_beside)); they share the error rate, and with cross-fitting, where every row also validated, they are
//! corrected for all arms that were tried (Bonferroni). The verdict on the plain recipes itself stays as it is; where a smaller size passes, the choice
//! moves down to it ([`moved`]).

mod cost_change;
mod discovery;
mod effects;
mod equivalent;
mod finalists;
mod ledger;
mod moved;
mod race;
#[cfg(test)]
mod scene_tests;
#[cfg(test)]
mod simulated_tests;
#[cfg(test)]
mod tests;
mod types;

pub use cost_change::CostChange;
pub use equivalent::SizeEquivalent;
pub use finalists::{Planned, ask, finalists, questions};
pub use ledger::{Ledger, LedgerRow, NotTried, OtherSetting, ShownGain, SizeGain, Standing, WhyNot, ledger};
pub use moved::{MovedChoice, moved};
pub use race::{Step, Wanted, ample_budget, next, smallest_budget, spent};
pub use types::{Arm, Confirmation, MeasuredArm, Stage, StageSize, StageTerms, Try, with_settings};
