//! Where rows of a data set stand in their files: for lists that somebody goes through by hand.

use std::path::PathBuf;

use super::build::Loaded;
use super::error::DataError;
use super::rows::Rows;
use crate::study::{Source, Study};

/// Where the rows of a data set stand in their files.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The one file, or that of the rows to train on and that of the holdout.
    pub files: Vec<PathBuf>,
    /// Rows of the first file.
    first: usize,
    /// As in [`Loaded`].
    numbers: Vec<u32>,
    /// The line on which each row of a file starts; empty where it has none or is not there any more.
    lines: Vec<Vec<u64>>,
}

/// Where one row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the files, from 0.
    pub file: usize,
    /// Its number among the rows of its file, from 1.
    pub row: u64,
    /// The line on which it starts, from 1; none where that is not known.
    pub line: Option<u64>,
}

impl Places {
    /// Reads the files once more for their lines.
    ///
    /// # Errors
    /// They can't be read.
    pub fn read(study: &Study, loaded: &Loaded) -> Result<Self, DataError> {
        let rows = Rows::read(&study.task)?;
        let tables = std::iter::once(&rows.first).chain(rows.second.as_ref().map(|(table, _)| table));
        let lines = tables.map(|table| (0..table.rows()).map_while(|row| table.line(row)).collect());
        Ok(Self { lines: lines.collect(), first: rows.first.rows(), ..Self::unread(study, loaded) })
    }

    /// Without the files: rows are numbered, and have no lines. Where rows were left out and nobody knows which, the numbers are
    /// those of the rows that were kept.
    #[must_use]
    pub fn unread(study: &Study, loaded: &Loaded) -> Self {
        let (files, first) = match &study.task.source {
            Source::Split(path) => (vec![path.clone()], usize::MAX),
            Source::Given { train, holdout } => {
                (vec![train.clone(), holdout.clone()], loaded.dataset.development.len())
            }
        };
        Self { files, first, numbers: loaded.numbers.clone(), lines: Vec::new() }
    }

    /// Where a row of the data set stands.
    #[must_use]
    pub fn of(&self, row: u32) -> Place {
        let number = self.numbers.get(row as usize).copied().unwrap_or(row) as usize;
        let (file, number) = if number < self.first { (0, number) } else { (1, number - self.first) };
        let line = self.lines.get(file).and_then(|lines| lines.get(number)).copied();
        Place { file, row: number as u64 + 1, line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load;
    use crate::study::Registries;

    #[test]
    fn rows_are_found_again_where_some_were_left_out_and_cells_run_over_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut train = "text,y\n".to_owned();
        for row in 0..40 {
            // Row 3 has no target, and row 5 runs over two lines.
            let y = if row == 3 { "" } else { ["a", "b"][row % 2] };
            let cell =
                if row == 5 { "\"one\ntwo\"".to_owned() } else { format!("word{row} and more of it {}", row * 7) };
            train.push_str(&format!("{cell},{y}\n"));
        }
        let (file, other) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
        std::fs::write(&file, &train).expect("written");
        std::fs::write(&other, &train).expect("written");
        let text = "[task]\ntrain = \"train.csv\"\nholdout = \"test.csv\"\ntarget = \"y\"\ntext = [\"text\"]\n";
        let mut study = Study::parse(text, "study.toml", &Registries::default()).expect("a study");
        study.task.source = Source::Given { train: file, holdout: other };
        let loaded = load(&study).expect("loaded");
        assert_eq!(loaded.dataset.development.len(), 39);
        let places = Places::read(&study, &loaded).expect("read");
        // Rows from 1, lines after the header; what stands behind row 3 is one further, and behind row 5 two lines.
        assert_eq!(places.of(0), Place { file: 0, row: 1, line: Some(2) });
        assert_eq!(places.of(3), Place { file: 0, row: 5, line: Some(6) });
        assert_eq!(places.of(5), Place { file: 0, row: 7, line: Some(9) });
        assert_eq!(places.of(39), Place { file: 1, row: 1, line: Some(2) });
        let unread = Places::unread(&study, &Loaded { numbers: Vec::new(), ..loaded });
        assert_eq!(unread.of(39), Place { file: 1, row: 1, line: None });
    }
}
