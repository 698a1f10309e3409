//! Which column is meant as the target, for a first study file.

use std::collections::HashSet;

use crate::read::{RawColumn, RawTable};

use super::column_profile::{ColumnKind, ColumnProfile};

/// A guess at the target and the text input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGuess {
    /// The index of the target column.
    pub target: usize,
    /// The indices of the text columns among the inputs.
    pub text: Vec<usize>,
    /// Why this target, as a sentence for the user.
    pub why: String,
}

/// Words that say in so many words that a column is the answer.
const SAYS_SO: [&str; 9] = ["target", "label", "labels", "class", "outcome", "response", "output", "answer", "y"];
/// Names that are mostly asked for; as part of a longer name only where the column is not numeric
/// (`median_income` and `overall_quality` are inputs as a rule).
const ASKED_FOR: [&str; 24] = [
    "sentiment",
    "churn",
    "churned",
    "species",
    "quality",
    "intent",
    "survived",
    "diagnosis",
    "income",
    "fraud",
    "spam",
    "category",
    "default",
    "approved",
    "emotion",
    "polarity",
    "topic",
    "summary",
    "translation",
    "rating",
    "stars",
    "medv",
    "mpg",
    "rings",
];
/// Words that are asked for where the column is numeric.
const QUANTITIES: [&str; 8] = ["price", "value", "saleprice", "cost", "score", "sales", "demand", "amount"];
/// Up to so many different whole numbers can be classes.
const CLASSES: usize = 20;

/// Guesses the target, or nothing where fewer than two columns could take part.
///
/// In this order: a column whose name says so (`label`, `class`, `outcome`, …); one whose name is
/// mostly asked for (`churn`, `species`, …, or `price`, `value`, … where it is numeric); the one
/// column beside a single text column; the first, where the last is continuous and the first alone
/// is categorical or boolean, with at least four rows a value, or where all are names of which the first alone has two, or
/// whole numbers but for the first; the last. Identifiers and constants are never guessed, text only
/// where its name says so or all else is text; of several equal ones it is the last.
pub fn guess_target(table: &RawTable, profiles: &[ColumnProfile]) -> Option<TargetGuess> {
    let usable: Vec<usize> = (0..table.columns.len().min(profiles.len()))
        .filter(|at| match profiles[*at].kind {
            ColumnKind::Identifier => false,
            ColumnKind::Constant => is_labelled(&table.columns[*at]),
            _ => true,
        })
        .collect();
    if usable.len() < 2 {
        return None;
    }
    let (target, why) = by_name(table, profiles, &usable)
        .or_else(|| beside_text(table, profiles, &usable))
        .or_else(|| by_place(table, profiles, &usable))?;
    let is_text = |at: &usize| *at != target && profiles[*at].kind == ColumnKind::Text;
    Some(TargetGuess { target, text: usable.into_iter().filter(is_text).collect(), why })
}

/// Whether a column that is constant but for missing cells is named as labels are, and its missing cells are spelled: `ok` beside `NA`.
fn is_labelled(column: &RawColumn) -> bool {
    let mut words = words(&column.name);
    let cells: HashSet<&str> = (0..column.len())
        .filter_map(|row| column.raw(row))
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .take(ROWS)
        .collect();
    words.len() == 1 && words.pop().is_some_and(|word| SAYS_SO.contains(&word.as_str())) && cells.len() > 1
}

/// Rows that are looked at for words that stand for missing cells.
const ROWS: usize = 10_000;

type Guess = Option<(usize, String)>;

fn by_name(table: &RawTable, profiles: &[ColumnProfile], usable: &[usize]) -> Guess {
    let named = |at: &usize, list: &[&str], whole: bool| {
        let words = words(&table.columns[*at].name);
        match (whole, &words[..]) {
            (true, [only]) => list.contains(&only.as_str()),
            (true, _) => false,
            (false, words) => words.iter().any(|word| list.contains(&word.as_str())),
        }
    };
    let kind = |at: &usize| profiles[*at].kind;
    let short = |at: &usize| kind(at) != ColumnKind::Text;
    let axes = |at: &usize| {
        table.columns[*at].name.eq_ignore_ascii_case("y") && table.names().any(|name| name.eq_ignore_ascii_case("z"))
    };
    let last = |fits: &dyn Fn(&usize) -> bool| usable.iter().rev().copied().find(|at| fits(at));
    let generated = ["target", "output", "answer", "response", "summary", "translation"];
    let found = last(&|at| short(at) && named(at, &SAYS_SO, true) && !axes(at))
        .or_else(|| last(&|at| short(at) && named(at, &ASKED_FOR, true)))
        .or_else(|| last(&|at| short(at) && named(at, &SAYS_SO, false) && !axes(at)))
        .or_else(|| last(&|at| kind(at) == ColumnKind::Numeric && named(at, &QUANTITIES, false)))
        .or_else(|| {
            let classes = |at: &usize| short(at) && kind(at) != ColumnKind::Numeric;
            last(&|at| classes(at) && named(at, &ASKED_FOR, false))
        })
        .or_else(|| last(&|at| named(at, &generated, false)))?;
    let why = format!("\"{}\" is named like a target.", table.columns[found].name);
    Some((found, why))
}

/// The words of a name in lower case: `medianHouse_value` is three.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || lower && c.is_uppercase() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn beside_text(table: &RawTable, profiles: &[ColumnProfile], usable: &[usize]) -> Guess {
    let is_text = |at: &usize| profiles[*at].kind == ColumnKind::Text;
    let usable = usable.iter().copied().filter(|at| is_text(at) || !profiles[*at].is_own());
    let (text, other): (Vec<usize>, Vec<usize>) = usable.partition(is_text);
    let classes = |at: &usize| {
        let look = &profiles[*at];
        let few = look.integers && look.distinct <= CLASSES;
        look.kind != ColumnKind::Numeric || few
    };
    let found = match (&text[..], &other[..]) {
        ([_], [only]) => *only,
        ([_], _) => {
            let mut fitting = other.iter().copied().filter(classes);
            let only = fitting.next()?;
            match fitting.next() {
                Some(_) => return None,
                None => only,
            }
        }
        _ => return None,
    };
    let name = |at: usize| &table.columns[at].name;
    let why = format!("\"{}\" stands beside the one text column, \"{}\".", name(found), name(*text.first()?));
    Some((found, why))
}

fn by_place(table: &RawTable, profiles: &[ColumnProfile], usable: &[usize]) -> Guess {
    let kind = |at: &usize| profiles[*at].kind;
    let name = |at: &usize| &table.columns[*at].name;
    let short: Vec<usize> = usable.iter().copied().filter(|at| kind(at) != ColumnKind::Text).collect();
    let undated: Vec<usize> = short.iter().copied().filter(|at| !profiles[*at].dates).collect();
    let short = if undated.is_empty() { short } else { undated };
    let Some((last, before)) = short.split_last() else {
        let last = *usable.last()?;
        return Some((last, format!("All columns are text, and \"{}\" is the last.", name(&last))));
    };
    // A table of years, or of numbered columns, is about the last of them.
    let numbered = table.header && name(last).parse::<i64>().is_ok();
    if !numbered
        && let Some((first, middle)) = before.split_first()
        && let Some(why) = first_of_all(profiles, *first, middle, (*last, table.header))
    {
        let other = format!("if it is not, {} may be: it is the last (--target {})", name(last), name(last));
        return Some((*first, format!("\"{}\" comes first, {why}; {other}.", name(first))));
    }
    let first = before.first().filter(|first| {
        matches!(kind(first), ColumnKind::Categorical | ColumnKind::Boolean)
            && profiles[**first].distinct <= FEW_CLASSES
    });
    let other = first
        .map(|first| format!("; if it is not, {} may be: it is the first (--target {})", name(first), name(first)));
    let other = other.unwrap_or_default();
    let all = table.columns.len() == last + 1;
    let which = if all { "the last column" } else { "the last column that could be a target" };
    Some((*last, format!("\"{}\" is {which}{other}.", name(last))))
}

/// More classes than these in a first column, and it is not offered as another reading.
const FEW_CLASSES: usize = 30;

/// Why the first column is the target rather than the last, where it is one of few names, each in four rows or more.
///
/// All others are numbers, and the last is like those in the middle: continuous, or whole numbers all of them, about as
/// many different ones. Or nothing but names, in a file without a header: two in the first column, more in the last.
fn first_of_all(
    profiles: &[ColumnProfile],
    first: usize,
    middle: &[usize],
    (last, header): (usize, bool),
) -> Option<&'static str> {
    let named = |at: &usize| matches!(profiles[*at].kind, ColumnKind::Categorical | ColumnKind::Boolean);
    let number = |at: &usize| profiles[*at].kind == ColumnKind::Numeric;
    let repeated = profiles[first].distinct * 4 <= profiles[first].present().max(12);
    if !named(&first) || !repeated || middle.is_empty() {
        return None;
    }
    if middle.iter().all(number) && number(&last) {
        let mut different: Vec<usize> = middle.iter().map(|at| profiles[*at].distinct).collect();
        different.sort_unstable();
        let usual = different.get(different.len() / 2).copied().unwrap_or(0);
        let whole = middle.len() > 3 && middle.iter().all(|at| profiles[*at].integers);
        let alike = whole && profiles[last].distinct * 2 >= usual && profiles[last].distinct > 2;
        return (!profiles[last].integers || alike).then_some("and all others are numbers");
    }
    let names = !header && middle.len() > 3 && middle.iter().all(named) && named(&last);
    let two = profiles[first].distinct == 2 && profiles[last].distinct > 2;
    (names && two).then_some("names two classes as no last column does here, and all columns are names")
}

#[cfg(test)]
mod tests {
    use super::super::profile::profile;
    use super::*;
    use crate::read::{ReadOptions, read};

    fn guess(text: &str) -> Option<(String, Vec<usize>)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data.csv");
        std::fs::write(&path, text).expect("a file");
        let table = read(&path, &ReadOptions::default()).expect("a table");
        let profiles: Vec<ColumnProfile> = table.columns.iter().map(profile).collect();
        let guess = guess_target(&table, &profiles)?;
        assert!(guess.why.contains(&table.columns[guess.target].name));
        Some((table.columns[guess.target].name.clone(), guess.text))
    }

    fn name(text: &str) -> Option<String> {
        guess(text).map(|(name, _)| name)
    }

    #[test]
    fn targets_by_name_and_place() {
        let found = |text: &str| name(text).unwrap_or_default();
        assert_eq!(found("class,a,b\n1,2,3\n2,3,4\n"), "class");
        assert_eq!(found("median_house_value,a,near\n1,2,x\n2,3,y\n3,3,x\n"), "median_house_value");
        let houses = "median_income,house_value,near\n1.5,2,x\n2.5,3,y\n3.5,3,x\n";
        assert_eq!(found(houses), "house_value");
        assert_eq!(found("x,y,z\n1,2,3\n2,3,4\n"), "z");
        assert_eq!(found("x,y\n1,2\n2,3\n"), "y");
        assert_eq!(found("a,b,c\n1,2,3\n2,3,4\n"), "c");
        assert_eq!(found(&"m,1.5,2.5\nn,2.5,3.5\n".repeat(4)), "column-1");
        assert_eq!(found("m,1.5,2\nn,2.5,3\nm,3.5,4\n"), "column-3");
        assert_eq!(found("a,b,c\n1,2,3\n2,3,3\n"), "b");
        assert_eq!(name("a\n1\n2\n"), None);
    }

    #[test]
    fn the_column_beside_the_text() {
        let text = "0,how are you all today\n1,where is my new card\n0,it has not come yet\n";
        let expected = ("column-1".to_owned(), vec![1]);
        assert_eq!(guess(text), Some(expected));
        let text = "question,answer\nhow many are there,there are five of them\n\
                    what is it then,it is a large cat\n";
        assert_eq!(guess(text), Some(("answer".to_owned(), vec![0])));
    }

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("medianHouse_value 2"), ["median", "house", "value", "2"]);
        assert_eq!(words("SalePrice"), ["sale", "price"]);
    }
}
