//! From values to pixels, with round ticks.

use crate::numbers::count;

/// A linear or logarithmic scale from a range of values to a range of pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    logarithmic: bool,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A linear scale; the range is widened where it is empty.
    pub(crate) fn linear((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let finite = low.is_finite() && high.is_finite() && (high - low).is_finite();
        let (low, high) = if finite { (low.min(high), low.max(high)) } else { (0.0, 1.0) };
        let room = if high - low > 1e-12 * high.abs().max(1e-12) { 0.0 } else { high.abs().max(1e-3) * 0.05 };
        Self { logarithmic: false, low: low - room, high: high + room, from, to }
    }

    /// A logarithmic scale for values above 0; the range is widened where it is empty.
    pub(crate) fn log((low, high): (f64, f64), pixels: (f64, f64)) -> Self {
        let sound = low > 0.0 && high >= low && high.is_finite();
        let (low, high) = if sound { (low.log10(), high.log10()) } else { (0.0, 1.0) };
        let room = if high - low > 0.05 { 0.0 } else { 0.3 };
        Self { logarithmic: true, low: low - room, high: high + room, from: pixels.0, to: pixels.1 }
    }

    /// The pixel of a value; outside the range where the value is.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.max(1e-300).log10() } else { value };
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The pixel of a value, at the nearer end of the range where the value is outside.
    pub(crate) fn clamped(&self, value: f64) -> f64 {
        let (first, last) = (self.from.min(self.to), self.from.max(self.to));
        self.at(value).clamp(first, last)
    }

    /// Whether the value lies in the range.
    pub(crate) fn holds(&self, value: f64) -> bool {
        let value = if self.logarithmic { value.max(1e-300).log10() } else { value };
        value >= self.low - 1e-12 && value <= self.high + 1e-12
    }

    /// Round values in the range, about `wanted` of them.
    pub(crate) fn ticks(&self, wanted: usize) -> Vec<f64> {
        if self.logarithmic { self.log_ticks(wanted) } else { self.linear_ticks(wanted) }
    }

    fn linear_ticks(&self, wanted: usize) -> Vec<f64> {
        let rough = (self.high - self.low) / wanted.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|nice| nice * power).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(power);
        let first = (self.low / step).ceil();
        let count = ((self.high / step).floor() - first).clamp(0.0, 50.0) as usize;
        (0..=count).map(|at| (first + at as f64) * step).filter(|value| value.is_finite()).collect()
    }

    fn log_ticks(&self, wanted: usize) -> Vec<f64> {
        let (first, last) = (self.low.floor() as i32, self.high.ceil() as i32);
        let stride = (((last - first) as f64 / wanted.max(1) as f64).ceil() as i32).max(1);
        let inside = |value: &f64| self.holds(*value);
        let of = |parts: &[f64]| -> Vec<f64> {
            let decades = (first..=last).step_by(stride as usize);
            decades.flat_map(|power| parts.iter().map(move |part| part * 10_f64.powi(power))).filter(inside).collect()
        };
        let every: Vec<f64> = (1..10).map(f64::from).collect();
        let choices = [of(&[1.0]), of(&[1.0, 3.0]), of(&[1.0, 2.0, 5.0]), of(&every)];
        if stride > 1 {
            return choices[0].clone();
        }
        // The densest that is not too many; where even that is a single tick, the first that has two.
        let fitting = choices[..3].iter().rev().find(|ticks| (2..=wanted).contains(&ticks.len()));
        let fallback = || choices.iter().find(|ticks| ticks.len() >= 2).unwrap_or(&choices[3]);
        fitting.unwrap_or_else(fallback).clone()
    }
}

/// A tick of a linear scale with as many decimals as its step needs.
pub(crate) fn tick_text(value: f64, ticks: &[f64]) -> String {
    let step = ticks.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
    let step = if step.is_finite() && step > 0.0 { step } else { value.abs().max(1e-3) };
    if value.abs() >= 1e9 || step < 1e-7 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let whole = |decimals: &usize| {
        let scaled = step * 10_f64.powi(i32::try_from(*decimals).unwrap_or(0));
        (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
    };
    let decimals = (0..=8).find(whole).unwrap_or(3);
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), count);
    let sign = if value < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) { "−" } else { "" };
    format!("{sign}{whole}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::linear((0.931, 0.982), (300.0, 0.0));
        let ticks = scale.ticks(5);
        let texts: Vec<String> = ticks.iter().map(|tick| tick_text(*tick, &ticks)).collect();
        assert_eq!(texts, ["0.94", "0.96", "0.98"]);
        assert!(scale.at(0.931) > scale.at(0.982));
        let scale = Scale::log((700.0, 2e6), (0.0, 100.0));
        assert_eq!(scale.ticks(5), [1e3, 1e4, 1e5, 1e6]);
        assert_eq!(Scale::log((150.0, 460.0), (0.0, 100.0)).ticks(3), [200.0, 300.0, 400.0]);
        assert!((scale.at(700.0)).abs() < 1e-9 && !scale.holds(1.0) && scale.clamped(1.0) == 0.0);
    }

    #[test]
    fn broken_ranges_do_no_harm() {
        for scale in [
            Scale::linear((f64::NAN, 1.0), (0.0, 9.0)),
            Scale::log((0.0, 5.0), (0.0, 9.0)),
            Scale::linear((2.0, 2.0), (0.0, 9.0)),
        ] {
            assert!(scale.ticks(4).len() < 60 && scale.at(1.0).is_finite());
        }
    }
}
