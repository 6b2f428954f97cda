use super::*;

fn token(name: &str, secret: TokenSecret) -> TokenConfig {
    TokenConfig {
        name: name.to_owned(),
        secret,
        scopes: vec![Scope::CallsRead],
        switches: None,
        devices: None,
        queues: None,
        dial: None,
    }
}

fn access() -> Access {
    Access::new(
        vec![
            token("plain", TokenSecret::Plain("a secret of the first".to_owned().into())),
            token("hashed", TokenSecret::Sha256(sha256("a secret of the second"))),
        ],
        Rates {
            services_per_second: 2,
            wrong_tokens_per_minute: 3,
        },
    )
}

#[test]
fn a_secret_and_the_digest_of_one_are_both_recognised_and_nothing_else_is() {
    let access = access();
    assert_eq!(access.authenticate("a secret of the first").unwrap().name, "plain");
    assert_eq!(access.authenticate("a secret of the second").unwrap().name, "hashed");
    for wrong in [
        "",
        "a secret of the firs",
        "a secret of the first ",
        "A SECRET OF THE FIRST",
    ] {
        assert!(access.authenticate(wrong).is_none(), "{wrong:?}");
    }
}

#[test]
fn a_ticket_serves_once_and_not_after_its_minute() {
    let access = access();
    let grant = access.authenticate("a secret of the first").unwrap();
    let ticket = access.issue_ticket(grant).unwrap();
    assert_eq!(&access.redeem_ticket(&ticket).unwrap(), grant);
    assert!(access.redeem_ticket(&ticket).is_none());
    let late = access
        .tickets
        .issue_until(grant, Instant::now() - Duration::from_millis(1))
        .unwrap();
    assert!(access.redeem_ticket(&late).is_none());
}

#[test]
fn admin_may_do_everything_and_others_what_they_were_given() {
    let admin = Access::new(
        vec![TokenConfig {
            scopes: vec![Scope::Admin],
            ..token("admin", TokenSecret::Plain("boss".to_owned().into()))
        }],
        Rates::default(),
    );
    let access = access();
    for scope in Scope::ALL {
        assert!(admin.authenticate("boss").unwrap().has(*scope));
        let crm = access.authenticate("a secret of the first").unwrap();
        assert_eq!(crm.has(*scope), *scope == Scope::CallsRead);
        assert_eq!(Scope::from_name(scope.as_str()), Some(*scope));
    }
}

#[test]
fn who_guesses_is_not_told_any_more_and_locks_out_nobody_who_was_there_before() {
    let access = access();
    let [here, there]: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
    let start = Instant::now();
    let admit = |secret: &str, from, seconds| access.admit(secret, from, start + Duration::from_secs(seconds));
    assert!(matches!(admit("a secret of the first", here, 0), Shown::Known(_)));
    for _ in 0..3 {
        assert!(matches!(admit("a guess", here, 0), Shown::Nobodys));
    }
    assert!(matches!(admit("a guess", here, 0), Shown::TooOften(_)));
    assert!(
        matches!(admit("a secret of the second", here, 0), Shown::TooOften(_)),
        "a guess that is right"
    );
    assert!(matches!(admit("a secret of the first", here, 0), Shown::Known(_)));
    assert!(matches!(admit("a secret of the second", there, 0), Shown::Known(_)));
    assert!(matches!(admit("a secret of the second", here, 2), Shown::Known(_)));
}

#[test]
fn a_ticket_from_an_address_that_is_to_come_again_is_not_used_up() {
    let access = access();
    let here: IpAddr = "192.0.2.1".parse().unwrap();
    let start = Instant::now();
    let ticket = access
        .issue_ticket(access.authenticate("a secret of the first").unwrap())
        .unwrap();
    for _ in 0..3 {
        assert!(matches!(access.admit("a guess", here, start), Shown::Nobodys));
    }
    assert!(matches!(access.admit_ticket(&ticket, here, start), Shown::TooOften(_)));
    let later = start + Duration::from_secs(2);
    assert!(matches!(access.admit_ticket(&ticket, here, later), Shown::Known(_)));
    assert!(
        !matches!(access.admit_ticket(&ticket, here, later), Shown::Known(_)),
        "once"
    );
}

#[test]
fn one_network_of_ipv6_is_one_address() {
    let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
    assert!(same("2001:db8::1", "2001:db8::ffff:1"));
    assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
    assert!(same("::ffff:192.0.2.1", "192.0.2.1") && !same("192.0.2.1", "192.0.2.2"));
}
