//! What lies at the top of the project, and what no file may hold.
use crate::source::project;
use std::process::Command;

const TOP: &[&str] = &[
    "Cargo.toml",
    "src",
    "protocols",
    "vendor-profiles",
    "fuzz",
    "tests",
    "README.md",
    "Cargo.lock",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// Files that git keeps or would keep; in an archive without git, every file.
fn files() -> Vec<String> {
    let out = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(project())
        .output();
    match out {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout)
            .split('\0')
            .filter(|name| !name.is_empty() && project().join(name).is_file())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_visible_top_level_is_fixed() {
    for entry in std::fs::read_dir(project()).expect("the project").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('.') || name == "target" || TOP.contains(&name.as_str());
        assert!(
            known,
            "`{name}` may not lie at the top: every room has its place below {TOP:?}"
        );
    }
}

/// Folders that every machine has: a checkout may lie there, and a file may speak of them.
const COMMON: &[&str] = &["/", "/tmp", "/var/tmp", "/opt", "/srv", "/home", "/usr/src", "/builds"];

#[test]
fn no_file_names_a_place_of_the_machine_it_was_written_on() {
    let home = std::env::var("HOME").unwrap_or_default();
    let around = project()
        .parent()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default();
    let places: Vec<String> = [home, around]
        .into_iter()
        .filter(|place| !place.is_empty() && !COMMON.contains(&place.as_str()))
        .map(|place| format!("{place}/"))
        .collect();
    for name in files() {
        let Ok(text) = std::fs::read_to_string(project().join(&name)) else {
            continue;
        };
        for place in &places {
            assert!(
                !text.contains(place.as_str()),
                "{name} names `{place}`, a place of this machine"
            );
        }
    }
}

/// A configuration file with the marks of a merge in it may well be read, and mean something else.
#[test]
fn no_file_holds_a_merge_that_nobody_finished() {
    let marks = ["<", ">"].map(|mark| format!("{} ", mark.repeat(7)));
    for name in files() {
        let Ok(text) = std::fs::read_to_string(project().join(&name)) else {
            continue;
        };
        let marked = text
            .lines()
            .position(|line| marks.iter().any(|mark| line.starts_with(mark)));
        assert!(
            marked.is_none(),
            "{name}, line {}: a merge is not finished",
            marked.unwrap_or(0) + 1
        );
    }
}
