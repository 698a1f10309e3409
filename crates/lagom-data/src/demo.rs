//! Real data that come with the program, for the demo.

use std::fmt::Write;

/// Tasters' grades from here on make a good wine: the upper half of the grades that occur.
const GOOD: usize = 6;

/// 1,599 red wines as CSV with a header: eleven measurements and whether tasters called it `good` (`yes`, `no`).
///
/// Source: Cortez et al. 2009, *Modeling wine preferences by data mining from physicochemical properties*,
/// Decision Support Systems 47(4); the copy in `linfa-datasets`.
#[must_use]
pub fn wine() -> String {
    let wine = linfa_datasets::winequality();
    let mut text = wine.feature_names().join(",").replace(' ', "-");
    text.push_str(",good\n");
    for (cells, grade) in wine.records.outer_iter().zip(wine.targets.iter()) {
        for cell in cells {
            // Writing to a string cannot fail.
            let _ = write!(text, "{cell},");
        }
        text.push_str(if *grade >= GOOD { "yes\n" } else { "no\n" });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::wine;

    #[test]
    fn the_data_are_whole() {
        let text = wine();
        let mut lines = text.lines();
        assert!(lines.next().is_some_and(|head| head.starts_with("fixed-acidity,") && head.ends_with("alcohol,good")));
        assert_eq!(lines.next(), Some("7.4,0.7,0,1.9,0.076,11,34,0.9978,3.51,0.56,9.4,no"));
        assert_eq!((text.lines().count(), text.matches(",yes\n").count()), (1_600, 855));
    }
}
