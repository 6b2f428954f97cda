use super::*;
use std::time::Duration;

const GOOD: &str = r#"
[[switch]]
name = "hq"
profile = "asterisk/asterisk"
address = "127.0.0.1:5038"
username = "lineside"
secret = "amp111"
[switch.site]
country = "DE"
extensions = "10XX"
[[token]]
name = "crm"
secret = "0123456789abcdef"
scopes = ["events:read"]
"#;

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    parse(Path::new("lineside.toml"), text, environment)
}

fn told(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    read(text, environment)
        .unwrap_err()
        .0
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_is_not_said_has_a_safe_default() {
    let config = read(GOOD, &[]).unwrap();
    assert!(config.api.listen.ip().is_loopback());
    assert_eq!(config.stream.retention, Duration::from_secs(7 * 86_400));
    assert!(config.stream.path.is_none());
    assert_eq!(config.switches[0].site.country.as_deref(), Some("DE"));
}

#[test]
fn five_mistakes_are_told_at_once_each_with_its_line() {
    let text = r#"
[api]
listen = "0.0.0.0:7080"
[[switch]]
name = "hq"
profile = "asterisk/asterix"
adress = "10.0.0.5:5038"
address = "10.0.0.5"
username = "lineside"
secret = "amp111"
[[token]]
name = "crm"
secret = "0123456789abcdef"
scopes = ["events:reed"]
"#;
    let told = told(text, &[]);
    assert_eq!(told.len(), 5, "{told:#?}");
    for (place, word) in [
        ("lineside.toml:3: ", "allowPlaintext = true"),
        ("lineside.toml:6: ", "did you mean \"asterisk/asterisk\"?"),
        ("lineside.toml:7: ", "unknown key `adress`; did you mean `address`?"),
        ("lineside.toml:8: ", "no host and port"),
        ("lineside.toml:14: ", "did you mean `events:read`?"),
    ] {
        assert!(
            told.iter().any(|t| t.starts_with(place) && t.contains(word)),
            "{place}{word}\n{told:#?}"
        );
    }
}

#[test]
fn every_key_can_come_from_the_environment_also_below_a_named_switch() {
    let config = read(
        GOOD,
        &[
            ("LINESIDE_API__LISTEN", "0.0.0.0:80"),
            ("LINESIDE_API__ALLOWPLAINTEXT", "true"),
            ("LINESIDE_SWITCH__HQ__SECRET", "12345"),
            ("LINESIDE_SWITCH__HQ__SITE__USERDATA", "CUSTOMER, ACCOUNT"),
            ("LINESIDE_STREAM__RETENTION", "12h"),
        ],
    )
    .unwrap();
    assert_eq!(config.api.listen.port(), 80);
    assert_eq!(*config.switches[0].secret, "12345");
    assert_eq!(config.switches[0].site.user_data, ["CUSTOMER", "ACCOUNT"]);
    assert_eq!(config.stream.retention, Duration::from_secs(12 * 3600));
}

#[test]
fn a_variable_that_is_no_key_is_a_mistake_that_names_the_nearest() {
    let told = told(GOOD, &[("LINESIDE_API__LISTN", "x")]);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("LINESIDE_API__LISTN") && told[0].contains("`LINESIDE_API__LISTEN`"),
        "{told:?}"
    );
}

#[test]
fn a_wrong_value_in_a_variable_names_the_variable() {
    let told = told(GOOD, &[("LINESIDE_STREAM__RETENTION", "soon")]);
    assert!(
        told[0].starts_with("environment variable LINESIDE_STREAM__RETENTION: expected a time"),
        "{told:?}"
    );
}

#[test]
fn how_many_may_connect_is_a_number_above_zero() {
    let with = |most: &str| format!("[api]\nmaxConnections = {most}\n{GOOD}");
    assert_eq!(read(&with("2000"), &[]).unwrap().api.max_connections, 2000);
    let told = told(&with("0"), &[]);
    assert!(
        told.len() == 1 && told[0].starts_with("lineside.toml:2: ") && told[0].contains("from 1 to 1000000"),
        "{told:?}"
    );
}

#[test]
fn how_often_something_may_be_asked_is_a_number_above_zero() {
    let usual = read(GOOD, &[]).unwrap().rates;
    assert_eq!((usual.services_per_second, usual.wrong_tokens_per_minute), (100, 60));
    let set = format!("[api]\nservicesPerSecond = 5\nwrongTokensPerMinute = 7\n{GOOD}");
    let rates = read(&set, &[]).unwrap().rates;
    assert_eq!((rates.services_per_second, rates.wrong_tokens_per_minute), (5, 7));
    let told = told(&set.replace("= 5", "= 0"), &[]);
    assert!(told.len() == 1 && told[0].contains("servicesPerSecond"), "{told:?}");
}

#[test]
fn a_secret_is_never_shown() {
    let text = GOOD.replace("secret = \"amp111\"", "secret = 4711");
    let told = told(&text, &[]).join("\n");
    assert!(told.contains("expected a text") && !told.contains("4711"), "{told}");
    assert!(!format!("{:?}", read(GOOD, &[]).unwrap()).contains("amp111"));
}

/// The switch with these lines in `[switch.cdr]`.
fn with_records(lines: &str) -> String {
    GOOD.replace("[[token]]", &format!("[switch.cdr]\n{lines}\n[[token]]"))
}

#[test]
fn records_are_in_a_file_or_in_a_database_whose_password_comes_as_every_secret_does() {
    let source = |text: &str, environment: &[(&str, &str)]| {
        let config = read(&with_records(text), environment).unwrap();
        assert!(!format!("{config:?}").contains("swordfish"));
        config.switches[0].records.as_ref().unwrap().to_string()
    };
    assert_eq!(source("source = \"/var/log/Master.csv\"", &[]), "/var/log/Master.csv");
    let database = "source = \"mysql://lineside@db:3307/asteriskcdrdb\"";
    assert_eq!(
        source(
            &format!("{database}\nsecret = \"swordfish\"\ntable = \"cdr_2026\""),
            &[]
        ),
        "mysql://lineside@db:3307/asteriskcdrdb, table cdr_2026"
    );
    assert_eq!(
        source(database, &[("LINESIDE_SWITCH__HQ__CDR__SECRET", "swordfish")]),
        "mysql://lineside@db:3307/asteriskcdrdb, table cdr"
    );
}

#[test]
fn what_is_wrong_with_the_place_of_the_records_is_told() {
    for (lines, wanted) in [
        ("table = \"cdr\"", "`source` is missing"),
        ("source = \"/Master.csv\"\ntable = \"cdr\"", "this is for a database"),
        (
            "source = \"mysql://lineside@db/cdrs\"",
            "give `secret`, or `secretFile`",
        ),
        (
            "source = \"mysql://lineside:hidden@db/cdrs\"\nsecret = \"x\"",
            "the password does not belong here",
        ),
        ("source = \"mysql://lineside@db\"\nsecret = \"x\"", "write for example"),
        (
            "source = \"mysql://lineside@db/cdrs\"\nsecret = \"x\"\ntable = \"a`b\"",
            "no name of a table",
        ),
        (
            "source = \"odbc://lineside:hidden@db/cdrs\"",
            "neither the path of a file",
        ),
    ] {
        let told = told(&with_records(lines), &[]);
        assert!(told.len() == 1 && told[0].contains(wanted), "{lines}\n{told:#?}");
        assert!(!told[0].contains("hidden"), "{told:#?}");
    }
}

#[test]
fn a_secret_can_stand_in_a_file_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lineside.toml");
    std::fs::write(folder.path().join("hq.secret"), "amp111\n").unwrap();
    std::fs::write(&path, GOOD.replace("secret = \"amp111\"", "secretFile = \"hq.secret\"")).unwrap();
    let config = super::read(&path, std::iter::empty()).unwrap();
    assert_eq!(*config.switches[0].secret, "amp111");
}

#[test]
fn what_is_no_toml_is_told_with_its_line_and_the_rest_is_still_looked_at() {
    let told = told("[api\nlisten = \"127.0.0.1:1\"\n", &[]);
    assert!(told.iter().any(|t| t.starts_with("lineside.toml:1: ")), "{told:?}");
}

#[test]
fn what_is_wrong_with_the_site_is_told_by_its_key() {
    let told = told(&GOOD.replace("\"DE\"", "\"XX\"").replace("10XX", "1.2"), &[]);
    assert!(
        told.iter()
            .any(|t| t.starts_with("lineside.toml:9:") && t.contains("XX")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|t| t.starts_with("lineside.toml:10:") && t.contains("nothing may follow")),
        "{told:?}"
    );
}

#[test]
fn two_switches_of_one_name_are_a_mistake() {
    let switch = GOOD.split("[switch.site]").next().unwrap();
    let told = told(&format!("{switch}{GOOD}"), &[]);
    assert!(
        told.iter().any(|t| t.contains("two switches are named \"hq\"")),
        "{told:?}"
    );
}

#[test]
fn tls_needs_both_files_and_opens_other_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, "").unwrap();
    let api = format!("[api]\nlisten = \"0.0.0.0:443\"\ncertificateFile = {certificate:?}\n");
    let missing = told(&format!("{api}{GOOD}"), &[]);
    assert!(
        missing.len() == 1 && missing[0].contains("`keyFile` is missing"),
        "{missing:?}"
    );
    let both = format!("{api}keyFile = {key:?}\n{GOOD}");
    let unreadable = told(&both, &[]);
    assert!(
        unreadable.len() == 1 && unreadable[0].contains("cannot be read"),
        "{unreadable:?}"
    );
    std::fs::write(&key, "").unwrap();
    assert_eq!(read(&both, &[]).unwrap().api.tls.unwrap().key, key);
}

#[test]
fn what_a_token_may_have_dialled_is_a_list_of_patterns() {
    let text = format!("{GOOD}dial = [\"10XX\", \"0[1-9]X.\"]\n");
    let access = crate::access::Access::new(read(&text, &[]).unwrap().tokens, Rates::default());
    let grant = access.authenticate("0123456789abcdef").unwrap();
    for (number, may) in [
        ("1001", true),
        ("030123456", true),
        ("0049900123", false),
        ("112", false),
    ] {
        assert_eq!(grant.may_dial(number), may, "{number}");
    }
    let told = told(&format!("{GOOD}dial = [\"0[1\"]\n"), &[]);
    assert!(
        told.len() == 1 && told[0].starts_with("lineside.toml:15:") && told[0].contains("0[1"),
        "{told:?}"
    );
}

#[test]
fn calls_outlive_a_link_for_a_quarter_of_an_hour_or_as_long_as_is_said() {
    let give_up = |more: &str| read(&format!("{GOOD}{more}"), &[]).map(|config| config.link.give_up);
    assert_eq!(give_up("").unwrap(), Duration::from_secs(900));
    assert_eq!(give_up("[link]\ngiveUp = \"2h\"").unwrap(), Duration::from_secs(7200));
    let told = told(&format!("{GOOD}[link]\ngiveUp = \"0s\""), &[]);
    assert!(told[0].contains("giveUp") && told[0].contains("15min"), "{told:?}");
}

const AGENTS: &str = r#"notReadyReasons = ["break", "lunch"]
afterCallReason = "wrapup"
afterCallTime = "45s"
[[switch.site.agents]]
id = "4711"
name = "Alice"
interface = "PJSIP/1001"
device = "1001"
queues = ["support", "sales"]
[[switch.site.agents]]
id = "4712"
[[token]]"#;

#[test]
fn the_agents_of_a_site_have_ids_names_telephones_and_queues() {
    let config = read(&GOOD.replace("[[token]]", AGENTS), &[]).unwrap();
    let site = &config.switches[0].site;
    assert_eq!((site.not_ready_reasons.len(), site.after_call_seconds), (2, Some(45)));
    let [alice, other] = site.agents.as_slice() else {
        panic!("{site:?}")
    };
    assert_eq!((alice.member(), alice.queues.len()), ("Alice", 2));
    assert_eq!(
        (alice.interface.as_deref(), alice.device.as_deref()),
        (Some("PJSIP/1001"), Some("1001"))
    );
    assert_eq!((other.member(), &other.device), ("4712", &None));
}

#[test]
fn what_is_wrong_with_the_agents_of_a_site_is_told_with_its_line() {
    for (change, to, line, word) in [
        ("id = \"4712\"", "id = \"4711\"", 0, "two agents have the id"),
        ("id = \"4712\"", "id = \"alice\"", 0, "two agents have the name"),
        ("id = \"4712\"", "nome = \"Bob\"", 21, "did you mean `name`?"),
        ("\"PJSIP/1001\"", "\"1001\"", 0, "no interface"),
        ("\"lunch\"", "\"a;b\"", 11, "letters"),
        ("\"wrapup\"", "\"break\"", 12, "the one or the other"),
        ("\"45s\"", "\"soon\"", 13, "expected a time"),
        ("afterCallReason = \"wrapup\"\n", "", 12, "which pause"),
        ("\"sales\"]", "\"a\\r\\nb\"]", 0, "letters"),
    ] {
        assert!(AGENTS.contains(change), "{change}");
        let text = GOOD.replace("[[token]]", &AGENTS.replace(change, to));
        let told = told(&text, &[]).join("\n");
        assert!(told.contains(word), "{to}: {told}");
        let place = if line == 0 {
            "lineside.toml:".to_owned()
        } else {
            format!("lineside.toml:{line}: ")
        };
        assert!(told.contains(&place), "{to}: {told}");
    }
}

#[test]
fn an_agent_whose_name_is_a_number_is_not_taken_for_the_one_at_that_place() {
    let agents = AGENTS.replace("name = \"Alice\"", "name = \"1\"");
    let config = read(&GOOD.replace("[[token]]", &agents), &[]).unwrap();
    assert_eq!(config.switches[0].site.agents[1].id, "4712");
}

#[test]
fn a_site_says_when_its_days_begin_and_what_is_soon_in_its_queues() {
    let text = GOOD.replace(
        "[[token]]",
        "timeZone = \"Europe/Berlin\"\nshortAbandon = \"3s\"\n[[switch.site.queues]]\nname = \"support\"\nserviceLevel = \"30s\"\n[[token]]",
    );
    let statistics = &read(&text, &[]).unwrap().switches[0].statistics;
    assert_eq!(statistics.zone.iana_name(), Some("Europe/Berlin"));
    let usual = &statistics.thresholds;
    assert_eq!((usual.service_level.as_secs(), usual.short_abandon.as_secs()), (20, 3));
    let (queue, support) = statistics.queues.first_key_value().unwrap();
    assert_eq!(queue.as_str(), "hq:support");
    assert_eq!(
        (support.service_level.as_secs(), support.short_abandon.as_secs()),
        (30, 3)
    );
}

#[test]
fn a_zone_or_a_key_of_a_queue_that_does_not_exist_is_told_with_its_line() {
    let text = GOOD.replace(
        "[[token]]",
        "timeZone = \"Europe/Bärlin\"\n[[switch.site.queues]]\nname = \"support\"\nserviceLevl = \"30s\"\n[[token]]",
    );
    let told = told(&text, &[]);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains(":11: ") && told[0].contains("Europe/Berlin"),
        "{}",
        told[0]
    );
    assert!(
        told[1].contains(":14: ") && told[1].contains("did you mean `serviceLevel`?"),
        "{}",
        told[1]
    );
}
