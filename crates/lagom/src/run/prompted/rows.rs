//! Which rows are asked, and in which order: a function of the study and its data alone.

use rand::seq::SliceRandom;

use crate::call::Row;
use crate::data::{HoldoutAccess, seed, split};
use crate::run::prepare::Prepared;

impl Prepared {
    /// A row as backends know it: by its numbers and its cells.
    pub(crate) fn called_row(&self, row: u32) -> Row {
        let written = self.loaded.numbers.get(row as usize).copied().unwrap_or(row);
        Row { number: row, written, cells: self.loaded.dataset.fields(row) }
    }

    /// All rows as backends know them, in their order.
    pub(crate) fn called_rows(&self) -> impl Iterator<Item = Row> + '_ {
        let rows = u32::try_from(self.loaded.dataset.target.rows()).unwrap_or(u32::MAX);
        (0..rows).map(|row| self.called_row(row))
    }

    /// The development rows that every asked candidate answers, in the order of asking: the validation rows of every
    /// repeat, shuffled.
    pub(crate) fn explored_rows(&self) -> Vec<u32> {
        let mut rows = split(&self.loaded.dataset, &self.first_split()).validation;
        self.shuffle(&mut rows, "explore");
        rows
    }

    /// The sealed rows in the order in which they are asked; of copies of one row the first.
    pub(crate) fn sealed_order(&self, look: &HoldoutAccess) -> Vec<u32> {
        let mut order = self.loaded.dataset.sealed_rows(look).to_vec();
        self.shuffle(&mut order, "confirm");
        self.loaded.dataset.without_copies(order)
    }

    /// Puts rows in a random order that the study's seed fixes.
    fn shuffle(&self, rows: &mut [u32], purpose: &str) {
        rows.sort_unstable();
        rows.shuffle(&mut seed::generator(self.study.trials.seed, purpose, 0));
    }
}
