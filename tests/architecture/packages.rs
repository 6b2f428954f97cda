//! The same laws, held against what cargo would build.
use crate::source::project;
use serde_json::Value;
use std::process::Command;

/// What a protocol crate may stand on: nothing that has to do with sockets, clocks, tasks or files.
const BENEATH_PROTOCOLS: &[&str] = &[
    "base64",
    "bytes",
    "memchr",
    "nom",
    "quick-xml",
    "serde",
    "sha1",
    "thiserror",
    "md-5",
    "encoding_rs",
];

/// Every package of the workspace with its folder and the names of what it needs to run.
fn packages() -> Vec<(String, String, Vec<String>)> {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(project())
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: Value = serde_json::from_slice(&out.stdout).expect("cargo writes JSON");
    let root = metadata["workspace_root"].as_str().expect("a root").to_owned();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let needs = package["dependencies"].as_array().expect("dependencies").iter();
            let folder = text(&package["manifest_path"]).replacen(&root, "", 1);
            let folder = folder
                .trim_start_matches('/')
                .trim_end_matches("Cargo.toml")
                .trim_end_matches('/')
                .to_owned();
            let needs = needs
                .filter(|d| d["kind"].is_null())
                .map(|d| text(&d["name"]))
                .collect();
            (text(&package["name"]), folder, needs)
        })
        .collect()
}

#[test]
fn a_protocol_crate_stands_on_the_wire_crate_and_on_nothing_that_does_io() {
    for (name, folder, needs) in packages().iter().filter(|p| p.1.starts_with("protocols/")) {
        for needed in needs {
            let ours = needed == "lineside-wire" && folder != "protocols/wire";
            assert!(
                ours || BENEATH_PROTOCOLS.contains(&needed.as_str()),
                "{name} ({folder}) may not need `{needed}`"
            );
        }
    }
}

#[test]
fn the_bridge_does_not_need_its_tests() {
    let packages = packages();
    let (_, _, needs) = packages.iter().find(|p| p.0 == "lineside").expect("the bridge");
    for needed in needs {
        let folder = packages.iter().find(|p| p.0 == *needed).map_or("", |p| p.1.as_str());
        assert!(
            !folder.starts_with("tests") && !folder.starts_with("fuzz"),
            "lineside may not need `{needed}`"
        );
    }
}

#[test]
fn no_dependency_is_a_pre_release() {
    let lock = std::fs::read_to_string(project().join("Cargo.lock")).expect("a lock file");
    for line in lock.lines().filter(|l| l.starts_with("version = \"")) {
        let version = line.trim_start_matches("version = ").trim_matches('"');
        let core = version.split('+').next().unwrap_or(version);
        assert!(!core.contains('-'), "a pre-release stands in Cargo.lock: {version}");
    }
}
