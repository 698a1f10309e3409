//! What asking took and cost, in figures under the answer.

use super::answer::Fact;
use super::teller::Teller;
use crate::report::numbers::{count, percent, plural};
use crate::verdict::{CallFacts, Problems, Row};

/// What asking came to, and which answers were none; empty where nobody was asked.
pub(super) fn tell(teller: &Teller<'_>) -> Vec<Fact> {
    let called: Vec<(&Row, &CallFacts)> = called(teller);
    if called.is_empty() {
        return Vec::new();
    }
    let currency = teller.currency();
    let (asked, full) =
        called.iter().fold((0, 0), |(asked, full), (_, calls)| (asked + calls.answered, full + calls.full));
    let mut detail = format!("of the {} that a full evaluation asks", count(full));
    if let Some((spent, whole)) = money(&called) {
        detail.push_str(&format!(", for {} in place of about {}", amount(spent, &currency), amount(whole, &currency)));
    }
    let mut facts = vec![Fact::new("asked", plural(asked, "question", "questions"), detail)];
    let unusable: Vec<String> = called
        .iter()
        .filter(|(_, calls)| calls.problems.unusable() > 0)
        .map(|(row, calls)| format!("{}: {}", row.name, unusable(calls)))
        .collect();
    if !unusable.is_empty() {
        facts.push(Fact::new("no answer", unusable.join("; "), "; they count as wrong"));
    }
    facts
}

/// The candidates that were asked.
pub(in crate::report) fn called<'a>(teller: &Teller<'a>) -> Vec<(&'a Row, &'a CallFacts)> {
    let rows = &teller.findings.analysis.screening.rows;
    rows.iter().filter_map(|row| Some((row, row.calls.as_ref()?))).collect()
}

/// What was spent, and what a full evaluation of all would have cost at the same price an answer; none without prices.
fn money(called: &[(&Row, &CallFacts)]) -> Option<(f64, f64)> {
    let priced = || called.iter().filter_map(|(_, calls)| Some((calls, calls.money?)));
    priced().next()?;
    let whole = |(calls, money): (&&CallFacts, f64)| {
        if calls.answered > 0 { money * calls.full as f64 / calls.answered as f64 } else { 0.0 }
    };
    Some((priced().map(|(_, money)| money).sum(), priced().map(whole).sum()))
}

/// `12 of 300 (10 unparsable, 2 empty)`.
pub(in crate::report) fn unusable(calls: &CallFacts) -> String {
    let Problems { empty, refused, unparsable, ambiguous, failed, .. } = calls.problems;
    let kinds = [
        (unparsable, "unparsable"),
        (ambiguous, "ambiguous"),
        (empty, "empty"),
        (refused, "refused"),
        (failed, "failed calls"),
    ];
    let parts: Vec<String> = kinds
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(*number)))
        .collect();
    let asked = calls.answered + failed;
    let share = calls.problems.unusable() as f64 / asked.max(1) as f64;
    format!("{} of {}, {} ({})", count(calls.problems.unusable()), count(asked), percent(share), parts.join(", "))
}

/// An amount of money with digits that say something.
pub(in crate::report) fn amount(value: f64, currency: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_short() {
        let told = |value| amount(value, "USD");
        assert_eq!(
            (told(1_234.5), told(2.5), told(0.012_345), told(0.0)),
            ("1234 USD".into(), "2.50 USD".into(), "0.0123 USD".into(), "0 USD".into())
        );
    }
}
