//! What is known about candidates besides scores: the user's table, and sizes in names.

use std::path::Path;

use super::delimited::Delimited;
use super::spelling::plain;
use crate::scores::cell;
use crate::scores::error::{Place, ScoresError};
use crate::scores::files;
use crate::scores::json::{self, Object};
use crate::scores::sniff::{Kind, sniff};
use crate::scores::types::{CandidateFacts, Price, PricePer, Results};

/// What a column of the table of candidates holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Parameters,
    Bytes,
    /// The 95th percentile, in seconds.
    Latency,
    MeanLatency,
    Price(PricePer),
    Cost,
    Other,
}

impl Column {
    /// The meaning of a column and the factor to the unit in which it is kept.
    fn of(header: &str) -> (Self, f64) {
        let name = plain(header);
        let name = name.as_str();
        let column = match name {
            "candidate" | "model" | "name" | "modelname" | "system" | "provider" => Self::Name,
            "parameters" | "params" | "nparams" | "size" => Self::Parameters,
            "bytes" | "filesize" | "memory" => Self::Bytes,
            "latency" | "latencys" | "latencyms" | "latencyp95" | "latencyp95s" | "latencyp95ms" | "p95" | "p95ms" => {
                Self::Latency
            }
            "latencymean" | "latencymeanms" | "meanlatency" | "meanlatencyms" => Self::MeanLatency,
            "price" => Self::Price(PricePer::Unstated),
            "priceperexample" | "pricepercall" | "priceperrequest" => Self::Price(PricePer::Example),
            "pricepermilliontokens" | "pricepermtokens" | "pricepermtok" | "priceper1mtokens" => {
                Self::Price(PricePer::MillionTokens)
            }
            "cost" | "costperexample" | "costusd" => Self::Cost,
            _ => Self::Other,
        };
        let time = matches!(column, Self::Latency | Self::MeanLatency);
        (column, if time && name.ends_with("ms") { 1e-3 } else { 1.0 })
    }
}

/// A table of candidates.
#[derive(Debug, Default)]
pub(in crate::scores) struct Facts {
    rows: Vec<(String, CandidateFacts)>,
    path: String,
}

impl Facts {
    /// Reads a table: CSV, TSV or JSON Lines with the column `candidate` and any of `parameters`, `bytes`, `latency`
    /// (the 95th percentile; seconds, or milliseconds as `latency_ms`), `latency_mean`, `cost`, `price`,
    /// `price_per_example`, `price_per_million_tokens`. Counts may be written as `70M` or `1.5B`.
    pub(in crate::scores) fn read(path: &Path) -> Result<Self, ScoresError> {
        let mut facts = Self { rows: Vec::new(), path: path.display().to_string() };
        match sniff(path)? {
            Ok(Kind::JsonLines) => facts.json_lines(path)?,
            Ok(Kind::Delimited) => facts.delimited(path)?,
            Ok(_) | Err(_) => {
                let found = "no table of candidates".to_owned();
                return Err(ScoresError::UnknownFormat { path: path.to_path_buf(), found });
            }
        }
        if facts.rows.is_empty() {
            return Err(ScoresError::Empty { path: path.to_path_buf() });
        }
        Ok(facts)
    }

    /// The candidates' names.
    pub(in crate::scores) fn names(&self) -> Vec<String> {
        self.rows.iter().map(|(name, _)| name.clone()).collect()
    }

    fn delimited(&mut self, path: &Path) -> Result<(), ScoresError> {
        let mut file = Delimited::open(path)?;
        let header = file.header.clone();
        while let Some(record) = file.next()? {
            let line = record.line();
            let cells = header.iter().zip(record.cells());
            let cells: Vec<(&str, String)> =
                cells.map(|(name, cell)| (name.as_str(), String::from_utf8_lossy(cell).trim().to_owned())).collect();
            self.row(path, line, &cells)?;
        }
        Ok(())
    }

    fn json_lines(&mut self, path: &Path) -> Result<(), ScoresError> {
        let text = json::in_lines(path, files::text(path)?)?;
        for line in json::Lines::new(&text) {
            let object: Object<'_> = json::read(path, line.text, line.number, line.last)?;
            let cells: Vec<(&str, String)> = object
                .iter()
                .map(|(key, raw)| (key.as_ref(), json::scalar(raw).unwrap_or_default().into_owned()))
                .collect();
            self.row(path, line.number as u64, &cells)?;
        }
        Ok(())
    }

    fn row(&mut self, path: &Path, line: u64, cells: &[(&str, String)]) -> Result<(), ScoresError> {
        let place = || Place { path: path.to_path_buf(), unit: "line", number: line };
        let name = cells.iter().find(|(header, _)| Column::of(header).0 == Column::Name).map(|(_, name)| name.clone());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            let columns = cells.iter().map(|(header, _)| (*header).to_owned()).collect();
            return Err(ScoresError::MissingColumn { path: path.to_path_buf(), role: "candidate", columns });
        };
        if self.rows.iter().any(|(known, _)| *known == name) {
            return Err(ScoresError::DuplicateCandidate { candidate: name, place: place() });
        }
        self.rows.push((name, of_cells(&place(), cells)?));
        Ok(())
    }

    /// Puts the table's facts over the measured ones, and sizes from names where no candidate has one; notes both.
    pub(in crate::scores) fn apply(&self, results: &mut Results) {
        let each = |candidates: Vec<(&str, &mut CandidateFacts)>, notes: &mut Vec<String>| self.to(candidates, notes);
        match results {
            Results::PerExample(all) => all.iter_mut().for_each(|scores| {
                let candidates = scores.candidates.iter_mut().map(|one| (one.name.as_str(), &mut one.facts)).collect();
                each(candidates, &mut scores.notes);
            }),
            Results::Summaries(all) => all.iter_mut().for_each(|summaries| {
                let rows = summaries.rows.iter_mut().map(|row| (row.candidate.as_str(), &mut row.facts)).collect();
                each(rows, &mut summaries.notes);
            }),
        }
    }

    fn to(&self, mut candidates: Vec<(&str, &mut CandidateFacts)>, notes: &mut Vec<String>) {
        let mut lacking = Vec::new();
        for (name, facts) in &mut candidates {
            match self.rows.iter().find(|(row, _)| row == name) {
                Some((_, known)) => facts.take(known),
                None if !self.rows.is_empty() => lacking.push(*name),
                None => {}
            }
        }
        if !lacking.is_empty() {
            notes.push(format!("{} has no row for {}.", self.path, files_list(&lacking)));
        }
        let sizes: Vec<Option<u64>> = candidates.iter().map(|(name, _)| parameters_in(name)).collect();
        let none_told = candidates.iter().all(|(_, facts)| facts.parameters.is_none());
        if none_told && sizes.iter().all(Option::is_some) {
            for ((_, facts), size) in candidates.iter_mut().zip(sizes) {
                facts.parameters = size;
            }
            notes.push("Took the numbers of parameters from the candidates' names.".to_owned());
        }
    }
}

/// What a row of cells by their columns says of a candidate.
///
/// # Errors
/// A size, time or price that is no number, or a negative one.
pub(in crate::scores) fn of_cells(place: &Place, cells: &[(&str, String)]) -> Result<CandidateFacts, ScoresError> {
    let mut facts = CandidateFacts::default();
    for (header, cell) in cells {
        let (column, factor) = Column::of(header);
        let counted = matches!(column, Column::Parameters | Column::Bytes);
        if matches!(column, Column::Name | Column::Other) {
            continue;
        }
        let parsed = if counted { count(cell) } else { cell::amount(cell.as_bytes()) };
        let amount = parsed.map_err(|()| ScoresError::NotAmount {
            place: place.clone(),
            column: (*header).to_owned(),
            found: cell::shown(cell.as_bytes()),
        })?;
        let Some(amount) = amount.map(|amount| amount * factor) else { continue };
        match column {
            Column::Parameters => facts.parameters = Some(amount.round() as u64),
            Column::Bytes => facts.bytes = Some(amount.round() as u64),
            Column::Latency => facts.latency_p95 = Some(amount),
            Column::MeanLatency => facts.latency_mean = Some(amount),
            Column::Price(per) => facts.price = Some(Price { amount, per }),
            Column::Cost => facts.cost = Some(amount),
            Column::Name | Column::Other => {}
        }
    }
    Ok(facts)
}

fn files_list(names: &[&str]) -> String {
    crate::scores::few::some(names)
}

impl CandidateFacts {
    /// Takes over what `other` knows.
    fn take(&mut self, other: &Self) {
        self.parameters = other.parameters.or(self.parameters);
        self.bytes = other.bytes.or(self.bytes);
        self.latency_p95 = other.latency_p95.or(self.latency_p95);
        self.latency_mean = other.latency_mean.or(self.latency_mean);
        self.cost = other.cost.or(self.cost);
        self.price = other.price.or(self.price);
    }
}

/// A count such as `1200`, `1,200`, `70M` or `1.5B`.
fn count(cell: &str) -> Result<Option<f64>, ()> {
    let cell = cell.trim();
    let factor = match cell.chars().last() {
        Some('k' | 'K') => 1e3,
        Some('m' | 'M') => 1e6,
        Some('b' | 'B' | 'g' | 'G') => 1e9,
        Some('t' | 'T') => 1e12,
        _ => return cell::amount(cell.as_bytes()),
    };
    let digits = cell.get(..cell.len() - 1).unwrap_or_default().trim();
    if digits.is_empty() {
        return Err(());
    }
    Ok(cell::amount(digits.as_bytes())?.map(|number| number * factor))
}

/// The number of parameters in a name such as `pythia-1.4b-deduped` or `Llama-3-8B`: the first part between `-`, `_`,
/// `/`, `:` and spaces that is a number followed by m, b or t. `8x7B` says nothing certain.
fn parameters_in(name: &str) -> Option<u64> {
    name.split(['-', '_', '/', ':', ' ']).find_map(|part| {
        let factor = match part.chars().last()? {
            'm' | 'M' => 1e6,
            'b' | 'B' => 1e9,
            't' | 'T' => 1e12,
            _ => return None,
        };
        let digits = part.get(..part.len() - 1)?;
        let plain =
            digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let number: f64 = digits.parse().ok().filter(|_| plain)?;
        (number > 0.0).then(|| (number * factor).round() as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_sizes() {
        for (name, size) in [
            ("EleutherAI/pythia-v1.1-1.4b-deduped", Some(1_400_000_000)),
            ("pythia-70m", Some(70_000_000)),
            ("meta-llama/Llama-3-8B-Instruct", Some(8_000_000_000)),
            ("qwen3:0.6b", Some(600_000_000)),
            ("pythia-1b-bf16", Some(1_000_000_000)),
            ("mistralai/Mixtral-8x7B-Instruct-v0.1", None),
            ("gpt-4-1106-preview", None),
            ("model-4bit", None),
            ("b", None),
        ] {
            assert_eq!(parameters_in(name), size, "{name}");
        }
    }

    #[test]
    fn counts_have_suffixes() {
        assert_eq!(
            (count("1.5B"), count("1,200"), count(""), count("70 M")),
            (Ok(Some(1.5e9)), Ok(Some(1200.0)), Ok(None), Ok(Some(70e6)))
        );
        assert!([count("-1M"), count("big"), count("B")].iter().all(Result::is_err));
    }
}
