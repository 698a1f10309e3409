//! Corruptions of texts. Words are what stands between blanks.

use rand::{Rng, RngCore};

use super::Corruption;
use crate::data::{Column, Values};

/// The corruptions, with how much each severity changes.
pub(super) static CORRUPTIONS: &[Corruption] = &[
    // Shares of the letters of English.
    Corruption { name: "keyboard typos", amounts: [0.01, 0.02, 0.04, 0.07, 0.1], lacks: no_texts, corrupt: typos },
    // Shares of the words; at least one stays.
    Corruption { name: "dropped words", amounts: [0.05, 0.1, 0.2, 0.3, 0.5], lacks: no_texts, corrupt: dropped },
    // Shares of the words that change places with the next.
    Corruption { name: "swapped words", amounts: [0.05, 0.1, 0.2, 0.4, 0.8], lacks: no_texts, corrupt: exchanged },
    // Shares of the words that are in capitals.
    Corruption { name: "capitals", amounts: [0.1, 0.25, 0.5, 0.75, 1.0], lacks: no_texts, corrupt: capitals },
    // Shares of the words behind which a mark is put, or taken away where one stands.
    Corruption { name: "punctuation", amounts: [0.1, 0.25, 0.5, 0.75, 1.0], lacks: no_texts, corrupt: punctuation },
    // Shares of the letters that have a double in another script.
    Corruption { name: "look-alike letters", amounts: [0.01, 0.02, 0.05, 0.1, 0.2], lacks: no_texts, corrupt: doubles },
    // Shares of the words that are cut off at the end; at least one stays.
    Corruption { name: "cut off", amounts: [0.1, 0.25, 0.5, 0.65, 0.8], lacks: no_texts, corrupt: cut_off },
];

/// Rows of an English keyboard: a typo hits the key beside.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
/// Latin letters and the Cyrillic or Greek ones that look the same (Unicode's confusables.txt).
const DOUBLES: [(char, char); 16] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('j', 'ј'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'А'),
    ('B', 'В'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('O', 'О'),
    ('T', 'Т'),
];
const MARKS: [char; 6] = ['.', ',', '!', '?', ';', ':'];

fn no_texts(columns: &[Column]) -> Option<&'static str> {
    let is = |column: &Column| matches!(column.values, Values::Texts(_));
    (!columns.iter().any(is)).then_some("there is no column of texts")
}

/// The columns with each text changed.
fn each_text(columns: &[Column], mut change: impl FnMut(&str) -> String) -> Vec<Column> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        if let Values::Texts(texts) = &mut column.values {
            texts.iter_mut().for_each(|text| *text = change(text));
        }
    }
    columns
}

/// The columns with each text's words changed; a text without words stays.
fn each_list(columns: &[Column], mut change: impl FnMut(Vec<String>) -> Vec<String>) -> Vec<Column> {
    each_text(columns, |text| {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() { text.to_owned() } else { change(words).join(" ") }
    })
}

/// The key beside a letter; the letter itself where there is none.
fn beside(letter: char, random: &mut dyn RngCore) -> char {
    let (small, right) = (letter.to_ascii_lowercase(), random.random::<bool>());
    let Some((row, at)) = KEYS.iter().find_map(|row| row.find(small).map(|at| (*row, at))) else { return letter };
    // At the end of a row there is one neighbour.
    let at = if (right && at + 1 < row.len()) || at == 0 { at + 1 } else { at - 1 };
    let key = char::from(row.as_bytes()[at]);
    if letter.is_ascii_uppercase() { key.to_ascii_uppercase() } else { key }
}

fn typos(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_text(columns, |text| {
        let key = |letter: char| {
            let hit = letter.is_ascii_alphabetic() && random.random::<f64>() < share;
            if hit { beside(letter, random) } else { letter }
        };
        text.chars().map(key).collect()
    })
}

fn doubles(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_text(columns, |text| {
        let letter = |letter: char| {
            let double = DOUBLES.iter().find(|pair| pair.0 == letter);
            double.filter(|_| random.random::<f64>() < share).map_or(letter, |pair| pair.1)
        };
        text.chars().map(letter).collect()
    })
}

fn dropped(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_list(columns, |mut words| {
        let spared = random.random_range(0..words.len());
        let mut at = 0;
        words.retain(|_| {
            at += 1;
            random.random::<f64>() >= share || at - 1 == spared
        });
        words
    })
}

fn exchanged(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_list(columns, |mut words| {
        let mut at = 0;
        while at + 1 < words.len() {
            if random.random::<f64>() < share {
                words.swap(at, at + 1);
                // The two have changed places: neither moves again.
                at += 1;
            }
            at += 1;
        }
        words
    })
}

fn capitals(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_list(columns, |mut words| {
        words.iter_mut().filter(|_| random.random::<f64>() < share).for_each(|word| *word = word.to_uppercase());
        words
    })
}

fn punctuation(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_list(columns, |mut words| {
        for word in &mut words {
            let mark = MARKS[random.random_range(0..MARKS.len())];
            if random.random::<f64>() >= share {
                continue;
            }
            let bare = word.trim_end_matches(MARKS);
            *word = if bare.len() < word.len() && !bare.is_empty() { bare.to_owned() } else { format!("{word}{mark}") };
        }
        words
    })
}

fn cut_off(columns: &[Column], share: f64, _: &mut dyn RngCore) -> Vec<Column> {
    each_list(columns, |mut words| {
        let kept = (words.len() as f64 * (1.0 - share)).round().max(1.0) as usize;
        words.truncate(kept);
        words
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnKind, seed};

    fn texts(texts: &[&str]) -> Vec<Column> {
        let values = Values::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
        vec![Column { name: "text".to_owned(), kind: ColumnKind::Text, values }]
    }

    fn after(name: &str, amount: f64, given: &[&str]) -> Vec<String> {
        let corruption = CORRUPTIONS.iter().find(|one| one.name == name).expect("known");
        let columns = (corruption.corrupt)(&texts(given), amount, &mut seed::generator(5, name, 0));
        let Values::Texts(texts) = &columns[0].values else { panic!("texts") };
        texts.clone()
    }

    #[test]
    fn each_does_what_it_says() {
        assert_eq!(after("cut off", 0.5, &["a b c d", "a", ""]), ["a b", "a", ""]);
        assert_eq!(after("capitals", 1.0, &["my Card"]), ["MY CARD"]);
        assert_eq!(after("swapped words", 1.0, &["a b c d e"]), ["b a d c e"]);
        assert_eq!(after("dropped words", 1.0, &["a b c d"])[0].chars().count(), 1);
        assert_eq!(after("look-alike letters", 1.0, &["ace b"]), ["асе b"]);
        let marked = after("punctuation", 1.0, &["stop, now"]);
        assert!(marked[0].starts_with("stop now") && marked[0].chars().count() == 9, "{marked:?}");
    }

    #[test]
    fn typos_hit_the_key_beside() {
        let long = "qz".repeat(2_000);
        let hit = after("keyboard typos", 0.1, &[&long]);
        // q stands beside w alone, z beside x alone; 400 of 4,000 within four standard errors.
        let wrong = hit[0].chars().filter(|letter| "wx".contains(*letter)).count();
        assert!((324..=476).contains(&wrong), "{wrong}");
        assert!(hit[0].chars().all(|letter| "qwzx".contains(letter)));
        assert_eq!(after("keyboard typos", 1.0, &["Ä 1"]), ["Ä 1"]);
    }
}
