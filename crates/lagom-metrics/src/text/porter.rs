//! Porter's stemmer (Porter 1980) with the extensions of NLTK, which rouge-score uses: neither the original rules
//! alone nor Snowball's English ones.

/// Words that are not cut by rule.
const IRREGULAR: [(&str, &str); 16] = [
    ("sky", "sky"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("news", "news"),
    ("innings", "inning"),
    ("inning", "inning"),
    ("outings", "outing"),
    ("outing", "outing"),
    ("cannings", "canning"),
    ("canning", "canning"),
    ("howe", "howe"),
    ("proceed", "proceed"),
    ("exceed", "exceed"),
    ("succeed", "succeed"),
];

/// Step 2: a suffix and what takes its place after a stem of measure above 0.
const STEP_2: [(&str, &str); 21] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
];

/// Step 3: the same.
const STEP_3: [(&str, &str); 7] =
    [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

/// Step 4: suffixes that go after a stem of measure above 1.
const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
];

/// The stem of a lower-case word; words with letters other than ASCII's are left as they are.
pub(super) fn stem(word: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == word) {
        return (*stem).to_owned();
    }
    if word.len() <= 2 || !word.is_ascii() {
        return word.to_owned();
    }
    let mut word = word.to_owned();
    plural(&mut word);
    past(&mut word);
    if let Some(stem) = word.strip_suffix('y')
        && stem.len() > 1
        && is_consonant(stem.as_bytes(), stem.len() - 1)
    {
        word.replace_range(word.len() - 1.., "i");
    }
    step_2(&mut word);
    replace_first(&mut word, &STEP_3);
    step_4(&mut word);
    last_letters(&mut word);
    word
}

/// Step 1a.
fn plural(word: &mut String) {
    let cut = match () {
        () if word.ends_with("sses") => 2,
        () if word.ends_with("ies") => 1 + usize::from(word.len() > 4),
        () if word.ends_with("ss") => 0,
        () if word.ends_with('s') => 1,
        () => 0,
    };
    word.truncate(word.len() - cut);
}

/// Step 1b.
fn past(word: &mut String) {
    if word.ends_with("ied") {
        word.truncate(word.len() - 1 - usize::from(word.len() > 4));
        return;
    }
    if let Some(stem) = word.strip_suffix("eed") {
        if measure(stem) > 0 {
            word.truncate(word.len() - 1);
        }
        return;
    }
    let cut = |suffix: &str| word.strip_suffix(suffix).filter(|stem| has_vowel(stem)).map(str::len);
    let Some(length) = cut("ed").or_else(|| cut("ing")) else { return };
    word.truncate(length);
    if word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz") {
        word.push('e');
    } else if ends_double(word.as_bytes()) {
        if !word.ends_with(['l', 's', 'z']) {
            word.truncate(length - 1);
        }
    } else if measure(word) == 1 && ends_short(word.as_bytes()) {
        word.push('e');
    }
}

/// Step 2, with NLTK's additions: `alli` is cut and the step taken again; `fulli` and `logi` are known.
fn step_2(word: &mut String) {
    while word.strip_suffix("alli").is_some_and(|stem| measure(stem) > 0) {
        word.truncate(word.len() - 2);
    }
    if !replace_first(word, &STEP_2) && word.strip_suffix("ogi").is_some_and(|stem| stem.ends_with('l')) {
        // the stem of the condition keeps its l
        if measure(&word[..word.len() - 3]) > 0 {
            word.truncate(word.len() - 1);
        }
    }
}

/// Applies the first rule whose suffix the word has; tells whether there was one.
fn replace_first(word: &mut String, rules: &[(&str, &str)]) -> bool {
    for (suffix, replacement) in rules {
        if let Some(stem) = word.strip_suffix(suffix) {
            if measure(stem) > 0 {
                word.replace_range(stem.len().., replacement);
            }
            return true;
        }
    }
    false
}

fn step_4(word: &mut String) {
    let Some(stem) = STEP_4.iter().find_map(|suffix| word.strip_suffix(suffix).map(|stem| (stem, *suffix))) else {
        return;
    };
    let (stem, suffix) = stem;
    if measure(stem) > 1 && (suffix != "ion" || stem.ends_with(['s', 't'])) {
        word.truncate(stem.len());
    }
}

/// Steps 5a and 5b.
fn last_letters(word: &mut String) {
    if let Some(stem) = word.strip_suffix('e') {
        let measure = measure(stem);
        if measure > 1 || (measure == 1 && !ends_short(stem.as_bytes())) {
            word.truncate(stem.len());
        }
    }
    if word.ends_with("ll") && measure(&word[..word.len() - 1]) > 1 {
        word.truncate(word.len() - 1);
    }
}

/// Which letters are consonants: all but a, e, i, o, u, and y after a consonant.
fn consonants(word: &[u8]) -> impl Iterator<Item = bool> {
    let mut before = None;
    word.iter().map(move |letter| {
        let is = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => before != Some(true),
            _ => true,
        };
        before = Some(is);
        is
    })
}

fn is_consonant(word: &[u8], at: usize) -> bool {
    consonants(&word[..=at]).last().unwrap_or(false)
}

/// How often a consonant follows a vowel.
fn measure(stem: &str) -> usize {
    let mut before = true;
    let follows = |is: &bool| !std::mem::replace(&mut before, *is) && *is;
    consonants(stem.as_bytes()).filter(follows).count()
}

fn has_vowel(stem: &str) -> bool {
    consonants(stem.as_bytes()).any(|is| !is)
}

fn ends_double(word: &[u8]) -> bool {
    matches!(word, [.., a, b] if a == b) && is_consonant(word, word.len() - 1)
}

/// Whether the word ends with consonant, vowel and a consonant other than w, x, y; or is a vowel and a consonant (NLTK).
fn ends_short(word: &[u8]) -> bool {
    let kinds: Vec<bool> = consonants(word).collect();
    match kinds.as_slice() {
        [.., true, false, true] => !matches!(word.last(), Some(b'w' | b'x' | b'y')),
        [false, true] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    /// By NLTK 3.10's `PorterStemmer()`.
    #[test]
    fn stems_are_those_of_nltk() {
        for (word, expected) in [
            ("dies", "die"),
            ("died", "die"),
            ("dying", "die"),
            ("skies", "sky"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("news", "news"),
            ("innings", "inning"),
            ("proceed", "proceed"),
            ("geology", "geolog"),
            ("archaeology", "archaeolog"),
            ("possibly", "possibl"),
            ("hopefully", "hope"),
            ("owed", "owe"),
            ("are", "are"),
            ("use", "use"),
            ("ice", "ice"),
            ("caresses", "caress"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("relational", "relat"),
            ("adoption", "adopt"),
            ("controlling", "control"),
            ("radically", "radic"),
            ("yyyy", "yyyi"),
            ("ing", "ing"),
            ("2016", "2016"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }
}
