use super::*;
use std::time::{Duration, Instant};

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
    Access::new(vec![
        token("plain", TokenSecret::Plain("a secret of the first".to_owned().into())),
        token("hashed", TokenSecret::Sha256(sha256("a secret of the second"))),
    ])
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
    let admin = Access::new(vec![TokenConfig {
        scopes: vec![Scope::Admin],
        ..token("admin", TokenSecret::Plain("boss".to_owned().into()))
    }]);
    let access = access();
    for scope in Scope::ALL {
        assert!(admin.authenticate("boss").unwrap().has(*scope));
        let crm = access.authenticate("a secret of the first").unwrap();
        assert_eq!(crm.has(*scope), *scope == Scope::CallsRead);
        assert_eq!(Scope::from_name(scope.as_str()), Some(*scope));
    }
}
