//! What is measured of one model.

use super::figures::{Answered, Bin, COVERAGES, Calibrated, ClassFigures, Errors, Found, Interval, WANTED};
use crate::data::Target;
use crate::metric::{Metric, Outcomes, score};
use crate::probe::sight::{BLOCKS, Measured};
use crate::probe::{Part, ProbeError, Sight};
use crate::stats::{
    Binning, calibration_error, confidence_for, conformal_half_width, non_increasing, reliability, temperature,
    tempered,
};

/// Bins of a reliability curve (Guo et al. 2017).
const BINS: usize = 15;
/// Parts of cross-fitting: whole blocks.
const PARTS: usize = 5;
/// Rows from which on an isotonic curve is fitted: below it overfits (Niculescu-Mizil & Caruana 2005 find about as many).
const ISOTONIC: usize = 1_000;
/// Most probabilities that are looked at, and the bounds of the rows that follow.
const PROBABILITIES: usize = 400_000;
const ROWS: (usize, usize) = (300, 5_000);

/// What is measured of one model.
pub(super) fn look(sight: &Sight<'_>) -> Result<Calibrated, ProbeError> {
    let classes = sight.part.target.classes() as usize;
    let most = (PROBABILITIES / classes.max(1)).clamp(ROWS.0, ROWS.1);
    let part = sight.part.at_most(most, sight.seed);
    let answers = part.answers(sight.model, &part.columns)?;
    let blocks = part.blocks(sight.seed);
    let found = match &part.target {
        Target::Classes { labels, .. } => Found::Classes(Box::new(of_classes(&Stated {
            part: &part,
            answers: &answers,
            labels,
            classes,
            blocks: &blocks,
        })?)),
        Target::Numbers(truth) => Found::Numbers(intervals(truth, &answers, &blocks)),
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {
            return Err(ProbeError::Nothing("texts have no confidence here".to_owned()));
        }
    };
    Ok(Calibrated { rows: part.rows() as u64, found })
}

/// Probabilities as a model states them.
pub(super) struct Stated<'a> {
    pub(super) part: &'a Part,
    /// `[rows, classes]`.
    pub(super) answers: &'a [f64],
    pub(super) labels: &'a [u32],
    pub(super) classes: usize,
    pub(super) blocks: &'a [usize],
}

impl Stated<'_> {
    /// Probabilities and labels of some rows.
    fn of_rows(&self, rows: &[usize]) -> (Vec<f64>, Vec<u32>) {
        let own = |row: &usize| &self.answers[row * self.classes..(row + 1) * self.classes];
        (rows.iter().flat_map(own).copied().collect(), rows.iter().map(|row| self.labels[*row]).collect())
    }

    /// The logarithm of the temperature that some rows ask for.
    pub(super) fn heat(&self, keep: &dyn Fn(usize) -> bool) -> f64 {
        let (own, labels) = self.of_rows(&(0..self.labels.len()).filter(|row| keep(*row)).collect::<Vec<usize>>());
        temperature(&own, self.classes, &labels).unwrap_or(1.0).ln()
    }

    /// Each row at the temperature that the other parts ask for.
    pub(super) fn cooled(&self) -> Vec<f64> {
        let classes = self.classes;
        let mut cooled = vec![0.0; self.answers.len()];
        for (own, others) in parts(self.blocks) {
            let (answers, labels) = self.of_rows(&others);
            let heat = temperature(&answers, classes, &labels).unwrap_or(1.0);
            for (row, answer) in own.iter().zip(tempered(&self.of_rows(&own).0, classes, heat).chunks_exact(classes)) {
                cooled[row * classes..(row + 1) * classes].copy_from_slice(answer);
            }
        }
        cooled
    }

    /// How far these probabilities are off.
    pub(super) fn errors(&self, answers: &[f64]) -> Result<Errors, ProbeError> {
        let Stated { part, labels, classes, blocks, .. } = *self;
        let (confidence, right) = confidences(answers, classes, labels);
        let error = |binning, keep: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..right.len()).filter(|row| keep(*row)).collect();
            let (confidence, right): (Vec<f64>, Vec<bool>) =
                kept.iter().map(|row| (confidence[*row], right[*row])).unzip();
            calibration_error(&reliability(&confidence, &right, BINS, binning))
        };
        let outcomes: Outcomes = part.outcomes(answers)?;
        Ok(Errors {
            width: Measured {
                value: error(Binning::EqualWidth, &|_| true),
                without: (0..BLOCKS).map(|block| error(Binning::EqualWidth, &|row| blocks[row] != block)).collect(),
            },
            mass: error(Binning::EqualMass, &|_| true),
            brier: score(Metric::Brier, &outcomes)?.value,
            loss: Measured::of(Metric::LogLoss, &outcomes, blocks)?,
        })
    }
}

/// The confidence of each row: the largest probability; and whether its class is right. The first of equal ones counts.
pub(super) fn confidences(answers: &[f64], classes: usize, labels: &[u32]) -> (Vec<f64>, Vec<bool>) {
    let best = |(row, label): (&[f64], &u32)| {
        let first = |best: usize, at: usize| if row[at] > row[best] { at } else { best };
        let at = (0..classes).fold(0, first);
        (row[at], at == *label as usize)
    };
    answers.chunks_exact(classes.max(1)).zip(labels).map(best).unzip()
}

/// The rows of a part of cross-fitting, and the others.
fn parts(blocks: &[usize]) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> {
    (0..PARTS).map(|part| (0..blocks.len()).partition(|row| blocks[*row] % PARTS == part))
}

fn of_classes(stated: &Stated<'_>) -> Result<ClassFigures, ProbeError> {
    let Stated { answers, labels, classes, blocks, .. } = *stated;
    let isotonic = (classes == 2 && labels.len() >= ISOTONIC).then(|| stated.errors(&isotonic(stated))).transpose()?;
    let (confidence, right) = confidences(answers, classes, labels);
    let bins = reliability(&confidence, &right, BINS, Binning::EqualWidth);
    let bin =
        |bin: &crate::stats::ReliabilityBin| Bin { rows: bin.rows, confidence: bin.confidence, accuracy: bin.accuracy };
    Ok(ClassFigures {
        stated: stated.errors(answers)?,
        tempered: stated.errors(&stated.cooled())?,
        isotonic,
        heat: Measured {
            value: stated.heat(&|_| true),
            without: (0..BLOCKS).map(|block| stated.heat(&|row| blocks[row] != block)).collect(),
        },
        bins: bins.iter().map(bin).collect(),
        answered: WANTED.map(|wanted| answered(&confidence, &right, blocks, wanted)).to_vec(),
    })
}

/// Two classes on the isotonic curve of the other parts (Zadrozny & Elkan 2002). No probability is surer than the rows can show.
fn isotonic(stated: &Stated<'_>) -> Vec<f64> {
    let Stated { answers, labels, blocks, .. } = *stated;
    let positive = |row: usize| answers[row * 2 + 1];
    let mut curved = vec![0.0; answers.len()];
    for (own, mut others) in parts(blocks) {
        others.sort_by(|a, b| positive(*b).total_cmp(&positive(*a)));
        // From the surest down the share of the class never rises.
        let truth: Vec<f64> = others.iter().map(|row| f64::from(u8::from(labels[*row] == 1))).collect();
        let shares = non_increasing(&truth, &vec![1.0; truth.len()]);
        let least = 1.0 / (others.len() as f64 + 2.0);
        for row in own {
            let below = others.partition_point(|other| positive(*other) > positive(row));
            let share = shares.get(below).or(shares.last()).copied().unwrap_or(0.5).clamp(least, 1.0 - least);
            curved[row * 2] = 1.0 - share;
            curved[row * 2 + 1] = share;
        }
    }
    curved
}

fn answered(confidence: &[f64], right: &[bool], blocks: &[usize], wanted: f64) -> Answered {
    let (mut count, mut hits) = (0, 0);
    for (own, others) in parts(blocks) {
        let (sure, fine): (Vec<f64>, Vec<bool>) = others.iter().map(|row| (confidence[*row], right[*row])).unzip();
        let Some(threshold) = confidence_for(&sure, &fine, wanted) else { continue };
        let taken = || own.iter().filter(|row| confidence[**row] >= threshold);
        count += taken().count();
        hits += taken().filter(|row| right[**row]).count();
    }
    let accuracy = (count > 0).then(|| hits as f64 / count as f64);
    Answered { wanted, share: count as f64 / confidence.len().max(1) as f64, accuracy }
}

fn intervals(truth: &[f64], answers: &[f64], blocks: &[usize]) -> Vec<Interval> {
    let errors: Vec<f64> = truth.iter().zip(answers).map(|(truth, answer)| (truth - answer).abs()).collect();
    let one = |wanted| {
        let mut held = 0;
        for (own, others) in parts(blocks) {
            let half = conformal_half_width(&others.iter().map(|row| errors[*row]).collect::<Vec<f64>>(), wanted);
            held += own.iter().filter(|row| errors[**row] <= half).count();
        }
        let half = Some(conformal_half_width(&errors, wanted)).filter(|half| half.is_finite());
        Interval { wanted, half, held: held as f64 / errors.len().max(1) as f64 }
    };
    COVERAGES.map(one).to_vec()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::seed;
    use rand::Rng as _;

    /// Rows of a calibrated model of two classes, whose probabilities are sharpened by this temperature.
    pub(in crate::probe::calibration) fn sharpened(rows: u32, by: f64, draw: u64) -> Calibrated {
        let mut random = seed::generator(draw, "calibrated", 0);
        let (mut answers, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let share: f64 = random.random();
            labels.push(u32::from(random.random::<f64>() < share));
            answers.extend([1.0 - share, share]);
        }
        let answers = tempered(&answers, 2, by);
        let names = vec!["no".to_owned(), "yes".to_owned()];
        let target = Target::Classes { labels: labels.clone(), names };
        let part = Part { columns: Vec::new(), target, units: (0..rows).collect() };
        let blocks = part.blocks(1);
        let stated = Stated { part: &part, answers: &answers, labels: &labels, classes: 2, blocks: &blocks };
        Calibrated { rows: u64::from(rows), found: Found::Classes(Box::new(of_classes(&stated).expect("measured"))) }
    }

    fn classes(found: &Calibrated) -> &ClassFigures {
        match &found.found {
            Found::Classes(found) => found,
            Found::Numbers(_) => panic!("classes"),
        }
    }

    #[test]
    fn a_sharpened_model_is_mended_on_rows_that_the_temperature_has_not_seen() {
        let (honest, sharp) = (sharpened(3_000, 1.0, 1), sharpened(3_000, 0.4, 1));
        let (honest, sharp) = (classes(&honest), classes(&sharp));
        // The same draws: 1 / 0.4 = 2.5 is what mends it.
        assert!((sharp.heat.value - honest.heat.value - 2.5_f64.ln()).abs() < 1e-3 && honest.heat.value.abs() < 0.15);
        assert!(honest.stated.width.value < 0.04 && sharp.stated.width.value > 0.1);
        assert!(sharp.tempered.width.value < 0.05 && sharp.tempered.loss.value < sharp.stated.loss.value);
        let isotonic = sharp.isotonic.as_ref().expect("enough rows");
        assert!(isotonic.width.value < 0.05 && isotonic.loss.value < sharp.stated.loss.value);
    }

    #[test]
    fn the_surest_rows_are_as_right_as_is_wanted() {
        let found = sharpened(4_000, 1.0, 2);
        // Right with probability c where the confidence is c, even from 0.5 to 1: the mean above t is (1 + t) / 2; 0.9 from 0.8 on, that is 40 %.
        let one = classes(&found).answered[0];
        assert!((one.share - 0.4).abs() < 0.06 && (one.accuracy.expect("some") - 0.9).abs() < 0.025, "{one:?}");
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let mut random = seed::generator(4, "errors", 0);
        let truth: Vec<f64> = (0..4_000).map(|_| random.random::<f64>()).collect();
        let part = Part { columns: Vec::new(), target: Target::Numbers(truth.clone()), units: (0..4_000).collect() };
        let found = intervals(&truth, &vec![0.5; 4_000], &part.blocks(1));
        for one in found {
            // |u − ½| is even up to ½.
            assert!(
                (one.held - one.wanted).abs() < 0.02 && (one.half.expect("enough") - one.wanted / 2.0).abs() < 0.02,
                "{one:?}"
            );
        }
        assert_eq!(intervals(&[1.0, 2.0], &[1.0, 1.0], &[0, 1])[2].half, None);
    }

    #[test]
    fn scikit_learn_comes_to_the_same() {
        let reference: serde_json::Value =
            serde_json::from_str(include_str!("../fixtures/reference.json")).expect("fixtures/make.py wrote it");
        let known = &reference["calibration"];
        let list = |key: &str| -> Vec<f64> { serde_json::from_value(known[key].clone()).expect("numbers") };
        let number = |key: &str| known[key].as_f64().expect("a number");
        let labels: Vec<u32> = list("labels").iter().map(|label| *label as u32).collect();
        let answers = list("probabilities");
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let target = Target::Classes { labels: labels.clone(), names };
        let part = Part { columns: Vec::new(), target, units: (0..labels.len() as u32).collect() };
        let stated = Stated { part: &part, answers: &answers, labels: &labels, classes: 3, blocks: &part.blocks(1) };
        let found = stated.errors(&answers).expect("measured");
        let heat = temperature(&answers, 3, &labels).expect("rows");
        let cooled = stated.errors(&tempered(&answers, 3, heat)).expect("measured");
        for (own, key) in [
            (found.width.value, "ece_width"),
            (found.mass, "ece_mass"),
            (found.brier, "brier"),
            (found.loss.value, "loss"),
            (heat, "temperature"),
            (cooled.loss.value, "loss_tempered"),
        ] {
            assert!((own - number(key)).abs() < 1e-6, "{key}: {own} in place of {}", number(key));
        }
    }
}
