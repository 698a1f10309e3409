//! The three renderers, on documents of their own: what each shows, how wide it is, and that names stay names.

use unicode_width::UnicodeWidthStr;

use crate::answer::Fact;
use crate::document::{Block, Cell, Document, Emphasis, Field, Form, Lead, Table, Term, Text, Tone};
use crate::render;

/// Names that would break a page, a table or a terminal.
const NAMES: [&str; 6] = [
    "大模型-七十亿",
    "🦙-llama-7b",
    "<script>alert(1)</script>",
    "a|b*c_d",
    "\u{1b}[31mred\u{202e}",
    "a very long name of a model that no column of a terminal has room for",
];

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "t".to_owned(),
        subject: ("study", NAMES[2].to_owned()),
        lagom: "1".to_owned(),
        blocks,
        colophon: vec!["`code`".to_owned()],
    }
}

fn table() -> Table {
    let fields = vec![
        Field::words("candidate", |name: &&str| *name),
        Field::new("quality", |name: &&str| {
            Cell::from(Text::number(name.len() as f64, "0.973 ± 0.003")).brief("0.973")
        })
        .brief_at(2, ""),
        Field::new("cost", |_: &&str| Text::missing()).gone_at(1),
        Field::words("only here", |_: &&str| "x").only(&[Form::Html]),
    ];
    let looks = NAMES.iter().enumerate().map(|(at, _)| match at {
        0 => (Emphasis::Chosen, None),
        _ => (Emphasis::None, None),
    });
    Table::of("names", &NAMES, fields).looking(looks)
}

fn all() -> Document {
    let named = |name: &str| Text::from(name);
    document(vec![
        Block::Lead(Lead {
            question: "?".to_owned(),
            tone: Tone::Good,
            headline: NAMES[0].to_owned(),
            sentences: NAMES.map(str::to_owned).to_vec(),
            apart: false,
            cautions: vec![NAMES[1].to_owned()],
        }),
        Block::Tiles(NAMES.map(|name| Fact::new(name, name, name)).to_vec()),
        Block::Table(table()),
        Block::Section(NAMES[2].to_owned(), vec![Block::List(NAMES.map(named).to_vec())]),
        Block::Terms(NAMES.map(|name| Term::new(name, name)).to_vec()),
        Block::Fold(named(NAMES[2]), vec![Block::Code(NAMES.join("\n"))]),
        Block::Only(&[Form::Markdown], vec![Block::Note("for Markdown alone".into())]),
    ])
}

#[test]
fn names_stay_names() {
    let page = render::html(&all());
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(page.contains("大模型-七十亿") && !page.contains('\u{1b}') && !page.contains('\u{202e}'), "{page}");
    let comment = render::markdown(&all());
    assert!(!comment.contains("<script") && comment.contains("a\\|b\\*c\\_d") && !comment.contains('\u{202e}'));
    let screen = render::terminal(&all(), 80);
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}') && screen.contains("<script>"), "{screen}");
}

#[test]
fn no_line_is_wider_than_the_terminal_in_its_own_columns() {
    for width in 0..130 {
        for line in render::terminal(&all(), width).lines() {
            assert!(line.width() <= width.max(24), "{} columns at {width}: {line}", line.width());
        }
    }
}

/// Two columns a character of Chinese or an emoji: figures stand below each other.
#[test]
fn columns_of_a_table_are_even_whatever_the_names() {
    let screen = render::terminal(&document(vec![Block::Table(table())]), 120);
    let lines: Vec<&str> = screen.lines().collect();
    let ends: Vec<usize> = lines.iter().skip(1).map(|line| line.split("0.003").next().unwrap().width()).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{screen}");
    assert!(lines[1].starts_with("> 大模型-七十亿 ") && lines[2].starts_with("  🦙"), "{screen}");
    assert_eq!(lines.len(), 1 + NAMES.len());
}

#[test]
fn a_terminal_gives_up_columns_in_their_order() {
    let screen = |width: usize| render::terminal(&document(vec![Block::Table(table())]), width);
    assert!(screen(90).contains("cost") && !screen(90).contains("only here"));
    assert!(!screen(46).contains("cost") && screen(46).contains("0.973 ± 0.003"), "{}", screen(46));
    assert!(!screen(36).contains('±') && screen(36).contains("0.973") && screen(36).contains('…'), "{}", screen(36));
}

#[test]
fn each_form_shows_what_is_meant_for_it() {
    let (page, comment, screen) = (render::html(&all()), render::markdown(&all()), render::terminal(&all(), 80));
    assert!(comment.contains("> for Markdown alone"));
    assert!(!page.contains("for Markdown alone") && !screen.contains("for Markdown alone"));
    assert!(page.contains("only here") && !comment.contains("only here"));
    // A fold is opened by whoever wants it; on a terminal nobody could.
    assert!(page.contains("<details><summary>") && comment.contains("<details><summary>"));
    assert_eq!(screen.matches("a|b*c_d").count(), 8, "{screen}");
    // Each number of a table stands with its value.
    assert!(page.contains(&format!("<data value=\"{}\">0.973 ± 0.003</data>", NAMES[0].len())), "{page}");
}

#[test]
fn what_is_empty_leaves_no_trace() {
    let empty = Table::of("none", &[] as &[&str], Vec::new());
    let blocks = vec![
        Block::Tiles(Vec::new()),
        Block::Table(empty.clone()),
        Block::Section("nothing".to_owned(), vec![Block::Table(empty)]),
    ];
    assert_eq!(render::terminal(&document(blocks.clone()), 80), "");
    assert!(!render::markdown(&document(blocks)).contains("nothing"));
}
