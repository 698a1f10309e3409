//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::clean::clean;
use crate::plot::colours;

const STYLE: &str = include_str!("style.css");
/// What a page may load: nothing but its own style and pictures that stand in it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// One HTML file with this title and body: no network, no script. `lagom` is the version that made it.
pub(crate) fn document(title: &str, lagom: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // The page is all there is: whatever got into it may load and run nothing. (Names have no case here; in small letters
                // it would be the only place of the page that looks like an address.)
                meta HTTP-EQUIV="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "lagom " (lagom) };
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(colours())) }
            }
            body { (body) }
        }
    };
    clean(&page.into_string())
}
