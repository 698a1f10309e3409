//! A decimal number read exactly, so that `0.3 MB` is 300,000 bytes and not a rounding beside it.

/// A decimal number without sign: `digits * 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: u128,
    exponent: i32,
}

/// A product as a whole number, and whether something had to be rounded off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whole {
    /// The nearest whole number, halves up.
    pub(super) value: u64,
    /// Whether the product was whole before rounding.
    pub(super) exact: bool,
}

/// The most digits that count; more would overflow the arithmetic and mean nothing here.
const MOST_DIGITS: usize = 20;

impl Decimal {
    /// Reads the number that `text` begins with; the rest of `text` is returned with it.
    ///
    /// Takes `12`, `1_000`, `0.5`, `.5` and `1e6`. `None` if no number stands at the beginning, or if
    /// it has more than twenty digits.
    pub(super) fn lead(text: &str) -> Option<(Decimal, &str)> {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let (exponent, rest) = exponent(rest)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
        let decimals = fraction.chars().filter(char::is_ascii_digit).count();
        if digits.len() > MOST_DIGITS || fraction.contains('.') {
            return None;
        }
        let digits: u128 = digits.parse().ok()?;
        let exponent = exponent.checked_sub(i32::try_from(decimals).ok()?)?;
        Some((Decimal { digits, exponent }, rest))
    }

    /// The number as it is nearest to; infinite where it is beyond the range of `f64`.
    pub(super) fn nearest(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::INFINITY)
    }

    /// `self * factor` as a whole number; `None` where it is beyond 64 bits.
    pub(super) fn times(self, factor: u64) -> Option<Whole> {
        let product = self.digits.checked_mul(u128::from(factor))?;
        if product == 0 {
            return Some(Whole { value: 0, exact: true });
        }
        let power = 10_u128.checked_pow(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            let value = u64::try_from(product.checked_mul(power?)?).ok()?;
            return Some(Whole { value, exact: true });
        }
        let Some(power) = power else {
            return Some(Whole { value: 0, exact: false });
        };
        let rest = product % power;
        let value = product / power + u128::from(rest >= power - rest);
        Some(Whole { value: u64::try_from(value).ok()?, exact: rest == 0 })
    }
}

/// The exponent at the beginning of `text` (`e6`, `E+6`, `e-3`) and the rest; 0 where there is none.
fn exponent(text: &str) -> Option<(i32, &str)> {
    let Some(after) = text.strip_prefix(['e', 'E']) else {
        return Some((0, text));
    };
    let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
    let end = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
    let value: i32 = unsigned.get(..end)?.parse().ok()?;
    let signed = if after.starts_with('-') { -value } else { value };
    Some((signed, unsigned.get(end..)?))
}
