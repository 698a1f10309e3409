//! A curve as a document.

use super::chart::{chart, colour};
use super::numbers::{digits, factor, range, share};
use super::tables::{constants, level, points, predictions};
use super::words::{budget, headline, measure, notes, sentences, serving, unit};
use crate::answer::Fact;
use crate::charts::{Width, drawn};
use crate::document::{Block, Document, Figure, FigureSize, Form, Key, Lead, Tone};
use crate::numbers::count;
use crate::plot::stroke;
use lagom_import::scaling::{Gain, ScalingFindings};

/// Sentences at the top; the others stand beside the constants.
const LEAD: usize = 2;

/// The curve as a document.
pub(super) fn document(findings: &ScalingFindings) -> Document {
    let mut said = sentences(findings);
    let rest = said.split_off(LEAD.min(said.len()));
    let prose = |text: String| Block::Prose(text.into());
    let asked = findings.budgets.iter().map(|found| budget(findings, found));
    let asked = asked.chain(findings.serving.iter().map(|found| serving(findings, found)));
    let refused = findings.predictions.iter().find_map(|found| found.refused.as_ref());
    let refused = refused.map(|why| Block::Note(format!("Refused because {why}.").into()));
    let law = format!("The law, fitted to {} points: {}", count(findings.fit.points as u64), findings.fit.formula);
    let all = format!("All {} points", count(findings.points.len() as u64));
    let section = |title: &str, blocks: Vec<Block>| Block::Section(title.to_owned(), blocks);
    let mut blocks = vec![
        Block::Lead(lead(findings, said)),
        Block::Figures(curve(findings).into_iter().collect()),
        Block::Only(&[Form::Html], vec![Block::Tiles(tiles(findings))]),
    ];
    if !findings.predictions.is_empty() {
        let table = std::iter::once(Block::Table(predictions(findings)));
        blocks.push(section("What the law predicts", table.chain(refused).collect()));
    }
    let asked: Vec<Block> = asked.map(prose).collect();
    if !asked.is_empty() {
        blocks.push(section("Compute", asked));
    }
    blocks.push(Block::Section(
        law,
        std::iter::once(Block::Table(constants(findings))).chain(rest.into_iter().map(prose)).collect(),
    ));
    let notes = notes(findings).into_iter().map(|note| Block::Note(note.into()));
    let points = Block::Fold(all.into(), vec![Block::Table(points(findings))]);
    blocks.push(section("The points", notes.chain([points]).collect()));
    Document {
        title: headline(findings),
        subject: ("curve of", findings.source.path.clone()),
        lagom: findings.lagom.to_owned(),
        blocks,
        colophon: vec!["all numbers of this page are in what `lagom fit --json` writes".to_owned()],
    }
}

fn lead(findings: &ScalingFindings, sentences: Vec<String>) -> Lead {
    let tone = match (&findings.refusal, findings.fit.shape) {
        (Some(_), _) => Tone::Open,
        (None, "saturated") => Tone::Good,
        (None, _) => Tone::Pays,
    };
    Lead {
        question: "What would a bigger model bring?".to_owned(),
        tone,
        headline: headline(findings),
        sentences,
        apart: false,
        cautions: Vec::new(),
    }
}

fn tiles(findings: &ScalingFindings) -> Vec<Fact> {
    let gained = |gain: &Gain| {
        let what = format!("{} with twice the {}", measure(findings), gain.doubled);
        let detail = format!("{} less ({})", digits(gain.gain.value, 2), range(&gain.gain, |value| digits(value, 2)));
        Fact::new(&what, format!("−{}", share(gain.share)), detail)
    };
    let exchange = findings.exchange.as_ref().map(|found| {
        let detail = format!("the {} ({})", unit(findings), range(&found.data_factor, factor));
        Fact::new("gains as much as twice the parameters", format!("{} ×", factor(found.data_factor.value)), detail)
    });
    let held = findings.fit.held_out.as_ref().map(|held| {
        let detail = format!("{} times beyond the points that predicted it", factor(held.extrapolates));
        Fact::new("error of the test on the largest size", share(held.mean_error), detail)
    });
    findings.doubling.iter().map(gained).chain(exchange).chain(held).collect()
}

/// The plot; none where nothing can be drawn.
fn curve(findings: &ScalingFindings) -> Option<Figure> {
    let drawings = drawn(Width::Full, |width| chart(findings, width));
    if drawings.is_empty() {
        return None;
    }
    let dashed = findings.lines.iter().any(|line| line.spots.iter().any(|spot| spot.beyond));
    let along = match findings.lines.first().map(|line| line.held) {
        Some("data") => " Along each line the data stay as its name says, and only the size grows.",
        Some("compute") => {
            " Along each line the compute stays as its name says, so that a larger model sees less data."
        }
        _ => "",
    };
    let beyond = if dashed { " Dashed lines lie beyond the points." } else { "" };
    let refused = match findings.refusal {
        Some(_) => " It is not drawn further, since it can't be trusted there.",
        None => "",
    };
    let predicted = match findings.predictions.iter().any(|found| found.loss.is_some()) {
        true => " Hollow dots are what was asked for, with the interval of one run.",
        false => "",
    };
    let lines = findings.lines.iter().enumerate().filter(|_| findings.lines.len() > 1);
    let key = |(at, line)| Key { mark: stroke(&format!("curve {}", colour(at))), meaning: level(findings, line) };
    Some(Figure {
        heading: String::new(),
        caption: format!(
            "Dots are measured, lines the fitted law, bands its intervals; dots have the colour of the nearest line.{along}{beyond}{refused}{predicted}"
        ),
        size: FigureSize::Full,
        drawings,
        legend: lines.map(key).collect(),
    })
}
