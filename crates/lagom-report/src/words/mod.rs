//! The answer in plain words: the one place that the terminal, the page and the comment take them from.

mod agreement;
mod answer;
mod asking;
mod basis;
mod bills;
mod calibration;
mod carried;
mod cascades;
mod cautions;
mod climb;
mod close;
mod context;
mod cut;
mod facts;
mod glossary;
mod incumbent;
pub(super) mod labels;
pub(super) mod levers;
mod names;
mod notes;
mod outlook;
pub(super) mod overfitting;
mod paragraph;
mod quality;
mod reviewed;
mod shots;
mod staircase;
mod standing;
mod tangible;
mod tests_told;
mod threshold;
mod undecided;
mod unmeasured;
mod verdicts;

pub(super) use agreement::sentence as agreement;
pub use answer::answer;
pub(super) use asking::{called, missing as missing_answers, refused};
pub(super) use basis::{legend, mark, meaning, plotted};
pub(super) use bills::{disturbed, tell as bills_told};
pub(super) use cascades::{missing as uncascadable, sentence as cascade_sentence, unordered as uncascaded};
pub(super) use cautions::CAREFUL;
pub use cautions::{caution, other_letters, uncut, uncut_words};
pub(super) use climb::{reach_sign, reachable, reason, stopped_early};
pub(super) use context::ReportContext;
pub(super) use cut::others as cut_texts;
pub(super) use glossary::glossary;
pub(super) use names::{name_told, names_told};
pub(super) use outlook::sentence as outlook;
pub(super) use paragraph::tell as paragraph;
pub use quality::{Said, ceiling, finding, how, nothing, severity};
pub(super) use reviewed::noun as reviewed_noun;
pub(super) use shots::sentence as shots;
pub(super) use staircase::{
    Step, basis as step_basis, climbing, is_bar, meaning as step_meaning, rounded as step_rounded, step, steps,
    sure as step_sure, title as step_title,
};
pub(super) use standing::{excess, standing, standing_title, tone};
pub use tests_told::Told;
pub(super) use tests_told::told;
