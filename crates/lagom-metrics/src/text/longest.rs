//! Longest common subsequences.

/// The length of the longest common subsequence of words that are numbered from 0 without large gaps.
///
/// Bit by bit (Hyyrö 2004, "Bit-parallel LCS-length computation revisited"): a row of the table for 64 words of `one` is
/// one number, in which a 0 stands where the length grows. What an addition carries over goes to the next 64.
pub(super) fn length(one: &[u32], other: &[u32]) -> usize {
    let words = one.iter().chain(other).max().map_or(0, |most| *most as usize + 1);
    let (mut places, mut carried) = (vec![0_u64; words], vec![false; other.len()]);
    let mut found = 0;
    for part in one.chunks(64) {
        places.fill(0);
        part.iter().enumerate().for_each(|(at, word)| places[*word as usize] |= 1 << at);
        let mut row = u64::MAX;
        for (word, carried) in other.iter().zip(&mut carried) {
            let equal = row & places[*word as usize];
            let (sum, over) = row.overflowing_add(equal);
            let (sum, again) = sum.overflowing_add(u64::from(*carried));
            *carried = over || again;
            row = sum | (row & !equal);
        }
        // Places beyond the words stay 1.
        found += row.count_zeros() as usize;
    }
    found
}

/// Marks the positions in `one` of a longest common subsequence; of several, the one that is found from the end, going
/// back in `one` unless only going back in `other` keeps the length (as rouge-score does).
pub(super) fn mark(one: &[u32], other: &[u32], marked: &mut [bool]) {
    let columns = other.len() + 1;
    let mut table = vec![0u32; (one.len() + 1) * columns];
    for (i, a) in one.iter().enumerate() {
        for (j, b) in other.iter().enumerate() {
            let here = (i + 1) * columns + j + 1;
            table[here] =
                if a == b { table[here - columns - 1] + 1 } else { table[here - columns].max(table[here - 1]) };
        }
    }
    let (mut i, mut j) = (one.len(), other.len());
    while i > 0 && j > 0 {
        let here = i * columns + j;
        if one[i - 1] == other[j - 1] {
            marked[i - 1] = true;
            i -= 1;
            j -= 1;
        } else if table[here - 1] > table[here - columns] {
            j -= 1;
        } else {
            i -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table, cell by cell.
    fn by_table(one: &[u32], other: &[u32]) -> usize {
        let mut row = vec![0usize; other.len() + 1];
        for a in one {
            let mut diagonal = 0;
            for (at, b) in other.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if a == b { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[other.len()]
    }

    proptest! {
        #[test]
        fn lengths_are_those_of_the_table(
            one in prop::collection::vec(0u32..5, 0..200),
            other in prop::collection::vec(0u32..5, 0..200),
        ) {
            prop_assert_eq!(length(&one, &other), by_table(&one, &other));
        }
    }

    #[test]
    fn the_longest_is_found_and_marked() {
        // ABCBDAB and BDCABA share BCBA, BDAB, BCAB: four (Cormen et al., section 15.4)
        let (one, other) = ([1, 2, 3, 2, 4, 1, 2], [2, 4, 3, 1, 2, 1]);
        assert_eq!((length(&one, &other), length(&other, &one), length(&one, &[])), (4, 4, 0));
        let long: Vec<u32> = (0..300).collect();
        assert_eq!((length(&long, &long), length(&long[..64], &long), length(&long, &long[63..66])), (300, 64, 3));
        let mut marked = [false; 7];
        mark(&one, &other, &mut marked);
        assert_eq!(marked.iter().filter(|marked| **marked).count(), 4);
    }
}
