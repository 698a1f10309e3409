//! The validation rows on which the choice and what it is compared with answer differently, as a file that anybody can sort and filter.

use std::collections::BTreeMap;

use super::Publisher;
use crate::data::Places;
use crate::data::write_whole;
use crate::metric::Outcomes;
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::trial::Request;
use crate::verdict::CandidateResults;

/// The name of the file in the study's folder.
const DIFFERENCES_FILE: &str = "differences.csv";

/// What one candidate says of a row.
#[derive(Default)]
struct Said {
    /// The right answer.
    truth: String,
    /// What the first repeat that validated the row said; of numbers the mean over repeats.
    answer: String,
    /// Over the repeats that validated the row: the sum of the shares that are right, or of the distances from the truth; less is worse.
    good: f64,
    /// How many repeats.
    repeats: f64,
    /// Of numbers the sum of what was said.
    sum: f64,
}

impl Publisher<'_> {
    /// Writes the file anew, those rows first on which the choice loses most; removes an older one where nothing differs, or where one of the two is not
    /// trained here.
    ///
    /// # Errors
    /// The store can't be read, or the file not be written.
    pub(crate) fn write_differences(&self, conclusion: &Conclusion) -> Result<(), RunError> {
        let path = self.workspace.folder.join(DIFFERENCES_FILE);
        match self.differing(conclusion)? {
            Some(text) => write_whole(&path, &text).map_err(|error| RunError::Write { path, error }),
            None if path.is_file() => std::fs::remove_file(&path).map_err(|error| RunError::Write { path, error }),
            None => Ok(()),
        }
    }

    fn differing(&self, conclusion: &Conclusion) -> Result<Option<Vec<u8>>, RunError> {
        let verdict = &conclusion.verdict;
        let (Some(choice), Some(reference)) = (&verdict.choice, &verdict.reference) else { return Ok(None) };
        let requests = self.workspace.requests_of(&conclusion.found);
        let entry = |name: &String| -> Result<Option<CandidateResults>, RunError> {
            let own: Vec<Request> = requests.iter().filter(|one| one.spec.candidate.name == *name).cloned().collect();
            own.first().map(|first| self.workspace.entry(&first.spec.candidate, &own)).transpose()
        };
        if choice == reference {
            return Ok(None);
        }
        let (Some(own), Some(theirs)) = (entry(choice)?, entry(reference)?) else { return Ok(None) };
        let names = &self.workspace.prepared.loaded.schema.classes;
        let (own, theirs) = (said(&own, names), said(&theirs, names));
        let mut rows: Vec<(u32, f64, &Said, &Said)> = Vec::new();
        for (row, one) in &own {
            let Some(other) = theirs.get(row) else { continue };
            let gain = one.good / one.repeats - other.good / other.repeats;
            if one.answer != other.answer || gain.abs() > 1e-12 {
                rows.push((*row, gain, one, other));
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        rows.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let prepared = &self.workspace.prepared;
        let (dataset, places) = (&prepared.loaded.dataset, Places::unread(&prepared.study, &prepared.loaded));
        let good = if names.is_empty() { "nearer by" } else { "right more often by" };
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = ["row".to_owned(), format!("{} (target)", dataset.target_name)];
        let head = head.into_iter().chain([choice.clone(), reference.clone(), format!("{choice} {good}")]);
        let head = head.chain(dataset.columns.iter().map(|column| column.name.clone()));
        let mut written = writer.write_record(head);
        for (row, gain, one, other) in rows {
            let place = places.of(row).row.to_string();
            let cells = [place, one.truth.clone(), one.answer.clone(), other.answer.clone(), tidy(gain)];
            let inputs = dataset.raw_row(row).into_iter().map(Option::unwrap_or_default);
            written = written.and_then(|()| writer.write_record(cells.into_iter().chain(inputs)));
        }
        let broken = |error: String| {
            RunError::unfit(
                format!("the rows that differ have no CSV: {error}"),
                "this is a fault of lagom: please report it",
            )
        };
        written.map_err(|error| broken(error.to_string()))?;
        writer.into_inner().map(Some).map_err(|error| broken(error.to_string()))
    }
}

/// What a candidate says of each row that a repeat validated.
fn said(entry: &CandidateResults, names: &[String]) -> BTreeMap<u32, Said> {
    let name = |class: u32| names.get(class as usize).cloned().unwrap_or_default();
    let mut found: BTreeMap<u32, Said> = BTreeMap::new();
    for repeat in &entry.repeats {
        for (at, row) in repeat.rows.iter().enumerate() {
            let one = found.entry(*row).or_default();
            one.repeats += 1.0;
            match &repeat.validation {
                Outcomes::Classes(all) => {
                    let (truth, said) = (all.truth[at], all.predicted[at]);
                    one.good += f64::from(u8::from(truth == said));
                    if one.repeats < 2.0 {
                        (one.truth, one.answer) = (name(truth), name(said));
                    }
                }
                Outcomes::Values(all) => {
                    one.sum += all.predicted[at];
                    one.good -= (all.predicted[at] - all.truth[at]).abs();
                    (one.truth, one.answer) = (tidy(all.truth[at]), tidy(one.sum / one.repeats));
                }
                Outcomes::Texts(_) => {}
            }
        }
    }
    found
}

/// A number with six digits that count, without zeros at its end.
fn tidy(value: f64) -> String {
    let short = format!("{value:.5e}").parse::<f64>().unwrap_or(value);
    short.to_string()
}
