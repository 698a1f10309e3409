//! A thorough look at the data of a study: without models, then by models that judge labels and sides.

use super::cross::{FOLDS, labels, out_of_sample};
use crate::data::quality::{
    Alike, Checked, Depth, Holdout, LabelErrors, Look, Quality, Sides, SuspectedRows, label_errors, look, spaced,
    two_sample,
};
use crate::data::{Dataset, Loaded, Places, Target};
use crate::run::progress::{Progress, Stage, Tracker};
use crate::study::{Source, Study};

/// Rows whose labels are checked at most, evenly spaced: what takes some minutes.
const ROWS: usize = 20_000;
/// Rows of each side that are told apart at most.
const SIDE: usize = 5_000;
/// Rows that a class needs to be judged: some in every part, and some to learn from.
const PER_CLASS: u64 = 10;
/// Rows that a side needs.
const PER_SIDE: usize = 40;

/// What a thorough look found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examination {
    /// What was found.
    pub quality: Quality,
    /// Groups of rows that are alike.
    pub alike: Vec<Alike>,
    /// Rows whose label is likely wrong, the worst first.
    pub suspects: Vec<SuspectRow>,
}

/// A row whose label is likely wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct SuspectRow {
    /// Its position in the data set.
    pub row: u32,
    /// The label it has.
    pub given: String,
    /// The most probable other label.
    pub likely: String,
    /// The probability of the label it has, by a model that has not seen the row.
    pub given_probability: f64,
    /// The probability of the likely one.
    pub likely_probability: f64,
    /// Normalised margin between 0 and 1, low is bad.
    pub score: f64,
}

/// What is found without training anything, in about a second.
#[must_use]
pub fn quick(study: &Study, loaded: &Loaded) -> Quality {
    let mut quality = look(&loaded.dataset, &loaded.cautions, Depth::Quick, holdout(study)).quality;
    let places = Places::unread(study, loaded);
    quality.number(&|row| places.of(row).row);
    quality
}

/// Looks at the data of a study thoroughly. The same seed gives the same findings.
///
/// What could not be judged is said in [`Quality::unchecked`]: it is no fault.
#[must_use]
pub fn examine(study: &Study, loaded: &Loaded, listener: &mut dyn FnMut(&Progress)) -> Examination {
    let (dataset, seed) = (&loaded.dataset, study.trials.seed);
    let Look { quality, alike } = look(dataset, &loaded.cautions, Depth::Thorough, holdout(study));
    let mut found = Examination { quality, alike, suspects: Vec::new() };
    if let Err(why) = found.check_labels(dataset, seed, &mut Tracker::new(Stage::Labels, listener)) {
        found.quality.unchecked = Some(why);
    }
    // Rows that lagom itself drew at random are like the others by chance.
    if holdout(study) == Holdout::Given || dataset.times.is_some() {
        found.tell_sides_apart(dataset, seed, &mut Tracker::new(Stage::Sides, listener));
    }
    let places = Places::unread(study, loaded);
    found.quality.number(&|row| places.of(row).row);
    found
}

fn holdout(study: &Study) -> Holdout {
    if matches!(study.task.source, Source::Given { .. }) { Holdout::Given } else { Holdout::Drawn }
}

impl Examination {
    /// Checks labels; else why not.
    fn check_labels(&mut self, dataset: &Dataset, seed: u64, tracker: &mut Tracker<'_>) -> Result<(), String> {
        let judged = Judgeable::of(dataset)?;
        let part = dataset.part(&judged.rows, judged.labels.clone(), judged.names.clone());
        let out = out_of_sample(&part, seed, tracker).map_err(|error| format!("no model could be trained: {error}"))?;
        let classes = judged.names.len();
        let mut errors =
            label_errors(labels(&part), &out.probabilities, classes as u32).map_err(|error| error.to_string())?;
        self.leave_out_reviewed(dataset, &judged.rows, &mut errors);
        let right = out.probabilities.chunks_exact(classes).zip(&judged.labels).filter(|(answer, label)| {
            let own = answer[**label as usize];
            answer.iter().enumerate().all(|(class, other)| *other < own || *other == own && class >= **label as usize)
        });
        let (rows, counts) = (judged.rows.len(), part.target.counts(&part.development));
        let checked = Checked {
            model: out.model,
            folds: FOLDS,
            rows: rows as u64,
            accuracy: right.count() as f64 / rows as f64,
            guessing: counts.iter().max().copied().unwrap_or(0) as f64 / rows as f64,
            noise: errors.noise,
            suspects: errors.suspects.len() as u64,
            left_out: judged.left_out,
        };
        let name = |class: u32| judged.names.get(class as usize).cloned().unwrap_or_default();
        self.suspects = errors
            .suspects
            .iter()
            .map(|suspect| SuspectRow {
                row: judged.rows[suspect.row],
                given: name(suspect.given),
                likely: name(suspect.likely),
                given_probability: suspect.given_probability,
                likely_probability: suspect.likely_probability,
                score: suspect.score,
            })
            .collect();
        self.quality.with_labels(&judged.rows, &errors, checked);
        Ok(())
    }

    /// Takes the rows that a person has reviewed out of the suspects: what is known is not suspected.
    fn leave_out_reviewed(&mut self, dataset: &Dataset, rows: &[u32], errors: &mut LabelErrors) {
        let Some(reviewed) = dataset.reviewed() else { return };
        let is_reviewed = |row: u32| reviewed.rows.binary_search(&row).is_ok();
        let of_suspects = errors.suspects.iter().filter(|suspect| is_reviewed(rows[suspect.row])).count();
        self.quality.with_suspected(SuspectedRows {
            rows: rows.len() as u64,
            suspects: errors.suspects.len() as u64,
            reviewed: rows.iter().filter(|row| is_reviewed(**row)).count() as u64,
            reviewed_suspects: of_suspects as u64,
        });
        errors.suspects.retain(|suspect| !is_reviewed(rows[suspect.row]));
    }

    /// Asks how well rows of the holdout can be told from the others, where there are enough of both.
    fn tell_sides_apart(&mut self, dataset: &Dataset, seed: u64, tracker: &mut Tracker<'_>) {
        let Some(Sides { part, sealed, of }) = dataset.sides(SIDE) else { return };
        let holdout = sealed.iter().filter(|sealed| **sealed).count();
        if holdout.min(sealed.len() - holdout) < PER_SIDE {
            return;
        }
        // A model that can't be trained tells nothing apart: then nothing is said of it.
        let Ok(out) = out_of_sample(&part, seed, tracker) else { return };
        let probabilities: Vec<f64> = out.probabilities.chunks_exact(2).map(|answer| answer[1]).collect();
        if let Some(found) = two_sample(&sealed, &probabilities) {
            self.quality.with_shift(&found, (sealed.len(), of));
        }
    }
}

/// Rows whose labels can be judged, with their classes numbered anew.
struct Judgeable {
    rows: Vec<u32>,
    labels: Vec<u32>,
    names: Vec<String>,
    left_out: Vec<String>,
}

impl Judgeable {
    /// The development rows of classes that have enough of them; else why there are none.
    fn of(dataset: &Dataset) -> Result<Self, String> {
        let Target::Classes { labels, names } = dataset.given() else {
            return Err("the target has no classes".to_owned());
        };
        let all = &dataset.development;
        let rows = spaced(all, ROWS);
        let counts = dataset.given().counts(&rows);
        let (enough, few): (Vec<usize>, Vec<usize>) =
            (0..names.len()).filter(|class| counts[*class] > 0).partition(|class| counts[*class] >= PER_CLASS);
        if enough.len() < 2 {
            return Err(format!("fewer than two classes have {PER_CLASS} rows or more"));
        }
        let mut number = vec![None; names.len()];
        enough.iter().enumerate().for_each(|(new, class)| number[*class] = Some(new as u32));
        let new = |row: u32| Some((row, number.get(labels[row as usize] as usize).copied().flatten()?));
        let (rows, labels) = rows.into_iter().filter_map(new).unzip();
        let name = |class: &usize| names[*class].clone();
        Ok(Self { rows, labels, names: enough.iter().map(name).collect(), left_out: few.iter().map(name).collect() })
    }
}
