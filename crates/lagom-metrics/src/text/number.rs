//! The number that an answer comes to, as GSM8K has it (Cobbe et al. 2021).

use regex::Regex;
use std::sync::LazyLock;

/// A number with thousands separators, decimals or an exponent; its sign does not follow a letter or a digit.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?").ok());

/// The number after the first `####` that has one, else the last number of the text.
///
/// Commas between thousands are dropped; a minus sign counts unless it follows a letter, digit or closing bracket, as in
/// `10-5`; a currency sign may stand between sign and number.
pub(super) fn of(text: &str) -> Option<f64> {
    let marked = text.split("####").skip(1).find_map(|part| numbers(part).next());
    marked.or_else(|| numbers(text).last())
}

/// 1 if the answer's number is that of one of the references; none if no reference has a number.
pub(super) fn score(answer: &str, references: &[String]) -> Option<f64> {
    let right: Vec<f64> = references.iter().filter_map(|reference| of(reference)).collect();
    let answer = of(answer);
    (!right.is_empty()).then(|| f64::from(u8::from(answer.is_some_and(|answer| right.contains(&answer)))))
}

fn numbers(text: &str) -> impl Iterator<Item = f64> {
    NUMBER.iter().flat_map(move |number| number.find_iter(text)).filter_map(move |found| {
        let value: f64 = found.as_str().replace(',', "").parse().ok()?;
        let before = text[..found.start()].trim_end_matches(['$', '€', '£']);
        let unsigned = before.strip_suffix(['-', '−']);
        let negative = unsigned.is_some_and(|rest| {
            !rest.chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, ')' | ']'))
        });
        let value = if negative { -value } else { value };
        value.is_finite().then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_marked_number_or_the_last() {
        for (text, expected) in [
            ("so 5 + 6 = 11\n#### 11\n\nQ: next #### 7", Some(11.0)),
            ("#### $1,234.50", Some(1234.5)),
            ("it costs $18.00.", Some(18.0)),
            ("between 10-5 and 3", Some(3.0)),
            ("from 10-5", Some(5.0)),
            ("-$5", Some(-5.0)),
            ("x = −0.5", Some(-0.5)),
            ("1,23 or 2,5", Some(5.0)),
            ("1e3 m", Some(1000.0)),
            ("#### none, but 4", Some(4.0)),
            ("12,345,678", Some(12_345_678.0)),
            ("none", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
