//! Reads the sources: which file belongs where and what it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{GROUND, ROOF};

/// A source file of the program, its tests cut off.
pub(super) struct Source {
    /// Below `src`.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// The room, or the file of the ground or the roof.
    pub(super) fn part(&self) -> String {
        let first = self.path.components().next().unwrap().as_os_str().to_str().unwrap();
        first.trim_end_matches(".rs").to_owned()
    }

    /// Whether it is, or lies in, a part of its room with one of these names: `accounts/api/me.rs` is of `api`.
    pub(super) fn is_of(&self, kinds: &[&str]) -> bool {
        let inner = self
            .path
            .components()
            .skip(1)
            .map(|part| part.as_os_str().to_str().unwrap());
        inner
            .into_iter()
            .any(|name| kinds.contains(&name.trim_end_matches(".rs")))
    }

    /// Where HTTP is spoken.
    pub(super) fn is_edge(&self) -> bool {
        self.is_of(&["api", "pages"])
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }
}

pub(super) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            // Tests of a room may look into every other.
            let is_test =
                name == "tests" || name.ends_with("_tests") || path.with_extension("").ends_with("clock_cases");
            if is_test {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let whole = fs::read_to_string(&path).unwrap();
                let text = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.push(Source {
                    path: path.strip_prefix(&root).unwrap().to_owned(),
                    text: code.collect::<Vec<_>>().join("\n"),
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The rooms in the order of lib.rs: each may know those above it.
pub(super) fn rooms() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let parts = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    parts
        .filter(|part| !GROUND.contains(part) && !ROOF.contains(part) && *part != "shell")
        .map(str::to_owned)
        .collect()
}

/// Every path that starts at the crate: `crate::accounts::Actor` gives `accounts::Actor`, groups are taken apart.
pub(super) fn paths(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for start in ["crate::", "sepakat::"] {
        for (at, _) in text.match_indices(start) {
            // `other_crate::` is none of ours, and neither is a macro's `$crate`.
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            unfold(&text[at + start.len()..], "", &mut found);
        }
    }
    found
}

fn unfold(text: &str, before: &str, found: &mut BTreeSet<String>) {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let (mut depth, mut item) = (0, 0);
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    unfold(&group[item..at], before, found);
                    item = at + 1;
                    if letter == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if word.is_empty() {
        return;
    }
    let path = if before.is_empty() {
        word.clone()
    } else {
        format!("{before}::{word}")
    };
    match text[word.len()..].strip_prefix("::") {
        Some(rest)
            if rest
                .trim_start()
                .starts_with(|c: char| c == '{' || c.is_alphabetic() || c == '_') =>
        {
            unfold(rest, &path, found);
        }
        _ => drop(found.insert(path)),
    }
}

#[test]
fn groups_of_imports_are_taken_apart() {
    let found = paths(
        "use crate::{areas, letters::{self, Seal}, app::App};\n crate::text_enum! { x } fn f() -> crate::accounts::Nik",
    );
    let expected = [
        "accounts::Nik",
        "app::App",
        "areas",
        "letters::Seal",
        "letters::self",
        "text_enum",
    ];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
}
