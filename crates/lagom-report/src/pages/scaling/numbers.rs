//! How the numbers of a curve are written.

use crate::numbers::{MISSING, Style, percent, ratio, short_count};
use lagom_import::scaling::{ScalingFindings, Span};

/// From here on amounts are written with powers of ten.
const POWERS: f64 = 1e17;

/// Parameters, tokens or examples, with a B for thousand millions as in the names of models: `812`, `7.62B`, `1.4T`.
pub(super) fn amount(value: f64) -> String {
    match value {
        value if !value.is_finite() => MISSING.to_owned(),
        value if value >= POWERS => power(value),
        value if value < 10.0 => digits(value, 3),
        value => short_count(value.round() as u64),
    }
}

/// Floating-point operations: `5.76e23`.
pub(super) fn power(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{value:.2e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    format!("{mantissa}e{exponent}")
}

/// A number with so many digits that count: `0.3478`, `482.0`, `2,085`.
pub(super) fn digits(value: f64, wanted: u32) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-5..1e7).contains(&value.abs()) {
        return power(value).replace('-', "−");
    }
    fixed(value, decimals(value, wanted))
}

/// Decimals that show so many digits of a value.
fn decimals(value: f64, wanted: u32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 1;
    }
    let magnitude = value.abs().log10().floor() as i32;
    let wanted = i32::try_from(wanted).unwrap_or(3);
    usize::try_from((wanted - 1 - magnitude).clamp(0, 12)).unwrap_or(0)
}

/// With so many decimals, and groups of three before the point.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    Style::exactly(decimals).value(value)
}

/// How the losses of one file are written: all with the same number of decimals.
#[derive(Clone, Copy, Debug)]
pub(super) struct LossStyle {
    decimals: usize,
}

impl LossStyle {
    /// Four digits of the smallest loss.
    pub(super) fn of(findings: &ScalingFindings) -> Self {
        let least = findings.points.iter().map(|point| point.loss).fold(f64::INFINITY, f64::min);
        Self { decimals: decimals(least, 4).min(9) }
    }

    /// A loss.
    pub(super) fn write(self, loss: f64) -> String {
        fixed(loss, self.decimals)
    }

    /// `2.201 (2.180 to 2.222)`.
    pub(super) fn span(self, span: &Span) -> String {
        format!("{} ({})", self.write(span.value), self.ends(span))
    }

    /// `2.180 to 2.222`.
    pub(super) fn ends(self, span: &Span) -> String {
        range(span, |value| self.write(value))
    }
}

/// `a to b`; "not bounded" where there is no end on either side.
pub(super) fn range(span: &Span, write: impl Fn(f64) -> String) -> String {
    match (span.low.is_finite(), span.high.is_finite()) {
        (true, true) => format!("{} to {}", write(span.low), write(span.high)),
        (true, false) => format!("{} or more", write(span.low)),
        (false, true) => format!("{} or less", write(span.high)),
        (false, false) => "not bounded".to_owned(),
    }
}

/// A factor: `1.43`, `12`.
pub(super) fn factor(value: f64) -> String {
    if value.is_finite() && value < 9.95 { fixed(value, 2) } else { ratio(value) }
}

/// A share with two digits that count, in per cent: `0.93 %`, `12 %`.
pub(super) fn share(value: f64) -> String {
    let hundred = value * 100.0;
    if value.is_finite() && hundred != 0.0 && hundred.abs() < 10.0 {
        return format!("{} %", digits(hundred, 2));
    }
    percent((value * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_count() {
        assert_eq!((amount(7.62e9), amount(812.0), amount(1.4e12)), ("7.62B".into(), "812".into(), "1.4T".into()));
        assert_eq!((power(5.76e23), power(1e21), power(f64::NAN)), ("5.76e23".into(), "1e21".into(), "–".into()));
        assert_eq!((digits(481.97, 4), digits(2085.2, 4)), ("482.0".into(), "2,085".into()));
        assert_eq!(
            (digits(0.34781, 4), digits(3.2e9, 4), digits(0.0, 3)),
            ("0.3478".into(), "3.2e9".into(), "0".into())
        );
        assert_eq!((share(0.00931), share(0.1234), share(0.0)), ("0.93 %".into(), "12 %".into(), "0 %".into()));
        assert_eq!(factor(1.4321), "1.43");
        let open = Span { value: 2.0, low: 1.5, high: f64::INFINITY };
        assert_eq!(range(&open, factor), "1.50 or more");
    }
}
