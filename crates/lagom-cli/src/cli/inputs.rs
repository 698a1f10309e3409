//! Reading a model's inputs from the parts of a file.

use lagom::bundle::Bundle;
use lagom::data::kind::Decimal;
use lagom::data::read::RawTable;

use super::cli_error::CliError;
use super::{printer, rows, strange};

/// Where a model's inputs stand in a file, and how they write decimals, as the first part shows.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    settled: Option<(rows::Places, Vec<Decimal>)>,
}

impl Inputs {
    /// Prepares a part of the file, and says what is to be known of it; what holds for all parts.
    ///
    /// # Errors
    /// Columns are missing, or hold lists or objects.
    pub(crate) fn part(
        &mut self,
        bundle: &Bundle,
        table: &mut RawTable,
    ) -> Result<&(rows::Places, Vec<Decimal>), CliError> {
        let settled = match self.settled.take() {
            Some(settled) => {
                strange::settle(bundle, table, &settled.0.at);
                settled
            }
            None => {
                let places = rows::places(bundle, table)?;
                strange::settle(bundle, table, &places.at);
                if places.in_order {
                    printer::note(
                        "note: the file names no columns; they are taken in the order of the training data's inputs",
                    );
                }
                let (decimals, warnings) = strange::decimals(bundle, table, &places.at);
                warnings.iter().for_each(|warning| printer::note(&format!("warning: {warning}")));
                (places, decimals)
            }
        };
        table.notes.iter().for_each(|note| printer::note(&format!("note: {note}")));
        rows::flat(bundle, table, &settled.0.at)?;
        Ok(self.settled.insert(settled))
    }
}
