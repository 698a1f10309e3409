//! Models that are asked: what that will take, told before anything is spent.

use lagom::call::{Message, Prompt, Role};
use lagom::run::{CallPlan, Prepared};
use lagom::study::units::{grouped_count, human_count};

use super::cli_error::CliError;
use super::layout::{self, brief};
use super::printer;

/// How much of the first prompt is shown, in lines and in characters.
const SHOWN: (usize, usize) = (12, 700);

/// The table of the candidates that are asked, with the sums below it; empty where there are none.
///
/// # Errors
/// A template or a file of a candidate is at fault.
pub(crate) fn table(prepared: &Prepared, width: usize) -> Result<String, CliError> {
    if !prepared.has_calls() {
        return Ok(String::new());
    }
    let plans = prepared.call_plans()?;
    let currency = currency(prepared);
    let head = ["asked", "parameters", "tokens each", "questions", "cost at most", "model"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for plan in &plans {
        rows.push(vec![
            plan.name.clone(),
            plan.parameters.map_or_else(|| "–".to_owned(), human_count),
            format!("{} + {}", grouped_count(plan.prompt_tokens.round() as u64), plan.answer_tokens),
            format!("{} to {}", grouped_count(plan.least), grouped_count(plan.most)),
            plan.money.map_or_else(|| "–".to_owned(), |_| money(plan.money_of(plan.most), &currency)),
            plan.model.clone(),
        ]);
    }
    let mut text = layout::table(&rows, &[1, 2, 3, 4], width);
    text.push('\n');
    let sum = |pick: fn(&CallPlan) -> u64| plans.iter().map(pick).sum::<u64>();
    let facts = [
        (
            "questions",
            format!(
                "{} on rows to explore at most, {} if every sealed row had to be asked; a candidate that is surely too weak \
                 is given up, and a test stops as soon as its answer is known",
                grouped_count(sum(|plan| plan.explore)),
                grouped_count(sum(|plan| plan.most))
            ),
        ),
        ("spending", spending(&plans, &currency)),
        ("budget", budget(prepared)),
    ];
    text.push_str(&layout::facts(&facts, width));
    text.push('\n');
    let warnings: Vec<String> =
        plans.iter().filter_map(|plan| Some(format!("{}: {}", plan.name, plan.warning.as_ref()?))).collect();
    text.push_str(&layout::remarks("warning:", &warnings, width));
    Ok(text)
}

fn spending(plans: &[CallPlan], currency: &str) -> String {
    if plans.iter().all(|plan| plan.money.is_none()) {
        return "no candidate has a price".to_owned();
    }
    let of = |pick: fn(&CallPlan) -> u64| plans.iter().map(|plan| plan.money_of(pick(plan))).sum::<f64>();
    format!(
        "at most {} to explore, {} for everything (tokens are estimated, answers taken to be as long as allowed)",
        money(of(|plan| plan.explore), currency),
        money(of(|plan| plan.most), currency)
    )
}

fn budget(prepared: &Prepared) -> String {
    let budget = &prepared.study.budget;
    let money = budget.money.as_ref().map(|most| format!("{most}"));
    let calls = budget.calls.map(|most| format!("{} questions", grouped_count(most)));
    let parts: Vec<String> = money.into_iter().chain(calls).collect();
    if parts.is_empty() {
        "no limit; set money or calls under [budget]".to_owned()
    } else {
        format!("at most {}", parts.join(" and "))
    }
}

/// The first prompt of the first candidate, shortened; empty where nobody is asked.
///
/// # Errors
/// As [`table`].
pub(crate) fn first_prompt(prepared: &Prepared) -> Result<String, CliError> {
    if !prepared.has_calls() {
        return Ok(String::new());
    }
    let Some(plan) = prepared.call_plans()?.into_iter().next() else { return Ok(String::new()) };
    let whole = match &plan.first {
        Prompt::Text(text) => text.clone(),
        Prompt::Chat(messages) => {
            let line = |message: &Message| {
                let role = match message.role {
                    Role::System => "system",
                    Role::User => "user",
                    Role::Assistant => "assistant",
                };
                format!("[{role}] {}", message.content)
            };
            messages.iter().map(line).collect::<Vec<String>>().join("\n")
        }
    };
    let short: String = whole.chars().take(SHOWN.1).collect();
    let mut lines: Vec<String> = short.lines().take(SHOWN.0).map(|line| format!("  | {line}")).collect();
    if short.len() < whole.len() || short.lines().count() > SHOWN.0 {
        lines.push("  | …".to_owned());
    }
    Ok(format!("The first prompt of {}:\n{}\n", plan.name, lines.join("\n")))
}

/// Asks before more is spent than `ask-above` under `[budget]` allows without asking.
///
/// # Errors
/// The answer is no, or there is nobody to ask; or as [`table`].
pub(crate) fn allowed(prepared: &Prepared, yes: bool) -> Result<(), CliError> {
    // A template or a file of answers that can't be read is told before anything is written.
    let most: f64 = prepared.call_plans()?.iter().map(|plan| plan.money_of(plan.most)).sum();
    let Some(limit) = prepared.study.budget.ask_above.as_ref().filter(|_| !yes) else { return Ok(()) };
    if most <= limit.amount {
        return Ok(());
    }
    let told = format!("this run may cost up to {}, more than {limit}", money(most, &limit.currency));
    if !printer::can_ask() {
        return Err(CliError::user(
            format!("{told} (ask-above under [budget])"),
            "look at `lagom plan`, then run it with --yes; nothing has been asked or spent",
        ));
    }
    if printer::confirmed(&format!("{told}. Go on? [y/N] ")) {
        return Ok(());
    }
    Err(CliError::user(
        "not confirmed; nothing has been asked or spent".to_owned(),
        "lower the limits, or confirm with y",
    ))
}

/// The currency of the prices, of which a study has one.
fn currency(prepared: &Prepared) -> String {
    let priced = prepared.study.candidates.iter().find_map(|called| called.price.as_ref());
    priced.map(|price| price.currency.clone()).unwrap_or_default()
}

/// An amount with two digits that say something.
fn money(amount: f64, currency: &str) -> String {
    let text = if amount >= 100.0 { format!("{amount:.0}") } else { brief(amount, 2) };
    format!("{text} {currency}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn money_is_told_short() {
        assert_eq!((money(0.012_34, "USD"), money(1_234.5, "EUR")), ("0.012 USD".to_owned(), "1234 EUR".to_owned()));
    }
}
