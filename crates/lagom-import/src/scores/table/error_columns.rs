//! Which columns hold standard errors.

use super::spelling::plain;

/// Ends of the names, plain, of columns with standard errors.
const ERRORS: [&str; 4] = ["standarderror", "stderror", "stderr", "stderrs"];

/// What a column of standard errors is of: nothing where its name does not say; none where it is no such column.
pub(super) fn error_of(name: &str) -> Option<String> {
    let name = plain(name);
    if ["se", "sem"].contains(&name.as_str()) {
        return Some(String::new());
    }
    ERRORS.iter().find_map(|end| name.strip_suffix(end)).map(str::to_owned)
}

/// Whether a column's name says that it holds standard errors, which are of means and not of single examples.
pub(super) fn is_error(name: &str) -> bool {
    error_of(name).is_some()
}
