//! Which column plays which part.

use std::path::Path;

use super::error_columns::is_error;
use super::spelling::plain;
use crate::scores::direction::names_metric;
use crate::scores::error::ScoresError;
use crate::scores::types::Columns;

/// A part that a column can play. The number is its place in [`Raw`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Example,
    Candidate,
    Score,
    Seed,
    Cluster,
    Latency,
    Cost,
    Task,
    Metric,
}

/// How many roles there are.
const COUNT: usize = 9;

/// The cells of one row by role; `None` where the row or the table has none.
pub(super) type Raw<'r> = [Option<&'r [u8]>; COUNT];

const ROLES: [Role; COUNT] = [
    Role::Example,
    Role::Candidate,
    Role::Score,
    Role::Seed,
    Role::Cluster,
    Role::Latency,
    Role::Cost,
    Role::Task,
    Role::Metric,
];

impl Role {
    /// Its name in messages; the option that names its column is the same, but for the seed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Example => "example",
            Role::Candidate => "candidate",
            Role::Score => "score",
            Role::Seed => "seed",
            Role::Cluster => "cluster",
            Role::Latency => "latency",
            Role::Cost => "cost",
            Role::Task => "task",
            Role::Metric => "metric",
        }
    }

    /// The usual names of such a column, the surest first, in lower case without spaces, `_` and `-`.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Role::Example => &[
                "example",
                "exampleid",
                "id",
                "questionid",
                "itemid",
                "sampleid",
                "docid",
                "instanceid",
                "promptid",
                "taskid",
                "caseid",
                "problemid",
                "qid",
                "uid",
                "key",
                "question",
                "item",
                "sample",
                "instance",
                "prompt",
                "problem",
                "case",
                "testcase",
                "test",
                "utterance",
                "utteranceid",
                "sentence",
                "sentenceid",
                "input",
                "index",
                "row",
            ],
            Role::Candidate => {
                &["candidate", "model", "modelname", "modelid", "system", "provider", "method", "checkpoint", "variant"]
            }
            Role::Score => &[
                "score",
                "correct",
                "iscorrect",
                "acc",
                "accuracy",
                "exactmatch",
                "passed",
                "pass",
                "success",
                "value",
                "result",
                "reward",
                "f1",
                "loss",
            ],
            Role::Seed => &["seed", "repeat", "epoch", "trial", "replicate"],
            Role::Cluster => &["cluster", "clusterid", "group", "groupid"],
            Role::Latency => &[
                "latency",
                "latencys",
                "latencyms",
                "latencyseconds",
                "seconds",
                "duration",
                "durationms",
                "elapsed",
                "elapsedms",
            ],
            Role::Cost => &["cost", "costusd", "usd"],
            Role::Task => &["task", "taskname", "benchmark"],
            Role::Metric => &["metric", "metricname", "scorer"],
        }
    }

    fn told(self, columns: &Columns) -> Option<&str> {
        let told = match self {
            Role::Example => &columns.example,
            Role::Candidate => &columns.candidate,
            Role::Score => &columns.score,
            Role::Seed => &columns.seed,
            Role::Cluster => &columns.cluster,
            Role::Latency => &columns.latency,
            Role::Cost => &columns.cost,
            Role::Task => &columns.task,
            Role::Metric => &columns.metric,
        };
        told.as_deref()
    }
}

/// Which column of a header plays each part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roles {
    columns: [Option<usize>; COUNT],
}

impl Roles {
    /// Takes the columns that the user named, then guesses the others by usual names. A column plays one part at most.
    pub(super) fn find(path: &Path, header: &[String], told: &Columns) -> Result<Self, ScoresError> {
        let mut columns = [None; COUNT];
        for role in ROLES {
            let Some(name) = role.told(told) else { continue };
            let at = header.iter().position(|column| column == name);
            let Some(at) = at else {
                return Err(ScoresError::NoSuchColumn {
                    path: path.to_path_buf(),
                    role: role.name(),
                    name: name.to_owned(),
                    columns: header.to_vec(),
                });
            };
            set(&mut columns, role, at);
        }
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        for role in ROLES {
            if role.told(told).is_some() {
                continue;
            }
            let free = |at: &usize| !columns.contains(&Some(*at));
            let usual = role.usual().iter().find_map(|usual| plain.iter().position(|name| name == usual).filter(free));
            if let Some(at) = usual {
                set(&mut columns, role, at);
            }
        }
        let mut found = Self { columns };
        if found.column(Role::Score).is_none()
            && let Some(at) = found.only_metric(header)
        {
            set(&mut found.columns, Role::Score, at);
        }
        Ok(found)
    }

    /// The only column without a part whose name is one of a metric, such as `bleu`, beside a column for the candidate, or where
    /// it is the only one left: of a table with a column for each candidate there are two at least.
    fn only_metric(&self, header: &[String]) -> Option<usize> {
        let free: Vec<usize> = (0..header.len()).filter(|at| !self.uses(*at)).collect();
        let is_metric = |at: &&usize| header.get(**at).is_some_and(|name| names_metric(name) && !is_error(name));
        let metrics: Vec<&usize> = free.iter().filter(is_metric).collect();
        match metrics.as_slice() {
            [one] if self.column(Role::Candidate).is_some() || free.len() == 1 => Some(**one),
            _ => None,
        }
    }

    /// The column of a role.
    pub(super) fn column(&self, role: Role) -> Option<usize> {
        self.columns.get(role as usize).copied().flatten()
    }

    /// Whether some role is played by that column.
    pub(super) fn uses(&self, column: usize) -> bool {
        self.columns.contains(&Some(column))
    }

    /// The cells of a row in order of roles.
    pub(super) fn raw<'r>(&self, cell: impl Fn(usize) -> Option<&'r [u8]>) -> Raw<'r> {
        self.columns.map(|column| column.and_then(&cell))
    }

    /// A sentence on the columns whose names are not those of their roles; nothing where all are.
    pub(super) fn guessed(&self, header: &[String], told: &Columns) -> Option<String> {
        let mut parts = Vec::new();
        for role in ROLES.into_iter().filter(|role| role.told(told).is_none()) {
            let name = self.column(role).and_then(|at| header.get(at)).filter(|name| plain(name) != role.name());
            parts.extend(name.map(|name| format!("\"{name}\" as the {}", role.name())));
        }
        (!parts.is_empty()).then(|| format!("Took the column {}.", parts.join(", ")))
    }
}

fn set(columns: &mut [Option<usize>; COUNT], role: Role, at: usize) {
    if let Some(column) = columns.get_mut(role as usize) {
        *column = Some(at);
    }
}

/// How many seconds are one unit of a column of times: a name that ends in `ms` counts in milliseconds.
pub(super) fn seconds(name: &str) -> f64 {
    if plain(name).ends_with("ms") { 1e-3 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn usual_names_are_guessed_and_told_ones_taken() {
        let path = Path::new("a.csv");
        let names = header(&["question", "Question ID", "Model", "is_correct", "latency_ms"]);
        let roles = Roles::find(path, &names, &Columns::default()).expect("roles");
        let columns = [Role::Example, Role::Candidate, Role::Score, Role::Latency, Role::Seed].map(|r| roles.column(r));
        assert_eq!(columns, [Some(1), Some(2), Some(3), Some(4), None]);
        let told = Columns { example: Some("question".to_owned()), ..Columns::default() };
        let roles = Roles::find(path, &names, &told).expect("roles");
        assert_eq!(roles.column(Role::Example), Some(0));
        let told = Columns { seed: Some("run".to_owned()), ..Columns::default() };
        let error = Roles::find(path, &names, &told).expect_err("no such column");
        assert!(error.to_string().contains("no column \"run\" for the seed, only \"question\""), "{error}");
    }

    #[test]
    fn milliseconds_are_told_by_the_name() {
        assert_eq!((seconds("latencyMs"), seconds("latency_s"), seconds("latency")), (1e-3, 1.0, 1.0));
    }
}
