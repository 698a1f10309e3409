//! What more data would bring, in words.

use super::context::ReportContext;
use crate::DataOutlook;
use crate::answer::Fact;
use crate::numbers::{capital, count, percent};

/// The forecast for more training rows; none without a learning curve.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let outlook = context.findings.outlook.as_ref()?;
    let (odds, rest) = detail(context, outlook);
    Some(Fact::new("data", odds, rest))
}

/// The forecast as a sentence for the page.
pub(crate) fn sentence(context: &ReportContext<'_>) -> Option<String> {
    let outlook = context.findings.outlook.as_ref()?;
    let ill = outlook.ill.as_ref().map(|shape| format!(" Take it with care: the points {shape}.")).unwrap_or_default();
    let (odds, rest) = detail(context, outlook);
    Some(format!("{} {rest}.{ill}", capital(&odds)))
}

fn more(outlook: &DataOutlook) -> u64 {
    (outlook.rows as f64 * outlook.times).round() as u64
}

/// The odds, or where nothing is missing the forecast; and what is behind them.
fn detail(context: &ReportContext<'_>, outlook: &DataOutlook) -> (String, String) {
    let style = context.style;
    let forecast = &outlook.quality;
    let rows = count(more(outlook));
    let expected = format!(
        "{} at {} on validation rows ({} to {}, {})",
        outlook.candidate,
        style.value(forecast.point),
        style.value(forecast.low),
        style.value(forecast.high),
        context.confidence()
    );
    let Some((gain, odds)) = outlook.gain.zip(outlook.odds) else {
        return (format!("{rows} rows"), format!("to train on, twice as many, would bring {expected}"));
    };
    let what = match &outlook.for_bar {
        None => format!("gains more than {}, {}", context.rule_name(), style.size(gain)),
        Some(_) => "reaches your bar".to_owned(),
    };
    let bar = match &outlook.for_bar {
        None => String::new(),
        Some(None) => "; no amount up to a thousand times as many is likely to reach it".to_owned(),
        Some(Some(rows)) => {
            let whole = |rows: f64| count(two_digits(rows));
            let upper = rows.high.map_or_else(|| "or never".to_owned(), |high| format!("to {}", whole(high)));
            format!("; the bar takes about {} of them ({} {upper})", whole(rows.point), whole(rows.low))
        }
    };
    let likely = match odds {
        ..0.2 => "more rows are unlikely to help",
        0.8.. => "more rows are likely to help",
        _ => "more rows may help",
    };
    let sure = share(odds);
    let told = format!("({sure} chance that doubling the training rows to {rows} {what}; forecast: {expected}{bar})");
    (likely.to_owned(), told)
}

/// Odds in whole per cent, and never as sure as 0 or 100.
fn share(odds: f64) -> String {
    match odds {
        ..0.01 => "below 1 %".to_owned(),
        0.99.. => "above 99 %".to_owned(),
        _ => percent((odds * 100.0).round() / 100.0),
    }
}

/// A forecast of rows says no more than two digits.
fn two_digits(rows: f64) -> u64 {
    let rows = rows.max(0.0).round() as u64;
    let power = 10_u64.saturating_pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(1));
    rows / power * power
}
