//! What stands around the digits of a number: signs, currencies, percents, and the many kinds of spaces within.

/// Signs of currency of a letter or more, before or behind a sum.
const CURRENCIES: [&str; 44] = [
    "US$", "R$", "C$", "A$", "NZ$", "HK$", "S$", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "SEK", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "RUB", "TRY", "BRL", "CAD", "AUD", "NZD", "MXN", "ZAR", "KRW", "NGN", "KES", "ILS",
    "kr.", "kr", "zł", "Kč", "Ft", "Fr.", "Rs.", "Rs", "руб.", "руб", "лв",
];

/// The digits of a number with their marks, and whether it is negative: without sign, currency and percent, spaces
/// of any width as plain ones, apostrophes of either shape as `'`. Nothing where anything else is left.
pub(super) fn undressed(cell: &str) -> Option<(bool, String)> {
    let (mut bracketed, mut rest) = match in_brackets(cell) {
        Some(inner) => (true, inner),
        None => (false, cell),
    };
    let (mut signed, mut negative, mut valued) = (false, bracketed, false);
    loop {
        let before = rest;
        if let Some((minus, behind)) = sign(rest).filter(|_| !signed && !bracketed) {
            (signed, negative, rest) = (true, minus, behind.trim_start());
        }
        if let Some(behind) = currency_before(rest).filter(|_| !valued) {
            (valued, rest) = (true, behind.trim_start());
        }
        if rest == before {
            break;
        }
    }
    if !valued && let Some(ahead) = unit_behind(rest) {
        (valued, rest) = (true, ahead.trim_end());
    }
    // As `$(461.04)` and `(4.6)%`.
    if valued
        && !signed
        && !bracketed
        && let Some(inner) = in_brackets(rest)
    {
        (bracketed, negative, rest) = (true, true, inner);
    }
    // Some accounts put the minus last; without decimals it may be the dash of a code.
    if !signed
        && !bracketed
        && rest.contains([',', '.'])
        && let Some(ahead) = rest.strip_suffix(['-', '\u{2212}'])
    {
        (negative, rest) = (true, ahead.trim_end());
    }
    Some((negative, plain(rest)?))
}

/// What stands in the brackets around a sum, by which accounts say that it is negative.
fn in_brackets(cell: &str) -> Option<&str> {
    Some(cell.strip_prefix('(')?.strip_suffix(')')?.trim())
}

/// The sign at the beginning, whether it is a minus, and what stands behind it.
fn sign(cell: &str) -> Option<(bool, &str)> {
    let first = cell.chars().next()?;
    let minus = matches!(first, '-' | '\u{2212}' | '\u{2013}' | '\u{FE63}' | '\u{FF0D}');
    (minus || first == '+').then(|| (minus, &cell[first.len_utf8()..]))
}

/// A currency of one sign: the block of currencies, and those outside it.
fn is_currency(c: char) -> bool {
    matches!(
        c,
        '$' | '£' | '¥' | '¤' | '¢' | '฿' | '؋' | '৳' | '៛' | '﷼' | '＄' | '￡' | '￥' | '\u{20A0}'..='\u{20CF}'
    )
}

fn currency_before(cell: &str) -> Option<&str> {
    let first = cell.chars().next()?;
    if is_currency(first) {
        return Some(&cell[first.len_utf8()..]);
    }
    if !first.is_alphabetic() {
        return None;
    }
    CURRENCIES.iter().find_map(|name| cell.strip_prefix(name))
}

/// What stands before a currency or a percent at the end.
fn unit_behind(cell: &str) -> Option<&str> {
    let last = cell.chars().next_back()?;
    if let Some(before) = CURRENCIES.iter().find_map(|name| cell.strip_suffix(name)) {
        return Some(before);
    }
    if is_currency(last) || matches!(last, '%' | '‰' | '％' | '٪') {
        return Some(&cell[..cell.len() - last.len_utf8()]);
    }
    None
}

/// Only digits, marks, groups and one exponent: spaces and apostrophes in their plain form.
fn plain(cell: &str) -> Option<String> {
    let mut bare = String::with_capacity(cell.len());
    let mut exponent = false;
    for c in cell.chars() {
        let behind_exponent = bare.ends_with(['e', 'E']);
        match c {
            '0'..='9' => bare.push(c),
            '.' | ',' if !exponent => bare.push(c),
            ' ' | '\u{A0}' | '\u{202F}' | '\u{2000}'..='\u{200A}' if !exponent => bare.push(' '),
            '\'' | '\u{2019}' | '\u{02BC}' if !exponent => bare.push('\''),
            'e' | 'E' if !exponent && bare.contains(|c: char| c.is_ascii_digit()) => {
                exponent = true;
                bare.push(c);
            }
            '+' if behind_exponent => {}
            '-' | '\u{2212}' if behind_exponent => bare.push('-'),
            _ => return None,
        }
    }
    let digits = bare.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    (digits && bare.contains(|c: char| c.is_ascii_digit())).then_some(bare)
}
