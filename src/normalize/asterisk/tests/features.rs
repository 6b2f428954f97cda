//! What is sent to have a telephone refuse or forward calls, by scripted answers, and what is told of what was read back. The answers are
//! those of 16 and 22.

use super::world::*;
use crate::engine::Plan;
use crate::model::*;
use crate::normalize::asterisk::Normalizer;
use crate::normalize::asterisk::procedures::Procedures;
use crate::profile::{embedded, load};
use lineside_ami::Action;
use lineside_ami::client::{Failure, List, Refusal, Reply};
use lineside_wire::{Private, RequestId};
use std::time::Duration;

/// Somebody who asks, and a script that answers.
struct Desk {
    world: World,
    tasks: Procedures,
    sent: Vec<(RequestId, Action)>,
    count: u64,
    settled: Vec<Settled>,
    /// What is told of devices: type, and the token that caused it.
    told: Vec<(EventType, Option<Text>)>,
}

fn device(key: &str) -> DeviceId {
    DeviceId::new(&SwitchName::try_from("hq").unwrap(), key)
}

fn disturbs(on: bool) -> Feature {
    Feature::DoNotDisturb(on)
}

fn forwards(kind: ForwardingType, to: Option<&str>) -> Feature {
    Feature::Forwarding(Forwarding {
        kind,
        active: to.is_some(),
        to: to.map(|to| Private::new(Text::from(to))),
    })
}

impl Desk {
    fn of(profile: &str, rules: &str) -> Self {
        let rules: toml::Table = toml::from_str(rules).unwrap();
        let profile = load(profile, embedded(profile).unwrap(), Some(&rules))
            .unwrap()
            .asterisk()
            .unwrap();
        let mut world = World::new();
        let (control, stations) = (profile.control.clone(), profile.stations.clone());
        let hq = SwitchName::try_from("hq").unwrap();
        world.n = Normalizer::new(hq, profile, site().rules().unwrap(), &[], false);
        let mut desk = Desk {
            world,
            tasks: Procedures::new(control, stations, false, [7; 32]),
            sent: Vec::new(),
            count: 0,
            settled: Vec::new(),
            told: Vec::new(),
        };
        let all = desk.tasks.capabilities(true);
        desk.facts(vec![Fact::Link(LinkFact::Capabilities(all))]);
        let listed = |device: &str| {
            msg(&format!(
                "Event: DeviceStateChange|ActionID: 2|Device: PJSIP/{device}|State: NOT_INUSE"
            ))
        };
        desk.world.n.adopt_devices(&[listed("1001"), listed("1002")]);
        desk
    }

    fn facts(&mut self, facts: Vec<Fact>) {
        if facts.is_empty() {
            return;
        }
        let facts = Facts { time: None, facts };
        let batch = self.world.e.reduce(facts, World::at(self.world.secs));
        self.take(batch);
    }

    fn take(&mut self, batch: Option<Batch>) {
        let Some(batch) = batch else { return };
        for event in batch.events {
            if let Data::Device(data) = event.data {
                assert_eq!(data.requested_by.is_some(), event.request_id.is_some());
                self.told.push((event.kind, data.requested_by));
            }
        }
        self.settled.extend(batch.settled);
    }

    fn ask(&mut self, key: &str, feature: Feature) {
        self.count += 1;
        let command = Command {
            id: CommandId(self.count),
            request_id: Text::from("r"),
            requested_by: Text::from("crm"),
            order: Order::SetFeature {
                device: device(key),
                feature,
            },
        };
        let now = World::at(self.world.secs);
        match self.world.e.plan(command, now) {
            Plan::Ask(task) => self.tasks.start(now.tick, &task, &mut self.world.n),
            Plan::Over(batch) => self.take(Some(batch)),
        }
        self.go_on();
    }

    fn go_on(&mut self) {
        let now = World::at(self.world.secs);
        while let Some((id, action, sending)) = self.tasks.poll_action(now.tick, &mut self.world.n) {
            let request = RequestId(100 + self.count);
            self.count += 1;
            self.tasks.sent(id, request, sending);
            self.sent.push((request, action));
        }
        while let Some((id, progress)) = self.tasks.poll() {
            let batch = self.world.e.progress(id, progress, now);
            self.take(batch);
        }
        let facts = self.world.n.told();
        self.facts(facts);
    }

    /// Answers the one action that was sent.
    fn answer(&mut self, result: Result<Reply, Failure>) -> Action {
        assert_eq!(self.sent.len(), 1, "one after the other");
        let (request, action) = self.sent.remove(0);
        let now = World::at(self.world.secs).tick;
        self.tasks.completed(now, request, result, &mut self.world.n);
        self.go_on();
        action
    }

    fn yes(&mut self, more: &str) -> Action {
        let bar = if more.is_empty() { "" } else { "|" };
        self.answer(Ok(Reply::Response(msg(&format!("Response: Success{bar}{more}")))))
    }

    fn no(&mut self, words: &str) -> Action {
        let refusal = Refusal {
            text: words.to_owned(),
            response: msg(&format!("Response: Error|Message: {words}")),
        };
        self.answer(Err(Failure::Refused(Box::new(refusal))))
    }

    /// What the database has.
    fn has(&mut self, value: &str) -> Action {
        let response = msg("Response: Success|EventList: start");
        let item = msg(&format!("Event: DBGetResponse|Family: CF|Key: 1001|Val: {value}"));
        let complete = msg("Event: DBGetComplete|EventList: Complete");
        self.answer(Ok(Reply::List(Box::new(List {
            response,
            items: vec![item],
            end: complete,
        }))))
    }

    fn event(&mut self, text: &str) {
        let now = World::at(self.world.secs).tick;
        let facts = self.world.n.event(&msg(text), now);
        self.facts(facts.facts);
        self.go_on();
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.settled.last().map(|settled| &settled.verdict)
    }
}

fn set(state: &str, value: &str) -> Action {
    Action::new("Setvar")
        .header("Variable", format!("DEVICE_STATE({state})"))
        .header("Value", value)
        .within(WITHIN)
}

fn entry(action: &str, family: &str) -> Action {
    Action::new(action).header("Family", family).header("Key", "1001")
}

const WITHIN: Duration = Duration::from_secs(10);
const FREEPBX: &str = "asterisk/freepbx";
const PLAIN: &str = "asterisk/asterisk";

#[test]
fn a_state_that_is_set_is_proven_by_its_event_and_read_back_where_nothing_changes() {
    let mut desk = Desk::of(PLAIN, "");
    desk.ask("1001", disturbs(true));
    assert_eq!(desk.yes(""), set("Custom:DND1001", "BUSY"));
    assert_eq!(desk.verdict(), None, "a yes proves nothing");
    desk.event("Event: DeviceStateChange|Device: Custom:DND1001|State: BUSY");
    assert_eq!(desk.verdict(), Some(&Verdict::Done));
    assert_eq!(desk.told, [(EventType::DoNotDisturb, Some(Text::from("crm")))]);
    assert_eq!(desk.yes("Value: BUSY").name(), "Getvar");

    // Again: the switch tells nothing, and is as was asked.
    desk.settled.clear();
    desk.ask("1001", disturbs(true));
    desk.yes("");
    desk.yes("Value: BUSY");
    assert_eq!(desk.verdict(), Some(&Verdict::Done));
    assert_eq!(desk.settled[0].proof, None);
    assert_eq!(desk.told.len(), 1);
}

#[test]
fn what_the_switch_says_yes_to_and_does_not_do_is_never_done() {
    for read in ["Value: NOT_INUSE", "Value: ", "Value: UNKNOWN"] {
        let mut desk = Desk::of(PLAIN, "");
        desk.ask("1001", disturbs(true));
        desk.yes("");
        desk.yes(read);
        assert_eq!(desk.verdict(), None, "{read}");
        let late = World::at(desk.world.secs + 6);
        let batch = desk.world.e.handle_timeout(late);
        desk.take(batch);
        assert_eq!(desk.verdict(), Some(&Verdict::Ignored), "{read}");
    }
    let mut desk = Desk::of(FREEPBX, "");
    desk.ask("1001", forwards(ForwardingType::Busy, Some("1002")));
    desk.yes("");
    desk.no("Database entry not found");
    assert_eq!(desk.verdict(), None);
}

#[test]
fn a_forwarding_is_written_shown_by_its_lamp_read_back_and_told_as_it_was_read() {
    let mut desk = Desk::of(FREEPBX, "");
    desk.ask("1001", forwards(ForwardingType::Immediate, Some("+4930123456")));
    let dialled = "030123456";
    assert_eq!(desk.yes(""), entry("DBPut", "CF").header("Val", dialled).within(WITHIN));
    let lamp = desk.no("Variable not set");
    assert_eq!(lamp, set("Custom:CF1001", "BUSY"), "a lamp is of no account");
    assert_eq!(desk.has(dialled), entry("DBGet", "CF").list().within(WITHIN));
    assert_eq!(desk.verdict(), Some(&Verdict::Done));
    assert_eq!(desk.told, [(EventType::Forwarding, Some(Text::from("crm")))]);

    desk.ask("1001", forwards(ForwardingType::Immediate, None));
    assert_eq!(desk.yes(""), entry("DBDel", "CF").within(WITHIN));
    desk.yes("");
    desk.no("Database entry not found");
    assert_eq!(desk.verdict(), Some(&Verdict::Done));
    assert_eq!(desk.told.len(), 2);

    // There is nothing to delete, and that is as was asked.
    desk.settled.clear();
    desk.ask("1001", forwards(ForwardingType::Immediate, None));
    desk.no("Database entry could not be deleted");
    desk.yes("");
    desk.no("Database entry not found");
    assert_eq!(desk.verdict(), Some(&Verdict::Done));
    assert_eq!(desk.told.len(), 2);
}

#[test]
fn a_number_that_was_written_over_meanwhile_is_told_and_proves_nothing() {
    let mut desk = Desk::of(FREEPBX, "");
    desk.ask("1001", forwards(ForwardingType::NoAnswer, Some("1002")));
    desk.yes("");
    desk.has("1009");
    assert_eq!(desk.verdict(), None);
    assert_eq!(desk.told, [(EventType::Forwarding, None)]);
}

#[test]
fn what_the_switch_refuses_is_refused_and_a_right_that_is_missing_is_told() {
    let mut desk = Desk::of(FREEPBX, "");
    desk.ask("1001", disturbs(false));
    assert_eq!(desk.no("Permission denied").name(), "DBDel");
    assert!(matches!(desk.verdict(), Some(Verdict::Refused(native)) if native.meaning == Meaning::Right));
    assert!(desk.sent.is_empty(), "nothing more is sent");
}

#[test]
fn what_the_profile_says_nothing_of_and_who_is_no_telephone_is_refused_before_anything_is_sent() {
    let mut desk = Desk::of(PLAIN, "[stations.database]\nbusy = 'CFB'");
    desk.ask("1001", forwards(ForwardingType::Immediate, Some("1002")));
    assert!(matches!(desk.verdict(), Some(Verdict::Denied(Denial::NotSupported(_)))));
    for nobody in ["1077", "trunk", "1001)"] {
        desk.ask(nobody, forwards(ForwardingType::Busy, Some("1002")));
        assert!(
            matches!(desk.verdict(), Some(Verdict::Denied(Denial::Device(_)))),
            "{nobody}"
        );
    }
    let mut bare = Desk::of(PLAIN, "");
    bare.ask("1001", forwards(ForwardingType::Busy, Some("1002")));
    assert!(
        matches!(bare.verdict(), Some(Verdict::Denied(Denial::NotSupported(why))) if why.contains("stations.database"))
    );
    assert!(desk.sent.is_empty() && bare.sent.is_empty());
}

#[test]
fn two_who_set_the_same_feature_of_a_device_do_not_do_so_at_once() {
    let mut desk = Desk::of(FREEPBX, "");
    desk.ask("1001", forwards(ForwardingType::Busy, Some("1002")));
    desk.sent.clear();
    desk.ask("1001", forwards(ForwardingType::NoAnswer, Some("1002")));
    assert!(matches!(desk.verdict(), Some(Verdict::Denied(Denial::Busy(_)))));
    desk.settled.clear();
    desk.ask("1002", forwards(ForwardingType::Busy, Some("1001")));
    desk.ask("1001", disturbs(true));
    assert_eq!((desk.verdict(), desk.sent.len()), (None, 2));
}
