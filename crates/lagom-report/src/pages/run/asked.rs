//! What was asked: costs and times of the answers, the answers that were none, what shots bring, and where candidates differ.

use std::collections::BTreeSet;

use super::{time, whole};
use crate::document::{Block, Cell, Field, Look, Table, Text};
use crate::numbers::{amount, large, percent, plural, ratio, seconds};
use crate::verdict::{CallFacts, Distribution, Row};
use crate::words::{ReportContext, called, missing_answers, refused};
use crate::{Difference, Shown, ShownAgreement, ShownShot};

/// With more candidates than this the table of all pairs is left out.
const MOST: usize = 8;

/// A candidate that was asked.
type Line<'a> = (&'a Row, &'a CallFacts);

/// The sections; nothing where nobody was asked.
pub(super) fn sections(context: &ReportContext<'_>, shown: &Shown) -> Vec<Block> {
    let called = called(context);
    if called.is_empty() {
        return Vec::new();
    }
    let trained = called.iter().any(|(_, calls)| calls.training.is_some());
    let first = if trained {
        "Models that are there already answer rows of your data, as they are or trained on other rows of them first. "
    } else {
        "Models that are there already answer rows of your data; nothing is trained. "
    };
    let said = "Each model answers some rows first, and clearly weak ones are dropped. Only the finalists answer the test rows, and lagom stops as soon as the result is certain. Every answer is kept and asked for once.";
    let legend = "Shots are solved examples before each question. Times are measured at this machine, from the request to the end of the answer, with as many questions under way as the server took; p95 is the time that 95 % stay within.";
    let mut blocks = vec![
        Block::Prose(format!("{first}{said}").into()),
        Block::Table(table(context, &called)),
        Block::Small(legend.into()),
    ];
    blocks.extend(distributions(&called));
    blocks.extend(called.iter().filter_map(trained_first));
    blocks.extend(called.iter().filter_map(cut_prompts));
    blocks.extend(called.iter().filter_map(problems));
    let mut sections = vec![Block::Section("What was asked".to_owned(), blocks)];
    sections.extend(shots(context, shown));
    sections.extend(agreement(context, shown));
    sections.extend(differences(context));
    sections
}

fn table(context: &ReportContext<'_>, called: &[Line<'_>]) -> Table {
    let currency = context.currency();
    let money = |value: Option<f64>| Cell::maybe(value, |value| Text::number(value, amount(value, &currency)));
    let tokens = |number: u64| if number == 0 { Text::missing() } else { whole(number) };
    let answers = |(_, calls): &Line<'_>| {
        let given_up = if calls.given_up.is_some() { " (given up)" } else { "" };
        whole(calls.answered).and(" of ").and(whole(calls.full)).and(given_up)
    };
    let fields = vec![
        Field::words("candidate", |(row, calls): &Line<'_>| Cell::from(row.name.clone()).meaning(&calls.model)),
        Field::new("shots", |(_, calls): &Line<'_>| whole(u64::from(calls.shots))),
        Field::new("questions", answers),
        Field::new("tokens read", |(_, calls): &Line<'_>| tokens(calls.tokens.prompt)),
        Field::new("written", |(_, calls): &Line<'_>| tokens(calls.tokens.completion)),
        Field::new("spent", |(_, calls): &Line<'_>| money(calls.money)),
        Field::new("1,000 answers", |(_, calls): &Line<'_>| {
            money(calls.money_per_thousand.filter(|_| calls.money.is_some()))
        }),
        Field::new("answer, median", |(_, calls): &Line<'_>| {
            Cell::maybe(calls.total.as_ref(), |found| time(found.p50))
        }),
        Field::new("p95", |(_, calls): &Line<'_>| Cell::maybe(calls.total.as_ref(), |found| time(found.p95))),
    ];
    Table::of("Table of what was asked", called, fields)
}

/// How one time or speed of a candidate is distributed over its answers.
struct Spread<'a> {
    name: &'a str,
    measure: &'static str,
    found: &'a Distribution,
}

/// How times and speeds are distributed over the answers, folded; none where no backend tells a time.
fn distributions(called: &[Line<'_>]) -> Option<Block> {
    const SPEED: &str = "tokens per second";
    let mut spreads: Vec<Spread<'_>> = Vec::new();
    for (row, calls) in called {
        let all = [
            ("whole answer", &calls.total),
            ("time to first token", &calls.first_token),
            ("time per further token", &calls.per_token),
            (SPEED, &calls.tokens_per_second),
        ];
        let found = all.into_iter().filter_map(|(measure, found)| Some((measure, found.as_ref()?)));
        spreads.extend(found.map(|(measure, found)| Spread { name: &row.name, measure, found }));
    }
    let column = |head: &str, pick: fn(&Distribution) -> f64| {
        Field::new(head, move |of: &Spread<'_>| match pick(of.found) {
            speed if of.measure == SPEED => Text::number(speed, format!("{speed:.*}", usize::from(speed < 100.0))),
            seconds => time(seconds),
        })
    };
    let fields = vec![
        Field::words("candidate", |of: &Spread<'_>| of.name.to_owned()),
        Field::words("measure", |of: &Spread<'_>| of.measure),
        Field::new("answers", |of: &Spread<'_>| whole(of.found.count)),
        column("mean", |found| found.mean),
        column("median", |found| found.p50),
        column("p90", |found| found.p90),
        column("p95", |found| found.p95),
        column("p99", |found| found.p99),
    ];
    let table = Table::of("Table of times and speeds", &spreads, fields);
    (!spreads.is_empty()).then(|| Block::Fold("Times and speeds as distributions".into(), vec![Block::Table(table)]))
}

/// That a candidate was trained on the study's rows before it was asked, and what that took; none of others.
fn trained_first((row, calls): &Line<'_>) -> Option<Block> {
    let own = calls.training.as_ref()?;
    let held = match own.held_back {
        0 => String::new(),
        count => format!(" ({} more were held back, to look at on the way)", plural(count, "row", "rows")),
    };
    let cut = match own.cut {
        0 => String::new(),
        count => format!(" {} longer than what is learned from, and cut.", plural(count, "row was", "rows were")),
    };
    let told = format!(
        " was trained before it was asked, on {}{held}: {}, {} of CPU time, {} floating-point operations.{cut}",
        plural(own.rows, "row", "rows"),
        plural(own.steps, "step", "steps"),
        seconds(own.cpu_milliseconds as f64 / 1e3),
        large(own.operations as f64)
    );
    Some(Block::Prose(Text::strong(&row.name).and(told)))
}

/// That prompts of a candidate were longer than its context; none of one that read them whole.
fn cut_prompts((row, calls): &Line<'_>) -> Option<Block> {
    if calls.prompts_cut == 0 {
        return None;
    }
    let told = format!(
        ": {} longer than the context leaves room for, and cut at the front",
        plural(calls.prompts_cut, "prompt was", "prompts were")
    );
    Some(Block::Prose(Text::strong(&row.name).and(told).and(".")))
}

/// The answers that were none, why, and some of them as they came, folded; none of a candidate without such.
fn problems((row, calls): &Line<'_>) -> Option<Block> {
    let found = &calls.problems;
    if found.unusable() == 0 && found.cut_read == 0 {
        return None;
    }
    let missing = missing_answers(calls).map(|told| format!("missing answers: {told}"));
    let refused = refused(calls).map(|told| format!("refused: {told}"));
    let wrong = found.unparsable + found.ambiguous;
    let unreadable = (calls.unreadable_wrong && wrong > 0)
        .then(|| format!("{} unreadable, counted as wrong", plural(wrong, "answer is", "answers are")));
    let cut = (found.cut_read > 0)
        .then(|| format!("{} cut off and read as it stands", plural(found.cut_read, "answer was", "answers were")));
    let told: Vec<String> = [missing, refused, unreadable, cut].into_iter().flatten().collect();
    let reasons = found
        .reasons
        .iter()
        .map(|one| Text::from("failed ").and(whole(one.count)).and(format!(" times: {}", one.text)));
    let examples =
        found.examples.iter().map(|one| format!("{}, row {}: “{}”", one.what, u64::from(one.row) + 1, one.text).into());
    let title = Text::strong(&row.name).and(format!(": {}", told.join("; ")));
    Some(Block::Fold(title, vec![Block::List(reasons.chain(examples).collect())]))
}

/// What more solved examples before each question bring, and what they cost; none where no model was asked at several numbers
/// of them.
fn shots(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let steps: Vec<(&str, &ShownShot)> =
        shown.shots.iter().flat_map(|one| one.steps.iter().map(|step| (one.table.as_str(), step))).collect();
    if steps.is_empty() {
        return None;
    }
    let style = context.style;
    let currency = context.currency();
    let times = |value: Option<f64>| match value {
        Some(value) => Text::from(" (").and(Text::number(value, ratio(value))).and(" times)").looking(Look::Soft),
        None => Text::default(),
    };
    type Step<'a> = (&'a str, &'a ShownShot);
    let fields = vec![
        Field::words("model", |(table, step): &Step<'_>| Cell::from(*table).meaning(&step.candidate)),
        Field::new("shots", |(_, step): &Step<'_>| whole(u64::from(step.shots))),
        Field::new(context.metric(), |(_, step): &Step<'_>| {
            Cell::maybe(step.quality.as_ref(), |span| super::spread(context, span, |value| style.value(value)))
        }),
        Field::new("against the fewest", |(_, step): &Step<'_>| {
            Cell::maybe(step.difference.as_ref(), |span| super::spread(context, span, |value| style.signed(value)))
        }),
        Field::new("rows", |(_, step): &Step<'_>| Cell::maybe(step.examples, whole)),
        Field::new("tokens read an answer", |(_, step): &Step<'_>| {
            Cell::maybe(step.prompt_tokens, |value| {
                Text::number(value, format!("{value:.0}")).and(times(step.times_tokens))
            })
        }),
        Field::new("1,000 answers", |(_, step): &Step<'_>| {
            Cell::maybe(step.money_per_thousand, |value| {
                Text::number(value, amount(value, &currency)).and(times(step.times_money))
            })
        }),
    ];
    let how = format!(
        "Each line is compared with the fewest shots of the same model on the same validation rows; positive is better, and intervals are of {}.",
        context.confidence()
    );
    let sentences = shown.shots.iter().filter(|one| !one.sentence.is_empty());
    let mut blocks: Vec<Block> = sentences.map(|one| Block::Prose(one.sentence.as_str().into())).collect();
    blocks.push(Block::Table(Table::of("Table of shots", &steps, fields)));
    blocks.push(Block::Small(how.into()));
    Some(Block::Section("The effect of shots".to_owned(), blocks))
}

/// Where candidates err together; none where examples are graded rather than right or wrong.
fn agreement(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let verdict = &context.findings.verdict;
    let main = |name: &String| verdict.choice.as_ref() == Some(name) || verdict.reference.as_ref() == Some(name);
    let pairs: Vec<&ShownAgreement> = shown.agreements.iter().filter(|one| one.candidates.iter().any(main)).collect();
    if pairs.is_empty() {
        return None;
    }
    let share = |value: f64| Text::number(value, percent(value));
    let mut fields = vec![
        Field::words("first", |one: &&ShownAgreement| one.candidates[0].clone()),
        Field::words("second", |one: &&ShownAgreement| one.candidates[1].clone()),
        Field::new("both right", |one: &&ShownAgreement| share(one.both)),
        Field::new("only the first", |one: &&ShownAgreement| share(one.only_first)),
        Field::new("only the second", |one: &&ShownAgreement| share(one.only_second)),
        Field::new("neither", |one: &&ShownAgreement| share(one.neither)),
    ];
    if pairs.iter().any(|one| one.same.is_some()) {
        let same = Field::new("same answer", |one: &&ShownAgreement| Cell::maybe(one.same, share));
        fields.push(same.meaning("the same class, right or wrong"));
    }
    fields.push(Field::new("rows", |one: &&ShownAgreement| whole(one.examples)));
    let sentences = pairs.iter().filter_map(|one| one.sentence.as_deref());
    let mut blocks: Vec<Block> = sentences.map(|said| Block::Prose(said.into())).collect();
    blocks.push(Block::Table(Table::of("Table of agreement", &pairs, fields)));
    blocks.push(Block::Small(
        "Rows on which two candidates are right or wrong together, of the validation rows that both have.".into(),
    ));
    blocks.extend(matrix(context, shown));
    Some(Block::Section("Where they agree".to_owned(), blocks))
}

/// How much of each candidate's errors every other one makes too; only of three to eight candidates.
fn matrix(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let known: BTreeSet<&String> = shown.agreements.iter().flat_map(|one| &one.candidates).collect();
    let rows = context.findings.analysis.screening.rows.iter().map(|row| &row.name);
    let names: Vec<&String> = rows.filter(|name| known.contains(name)).collect();
    let shared = |of: &String, with: &String| {
        let side = |one: &ShownAgreement| one.candidates.iter().position(|name| name == of);
        let pair = |one: &&ShownAgreement| of != with && side(one).is_some() && one.candidates.contains(with);
        let found = shown.agreements.iter().find(pair)?;
        found.shared_errors[side(found)?]
    };
    let of = Field::words("candidate", |of: &&String| (*of).clone());
    let with = |with: &&String| {
        let with = (*with).clone();
        let head = with.clone();
        Field::new(head, move |of: &&String| {
            Cell::maybe(shared(of, &with), |share| Text::number(share, percent(share)))
        })
    };
    let table =
        Table::of("Table of shared errors", &names, std::iter::once(of).chain(names.iter().map(with)).collect());
    let how = "Of the rows that the candidate on the left gets wrong, the share that the one above gets wrong too.";
    let blocks = vec![Block::Prose(how.into()), Block::Table(table)];
    (3..=MOST).contains(&names.len()).then(|| Block::Section("Shared errors".to_owned(), blocks))
}

/// The rows on which the two finalists differ; none where none are known.
fn differences(context: &ReportContext<'_>) -> Option<Block> {
    let all = &context.findings.differences;
    let names: Vec<&str> = all.first()?.answers.iter().map(|one| one.candidate.as_str()).collect();
    let how = format!(
        "Holdout rows that {} were both asked and on which their scores differ: first those where the first does worst, then those where it does better.",
        names.join(" and ")
    );
    let rows = all.iter().map(|one| difference(context, one));
    Some(Block::Section(
        "Where they differ".to_owned(),
        std::iter::once(Block::Prose(how.into())).chain(rows).collect(),
    ))
}

fn difference(context: &ReportContext<'_>, one: &Difference) -> Block {
    let head: String = one.input.lines().next().unwrap_or_default().chars().take(90).collect();
    let part = |title: String, text: &str| [Block::Prose(Text::strong(title)), Block::Code(text.to_owned())];
    let mut blocks = Vec::from(part("question".to_owned(), &one.input));
    for found in &one.answers {
        let title = format!("{} ({})", found.candidate, context.style.value(found.score));
        blocks.extend(part(title, found.answer.as_deref().unwrap_or("(the call failed)")));
    }
    blocks.extend(one.references.iter().flat_map(|text| part("right".to_owned(), text)));
    Block::Fold(format!("row {}: {head}", u64::from(one.row) + 1).into(), blocks)
}
