//! Lists of names for messages, and the names that were probably meant.

/// How many names are listed before a message breaks off.
const LISTED: usize = 20;

/// `a, b or c`, each in backticks.
pub(super) fn either<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// What to do about the name `wanted`: those it probably stands for, at most three, or else all that there are.
pub(super) fn instead<S: AsRef<str>>(what: &str, all: &[S], wanted: &str) -> String {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let target = plain(wanted);
    let mut near: Vec<(f64, &str)> = all
        .iter()
        .map(|name| (strsim::jaro_winkler(&plain(name.as_ref()), &target), name.as_ref()))
        .filter(|(nearness, _)| *nearness > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, name)| name).collect();
    if near.is_empty() {
        let listed: Vec<&str> = all.iter().take(LISTED).map(AsRef::as_ref).collect();
        let more = if all.len() > LISTED { ", …" } else { "" };
        format!("{what} are: {}{more}", listed.join(", "))
    } else {
        format!("did you mean {}?", either(&near))
    }
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn the_nearest_names_come_first_and_all_where_none_is_near() {
        let columns = ["review", "stars", "Review Date"];
        assert_eq!(instead("the columns", &columns, "reveiw"), "did you mean `review` or `Review Date`?");
        assert_eq!(instead("the columns", &columns, "zzz"), "the columns are: review, stars, Review Date");
    }
}
