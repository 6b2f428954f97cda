//! Answers that come late, or not at all, and connections that break.

use super::*;

#[test]
fn a_call_whose_request_is_never_answered_is_not_waited_for_for_ever() {
    for lost in [true, false] {
        let mut desk = Desk::new(false);
        let (id, _) = desk.makes(&[]);
        let (request, _) = desk.next();
        let why = if lost { Failure::Lost } else { Failure::Timeout };
        desk.world.secs += 10;
        desk.answer(request, Err(why));
        assert_eq!(desk.world.n.makes_now().len(), 1, "it may still come");
        while desk.timeout() {}
        assert!(desk.world.n.makes_now().is_empty(), "lost: {lost}");
        assert!(desk.verdict(id).is_none_or(|verdict| *verdict != Verdict::Done));
    }
}

#[test]
fn nothing_can_be_asked_for_without_a_connection_that_could_carry_it() {
    let desk = Desk::new(false);
    let all = desk.tasks.capabilities(false);
    assert!(
        all.values()
            .all(|capability| !capability.available && capability.why.is_some())
    );
}

#[test]
fn a_right_that_was_taken_away_shows_at_the_next_refusal() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Mute);
    let (request, _) = desk.next();
    let refusal = Refusal {
        text: "Permission denied".to_owned(),
        response: msg("Response: Error|Message: Permission denied"),
    };
    assert!(
        desk.answer(request, Err(Failure::Refused(Box::new(refusal)))),
        "that is news"
    );
    assert_eq!(refused(desk.verdict(id)).1, Meaning::Right);
    let mute = desk.tasks.capabilities(true).remove("mute").unwrap();
    assert!(!mute.available && mute.why.unwrap().contains("`system`"));
}

#[test]
fn a_connection_that_breaks_loses_each_task_once() {
    let mut desk = Desk::new(false);
    desk.talks();
    let digits = desk.ask_of("1002", Deed::GenerateDigits { digits: number("12") });
    // Between two digits nothing is unanswered.
    desk.yes("");
    let clear = desk.ask_of("trunk", Deed::Clear);
    let (request, _) = desk.next();
    desk.answer(request, Err(Failure::Lost));
    desk.tasks.closed(&mut desk.world.n);
    desk.go_on();
    assert!(!desk.timeout() && desk.sent.is_empty(), "nothing goes on");
    desk.ev("BridgeLeave", TU, "");
    assert!(desk.told().is_empty(), "what was lost is not what happens next");
    desk.world.secs += 10;
    let batch = desk.world.e.handle_timeout(World::at(desk.world.secs));
    desk.take(batch);
    assert_eq!(desk.verdict(digits), Some(&Verdict::Unknown));
    assert_eq!(desk.verdict(clear), Some(&Verdict::Unknown));
}

#[test]
fn without_a_connection_nothing_is_sent_and_that_is_said() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.connected = false;
    let id = desk.ask_of("1002", Deed::Clear);
    assert!(matches!(
        desk.verdict(id),
        Some(Verdict::Denied(Denial::Unreachable(_)))
    ));
    desk.ev("BridgeLeave", BU, "");
    assert!(desk.told().is_empty());
}

#[test]
fn an_answer_that_comes_after_its_command_was_given_up_is_harmless() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Mute);
    desk.world.secs += 6;
    let batch = desk.world.e.handle_timeout(World::at(desk.world.secs));
    desk.take(batch);
    assert_eq!(desk.verdict(id), Some(&Verdict::TimedOut));
    desk.yes("");
    assert_eq!(desk.verdict(id), Some(&Verdict::TimedOut));
    assert_eq!(desk.told(), ["information(1002:Connected)"], "and what it did is told");
}

#[test]
fn every_order_of_answer_and_events_ends_with_the_same_verdict_and_story() {
    // Where the answer comes among the events of a hang-up.
    let mut stories = Vec::new();
    for at in 0..=4 {
        let mut desk = Desk::new(false);
        desk.talks();
        let id = desk.ask_of("1002", Deed::Clear);
        let events = [("BridgeLeave", BU), ("BridgeLeave", TU), ("Hangup", TU), ("Hangup", BU)];
        for (step, (name, leg)) in events.into_iter().enumerate() {
            if step == at {
                desk.yes("");
            }
            desk.ev(name, leg, if name == "Hangup" { "Cause: 16" } else { "" });
        }
        if at == 4 {
            desk.yes("");
        }
        assert_eq!(desk.verdict(id), Some(&Verdict::Done), "answered at {at}");
        stories.push(desk.told());
    }
    assert!(
        stories.iter().all(|story| Some(story) == stories.first()),
        "{stories:?}"
    );
}
