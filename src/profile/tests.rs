use super::*;

fn site(toml: &str) -> Site {
    toml::from_str(toml).unwrap()
}

#[test]
fn every_profile_that_comes_with_the_program_loads() {
    for name in names() {
        let profile = load(name, embedded(name).unwrap(), None).unwrap();
        assert_eq!(profile.name, name);
    }
}

#[test]
fn an_heir_replaces_what_it_says_and_keeps_the_rest() {
    let heir = load("asterisk/freepbx", embedded("asterisk/freepbx").unwrap(), None).unwrap();
    assert!(heir.evidence.live.is_empty());
    let heir = heir.asterisk().unwrap();
    assert!(heir.devices.stations.iter().any(|p| p.fits("1234567")));
    assert_eq!(heir.causes.get(&17), Some(&crate::model::Cause::Busy));
    assert_eq!(heir.voice_unit("voicemail").unwrap().device, "voicemail");
}

#[test]
fn an_override_is_checked_like_the_profile() {
    let text = embedded("asterisk/asterisk").unwrap();
    let changed: toml::Table = "[limits]\nfence = 100".parse().unwrap();
    assert_eq!(
        load("asterisk/asterisk", text, Some(&changed))
            .unwrap()
            .asterisk()
            .unwrap()
            .limits
            .fence,
        100
    );
    let wrong: toml::Table = "[limits]\nfance = 100".parse().unwrap();
    let error = load("asterisk/asterisk", text, Some(&wrong)).unwrap_err().to_string();
    assert!(error.contains("fance") && error.contains("fence"), "{error}");
}

/// What the evidence leaves open, a site can say.
#[test]
fn how_a_csta_link_is_framed_and_what_its_association_is_for_can_be_said_otherwise() {
    let hipath = |changes: &str| {
        let changes: toml::Table = changes.parse().unwrap();
        let text = embedded("unify/hipath-3000").unwrap();
        load("unify/hipath-3000", text, Some(&changes)).map(|profile| match profile.product {
            Product::Csta(csta) => csta,
            Product::Asterisk(_) => panic!("an Asterisk"),
        })
    };
    let other = hipath("framing = \"bare\"\n[login]\ncontextName = \"1.3.12.0.285\"").unwrap();
    assert_eq!(other.framing, Framing::Bare);
    let Login::Association { context_name, .. } = other.login else {
        panic!("{:?}", other.login);
    };
    assert_eq!(context_name.as_deref(), Some("1.3.12.0.285"));
    let other = hipath("framing = { annexFormat = 1 }").unwrap();
    assert_eq!(other.framing, Framing::AnnexFormat(1));
    for wrong in ["", "1", "1.3.x", "1.40", "3.1", "1.3.99999999999"] {
        let error = hipath(&format!("[login]\ncontextName = \"{wrong}\""))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("contextName") && error.contains("1.3.12.0.218"),
            "{error}"
        );
    }
}

#[test]
fn patterns_fit_as_in_a_dialplan() {
    for (pattern, yes, no) in [
        ("10XX", "1042", "104"),
        ("1000-1999", "1500", "2000"),
        ("NXX", "234", "134"),
        ("Z.", "12", "1"),
        ("trunk*", "trunk", "trun"),
        ("gsm-box", "gsm-box", "gsm"),
    ] {
        let parsed = Pattern::parse(pattern).unwrap();
        assert!(parsed.fits(yes), "{pattern} {yes}");
        assert!(!parsed.fits(no), "{pattern} {no}");
    }
    assert!(Pattern::parse("2000-1000").is_err());
    assert!(Pattern::parse("1.2").is_err());
    let calls_out = Pattern::parse("0[1-57]X.").unwrap();
    assert!(
        ["0123", "057", "0712345"]
            .iter()
            .all(|n| calls_out.fits(n) == (n.len() > 3))
    );
    assert!(!calls_out.fits("0012345") && !calls_out.fits("0612345"));
    assert!(Pattern::parse("[*]72").unwrap().fits("*72"));
    for wrong in ["0[1-", "0[]1", "[9-1]", "[-3]", "0[12", "0[1]["] {
        assert!(Pattern::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn numbers_of_a_german_site_become_e164() {
    let numbers = Numbers::new(Some("DE"), Some("30"), Some("0")).unwrap();
    for (number, dialled, e164) in [
        ("+4930123456", false, Some("+4930123456")),
        ("0049301234567", false, Some("+49301234567")),
        ("089123456", false, Some("+4989123456")),
        ("1234567", true, Some("+49301234567")),
        ("1234567", false, None),
        ("1713920099", false, None),
        ("112", true, None),
        ("0089123456", true, Some("+4989123456")),
        ("000331234567", true, Some("+331234567")),
        ("anonymous", false, None),
    ] {
        assert_eq!(numbers.e164(number, dialled).as_deref(), e164, "{number}");
    }
}

#[test]
fn a_site_tells_all_that_is_wrong_with_it() {
    let errors = site("country = \"XX\"\nextensions = \"1.2\"\ndevices = [\"20-1\"]")
        .rules()
        .unwrap_err();
    let keys: Vec<_> = errors.iter().map(|e| e.key).collect();
    assert_eq!(keys, ["extensions", "devices", "country"]);
}

#[test]
fn a_number_of_the_only_length_there_is_needs_no_prefix() {
    let numbers = Numbers::new(Some("US"), Some("212"), None).unwrap();
    assert_eq!(numbers.e164("3105550123", false).as_deref(), Some("+13105550123"));
    assert_eq!(numbers.e164("5550123", true).as_deref(), Some("+12125550123"));
    assert_eq!(numbers.e164("911", true), None);
}

#[test]
fn a_number_of_e164_is_dialled_as_the_site_dials_and_anything_else_as_it_is() {
    let numbers = Numbers::new(Some("DE"), Some("30"), Some("0")).unwrap();
    for (number, dials) in [
        ("+4930123456", "0030123456"),
        ("+431234567", "000431234567"),
        ("1002", "1002"),
        ("0030123456", "0030123456"),
        ("*72", "*72"),
    ] {
        assert_eq!(numbers.dialled(number).as_deref(), Some(dials), "{number}");
    }
    for number in ["+4930123456", "+431234567"] {
        assert_eq!(
            numbers.e164(&numbers.dialled(number).unwrap(), true).as_deref(),
            Some(number)
        );
    }
    let america = Numbers::new(Some("US"), Some("212"), Some("9")).unwrap();
    assert_eq!(america.dialled("+12125551234").as_deref(), Some("912125551234"));
    assert_eq!(america.dialled("+4930123456").as_deref(), Some("90114930123456"));
    let nowhere = Numbers::default();
    assert_eq!(nowhere.dialled("+4930123456").as_deref(), Some("+4930123456"));
}

#[test]
fn a_number_of_e164_that_would_be_dialled_as_another_one_is_not_dialled() {
    let germany = Numbers::new(Some("DE"), Some("30"), Some("0")).unwrap();
    // With the prefixes before it the first would be a call to Britain.
    for number in ["+490441234567890", "+49030123456", "+0441234567"] {
        assert_eq!(germany.dialled(number), None, "{number}");
    }
    let spain = Numbers::new(Some("ES"), None, None).unwrap();
    assert_eq!(spain.dialled("+340044123456"), None);
    assert_eq!(spain.dialled("+34911234567").as_deref(), Some("911234567"));
    let america = Numbers::new(Some("US"), None, None).unwrap();
    assert_eq!(america.dialled("+101144123456"), None);
}
