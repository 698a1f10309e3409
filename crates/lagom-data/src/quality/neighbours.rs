//! Rows of a table and the row nearest to each: rows that are nearly the same as another, and rows that lie apart from all.

use super::part::spaced;
use crate::dataset::{Column, MISSING, Values};
use crate::stats::median;

/// Rows within so many times the median distance to the nearest row are nearly the same: cleanlab's Datalab, `near_duplicate`.
pub(super) const NEAR: f64 = 0.13;
/// Rows farther than so many times the median distance from their nearest row lie apart.
const APART: f64 = 5.0;
/// Rows that are compared with each other at most, so that it takes a second or so; and products of rows and columns.
const ROWS: usize = 4_000;
const CELLS: usize = 1_500_000_000;
/// The smallest table of which a median distance says something.
const FEWEST: usize = 40;

/// What the distances of rows come to.
pub(super) struct Neighbours {
    /// Rows that were compared with each other: all, or evenly spaced ones.
    pub(super) compared: Vec<u32>,
    /// A row and the earlier one that it is nearly the same as.
    pub(super) near: Vec<Pair>,
    /// Rows that lie apart, the farthest first, and how many times the median distance the farthest is.
    pub(super) apart: Vec<u32>,
    /// That distance of the farthest, in medians.
    pub(super) farthest: f64,
}

/// A row and an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) row: u32,
    pub(super) like: u32,
}

/// Compares rows with each other; none where there are too few, or where most are equal to another so that no distance is a measure.
///
/// Numbers are in standard deviations, and categories differ by one; missing cells are at the mean.
pub(super) fn neighbours(columns: &[Column], rows: &[u32]) -> Option<Neighbours> {
    let columns: Vec<Scaled> = columns.iter().filter_map(|column| Scaled::of(&column.values, rows)).collect();
    if columns.is_empty() {
        return None;
    }
    let most = ROWS.min((CELLS / columns.len()).isqrt());
    let rows = spaced(rows, most);
    if rows.len() < FEWEST {
        return None;
    }
    let (distances, nearest) = nearest(&columns, &rows);
    let middle = median(&distances);
    if middle <= 0.0 {
        return None;
    }
    let pair = |(at, distance): (usize, &f64)| {
        let other = nearest[at];
        let near = *distance > 0.0 && *distance <= NEAR * middle && other < at;
        near.then(|| Pair { row: rows[at], like: rows[other] })
    };
    let near = distances.iter().enumerate().filter_map(pair).collect();
    let mut apart: Vec<usize> = (0..rows.len()).filter(|at| distances[*at] > APART * middle).collect();
    apart.sort_by(|a, b| distances[*b].total_cmp(&distances[*a]).then(a.cmp(b)));
    let farthest = apart.first().map_or(0.0, |at| distances[*at] / middle);
    let apart = apart.into_iter().map(|at| rows[at]).collect();
    Some(Neighbours { compared: rows, near, apart, farthest })
}

/// The distance of each row to its nearest other one, and which that is.
fn nearest(columns: &[Scaled], rows: &[u32]) -> (Vec<f64>, Vec<usize>) {
    let width = columns.len();
    let table: Vec<f32> = rows.iter().flat_map(|row| columns.iter().map(|column| column.at(*row))).collect();
    let kinds: Vec<usize> = (0..width).filter(|at| matches!(columns[*at], Scaled::Codes(_))).collect();
    let (mut best, mut which) = (vec![f32::INFINITY; rows.len()], vec![0; rows.len()]);
    for one in 0..rows.len() {
        let left = &table[one * width..(one + 1) * width];
        for other in one + 1..rows.len() {
            let right = &table[other * width..(other + 1) * width];
            let mut sum: f32 = left.iter().zip(right).map(|(a, b)| (a - b) * (a - b)).sum();
            for &at in &kinds {
                // Codes are names: they differ or not.
                let apart = left[at] - right[at];
                sum += if apart == 0.0 { 0.0 } else { 1.0 - apart * apart };
            }
            if sum < best[one] {
                (best[one], which[one]) = (sum, other);
            }
            if sum < best[other] {
                (best[other], which[other]) = (sum, one);
            }
        }
    }
    (best.into_iter().map(|squared| f64::from(squared.max(0.0)).sqrt()).collect(), which)
}

/// A column in a unit of its own.
enum Scaled {
    Numbers(Vec<f32>),
    Codes(Vec<u32>),
}

impl Scaled {
    /// None of texts, and of numbers that are all the same.
    fn of(values: &Values, rows: &[u32]) -> Option<Self> {
        match values {
            Values::Numbers(numbers) => {
                let known: Vec<f64> =
                    rows.iter().map(|&row| numbers[row as usize]).filter(|number| number.is_finite()).collect();
                let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
                let deviation = crate::stats::variance(&known).max(0.0).sqrt();
                let scaled = |number: &f64| if number.is_finite() { ((number - mean) / deviation) as f32 } else { 0.0 };
                (deviation > 0.0 && deviation.is_finite()).then(|| Self::Numbers(numbers.iter().map(scaled).collect()))
            }
            Values::Categories { codes, .. } => Some(Self::Codes(codes.clone())),
            Values::Texts(_) => None,
        }
    }

    fn at(&self, row: u32) -> f32 {
        match self {
            Self::Numbers(numbers) => numbers[row as usize],
            // Whole numbers up to 2^24 are exact; a missing cell is a kind of its own.
            Self::Codes(codes) => match codes[row as usize] {
                MISSING => -1.0,
                code => code as f32,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::kind::ColumnKind;
    use crate::seed::generator;

    fn column(values: Values) -> Column {
        Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values }
    }

    #[test]
    fn a_row_beside_another_and_one_far_from_all_are_found() {
        let mut random = generator(3, "neighbours", 0);
        let mut columns = vec![Vec::new(), Vec::new(), Vec::new()];
        for column in &mut columns {
            column.extend((0..200).map(|_| random.random::<f64>()));
        }
        // Row 50 is nearly row 10, and row 60 is far from all.
        for column in &mut columns {
            column[50] = column[10] + 1e-4;
            column[60] = 40.0;
        }
        let columns: Vec<Column> = columns.into_iter().map(|numbers| column(Values::Numbers(numbers))).collect();
        let found = neighbours(&columns, &(0..200).collect::<Vec<u32>>()).expect("enough rows");
        assert!(found.near.contains(&Pair { row: 50, like: 10 }), "{:?}", found.near);
        assert!(found.near.len() <= 3, "{:?}", found.near);
        assert_eq!((found.apart.as_slice(), found.compared.len()), ([60].as_slice(), 200));
        assert!(found.farthest > 5.0);
    }

    #[test]
    fn categories_differ_by_one_and_equal_rows_are_no_near_ones() {
        let codes = Values::Categories { codes: vec![0, 9, 9, 3], levels: Vec::new() };
        let column = Scaled::of(&codes, &[0, 1, 2, 3]).expect("categories");
        let (distances, _) = nearest(&[column], &[0, 1, 2, 3]);
        assert_eq!(distances, [1.0, 0.0, 0.0, 1.0]);
        assert!(neighbours(&[self::column(Values::Numbers(vec![1.0; 100]))], &[0; 100]).is_none(), "nothing differs");
    }
}
