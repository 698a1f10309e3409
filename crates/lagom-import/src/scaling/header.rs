//! Units in the names of columns: `params (M)`, `tokens [billions]`, `params_B`.

/// A name without its unit, and what a number below it is to be multiplied by; nothing where there is no unit in it.
///
/// A unit stands in brackets, or is the last word of the name; a single letter there has to be a capital, so that
/// `bits_per_b` is no number of thousand millions.
pub(super) fn unit(name: &str) -> Option<(&str, f64)> {
    let name = name.trim();
    let bracketed = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find_map(|(open, close)| {
        let (bare, inside) = name.strip_suffix(close)?.rsplit_once(open)?;
        let inside = inside.trim();
        let inside = inside.strip_prefix("in ").unwrap_or(inside);
        Some((bare.trim_end(), scale(inside.split_whitespace().next()?, false)?))
    });
    bracketed.or_else(|| {
        let (bare, last) = name.rsplit_once([' ', '_', '-', '.'])?;
        let bare = bare.trim_end_matches(['_', '-', '.']).trim_end();
        let bare = bare.strip_suffix(" in").or_else(|| bare.strip_suffix("_in")).unwrap_or(bare);
        Some((bare, scale(last, true)?))
    })
}

fn scale(word: &str, alone: bool) -> Option<f64> {
    if alone && word.len() == 1 && !word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(match word.to_lowercase().trim_end_matches('.') {
        "k" | "thousand" | "thousands" => 1e3,
        "m" | "mn" | "mio" | "million" | "millions" => 1e6,
        "b" | "g" | "bn" | "mrd" | "billion" | "billions" => 1e9,
        "t" | "tn" | "trillion" | "trillions" => 1e12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn units_in_names() {
        for (name, expected) in [
            ("params (M)", Some(("params", 1e6))),
            ("tokens (B)", Some(("tokens", 1e9))),
            ("Parameters [in millions]", Some(("Parameters", 1e6))),
            ("tokens (billions of)", Some(("tokens", 1e9))),
            ("params_M", Some(("params", 1e6))),
            ("tokens in billions", Some(("tokens", 1e9))),
            ("params", None),
            ("loss (nats)", None),
            ("bits_per_b", None),
        ] {
            assert_eq!(unit(name), expected, "{name}");
        }
    }
}
