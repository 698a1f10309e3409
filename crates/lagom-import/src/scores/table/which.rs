//! Which columns of a wide table are candidates: not the year, not a row's number, not the question's text.

use std::path::Path;

use super::delimited::Delimited;
use super::spelling::plain;
use crate::scores::cell::{self, Cell};
use crate::scores::error::ScoresError;
use crate::scores::few::some;

/// Names, plain, of columns that say something of the example and not of a candidate.
const OF_THE_EXAMPLE: [&str; 52] = [
    "year",
    "month",
    "day",
    "date",
    "time",
    "timestamp",
    "jahr",
    "année",
    "año",
    "index",
    "idx",
    "no",
    "nr",
    "number",
    "num",
    "line",
    "lineno",
    "linenumber",
    "rownumber",
    "rowid",
    "rank",
    "order",
    "position",
    "difficulty",
    "level",
    "grade",
    "length",
    "len",
    "chars",
    "nchars",
    "words",
    "nwords",
    "tokens",
    "ntokens",
    "numtokens",
    "inputtokens",
    "prompttokens",
    "fold",
    "split",
    "weight",
    "istest",
    "istrain",
    "isval",
    "isholdout",
    "label",
    "labels",
    "target",
    "class",
    "gold",
    "truth",
    "groundtruth",
    "expected",
];

/// Names, plain, of columns that hold settings or costs of a run and not its scores.
const SETTINGS: [&str; 46] = [
    "temperature",
    "temp",
    "seed",
    "randomseed",
    "topp",
    "topk",
    "minp",
    "maxtokens",
    "maxnewtokens",
    "maxoutputtokens",
    "maxlength",
    "outputtokens",
    "completiontokens",
    "totaltokens",
    "contextlength",
    "numctx",
    "step",
    "steps",
    "epoch",
    "epochs",
    "iteration",
    "run",
    "repeat",
    "trial",
    "batch",
    "batchsize",
    "lr",
    "learningrate",
    "shots",
    "nshot",
    "nshots",
    "numfewshot",
    "fewshot",
    "numbeams",
    "beams",
    "frequencypenalty",
    "presencepenalty",
    "repetitionpenalty",
    "latency",
    "latencyms",
    "duration",
    "durationms",
    "elapsed",
    "seconds",
    "cost",
    "price",
];

/// Whether a column holds what the answers of another took: `a-1B_latency` beside `a-1B`.
fn tells_of_another(name: &str, header: &[String]) -> bool {
    const TOLD: [&str; 10] =
        ["latency", "cost", "price", "time", "tokens", "seconds", "ms", "usd", "duration", "length"];
    let lower = name.to_lowercase();
    header.iter().any(|other| {
        let rest =
            lower.strip_prefix(&other.to_lowercase()).and_then(|rest| rest.strip_prefix(['_', '-', ' ', '.', '/']));
        rest.is_some_and(|rest| rest.split(['_', '-', ' ']).any(|word| TOLD.contains(&word)))
    })
}

/// What the cells of one column are.
#[derive(Debug, Clone)]
struct Profile {
    at: usize,
    texts: u64,
    /// The first text, and whether all texts are that one.
    text: Vec<u8>,
    one_text: bool,
    numbers: u64,
    low: f64,
    high: f64,
    whole: bool,
    /// Whether each number is the one before and one.
    counts: bool,
    last: f64,
    /// How many are written in per cent, and the largest that is not.
    per_cent: u64,
    bare: f64,
}

impl Profile {
    fn new(at: usize) -> Self {
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        Self {
            at,
            texts: 0,
            text: Vec::new(),
            one_text: true,
            numbers: 0,
            low,
            high,
            whole: true,
            counts: true,
            last: f64::NAN,
            per_cent: 0,
            bare: f64::NEG_INFINITY,
        }
    }

    fn take(&mut self, cell: &[u8]) {
        match cell::score(cell) {
            Cell::Score(score) => {
                if cell.ends_with(b"%") {
                    self.per_cent += 1;
                } else {
                    self.bare = self.bare.max(score);
                }
                self.counts &= self.numbers == 0 || score == self.last + 1.0;
                self.whole &= score.fract() == 0.0;
                (self.low, self.high) = (self.low.min(score), self.high.max(score));
                (self.numbers, self.last) = (self.numbers + 1, score);
            }
            Cell::Text => {
                if self.texts == 0 {
                    self.text = cell.to_vec();
                }
                self.one_text &= cell == self.text;
                self.texts += 1;
            }
            Cell::Missing | Cell::NotFinite => {}
        }
    }

    /// A column of text all through; one cell of text among numbers is a fault, and told with its line.
    fn is_text(&self) -> bool {
        self.texts > 0 && self.numbers == 0
    }

    /// The same text all through, as of a candidate whose every call failed (`ERROR`).
    fn is_one_text(&self) -> bool {
        self.is_text() && self.one_text && self.texts > 2
    }

    /// Numbers that go up by one from row to row.
    fn is_index(&self) -> bool {
        self.counts && self.numbers > 2
    }

    /// One number all through that is no mark of all right or all wrong: a setting.
    fn is_setting(&self) -> bool {
        self.numbers > 2 && self.low == self.high && ![0.0, 1.0, 100.0].contains(&self.low)
    }

    fn right_or_wrong(&self) -> bool {
        self.numbers > 0 && self.whole && self.low >= 0.0 && self.high <= 1.0
    }
}

/// What a wide table compares.
pub(super) struct Candidates {
    /// The columns with their scores.
    pub(super) columns: Vec<usize>,
    /// Whether these are shares (0 to 1), of which more is right.
    pub(super) shares: bool,
    /// Whether all of them are right or wrong.
    pub(super) marks: bool,
    /// A sentence on the other columns.
    pub(super) note: Option<String>,
}

/// Whether scores look like shares, some of them perhaps in percent (which is refused later).
fn are_shares<'a>(profiles: impl Iterator<Item = &'a Profile>) -> bool {
    let (mut some, mut all) = (false, true);
    for profile in profiles {
        some |= profile.high <= 1.0;
        all &= profile.low >= 0.0 && (profile.high <= 1.0 || (50.0..=100.0).contains(&profile.high));
    }
    some && all
}

/// The columns of `free` that hold candidates' scores, and a sentence on the others. Those that the table of candidates
/// names (`named`), where it names at least two; else all but texts, row numbers, constants, columns without a name and those
/// whose name says that they describe the example or are settings.
///
/// # Errors
/// The file can't be read; a column holds the same text in every row, and may be a candidate whose every call failed; beside columns of right and wrong stands one of whole numbers beyond 1, of which nothing says
/// whether it is a candidate.
pub(super) fn candidates(path: &Path, free: &[usize], named: &[String]) -> Result<Candidates, ScoresError> {
    let mut file = Delimited::open(path)?;
    let header = file.header.clone();
    let name = |at: usize| header.get(at).map_or("", String::as_str);
    let mut profiles: Vec<Profile> = free.iter().map(|at| Profile::new(*at)).collect();
    while let Some(record) = file.next()? {
        profiles.iter_mut().for_each(|profile| profile.take(record.cell(profile.at)));
    }
    if let Some(mixed) = profiles.iter().find(|profile| profile.per_cent > 0 && profile.bare > 1.0) {
        return Err(ScoresError::MixedPerCent { path: path.to_path_buf(), column: name(mixed.at).to_owned() });
    }
    let told = |at: usize| named.iter().any(|known| known == name(at));
    if free.iter().filter(|at| told(**at)).count() > 1 {
        let (kept, left): (Vec<usize>, Vec<usize>) = free.iter().partition(|at| told(**at));
        let left: Vec<&str> = left.into_iter().map(name).collect();
        let note = (!left.is_empty()).then(|| format!("Left out, not in the table of candidates: {}.", some(&left)));
        let named = || profiles.iter().filter(|profile| kept.contains(&profile.at));
        let (shares, marks) = (are_shares(named()), named().all(Profile::right_or_wrong));
        return Ok(Candidates { columns: kept, shares, marks, note });
    }
    if let Some(failed) = profiles.iter().find(|profile| profile.is_one_text()) {
        return Err(ScoresError::OneText {
            path: path.to_path_buf(),
            name: name(failed.at).to_owned(),
            text: cell::shown(&failed.text),
        });
    }
    let describes = |profile: &Profile| {
        let (at, name) = (profile.at, name(profile.at));
        profile.is_text()
            || profile.is_index()
            || profile.is_setting()
            || name == format!("column-{}", at + 1)
            || OF_THE_EXAMPLE.contains(&plain(name).as_str())
            || SETTINGS.contains(&plain(name).as_str())
            || tells_of_another(name, &header)
    };
    let (left, kept): (Vec<Profile>, Vec<Profile>) = profiles.into_iter().partition(describes);
    let marks: Vec<&Profile> = kept.iter().filter(|profile| profile.right_or_wrong()).collect();
    let odd = kept.iter().find(|profile| profile.whole && profile.high > 1.0);
    if let (Some(odd), true) = (odd, marks.len() > 1) {
        return Err(ScoresError::OddColumn {
            path: path.to_path_buf(),
            name: name(odd.at).to_owned(),
            low: odd.low,
            high: odd.high,
            others: marks.iter().map(|profile| name(profile.at).to_owned()).collect(),
        });
    }
    let left: Vec<&str> = left.iter().map(|profile| name(profile.at)).collect();
    let note = (!left.is_empty() && kept.len() > 1)
        .then(|| {
            format!(
                "Left out, no candidates by their names or what they hold: {}. A table of the candidates takes what it names: --candidates TABLE.",
                some(&left)
            )
        });
    Ok(Candidates {
        shares: are_shares(kept.iter()),
        marks: kept.iter().all(Profile::right_or_wrong),
        columns: kept.iter().map(|profile| profile.at).collect(),
        note,
    })
}
