//! What the figures of all finalists say of size and interpretability.

use super::ABOUT;
use super::figures::{Effect, Interpreted};
use super::surrogates::KINDS;
use crate::probe::sight::{BLOCKS, Measured};
use crate::probe::{Cell, Panel, PanelLine, PanelPoint, ProbeResult, ProbeTable, Seen, Told};
use crate::stats::{jackknife_error, t_quantile};

/// Columns whose importance and effect are shown.
const SHOWN: usize = 10;
const DRAWN: usize = 3;

/// A finalist with its figures.
struct One<'a> {
    name: &'a str,
    parameters: u64,
    found: Interpreted,
}

/// The sentences, tables and plots.
pub(super) fn tell(seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
    let known = seen.iter().filter_map(|one| Some((one, one.figures?.read::<Interpreted>()?)));
    let all: Vec<One<'_>> =
        known.map(|(seen, found)| One { name: seen.name, parameters: seen.parameters, found }).collect();
    let missing = seen.iter().filter(|one| !all.iter().any(|other| other.name == one.name));
    let missing: Vec<String> = missing.map(|one| format!("{} was not looked at: {}.", one.name, one.why)).collect();
    let Some(last) = all.last() else {
        let said = missing.join(" ");
        return (!said.is_empty()).then(|| ProbeResult {
            probe: ABOUT.name.to_owned(),
            said,
            ..ProbeResult::default()
        });
    };
    let half = |error: f64, blocks: usize| t_quantile(1.0 - (1.0 - told.confidence) / 2.0, blocks as f64 - 1.0) * error;
    let main = all.iter().find(|one| Some(one.name) == told.choice).unwrap_or(last);
    // Of many columns that do not matter one in twenty would seem to: all claims hold at once (Bonferroni).
    let among = main.found.columns.len().max(1) as f64;
    let all_at_once = |error: f64, blocks: usize| {
        t_quantile(1.0 - (1.0 - told.confidence) / (2.0 * among), blocks as f64 - 1.0) * error
    };
    let mut said = vec![goes_by(main, &all_at_once)];
    if let [small, .., large] = all.as_slice() {
        said.extend(KINDS.iter().filter_map(|(name, _)| compared(name, small, large, &half)));
        said.extend(steadier(small, large));
    }
    let words = last.found.words.is_some();
    let mut notes = missing;
    notes.push(format!(
        "Measured on {} validation rows of the first repeat; importances of {} repeats, each on its own validation rows, are compared by rank. A surrogate is fitted to half of the rows and judged on the other half.",
        last.found.rows, last.found.repeats
    ));
    if !words {
        notes.push(
            "Columns that tell much the same share their importance: each looks smaller than both together are."
                .to_owned(),
        );
    }
    Some(ProbeResult {
        probe: ABOUT.name.to_owned(),
        said: said.join(" "),
        columns: columns(words),
        lines: all.iter().map(|one| line(one, words, &half)).collect(),
        tables: if words { Vec::new() } else { vec![table(&all, main, &half), effects(&all, main, told)] },
        panels: panels(&all, main, told),
        notes,
        ..ProbeResult::default()
    })
}

/// What the main one goes by.
fn goes_by(main: &One<'_>, half: &dyn Fn(f64, usize) -> f64) -> String {
    if let Some(words) = main.found.words {
        return format!(
            "Without the words that matter most to it the probability of the answer of {} falls by {:.3} in the mean (comprehensiveness), and by {:.3} where nothing but them is left (sufficiency).",
            main.name, words.comprehensiveness, words.sufficiency
        );
    }
    let mut sure: Vec<_> = main.found.columns.iter().filter(|one| one.drop - half(one.error, BLOCKS) > 0.0).collect();
    sure.sort_by(|a, b| b.drop.total_cmp(&a.drop));
    let names: Vec<String> = sure.iter().take(DRAWN).map(|one| format!("`{}`", one.name)).collect();
    match (names.as_slice(), main.found.columns.len()) {
        (_, 0) => format!("{} has one column to go by.", main.name),
        ([], columns) => format!("Of {columns} columns none surely matters to {} by itself.", main.name),
        (_, columns) => {
            let matter = if sure.len() == 1 { "matters" } else { "matter" };
            let most = if sure.len() > names.len() { " most of all" } else { "" };
            format!("Of {columns} columns {} surely {matter} to {},{most} {}.", sure.len(), main.name, names.join(", "))
        }
    }
}

/// Whether a simple model says less of the largest than of the smallest.
fn compared(name: &str, small: &One<'_>, large: &One<'_>, half: &dyn Fn(f64, usize) -> f64) -> Option<String> {
    let (own, other) = (&large.found.surrogate(name)?.fidelity, &small.found.surrogate(name)?.fidelity);
    let apart: Vec<f64> = own.without.iter().zip(&other.without).map(|(own, other)| own - other).collect();
    let (difference, reach) = (own.value - other.value, half(jackknife_error(&apart), apart.len()));
    let meaning = if other.value <= 0.0 {
        "so it tells nothing of them"
    } else if difference + reach < 0.0 {
        "the larger is harder to say in a few words"
    } else if difference - reach > 0.0 {
        "the larger is easier to say in a few words"
    } else {
        "no difference is shown"
    };
    let share = |value: f64| if value > 0.0 { format!("{value:.2}") } else { "nothing".to_owned() };
    let kind = if name.starts_with("tree") { "A tree of depth 4" } else { "A linear formula of ten inputs" };
    Some(format!(
        "{kind} says {} of the spread of the answers of {}, and {} of those of {}: {meaning}.",
        share(other.value),
        small.name,
        share(own.value),
        large.name
    ))
}

/// How steady the importances of both are.
fn steadier(small: &One<'_>, large: &One<'_>) -> Option<String> {
    let (own, other) = (large.found.stability?, small.found.stability?);
    Some(format!(
        "From repeat to repeat the ranks of what matters agree by {other:.2} for {} and by {own:.2} for {} (1 is the same order).",
        small.name, large.name
    ))
}

fn columns(words: bool) -> Vec<String> {
    let mut columns = vec!["size", "parameters", "said by a tree", "said by a formula", "steadiness"];
    columns.extend(if words {
        ["comprehensiveness", "sufficiency"].as_slice()
    } else {
        ["columns for 90 %"].as_slice()
    });
    columns.into_iter().map(str::to_owned).collect()
}

fn line(one: &One<'_>, words: bool, half: &dyn Fn(f64, usize) -> f64) -> Vec<Cell> {
    let fidelity =
        |found: &Measured| Cell::within(found.value, half(jackknife_error(&found.without), found.without.len()), 2);
    let mut cells = vec![Cell::Text(one.name.to_owned()), Cell::Count(one.parameters)];
    cells.extend(
        KINDS.map(|(name, _)| one.found.surrogate(name).map_or(Cell::Unknown, |found| fidelity(&found.fidelity))),
    );
    cells.push(Cell::number(one.found.stability, 2));
    if words {
        let found = one.found.words;
        cells.push(Cell::number(found.map(|found| found.comprehensiveness), 3));
        cells.push(Cell::number(found.map(|found| found.sufficiency), 3));
    } else {
        cells.push(one.found.columns_used().map_or(Cell::Unknown, Cell::Count));
    }
    cells
}

/// The importance of each column to each size, in the order of the main one.
fn table(all: &[One<'_>], main: &One<'_>, half: &dyn Fn(f64, usize) -> f64) -> ProbeTable {
    let mut order: Vec<_> = main.found.columns.iter().collect();
    order.sort_by(|a, b| b.drop.total_cmp(&a.drop));
    order.truncate(SHOWN);
    let line = |name: &String| {
        let cell = |one: &One<'_>| {
            let found = one.found.columns.iter().find(|other| other.name == *name);
            found.map_or(Cell::Unknown, |found| Cell::within(found.drop, half(found.error, BLOCKS), 4))
        };
        std::iter::once(Cell::Text(name.clone())).chain(all.iter().map(cell)).collect()
    };
    ProbeTable {
        title: "Quality lost where the cells of a column are exchanged among rows".to_owned(),
        columns: std::iter::once("column".to_owned()).chain(all.iter().map(|one| one.name.to_owned())).collect(),
        lines: order.iter().map(|one| line(&one.name)).collect(),
    }
}

fn panels(all: &[One<'_>], main: &One<'_>, told: &Told<'_>) -> Vec<Panel> {
    let line = |name: &str, pick: &dyn Fn(&Interpreted) -> Option<f64>| PanelLine {
        name: name.to_owned(),
        points: all
            .iter()
            .filter_map(|one| Some(PanelPoint { x: one.parameters as f64, y: pick(&one.found)? }))
            .collect(),
    };
    let over_sizes = |title: &str, lines: Vec<PanelLine>| Panel {
        title: title.to_owned(),
        across: "parameters".to_owned(),
        logarithmic: true,
        lines,
    };
    let said = |name: &'static str| line(name, &move |found| found.surrogate(name).map(|one| one.fidelity.value));
    let mut panels =
        vec![over_sizes("share of the answers that a simple model says", KINDS.map(|(name, _)| said(name)).to_vec())];
    panels
        .push(over_sizes("steadiness from repeat to repeat", vec![line("rank correlation", &|found| found.stability)]));
    if main.found.words.is_some() {
        panels.push(over_sizes(
            "fall of the answer's probability",
            vec![
                line("without the words that matter", &|found| found.words.map(|words| words.comprehensiveness)),
                line("with nothing else", &|found| found.words.map(|words| words.sufficiency)),
            ],
        ));
    } else {
        panels.push(over_sizes(
            "columns for 90 % of the importance",
            vec![line("columns", &|found| found.columns_used().map(|used| used as f64))],
        ));
    }
    if all.len() < 2 {
        panels.clear();
    }
    panels.extend(main.found.effects.iter().take(DRAWN).map(|effect| of_effect(all, effect, told)));
    panels
}

/// How the answers of each size go with the columns that matter most to the main one.
fn effects(all: &[One<'_>], main: &One<'_>, told: &Told<'_>) -> ProbeTable {
    let own = |one: &'_ One<'_>, effect: &Effect, at: usize| {
        let found = one.found.effects.iter().find(|other| other.column == effect.column);
        found.and_then(|found| found.points.get(at)).map(|point| point.1)
    };
    let lines = main.found.effects.iter().take(DRAWN).flat_map(|effect| {
        effect.points.iter().enumerate().map(move |(at, (x, _))| {
            let value = effect.categories.get(at).cloned().unwrap_or_else(|| format!("{x}"));
            let words = [effect.column.clone(), value].map(Cell::Text);
            words.into_iter().chain(all.iter().map(|one| Cell::number(own(one, effect, at), 4))).collect()
        })
    });
    let mut columns = vec!["column".to_owned(), "set to".to_owned()];
    columns.extend(all.iter().map(|one| one.name.to_owned()));
    ProbeTable {
        title: format!("{} where a column is set to a value (partial dependence)", mean_of(main, told)),
        columns,
        lines: lines.collect(),
    }
}

/// What is averaged in an effect.
fn mean_of(main: &One<'_>, told: &Told<'_>) -> String {
    let class = main.found.effects.first().and_then(|effect| effect.class);
    let class = class.and_then(|class| told.classes.get(class as usize));
    class.map_or_else(|| "Mean answer".to_owned(), |class| format!("Mean probability of {class}"))
}

/// How the answers of each size go with a column.
fn of_effect(all: &[One<'_>], effect: &Effect, told: &Told<'_>) -> Panel {
    let class = effect.class.and_then(|class| told.classes.get(class as usize));
    let what = class.map_or_else(|| "mean answer".to_owned(), |class| format!("mean probability of {class}"));
    let line = |one: &One<'_>| {
        let own = one.found.effects.iter().find(|other| other.column == effect.column);
        let points = own.map_or(&[][..], |own| &own.points);
        PanelLine {
            name: one.name.to_owned(),
            points: points.iter().map(|(x, y)| PanelPoint { x: *x, y: *y }).collect(),
        }
    };
    Panel {
        title: format!("{what} by {}", effect.column),
        across: if effect.categories.is_empty() {
            effect.column.clone()
        } else {
            format!("{} (in the order of the table)", effect.column)
        },
        logarithmic: false,
        lines: all.iter().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::{ColumnImportance, Surrogate};
    use super::*;
    use crate::metric::Metric;
    use crate::probe::Figures;

    fn interpreted(tree: f64, drops: &[f64]) -> Interpreted {
        let measured =
            |value: f64| Measured { value, without: (0..10).map(|at| value + 1e-4 * f64::from(at % 2)).collect() };
        let column = |(at, drop): (usize, &f64)| ColumnImportance { name: format!("c{at}"), drop: *drop, error: 0.001 };
        Interpreted {
            rows: 900,
            repeats: 3,
            columns: drops.iter().enumerate().map(column).collect(),
            stability: Some(0.9),
            surrogates: KINDS
                .map(|(name, _)| Surrogate { name: name.to_owned(), fidelity: measured(tree), agreement: None })
                .to_vec(),
            effects: vec![Effect {
                column: "c1".to_owned(),
                class: Some(0),
                categories: Vec::new(),
                points: vec![(0.0, 0.1), (1.0, 0.4)],
            }],
            words: None,
        }
    }

    #[test]
    fn sizes_stand_on_one_scale() {
        let figures =
            [interpreted(0.9, &[0.0, 0.1]), interpreted(0.6, &[0.05, 0.1])].map(|one| Figures::of(&one).expect("kept"));
        let names = ["small", "large"];
        let seen: Vec<Seen<'_>> = (0..2)
            .map(|at| Seen { name: names[at], parameters: 10_u64.pow(at as u32), figures: Some(&figures[at]), why: "" })
            .collect();
        let classes = ["yes".to_owned()];
        let told = Told { metric: Metric::Accuracy, confidence: 0.95, choice: Some("small"), classes: &classes };
        let found = tell(&seen, &told).expect("told");
        assert!(found.said.starts_with("Of 2 columns 1 surely matters to small, `c1`."), "{}", found.said);
        assert!(found.said.contains("A tree of depth 4 says 0.90 of the spread of the answers of small, and 0.60 of those of large: the larger is harder to say in a few words."), "{}", found.said);
        // 0.1 of 0.1, and 0.15 of 0.15: one column and two.
        assert_eq!((&found.lines[0][5], &found.lines[1][5]), (&Cell::Count(1), &Cell::Count(2)));
        assert_eq!(found.tables[0].lines[0][0], Cell::Text("c1".to_owned()));
        assert_eq!(
            found.tables[1].title,
            "Mean probability of yes where a column is set to a value (partial dependence)"
        );
        let set = [
            Cell::Text("c1".to_owned()),
            Cell::Text("1".to_owned()),
            Cell::number(Some(0.4), 4),
            Cell::number(Some(0.4), 4),
        ];
        assert_eq!(found.tables[1].lines[1], set);
        assert!(found.panels.iter().any(|panel| panel.title == "mean probability of yes by c1"));
        assert!(found.lines.iter().all(|line| line.len() == found.columns.len()));
    }
}
