//! How numbers are written: with the digits that mean something, in units people read.

use std::time::Duration;

use crate::Findings;
use crate::metric::Metric;
use crate::study::Rule;
use crate::study::units::{grouped_count, human_amount, human_bytes, human_count, human_duration};

/// What stands where there is no number.
pub(super) const MISSING: &str = "–";
/// From here on (and below its inverse, for values with no decimals to spare) powers of ten are written.
const HUGE: f64 = 1e9;
/// No value is written with more decimals.
const MOST_DECIMALS: usize = 8;

/// How the values of one study's metric are written: all with the same number of decimals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    decimals: usize,
}

impl Style {
    /// Three decimals for shares, four digits that count for errors in the target's unit; more where
    /// the margin needs them.
    pub(super) fn of(findings: &Findings) -> Self {
        let (Rule::Margin(rule) | Rule::Bar(rule)) = findings.terms.rule;
        let decimals = match findings.terms.metric {
            Metric::Rmse | Metric::Mae | Metric::Perplexity => four_digits(typical(findings)),
            Metric::Bleu | Metric::Chrf | Metric::ChrfPlusPlus | Metric::Ter => 2,
            _ => 3,
        };
        Self::showing(rule, decimals)
    }

    /// For scores of any metric that are about `typical`, under this margin or bar.
    pub(super) fn of_scores(typical: f64, rule: f64) -> Self {
        Self::showing(rule, if typical.abs() <= 1.0 { 3 } else { four_digits(typical) })
    }

    /// For values of a quantity that is about `typical`: four digits that count.
    pub(super) fn of_values(typical: f64) -> Self {
        Self { decimals: four_digits(typical.abs()) }
    }

    /// With so many decimals.
    pub(super) fn exactly(decimals: usize) -> Self {
        Self { decimals }
    }

    /// A size without sign, rounded up: what is claimed of anything above it holds of what is written.
    pub(super) fn size_up(self, value: f64) -> String {
        self.value(self.up(value))
    }

    /// A size rounded up to the digits that are written; as it is where that is no number.
    pub(super) fn up(self, value: f64) -> f64 {
        self.ceil(value.abs())
    }

    /// A value rounded up to the digits that are written: what a bound from above is written as. As it is where that is no number.
    pub(super) fn ceil(self, value: f64) -> f64 {
        -self.floor(-value)
    }

    /// A value rounded down to the digits that are written: what a bound from below is written as. As it is where that is no number.
    pub(super) fn floor(self, value: f64) -> f64 {
        // Above HUGE three digits are written.
        let unit = match value.abs() {
            huge if huge >= HUGE => 10_f64.powf(huge.log10().floor() - 2.0),
            _ => 10_f64.powi(-i32::try_from(self.decimals).unwrap_or(0)),
        };
        let floor = (value / unit + 1e-6).floor();
        // Divided by a whole power, a decimal is the number nearest to it.
        let floor = if unit < 1.0 { floor / (1.0 / unit).round() } else { floor * unit };
        if floor.is_finite() { floor } else { value }
    }

    /// A lower bound on a difference as a limit to the loss: `at most 0.006 worse`, or above 0 `at least 0.001 better`, in these words
    /// for more and for less. Rounded down.
    pub(super) fn at_worst(self, lower: f64, (more, less): (&str, &str)) -> String {
        let lower = self.floor(lower);
        let size = self.size(lower);
        if lower > 0.0 { format!("at least {size} {more}") } else { format!("at most {size} {less}") }
    }

    /// An upper bound on a difference: `at least 0.004 worse` or `at most 0.003 better`. Rounded up.
    pub(super) fn at_best(self, upper: f64, (more, less): (&str, &str)) -> String {
        let upper = self.ceil(upper);
        let size = self.size(upper);
        if upper < 0.0 { format!("at least {size} {less}") } else { format!("at most {size} {more}") }
    }

    /// Both bounds on a difference in words: `between 0.015 worse and 0.003 better`, rounded outward.
    pub(super) fn between(self, lower: f64, upper: f64) -> String {
        format!("between {} and {}", self.difference(self.floor(lower)), self.difference(self.ceil(upper)))
    }

    /// A difference (positive is better) in words: `0.012 better`, `0.012 worse`, `no different`.
    pub(super) fn difference(self, point: f64) -> String {
        match self.signed(point) {
            text if text.starts_with('+') => format!("{} better", self.size(point)),
            text if text.starts_with('−') => format!("{} worse", self.size(point)),
            _ => "no different".to_owned(),
        }
    }

    /// At least so many decimals, and as many as the margin or the bar needs.
    fn showing(rule: f64, decimals: usize) -> Self {
        let exact = |places: &usize| {
            let power = 10_f64.powi(i32::try_from(*places).unwrap_or(0));
            ((rule * power).round() / power - rule).abs() <= 1e-3 * rule.abs()
        };
        Self { decimals: (decimals..=MOST_DECIMALS).find(exact).unwrap_or(decimals) }
    }

    /// A value of the metric.
    pub(super) fn value(self, value: f64) -> String {
        let text = self.plain(value);
        if text.chars().all(|c| matches!(c, '0' | '.' | '−')) { text.replace('−', "") } else { text }
    }

    /// A difference, with its sign; 0 has none.
    pub(super) fn signed(self, value: f64) -> String {
        let text = self.value(value);
        let zero = text.chars().all(|c| matches!(c, '0' | '.'));
        if value > 0.0 && !zero && text != MISSING { format!("+{text}") } else { text }
    }

    /// A size of a difference, without sign.
    pub(super) fn size(self, value: f64) -> String {
        self.value(value.abs())
    }

    /// `0.973 ± 0.003`.
    pub(super) fn with_half(self, value: String, half: f64) -> String {
        let shown = self.size(half);
        if shown == MISSING { value } else { format!("{value} ± {shown}") }
    }

    fn plain(self, value: f64) -> String {
        if !value.is_finite() {
            return MISSING.to_owned();
        }
        if value.abs() >= HUGE || (value != 0.0 && self.decimals >= MOST_DECIMALS && value.abs() < 1e-6) {
            return format!("{value:.2e}").replace('-', "−");
        }
        let text = format!("{:.*}", self.decimals, value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), grouped_count);
        let sign = if value < 0.0 { "−" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// The quality whose digits set the style: the reference's, else the first there is.
fn typical(findings: &Findings) -> f64 {
    let rows = &findings.analysis.screening.rows;
    let named = findings.verdict.reference.as_deref().and_then(|name| findings.analysis.screening.row(name));
    let quality = named.and_then(|row| row.quality.as_ref());
    quality.or_else(|| rows.iter().find_map(|row| row.quality.as_ref())).map_or(1.0, |found| found.point)
}

fn four_digits(value: f64) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 3;
    }
    let magnitude = value.abs().log10().floor();
    (3.0 - magnitude).clamp(0.0, MOST_DECIMALS as f64) as usize
}

/// The metric's name as people write it.
pub(super) fn metric_title(metric: Metric) -> &'static str {
    metric.title()
}

/// A duration in seconds: `40 µs`, `1.2 ms`, `3.5 s`, `12 min`.
pub(super) fn seconds(value: f64) -> String {
    Duration::try_from_secs_f64(value).map_or_else(|_| MISSING.to_owned(), human_duration)
}

/// A size: `51 kB`.
pub(super) fn bytes(value: u64) -> String {
    human_bytes(value)
}

/// A count in full: `12,480`.
pub(super) fn count(value: u64) -> String {
    grouped_count(value)
}

/// A count, short: `12.5k`, `4B`.
pub(super) fn short_count(value: u64) -> String {
    human_count(value)
}

/// A large number that is not counted one by one, short: `31.2G`.
pub(super) fn large(value: f64) -> String {
    if value.is_finite() && value >= 0.0 { human_amount(value.round() as u64) } else { MISSING.to_owned() }
}

/// A share in per cent: `95 %`, `97.5 %`. One that is not all never reads `100 %`, nor one that is not nothing `0 %`.
pub(super) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return MISSING.to_owned();
    }
    let near = share.abs().min((1.0 - share).abs()) * 100.0;
    let decimals = if near > 1e-9 && near < 0.05 { (-near.log10()).ceil().min(10.0) as usize } else { 1 };
    let text = format!("{:.decimals$}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.').replace('-', "−"))
}

/// An amount of money with digits that say something.
pub(super) fn amount(value: f64, currency: &str) -> String {
    let text = match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value if value > 0.0 => {
            format!("{value:.2e}").parse::<f64>().map_or_else(|_| value.to_string(), |tidy| tidy.to_string())
        }
        _ => "0".to_owned(),
    };
    format!("{text} {currency}").trim_end().to_owned()
}

/// A ratio above 1: `63`, `2.4`.
pub(super) fn ratio(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    if value >= 9.95 {
        return grouped_count(value.round() as u64);
    }
    format!("{value:.1}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `63 times smaller`, `1.4 times slower than mlp-12k`; `about the same` between; nothing where the ratio is none.
pub(super) fn times(value: f64, (better, worse): (&str, &str), other: Option<&str>) -> String {
    let than = other.map(|name| format!(" than {name}")).unwrap_or_default();
    match value {
        value if !value.is_finite() || value <= 0.0 => String::new(),
        value if value >= 1.05 => format!("{} times {better}{than}", ratio(value)),
        value if value <= 1.0 / 1.05 => format!("{} times {worse}{than}", ratio(1.0 / value)),
        _ => other.map_or_else(|| "about the same".to_owned(), |name| format!("about the same as {name}")),
    }
}

/// `1 trial`, `14 trials`.
pub(super) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A planned number, rounded up to two digits that count: it is no more exact than that.
pub(super) fn about(number: u64) -> u64 {
    let step = 10_u64.saturating_pow(number.max(1).ilog10().saturating_sub(1));
    number.div_ceil(step).saturating_mul(step)
}

/// With a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `a, b and c`.
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        let told = |value| amount(value, "USD");
        assert_eq!(
            (told(1_234.5), told(2.5), told(0.012_345), told(0.0)),
            ("1234 USD".into(), "2.50 USD".into(), "0.0123 USD".into(), "0 USD".into())
        );
    }

    #[test]
    fn numbers_read_well() {
        let style = Style { decimals: 3 };
        assert_eq!(style.value(0.97349), "0.973");
        assert_eq!((style.signed(-0.0021), style.signed(0.0021)), ("−0.002".into(), "+0.002".into()));
        assert_eq!((style.signed(-0.0001), style.signed(0.0)), ("0.000".into(), "0.000".into()));
        assert_eq!((style.value(f64::NAN), style.value(f64::INFINITY)), (MISSING.into(), MISSING.into()));
        assert_eq!(style.value(12_480.25), "12,480.250");
        assert_eq!(style.value(-1.5e12), "−1.50e12");
        assert_eq!(Style { decimals: 0 }.value(45_123.4), "45,123");
        assert_eq!((four_digits(0.0312), four_digits(45_123.0), four_digits(0.0)), (5, 0, 3));
    }

    /// At three decimals −0.0021 lies between −0.003 and −0.002; above a billion three digits are written, so that 1,234,000,000 lies
    /// between 1.23e9 and 1.24e9. What is a whole number of units but for the last bit stays.
    #[test]
    fn bounds_are_rounded_to_the_side_that_claims_less() {
        let style = Style { decimals: 3 };
        assert_eq!((style.floor(-0.0021), style.ceil(-0.0021)), (-0.003, -0.002));
        assert_eq!((style.floor(0.3 - 0.1 - 0.19), style.ceil(0.01)), (0.01, 0.01));
        assert_eq!((style.size_up(-0.0021), style.size_up(1.234e9)), ("0.003".into(), "1.24e9".into()));
        assert_eq!(
            (style.value(style.floor(1.239e9)), style.value(style.ceil(-1.239e9))),
            ("1.23e9".into(), "−1.23e9".into())
        );
        assert!(style.floor(f64::NAN).is_nan() && style.ceil(f64::INFINITY).is_infinite());
    }

    #[test]
    fn units_read_well() {
        assert_eq!(
            (seconds(4.2e-5), seconds(0.0012), seconds(-1.0)),
            ("42 µs".into(), "1.2 ms".into(), MISSING.into())
        );
        assert_eq!(
            (percent(0.95), percent(0.975), percent(f64::NAN)),
            ("95 %".into(), "97.5 %".into(), MISSING.into())
        );
        assert_eq!(
            (ratio(63.3), ratio(2.44), ratio(2.0), ratio(1234.0)),
            ("63".into(), "2.4".into(), "2".into(), "1,234".into())
        );
        assert_eq!((large(3.12e10), large(f64::NAN)), ("31.2G".into(), MISSING.into()));
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
