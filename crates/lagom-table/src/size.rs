//! Whether a table is small enough to be read whole.

use std::path::Path;

use super::error::ReadError;
use crate::input::{CELLS, COLUMNS, ROWS};

/// Fails where there are more columns, rows or cells than one table may have.
pub(super) fn check(path: &Path, rows: u64, columns: usize) -> Result<(), ReadError> {
    if columns > COLUMNS {
        return Err(ReadError::TooManyColumns { path: path.to_path_buf(), most: COLUMNS });
    }
    if rows > ROWS || rows.saturating_mul(columns as u64) > CELLS {
        let most = ROWS.min(CELLS / columns.max(1) as u64);
        return Err(ReadError::TooManyRows { path: path.to_path_buf(), columns, most });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_bounds() {
        let fails = |rows, columns| check(Path::new("x"), rows, columns).map_err(|error| error.to_string()).err();
        assert_eq!(fails(ROWS, 5), None);
        assert_eq!(fails(2_000, COLUMNS), None);
        let told = fails(ROWS + 1, 5).expect("too many rows");
        assert!(told.contains("more than 50000000 rows"), "{told}");
        let told = fails(3_000, COLUMNS).expect("too many cells");
        assert!(told.contains("more than 2684 rows of 100000 columns"), "{told}");
        let told = fails(1, COLUMNS + 1).expect("too many columns");
        assert!(told.contains("more than 100000 columns"), "{told}");
        assert!(fails(u64::MAX, usize::MAX).is_some());
    }
}
