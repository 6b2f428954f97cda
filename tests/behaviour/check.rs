//! `lineside check` says everything that is wrong with a configuration, at once.
use std::process::{Command, Output};

fn check(text: &str, variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lineside.toml");
    std::fs::write(&file, text).expect("a file");
    Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["check", "--config"])
        .arg(&file)
        .envs(variables.iter().copied())
        .output()
        .expect("lineside runs")
}

#[test]
fn a_config_with_five_mistakes_tells_all_five_and_fails() {
    let out = check(
        r#"
[api]
listen = "0.0.0.0:7080"
[stream]
retention = "soon"
[[switch]]
name = "HQ"
profile = "asterisk/freepbx"
address = "10.0.0.5:5038"
user = "lineside"
username = "lineside"
secretFile = "no-such-file"
"#,
        &[],
    );
    let told = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{told}");
    for (line, word) in [
        (3, "allowPlaintext = true"),
        (5, "\"7d\""),
        (7, "a-z, 0-9 and -"),
        (10, "did you mean `username`?"),
        (12, "cannot be read"),
    ] {
        let place = format!("lineside.toml:{line}: ");
        assert!(
            told.lines().any(|l| l.contains(&place) && l.contains(word)),
            "{place}{word}\n{told}"
        );
    }
    assert!(told.ends_with("5 mistakes in the configuration\n"), "{told}");
}

#[test]
fn a_config_without_mistakes_is_said_to_be_fine() {
    let out = check(
        r#"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "10.0.0.5:5038"
username = "lineside"
"#,
        &[("LINESIDE_SWITCH__HQ__SECRET", "amp111")],
    );
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stdout).contains("is fine"));
}

#[test]
fn a_config_that_is_not_there_is_told_with_what_to_do() {
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["check", "--config", "no-such.toml"])
        .output()
        .expect("lineside runs");
    let told = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2));
    assert!(told.contains("no-such.toml") && told.contains("--config"), "{told}");
}

#[test]
fn a_token_that_may_have_everything_dialled_is_pointed_out() {
    let token = |name: &str, more: &str| {
        format!("[[token]]\nname = \"{name}\"\nsecret = \"0123456789abcdef {name}\"\n{more}\n")
    };
    let tokens = [
        token("free", "scopes = [\"calls:control\"]"),
        token("kept", "scopes = [\"calls:control\"]\ndial = [\"10XX\"]"),
        token("reader", "scopes = [\"calls:read\"]"),
    ];
    let switch = "[[switch]]\nname = \"hq\"\nprofile = \"asterisk/asterisk\"\naddress = \"10.0.0.5:5038\"\nusername = \"lineside\"\n";
    let out = check(
        &format!("{switch}{}", tokens.concat()),
        &[("LINESIDE_SWITCH__HQ__SECRET", "amp111")],
    );
    let told = String::from_utf8_lossy(&out.stdout);
    let about = |name: &str| told.contains(&format!("token \"{name}\" may have any number dialled"));
    assert_eq!(
        [about("free"), about("kept"), about("reader")],
        [true, false, false],
        "{told}"
    );
}

#[test]
fn who_the_agents_of_a_site_are_is_told_back() {
    let out = check(
        r#"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "10.0.0.5:5038"
username = "lineside"
secret = "amp111"
[switch.site]
notReadyReasons = ["break", "lunch"]
afterCallReason = "wrapup"
afterCallTime = "45s"
[[switch.site.agents]]
id = "4711"
name = "Alice"
device = "1001"
queues = ["support"]
[[token]]
name = "crm"
secret = "0123456789abcdef"
scopes = ["events:read"]
"#,
        &[],
    );
    let told = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{told}");
    for words in [
        "agent 4711 (member \"Alice\") at 1001 in support",
        "not ready because of break, lunch",
        "work after a call, for 45 s at most",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}
