//! `lineside check --connect` at a CSTA link: what it saw, which profile fits, and what the switch refused.
use crate::csta_switch::{Switch, closes, says};
use lineside_csta::server::ServerConfig;
use lineside_csta::types::{OperationError, SystemResourceError, UniversalFailure};
use lineside_csta::{
    ApplicationSession, Association, ContextName, Credentials, CredentialsAs, Dialect, Encoding, Framing, Login, Phase,
    Style, Supervision,
};
use std::net::SocketAddr;
use std::process::{Command, Output};
use std::time::Duration;

const PAGE: &str = include_str!("../../vendor-profiles/README.md");

/// A system status of Phase III in the frame of a HiPath.
const HIPATH: &[u8] = b"\x26\x80\x0e\xa1\x0c\x02\x01\x01\x02\x02\x00\xd3\x30\x03\x0a\x01\x02";
/// The least that there is to say of a site.
const SITE: &str = "[switch.site]\ndevices = [\"2001\"]\n";

fn check(profile: &str, address: SocketAddr, site: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lineside.toml");
    let text = format!(
        "[[switch]]\nname = \"hq\"\nprofile = \"{profile}\"\naddress = \"{address}\"\nusername = \"crm\"\nsecret = \"secret\"\n\
         {site}[switch.override.limits]\nanswer = 1000\nlogin = 1000\n"
    );
    std::fs::write(&file, text).expect("a file");
    Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["check", "--connect", "--config"])
        .arg(&file)
        .output()
        .expect("lineside runs")
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The check fails, and one line has all of `words` in it.
fn fails(out: &Output, words: &[&str]) {
    assert_eq!(out.status.code(), Some(1), "{}", told(out));
    tells(out, &[&["WRONG"], words].concat());
}

fn tells(out: &Output, words: &[&str]) {
    let told = told(out);
    let all = |line: &str| words.iter().all(|word| line.contains(word));
    assert!(told.lines().any(all), "{words:?}\n{told}");
}

fn xml(edition: u8, login: Login) -> Dialect {
    Dialect {
        framing: Framing::Annex,
        encoding: Encoding::Xml(Style::edition(edition)),
        login,
        supervision: Supervision::None,
    }
}

fn switch(dialect: Dialect) -> Switch {
    Switch {
        config: ServerConfig::new(dialect, None),
        refuses: None,
    }
}

/// As MiVoice Office 400 is spoken with.
fn session() -> Dialect {
    let session = ApplicationSession {
        application_id: String::new(),
        protocol_versions: Vec::new(),
        duration: Duration::from_secs(600),
        credentials: CredentialsAs::UserAndPassword,
    };
    xml(5, Login::ApplicationSession(session))
}

#[test]
fn a_switch_that_fits_is_told_with_its_state_its_devices_and_a_monitor() {
    let out = check("ecma/ecma-323-ed5", switch(xml(5, Login::None)).listen(), SITE);
    assert!(out.status.success(), "{}", told(&out));
    tells(&out, &["ok", "the switch says that it is normal"]);
    tells(&out, &["ok", "lists 1 devices"]);
    tells(&out, &["ok", "2001 can be monitored"]);
    assert!(!told(&out).contains("less "), "{}", told(&out));
}

#[test]
fn devices_of_the_site_that_the_switch_does_not_list_are_named() {
    let site = "[switch.site]\ndevices = [\"2001\", \"2999\"]\n";
    let out = check("ecma/ecma-323-ed5", switch(xml(5, Login::None)).listen(), site);
    assert!(out.status.success(), "{}", told(&out));
    tells(&out, &["less", "1 of the `devices`", "2999"]);
}

#[test]
fn a_switch_without_devices_that_anybody_names_is_wrong() {
    let mut dialect = xml(4, Login::ServerFirst);
    dialect.supervision = Supervision::None;
    let out = check("unify/openscape-voice", switch(dialect).listen(), "");
    fails(&out, &["no device is known", "devices = "]);
}

#[test]
fn xml_where_a_hipath_was_expected_is_named_with_the_profiles_that_fit() {
    let address = switch(xml(4, Login::ServerFirst)).listen();
    let out = check("unify/hipath-3000", address, SITE);
    fails(&out, &["annex J.2", "unify/openscape-voice"]);
    assert!(!told(&out).contains("profile unify/hipath-3000,"), "{}", told(&out));
}

#[test]
fn a_hipath_where_xml_was_expected_is_named_with_the_profiles_that_fit() {
    for profile in ["ecma/ecma-323-ed3", "mitel/mivoice-office-400", "unify/openscape-voice"] {
        let out = check(profile, says(HIPATH), SITE);
        fails(&out, &["0x26", "unify/hipath-3000", "unify/openscape-business"]);
    }
}

#[test]
fn another_phase_than_was_agreed_on_is_named_with_the_profiles_of_that_phase() {
    let association = Association {
        context_name: ContextName::default(),
        handshake: false,
        versions: 1 << 3,
        status_follows: true,
        release_exit: false,
    };
    let dialect = Dialect {
        framing: Framing::HiPath,
        encoding: Encoding::Ber(Phase::II),
        login: Login::Association(association),
        supervision: Supervision::None,
    };
    let out = check("unify/hipath-3000", switch(dialect).listen(), SITE);
    fails(
        &out,
        &[
            "phase 3 was agreed on",
            "of phase 2",
            "alcatel/omnipcx-enterprise",
            "phase = 2",
        ],
    );
}

#[test]
fn another_edition_is_named_with_the_profiles_of_that_edition() {
    let address = switch(xml(3, Login::None)).listen();
    let out = check("ecma/ecma-323-ed6", address, SITE);
    assert!(out.status.success(), "{}", told(&out));
    tells(
        &out,
        &["less", "edition 3", "edition 6", "ecma/ecma-323-ed3", "mitel/mx-one"],
    );
}

#[test]
fn a_refused_login_is_told_in_the_words_of_the_switch() {
    let mut switch = switch(session());
    switch.config.credentials = Some(Credentials::new("crm", "another"));
    let out = check("mitel/mivoice-office-400", switch.listen(), SITE);
    fails(&out, &["invalidApplicationInfo", "`username` and `secret`"]);
}

#[test]
fn versions_that_the_switch_does_not_take_are_told_with_ours() {
    let Login::ApplicationSession(session) = session().login else {
        panic!("a session")
    };
    let session = ApplicationSession {
        protocol_versions: vec!["http://www.ecma-international.org/standards/ecma-323/csta/ed3".to_owned()],
        ..session
    };
    let switch = switch(xml(3, Login::ApplicationSession(session)));
    let out = check("mitel/mivoice-office-400", switch.listen(), SITE);
    fails(&out, &["requestedProtocolVersionNotSupported", "ecma-323/csta/ed5"]);
}

#[test]
fn a_monitor_that_is_refused_tells_what_is_missing() {
    let licence = UniversalFailure::SystemResource(SystemResourceError::OverallMonitorLimitExceeded);
    let rights = UniversalFailure::Operation(OperationError::PrivilegeViolationSpecifiedDevice);
    let device = UniversalFailure::Operation(OperationError::InvalidDeviceId);
    for (why, words) in [
        (licence, ["overallMonitorLimitExceeded", "the licence"]),
        (rights, ["privilegeViolationSpecifiedDevice", "rights"]),
        (device, ["invalidDeviceID", "`devices` in [switch.site]"]),
    ] {
        let mut switch = switch(xml(5, Login::None));
        switch.refuses = Some(why);
        let out = check("ecma/ecma-323-ed5", switch.listen(), SITE);
        fails(&out, &["2001 cannot be monitored", words[0], words[1]]);
    }
}

/// As AE Services is spoken with.
fn dmcc() -> Dialect {
    let session = ApplicationSession {
        application_id: String::new(),
        protocol_versions: Vec::new(),
        duration: Duration::from_secs(600),
        credentials: CredentialsAs::SessionLoginInfo {
            namespace: "http://www.avaya.com/csta".to_owned(),
            cleanup_delay: None,
        },
    };
    xml(3, Login::ApplicationSession(session))
}

#[test]
fn a_device_that_is_asked_for_by_a_name_is_named_before_it_is_monitored() {
    let site = "[switch.site]\nswitchName = \"avaya\"\ndevices = [\"2001\"]\n";
    let out = check("avaya/dmcc", switch(dmcc()).listen(), site);
    tells(&out, &["the server calls 2001", "2001:avaya::0"]);
    tells(&out, &["2001 can be monitored"]);
    assert_eq!(out.status.code(), Some(0), "{}", told(&out));
}

#[test]
fn a_switch_that_the_server_calls_otherwise_is_told_with_what_to_set() {
    let site = "[switch.site]\nswitchName = \"elsewhere\"\ndevices = [\"2001\"]\n";
    let out = check("avaya/dmcc", switch(dmcc()).listen(), site);
    fails(
        &out,
        &["2001 has no name", "invalidDeviceID", "\"elsewhere\"", "`switchName`"],
    );
}

#[test]
fn a_switch_that_is_asked_for_by_its_name_has_to_have_one() {
    let out = check("avaya/dmcc", switch(dmcc()).listen(), SITE);
    assert_ne!(out.status.code(), Some(0));
    let why = String::from_utf8_lossy(&out.stderr).into_owned() + &told(&out);
    assert!(why.contains("give `switchName` in [switch.site]"), "{why}");
}

#[test]
fn silence_tells_which_switches_speak_first_and_which_do_not() {
    for profile in ["ecma/ecma-323", "mitel/mivoice-office-400", "unify/hipath-3000"] {
        let out = check(profile, says(b""), SITE);
        fails(&out, &["nothing came", "unify/openscape-voice"]);
    }
    let out = check("unify/openscape-voice", says(b""), SITE);
    fails(&out, &["nothing came", "speaks first", "unify/hipath-3000"]);
}

#[test]
fn a_switch_that_turns_us_away_is_told_with_what_it_may_mean() {
    let out = check("unify/openscape-voice", closes(), SITE);
    fails(
        &out,
        &[
            "closed while",
            "no link left",
            "expects other bytes",
            "unify/hipath-3000",
        ],
    );
}

#[test]
fn a_switch_that_speaks_first_and_answers_no_login_is_told() {
    let out = check(
        "mitel/mivoice-office-400",
        switch(xml(4, Login::ServerFirst)).listen(),
        SITE,
    );
    fails(&out, &["speaks first", "unify/openscape-voice"]);
}

#[test]
fn an_asterisk_is_known_by_its_banner() {
    for profile in ["ecma/ecma-323", "unify/hipath-3000", "alcatel/omnipcx-enterprise"] {
        let out = check(profile, says(b"Asterisk Call Manager/11.0.0\r\n"), SITE);
        fails(&out, &["Asterisk", "asterisk/asterisk", "asterisk/freepbx"]);
    }
}

#[test]
fn a_csta_link_where_an_asterisk_was_expected_is_named_with_the_profiles_that_fit() {
    let address = switch(xml(4, Login::ServerFirst)).listen();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lineside.toml");
    let text = format!(
        "[[switch]]\nname = \"hq\"\nprofile = \"asterisk/asterisk\"\naddress = \"{address}\"\nusername = \"lineside\"\n\
         secret = \"secret\"\n"
    );
    std::fs::write(&file, text).expect("a file");
    let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
        .args(["check", "--connect", "--config"])
        .arg(&file)
        .output()
        .expect("lineside runs");
    fails(&out, &["annex J.2", "unify/openscape-voice"]);
}

#[test]
fn a_switch_that_is_not_there_is_told_with_what_to_look_at() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let out = check("unify/hipath-3000", address, SITE);
    fails(&out, &["nothing listens", "the CSTA link of the switch"]);
}

/// The blocks of the page that are written in TOML: a configuration, and a profile.
#[test]
fn what_the_page_shows_is_a_configuration_and_a_profile() {
    let blocks = PAGE.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|block| block.split("```").next()).collect();
    let [config, profile] = blocks[..] else {
        panic!("two blocks")
    };
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("own.toml");
    std::fs::write(&own, profile).expect("a file");
    let own = own.to_str().expect("a name");
    for text in [config.to_owned(), config.replace("unify/openscape-voice", own)] {
        let file = folder.path().join("lineside.toml");
        std::fs::write(&file, text).expect("a file");
        let out = Command::new(env!("CARGO_BIN_EXE_lineside"))
            .args(["check", "--config"])
            .arg(&file)
            .output()
            .expect("lineside runs");
        let error = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{}{error}", told(&out));
    }
}

#[test]
fn every_profile_of_csta_is_on_the_page_and_claims_no_live_switch() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor-profiles");
    for vendor in ["ecma", "unify", "mitel", "alcatel", "zultys", "avaya"] {
        for file in std::fs::read_dir(root.join(vendor)).expect("profiles").flatten() {
            let path = file.path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let short = name.strip_prefix("ecma-323").unwrap_or(&name);
            assert!(
                PAGE.contains(&format!("{short}`")),
                "{vendor}/{name} is not on the page"
            );
            let text = std::fs::read_to_string(&path).expect("a profile");
            assert!(!text.contains("live = [\""), "{vendor}/{name}");
        }
    }
}
