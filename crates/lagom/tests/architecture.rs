//! What Cargo can't hold of the plan of the house: no new cycles between the modules of a crate, and words that only some files may know.
//! Which crate may know which is held by their `Cargo.toml`s.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module: its path within the crate, and its text without comments and tests.
type Modules = BTreeMap<Vec<String>, String>;

/// A use of one child of a module by another: who, whom, and the words of it.
type Edges = BTreeMap<(String, String), BTreeSet<String>>;

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file without comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The modules of a crate; those of tests are left out, which may look around.
fn modules(src: &Path) -> Modules {
    let mut found = Modules::new();
    for path in sources(src) {
        let relative = path.strip_prefix(src).unwrap().with_extension("");
        let mut name: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if name.iter().any(|part| part.contains("test")) {
            continue;
        }
        if ["mod", "lib", "main"].contains(&name.last().unwrap().as_str()) {
            name.pop();
        }
        let text = code(&std::fs::read_to_string(&path).unwrap());
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned();
        found.insert(name, text);
    }
    found
}

/// The paths of a tree as `use` has it: `a::{b, c::{d, e}}` is `a::b`, `a::c::d`, `a::c::e`.
fn paths(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or("").trim().to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[from..at].trim();
                found.extend(
                    paths(part)
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .map(|part| format!("{}{part}", head.trim())),
                );
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Every path that a module names: those of its `use`s, and others that begin with `crate`, `super` or `self`.
fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for (at, _) in text.match_indices("use ") {
        if !text[..at].ends_with(is_word) {
            found.extend(paths(text[at + 4..].split(';').next().unwrap_or("")));
        }
    }
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(start) {
            if text[..at].ends_with(|c: char| is_word(c) || c == ':') {
                continue;
            }
            let end = text[at..].find(|c: char| !is_word(c) && c != ':').map_or(text.len(), |end| at + end);
            found.insert(text[at..end].trim_end_matches(':').to_owned());
        }
    }
    found
}

/// What a module hands on of its children: the name, and the module that it is from.
fn handed_on(modules: &Modules) -> BTreeMap<(Vec<String>, String), Vec<String>> {
    let mut found = BTreeMap::new();
    for (module, text) in modules {
        for path in named(text) {
            let parts: Vec<String> = path.trim_start_matches("self::").split("::").map(str::to_owned).collect();
            let from: Vec<String> = module.iter().chain(&parts[..parts.len() - 1]).cloned().collect();
            let child: Vec<String> = module.iter().chain(&parts[..1]).cloned().collect();
            if parts.len() > 1 && modules.contains_key(&child) {
                found.insert((module.clone(), parts[parts.len() - 1].clone()), from);
            }
        }
    }
    found
}

/// The module that a path leads to, from within `module`; none where it leads out of the crate.
fn target(
    modules: &Modules,
    on: &BTreeMap<(Vec<String>, String), Vec<String>>,
    module: &[String],
    path: &str,
) -> Option<Vec<String>> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut at = module.to_vec();
    match parts[0] {
        "crate" => {
            at.clear();
            parts.remove(0);
        }
        "super" | "self" => {
            while let Some(first @ ("super" | "self")) = parts.first().copied() {
                if first == "super" {
                    at.pop();
                }
                parts.remove(0);
            }
        }
        first => {
            let child: Vec<String> = at.iter().cloned().chain([first.to_owned()]).collect();
            modules.get(&child)?;
        }
    }
    // A name that is handed on may be handed on again; no path does so more often than this.
    for _ in 0..8 {
        while let Some(first) = parts.first() {
            let child: Vec<String> = at.iter().cloned().chain([(*first).to_owned()]).collect();
            if !modules.contains_key(&child) {
                break;
            }
            at = child;
            parts.remove(0);
        }
        let Some(from) = parts.first().and_then(|first| on.get(&(at.clone(), (*first).to_owned()))) else { break };
        at.clone_from(from);
    }
    Some(at)
}

/// For each module, which of its children uses which.
fn uses(modules: &Modules) -> BTreeMap<Vec<String>, Edges> {
    let on = handed_on(modules);
    let mut found: BTreeMap<Vec<String>, Edges> = BTreeMap::new();
    for (module, text) in modules {
        for path in named(text) {
            let Some(to) = target(modules, &on, module, &path) else { continue };
            let shared = module.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if shared < module.len() && shared < to.len() {
                let edge = (module[shared].clone(), to[shared].clone());
                let told = format!("{} uses {path}", module.join("::"));
                found.entry(module[..shared].to_vec()).or_default().entry(edge).or_default().insert(told);
            }
        }
    }
    found
}

/// The knots of a crate: modules that reach each other, with what makes them.
fn knots(modules: &Modules) -> Vec<String> {
    let mut found = Vec::new();
    for (parent, edges) in uses(modules) {
        let mut reach: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in edges.keys() {
            reach.entry(from).or_default().insert(to);
        }
        loop {
            let before: usize = reach.values().map(BTreeSet::len).sum();
            for from in reach.keys().copied().collect::<Vec<_>>() {
                let further: BTreeSet<&str> =
                    reach[from].iter().filter_map(|to| reach.get(to)).flatten().copied().collect();
                reach.entry(from).or_default().extend(further);
            }
            if reach.values().map(BTreeSet::len).sum::<usize>() == before {
                break;
            }
        }
        let both = |a: &str, b: &str| {
            reach.get(a).is_some_and(|to| to.contains(b)) && reach.get(b).is_some_and(|to| to.contains(a))
        };
        let mut seen = BTreeSet::new();
        for one in reach.keys().copied().filter(|one| both(one, one)) {
            let knot: Vec<&str> = reach.keys().copied().filter(|other| both(one, other)).collect();
            if seen.insert(knot.clone()) {
                let within =
                    edges.iter().filter(|((a, b), _)| knot.contains(&a.as_str()) && knot.contains(&b.as_str()));
                let told: Vec<String> = within.flat_map(|(_, told)| told).map(|told| format!("    {told}")).collect();
                found.push(format!("{}: {}\n{}", parent.join("::"), knot.join(", "), told.join("\n")));
            }
        }
    }
    found
}

#[test]
fn no_module_knows_one_that_knows_it() {
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(crates()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let src = path.join("src");
        if !src.is_dir() {
            continue;
        }
        faults
            .extend(knots(&modules(&src)).iter().map(|knot| format!("{name}: modules that know each other:\n{knot}")));
    }
    none(&faults);
}

#[test]
fn no_role_of_a_run_knows_another_and_the_story_knows_them_all() {
    let edges = uses(&modules(&crates().join("lagom/src"))).remove(&vec!["run".to_owned()]).unwrap();
    let roles = ["train", "ask", "conclude", "publish"];
    let among = |from: &[&str], to: &[&str]| -> Vec<String> {
        let both = |(a, b): &&(String, String)| from.contains(&a.as_str()) && to.contains(&b.as_str());
        edges.keys().filter(both).flat_map(|edge| edges[edge].clone()).collect()
    };
    none(&among(&roles, &roles));
    // What lies below the roles decides and runs nothing.
    none(&among(&["workspace", "prompted", "prepare", "answers", "search", "crew"], &roles));
    for role in roles {
        assert!(!among(&["execute"], &[role]).is_empty(), "{role}");
    }
}

#[test]
fn a_knot_is_found_also_by_way_of_the_parent() {
    let sources = |b: &str| -> Modules {
        let of = |name: &[&str], text: &str| (name.iter().map(|part| (*part).to_owned()).collect(), text.to_owned());
        [
            of(&[], "mod a;\nmod b;\nmod c;\npub use a::{Thing, sub::Deep};"),
            of(&["a"], "use super::c::C;\nuse crate::b::help;"),
            of(&["b"], b),
            of(&["c"], "pub struct C;"),
        ]
        .into_iter()
        .collect()
    };
    assert!(knots(&sources("use std::fmt;\nuse super::c::C;")).is_empty());
    // `Thing` is a's, whatever hands it on.
    for back in ["use crate::Thing;", "fn f(x: super::Thing) {}", "use crate::{c::C, Thing as T};"] {
        let found = knots(&sources(back));
        assert!(found.len() == 1 && found[0].starts_with(": a, b\n"), "{back}: {found:?}");
    }
    assert_eq!(paths("x::{a, b::{c, d as e}}"), ["x::a", "x::b::c", "x::b::d"]);
}

/// Every place in the library outside `allowed` where one of `words` stands in the code. Paths are of the folder of crates.
fn places(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources(&crates()) {
        let relative = path.strip_prefix(crates()).unwrap().display().to_string();
        let library = relative.contains("/src/") && !relative.starts_with("lagom-cli/");
        if !library || allowed.iter().any(|start| relative.starts_with(start)) {
            continue;
        }
        for (at, line) in code(&std::fs::read_to_string(&path).unwrap()).lines().enumerate() {
            let standing = words.iter().filter(|word| line.contains(*word));
            found.extend(standing.map(|word| format!("{relative}:{}: {word}", at + 1)));
        }
    }
    found
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_library_knows_no_terminal_and_no_exit_code() {
    none(&places(&["clap::", "indicatif::", "console::", "process::exit", "ExitCode"], &[]));
}

#[test]
fn only_networks_know_the_tensor_library() {
    let allowed = [
        "lagom-models/src/candidate/neural/",
        "lagom-pretrained/src/product.rs",
        // Graphics cards.
        "lagom-pretrained/src/device/",
        "lagom-pretrained/src/fine_tune/on_device.rs",
    ];
    none(&places(&["burn_tensor", "burn::"], &allowed));
}

#[test]
fn only_the_engine_knows_llama_cpp() {
    none(&places(&["llama_cpp_2"], &["lagom-backends/src/call/gguf/engine/"]));
}

#[test]
fn only_one_room_starts_programs() {
    none(&places(&["process::Command", "Command::new(", "killpg", "SIGKILL"], &["lagom-host/src/child/"]));
}

#[test]
fn only_the_registry_of_backends_knows_which_there_are() {
    let allowed = [
        "lagom-backends/src/",
        "lagom/src/run/prompted/backends.rs",
        // How servers are treated in tests, and these.
        "lagom/src/run/ask/memory.rs",
        "lagom/src/run/ask/servers_tests.rs",
        "lagom/src/run/ask/paid_tests.rs",
    ];
    let modules = ["call::endpoint", "call::gguf", "call::command", "call::scores"];
    none(&places(&modules, &allowed));
    none(&places(&["EndpointBackend", "GgufBackend", "CommandBackend", "AnswersBackend"], &allowed[..2]));
    let sources = ["Backend::Endpoint", "Backend::Gguf", "Backend::Command", "Backend::Answers"];
    none(&places(&sources, &["lagom-study/src/", "lagom-data/src/load/", "lagom-report/src/tests/"]));
}

#[test]
fn only_the_verdict_opens_what_is_sealed() {
    let allowed =
        ["lagom-engine/src/verdict/", "lagom/src/run/publish/", "lagom/src/run/conclude/", "lagom-data/src/holdout.rs"];
    none(&places(&["HoldoutAccess::at(", ".open("], &allowed));
}
