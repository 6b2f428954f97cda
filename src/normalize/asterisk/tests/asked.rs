//! What a switch is asked for a command, by scripted answers, and what is told of what it does then. What the script says was seen so
//! on 16 and 22.

use super::world::*;
use crate::engine::Plan;
use crate::model::*;
use crate::normalize::asterisk::procedures::{Procedures, Sending};
use crate::profile::{Control, embedded, load};
use lineside_ami::client::{Failure, Refusal, Reply};
use lineside_ami::{Action, Message};
use lineside_wire::{Private, RequestId};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A switch on paper with somebody who asks, and somebody who answers for it.
struct Desk {
    world: World,
    tasks: Procedures,
    /// Sent and not answered yet.
    sent: VecDeque<(RequestId, Action)>,
    requests: u64,
    commands: u64,
    /// What came of the commands, with the event that proves it.
    verdicts: Vec<(u64, Verdict)>,
    story: Vec<String>,
    /// The connection for actions is there.
    connected: bool,
}

const WITHIN: Duration = Duration::from_secs(10);

fn control() -> Control {
    let profile = load("asterisk/asterisk", embedded("asterisk/asterisk").unwrap(), None)
        .unwrap()
        .asterisk()
        .unwrap();
    profile.control.unwrap()
}

fn action(name: &str, channel: &str) -> Action {
    Action::new(name).header("Channel", channel).within(WITHIN)
}

fn exists(number: &str) -> Action {
    let question = format!("DIALPLAN_EXISTS(default,{number},1)");
    Action::new("Getvar")
        .header("Variable", question)
        .within(Duration::from_secs(2))
}

impl Desk {
    fn new(digits: bool) -> Self {
        let mut desk = Desk {
            world: World::new(),
            tasks: Procedures::new(Some(control()), None, digits, [7; 32]),
            sent: VecDeque::new(),
            requests: 0,
            commands: 0,
            verdicts: Vec::new(),
            story: Vec::new(),
            connected: true,
        };
        let capabilities = desk.tasks.capabilities(true);
        desk.reduce(Facts {
            time: None,
            facts: vec![Fact::Link(LinkFact::Capabilities(capabilities))],
        });
        desk
    }

    fn reduce(&mut self, facts: Facts) {
        let batch = self.world.e.reduce(facts, World::at(self.world.secs));
        self.take(batch);
    }

    fn take(&mut self, batch: Option<Batch>) {
        let Some(batch) = batch else { return };
        self.verdicts
            .extend(batch.settled.into_iter().map(|settled| (settled.id.0, settled.verdict)));
        for event in batch.events.iter().filter(|event| matches!(event.data, Data::Call(_))) {
            let Data::Call(data) = &event.data else { continue };
            let who = data.connection.as_ref().map_or(String::new(), |c| {
                let device = c.device.as_ref().map(|device| device.key().to_owned());
                let number = || c.number.as_ref().map_or("?".to_owned(), |number| number.to_string());
                let outcome = c.outcome.map_or(String::new(), |outcome| format!(" {outcome:?}"));
                format!("({}:{:?}{outcome})", device.unwrap_or_else(number), c.state)
            });
            let cause = data.cause.map_or(String::new(), |cause| format!(" {cause:?}"));
            let mine = if event.request_id.is_some() { " *" } else { "" };
            let kind = event.kind.as_str().trim_start_matches("lineside.call.");
            self.story.push(format!("{kind}{who}{cause}{mine}"));
        }
    }

    /// Somebody asks; what is to be sent is sent.
    fn ask(&mut self, order: Order) -> u64 {
        self.commands += 1;
        let id = CommandId(self.commands);
        let command = Command {
            id,
            request_id: Text::from("r"),
            requested_by: Text::from("crm"),
            order,
        };
        match self.world.e.plan(command, World::at(self.world.secs)) {
            Plan::Ask(task) => self
                .tasks
                .start(World::at(self.world.secs).tick, &task, &mut self.world.n),
            Plan::Over(batch) => self.take(Some(batch)),
        }
        self.go_on();
        id.0
    }

    fn ask_of(&mut self, device: &str, deed: Deed) -> u64 {
        let calls: Vec<Call> = self.world.e.calls().cloned().collect();
        let at = |call: &Call| {
            let mut all = call.connections.iter();
            let found = all.find(|c| c.device.as_ref().is_some_and(|d| d.key() == device));
            found.map(|c| (call.id, c.id))
        };
        let (call, connection) = calls.iter().find_map(at).expect("the device is in a call");
        self.ask(Order::Connection { call, connection, deed })
    }

    /// What the adapter does after anything.
    fn go_on(&mut self) {
        let now = World::at(self.world.secs).tick;
        while let Some((id, action, sending)) = self.tasks.poll_action(now, &mut self.world.n) {
            self.send(id, action, sending);
        }
        while let Some((id, progress)) = self.tasks.poll() {
            let batch = self.world.e.progress(id, progress, World::at(self.world.secs));
            self.take(batch);
        }
        while let Some(facts) = self.tasks.poll_facts() {
            self.reduce(facts);
        }
    }

    fn send(&mut self, id: CommandId, action: Action, sending: Sending) {
        if !self.connected {
            let why = Text::from("the connection for actions is down");
            return self.tasks.not_sent(id, &sending, why, &mut self.world.n);
        }
        self.requests += 1;
        self.tasks.sent(id, RequestId(self.requests), sending);
        self.sent.push_back((RequestId(self.requests), action));
    }

    /// The next action that was sent.
    fn next(&mut self) -> (RequestId, Action) {
        self.sent.pop_front().expect("an action was sent")
    }

    fn answer(&mut self, request: RequestId, result: Result<Reply, Failure>) -> bool {
        let now = World::at(self.world.secs).tick;
        let news = self.tasks.completed(now, request, result, &mut self.world.n);
        self.go_on();
        news
    }

    fn yes(&mut self, more: &str) -> Action {
        let (request, action) = self.next();
        let bar = if more.is_empty() { "" } else { "|" };
        let response = msg(&format!("Response: Success{bar}{more}"));
        self.answer(request, Ok(Reply::Response(response)));
        action
    }

    fn no(&mut self, words: &str) -> Action {
        let (request, action) = self.next();
        let refusal = Refusal {
            text: words.to_owned(),
            response: msg(&format!("Response: Error|Message: {words}")),
        };
        self.answer(request, Err(Failure::Refused(Box::new(refusal))));
        action
    }

    fn event(&mut self, text: String) {
        self.world.secs += 1;
        let message: Message = msg(&format!("{text}|Timestamp: {}.000000", 1_795_000_000 + self.world.secs));
        let now = World::at(self.world.secs).tick;
        if message.is_event("OriginateResponse") {
            self.tasks.originated(&message, now, &self.world.n);
        }
        let facts = self.world.n.event(&message, now);
        if message.is_event("MixMonitorStop") {
            let leg = message.get("Uniqueid").unwrap().as_str().unwrap();
            self.tasks.recording_ended(leg, &self.world.n);
        }
        // As the machine does: how tasks go on comes before the facts.
        self.go_on();
        self.reduce(facts);
        self.go_on();
    }

    fn ev(&mut self, name: &str, spec: &str, more: &str) {
        let bar = if more.is_empty() { "" } else { "|" };
        self.event(format!("Event: {name}{}{bar}{more}", block("", spec)));
    }

    fn dial(&mut self, name: &str, caller: &str, dest: &str, status: &str) {
        let caller = if caller.is_empty() {
            String::new()
        } else {
            block("", caller)
        };
        let status = if status.is_empty() {
            String::new()
        } else {
            format!("|DialStatus: {status}")
        };
        self.event(format!(
            "Event: {name}{caller}{}|DialString: x{status}",
            block("Dest", dest)
        ));
    }

    fn timeout(&mut self) -> bool {
        let due = self
            .tasks
            .poll_timeout()
            .into_iter()
            .chain(self.world.n.unheld_until())
            .min();
        let Some(due) = due else {
            return false;
        };
        let secs = due.as_micros() / 1_000_000 + 1;
        self.world.secs = self.world.secs.max(secs);
        self.tasks.handle_timeout(due, &mut self.world.n);
        while let Some(facts) = self.world.n.unheld_by(due) {
            self.reduce(facts);
        }
        self.go_on();
        true
    }

    fn verdict(&self, id: u64) -> Option<&Verdict> {
        let mut all = self.verdicts.iter().filter(|(of, _)| *of == id);
        let first = all.next();
        assert!(all.next().is_none(), "one verdict: {:?}", self.verdicts);
        first.map(|(_, verdict)| verdict)
    }

    fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.story)
    }

    /// A line calls 1002, which rings.
    fn rings(&mut self) {
        self.ev("Newchannel", T, "");
        self.ev("NewCallerid", T, "");
        self.dial("DialBegin", T, "b PJSIP/1002-2 0 t 1002", "");
        self.ev("Newstate", "b PJSIP/1002-2 5 t 1002", "");
    }

    /// And answers.
    fn talks(&mut self) {
        self.rings();
        self.ev("Newstate", BU, "");
        self.dial("DialEnd", TU, BU, "ANSWER");
        self.ev("BridgeEnter", BU, "BridgeUniqueid: x");
        self.ev("BridgeEnter", TU, "BridgeUniqueid: x");
        self.told();
    }

    fn makes(&mut self, user_data: &[(&str, &str)]) -> (u64, Text) {
        let entries = user_data
            .iter()
            .map(|(name, value)| (Text::from(*name), Private::new(Text::from(*value))));
        let id = self.ask(Order::MakeCall(Box::new(NewCall {
            calling: DeviceId::new(&SwitchName::try_from("hq").unwrap(), "1001"),
            called: number("1002"),
            presented: Some(number("4930777")),
            auto_answer: true,
            timeout: 20,
            user_data: entries.collect(),
        })));
        let (request, action) = self.next();
        self.sent.push_front((request, action.clone()));
        // The id is drawn; what is sent holds it, and nothing else is unknown.
        let leg = self.drawn(&action);
        (id, leg)
    }

    fn drawn(&self, action: &Action) -> Text {
        let legs = self.world.n.makes_now();
        assert_eq!(legs.len(), 1, "{action:?}");
        legs.into_iter().next().unwrap()
    }
}

const BU: &str = "b PJSIP/1002-2 6 t 1002";

fn number(digits: &str) -> Private<Text> {
    Private::new(Text::from(digits))
}

fn refused(verdict: Option<&Verdict>) -> (&str, Meaning) {
    match verdict {
        Some(Verdict::Refused(native)) => (&native.message, native.meaning),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_made_by_one_originate_whose_leg_is_ours_before_its_first_event() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[("CUSTOMER", "a,b \"c\""), ("other", "x")]);
    let expected = Action::new("Originate")
        .header("Channel", "PJSIP/1001")
        .header("ChannelId", leg.as_bytes())
        .header("Timeout", "20000")
        .header("Async", "true")
        .within(WITHIN)
        .variable("PJSIP_HEADER(add,Alert-Info)", "info=alert-autoanswer")
        .variable("PJSIP_HEADER(add,Call-Info)", "<sip:lineside>;answer-after=0")
        .header("Context", "default")
        .header("Exten", "1002")
        .header("Priority", "1")
        .variable("CONNECTEDLINE(num,i)", "1002")
        .variable("CALLERID(num)", "4930777")
        .variable("__CUSTOMER", "a,b \"c\"");
    assert!(leg.len() <= 48 && leg.starts_with("lineside-"), "{leg}");
    assert_eq!(desk.yes(""), expected);
    assert_eq!(desk.verdict(id), None, "the proof is what is seen");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.ev("Newchannel", &a(0), "");
    desk.dial("DialBegin", "", &a(0), "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.ev("Newstate", &a(5), "");
    desk.ev("Newstate", &a(6), "");
    let up = format!("{leg} PJSIP/1001-1 6 {leg} 1002");
    desk.dial("DialBegin", &up, &format!("b PJSIP/1002-2 0 {leg} 1002"), "");
    desk.ev("Newstate", &format!("b PJSIP/1002-2 5 {leg} 1002"), "");
    assert_eq!(
        desk.told(),
        [
            "serviceInitiated(1001:Initiated) MakeCall *",
            "originated(1001:Connected) MakeCall",
            "delivered(1002:Alerting) NewCall"
        ]
    );
    let call = desk.world.e.calls().next().unwrap().clone();
    assert_eq!(call.called_device.number, Some(number("1002")));
    assert_eq!(call.calling_device.number, Some(number("1001")));
    assert_eq!(call.user_data.len(), 2);
}

#[test]
fn the_number_called_is_known_while_the_calling_phone_rings() {
    let mut desk = Desk::new(false);
    let (_, leg) = desk.makes(&[]);
    desk.dial("DialBegin", "", &format!("{leg} PJSIP/1001-1 0 {leg} s"), "");
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(call.called_device.number, Some(number("1002")));
}

#[test]
fn a_call_may_be_seen_before_the_action_is_answered() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[]);
    desk.dial("DialBegin", "", &format!("{leg} PJSIP/1001-1 0 {leg} s"), "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.yes("");
    desk.event(format!(
        "Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}"
    ));
    while desk.timeout() {}
    assert_eq!(desk.verdict(id), Some(&Verdict::Done), "and nothing later changes it");
}

#[test]
fn a_number_that_cannot_be_dialled_is_refused_as_the_destination() {
    let mut desk = Desk::new(false);
    let (id, _) = desk.makes(&[]);
    desk.no("Extension does not exist.");
    assert_eq!(
        refused(desk.verdict(id)),
        ("Extension does not exist.", Meaning::Destination)
    );
}

#[test]
fn a_call_of_which_no_channel_comes_had_no_telephone_whenever_the_word_comes() {
    for early in [false, true] {
        let mut desk = Desk::new(false);
        let (id, leg) = desk.makes(&[]);
        let failure = format!("Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}");
        if early {
            desk.event(failure);
            desk.yes("");
        } else {
            desk.yes("");
            desk.event(failure);
        }
        assert_eq!(desk.verdict(id), None, "the channel may still come");
        assert!(desk.timeout());
        assert_eq!(refused(desk.verdict(id)).1, Meaning::Device, "early: {early}");
        assert!(!desk.timeout(), "nothing is left to wait for");
    }
}

#[test]
fn the_word_that_a_call_failed_may_overtake_its_channel() {
    let mut desk = Desk::new(false);
    let (id, leg) = desk.makes(&[]);
    desk.yes("");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.event(format!(
        "Event: OriginateResponse|Response: Failure|Reason: 0|Uniqueid: {leg}"
    ));
    desk.ev("Newchannel", &a(0), "");
    desk.dial("DialBegin", "", &a(0), "");
    desk.ev("HangupRequest", &a(0), "Cause: 17");
    desk.dial("DialEnd", "", &a(0), "BUSY");
    desk.ev("Hangup", &a(0), "Cause: 17");
    while desk.timeout() {}
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "serviceInitiated(1001:Initiated) MakeCall *",
            "connectionCleared(1001:Null Busy) Busy",
            "cleared Busy"
        ]
    );
}

#[test]
fn a_calling_phone_that_nobody_lifts_did_not_answer_and_nobody_was_called() {
    // 16 tells no cause, 22 tells 19, and neither tells a DialEnd.
    for cause in [0, 19] {
        let mut desk = Desk::new(false);
        let (_, leg) = desk.makes(&[]);
        desk.yes("");
        let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
        desk.dial("DialBegin", "", &a(0), "");
        desk.ev("Newstate", &a(5), "");
        desk.ev("Hangup", &a(5), &format!("Cause: {cause}"));
        assert_eq!(
            desk.told(),
            [
                "serviceInitiated(1001:Initiated) MakeCall *",
                "connectionCleared(1001:Null NoAnswer) CallNotAnswered",
                "cleared CallNotAnswered"
            ]
        );
    }
}

#[test]
fn what_is_no_telephone_of_the_site_is_not_called() {
    for device in ["trunk", "1001/sip:1001@198.51.100.7", "1001&PJSIP/1002"] {
        let mut desk = Desk::new(false);
        let id = desk.ask(Order::MakeCall(Box::new(NewCall {
            calling: DeviceId::new(&SwitchName::try_from("hq").unwrap(), device),
            called: number("1002"),
            presented: None,
            auto_answer: false,
            timeout: 20,
            user_data: BTreeMap::new(),
        })));
        let denied = desk.verdict(id);
        assert!(
            matches!(denied, Some(Verdict::Denied(Denial::Device(_)))),
            "{device}: {denied:?}"
        );
        assert!(desk.sent.is_empty());
    }
}

#[test]
fn who_was_hung_up_goes_first_though_the_switch_tells_the_others_end_before() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    assert_eq!(desk.yes(""), action("Hangup", "b").header("Cause", "16"));
    desk.ev("BridgeLeave", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    desk.ev("BridgeLeave", TU, "");
    desk.ev("Hangup", TU, "Cause: 16");
    desk.ev("Hangup", BU, "Cause: 16");
    assert_eq!(
        desk.told(),
        [
            "connectionCleared(1002:Null Answered) NormalClearing *",
            "connectionCleared(trunk-1:Null Answered) NormalClearing *",
            "cleared NormalClearing *"
        ]
        .map(|line| line.replace("trunk-1", "trunk"))
    );
}

#[test]
fn a_hang_up_that_was_refused_is_not_what_happens_next() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    desk.no("No such channel");
    assert_eq!(refused(desk.verdict(id)).1, Meaning::State);
    desk.ev("BridgeLeave", BU, "");
    assert!(desk.told().is_empty(), "who leaves a bridge may go on elsewhere");
}

#[test]
fn a_hang_up_that_was_promised_and_never_came_is_not_what_happens_much_later() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ask_of("1002", Deed::Clear);
    desk.yes("");
    desk.world.secs += 6;
    desk.ev("BridgeLeave", BU, "");
    assert!(desk.told().is_empty(), "who leaves a bridge may go on elsewhere");
}

#[test]
fn a_calling_phone_that_lifts_and_cannot_talk_did_not_say_no() {
    let mut desk = Desk::new(false);
    let (_, leg) = desk.makes(&[]);
    desk.yes("");
    let a = |state: u8| format!("{leg} PJSIP/1001-1 {state} {leg} s");
    desk.dial("DialBegin", "", &a(0), "");
    desk.ev("Newstate", &a(5), "");
    desk.ev("HangupRequest", &a(5), "Cause: 58");
    let told = desk.told();
    assert!(
        told.iter()
            .any(|line| line.contains("ResourcesNotAvailable") && !line.contains("Rejected")),
        "{told:?}"
    );
}

#[test]
fn who_is_rung_and_cleared_said_no() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    let id = desk.ask_of("1002", Deed::Clear);
    desk.yes("");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "NOANSWER");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(desk.told(), ["connectionCleared(1002:Null Rejected) CallNotAnswered *"]);
}

#[test]
fn a_caller_who_is_cleared_goes_before_whom_it_rings() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    desk.ask_of("trunk", Deed::Clear);
    desk.yes("");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "CANCEL");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 16");
    desk.ev("Hangup", T, "Cause: 16");
    assert_eq!(
        desk.told(),
        [
            "connectionCleared(trunk:Null Cancelled) NormalClearing *",
            "connectionCleared(1002:Null Cancelled) CallCancelled *",
            "cleared CallCancelled *"
        ]
    );
}

#[test]
fn what_rings_is_deflected_by_moving_who_dials_it() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    let id = desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    assert_eq!(desk.yes("Value: 1"), exists("1003"));
    let redirect = action("Redirect", "t")
        .header("Context", "default")
        .header("Exten", "1003")
        .header("Priority", "1");
    assert_eq!(desk.yes(""), redirect);
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "CANCEL");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 16");
    assert_eq!(desk.verdict(id), None, "it has left, and is nowhere yet");
    desk.dial("DialBegin", T, "c PJSIP/1003-3 0 t 1003", "");
    desk.ev("Newstate", "c PJSIP/1003-3 5 t 1003", "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "diverted(1002:Null Forwarded) Redirected *",
            "delivered(1003:Alerting) Redirected *"
        ]
    );
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(
        call.last_redirection_device.as_ref().unwrap().number,
        Some(number("1002"))
    );
}

#[test]
fn what_rang_before_the_bridge_came_is_deflected_by_moving_who_executes_dial() {
    let mut desk = Desk::new(false);
    let there = [
        ch(T, "Dial", "PJSIP/1002", ""),
        ch("b PJSIP/1002-2 5 t 1002", "AppDial", "(Outgoing Line)", ""),
    ];
    desk.world.down();
    desk.world.resync(&there, &[], &[]);
    desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    assert_eq!(desk.yes("Value: 1"), exists("1003"));
    let redirect = action("Redirect", "t")
        .header("Context", "default")
        .header("Exten", "1003")
        .header("Priority", "1");
    assert_eq!(desk.yes(""), redirect);
}

#[test]
fn nothing_is_torn_for_a_number_that_does_not_exist() {
    let mut desk = Desk::new(false);
    desk.talks();
    let transfer = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("9999") });
    desk.yes("Value: 0");
    assert_eq!(refused(desk.verdict(transfer)).1, Meaning::Destination);
    assert!(desk.sent.is_empty() && desk.told().is_empty());
}

#[test]
fn where_it_cannot_be_known_whether_a_number_exists_it_is_tried_and_asked_again_unless_that_was_refused() {
    for answer in ["", "denied"] {
        let mut desk = Desk::new(false);
        desk.talks();
        let first = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
        let question = if answer.is_empty() {
            desk.yes("Value: ")
        } else {
            desk.no("Permission denied")
        };
        assert_eq!(question, exists("1003"));
        let transfer = desk.no("Transfer failed");
        let expected = action("BlindTransfer", "b")
            .header("Context", "default")
            .header("Exten", "1003");
        assert_eq!(transfer, expected);
        assert_eq!(refused(desk.verdict(first)).1, Meaning::State);
        desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
        // A function that says nothing may have its module again.
        let next = if answer.is_empty() { exists("1003") } else { expected };
        assert_eq!(desk.next().1, next);
    }
}

#[test]
fn a_recording_of_ours_ends_though_the_dialplan_goes_on_recording() {
    for answered_first in [true, false] {
        let mut desk = Desk::new(false);
        desk.talks();
        desk.ask_of("1002", Deed::StartRecording);
        desk.yes("MixMonitorID: 0xabc");
        desk.ev("MixMonitorStart", BU, "");
        // The dialplan begins another one.
        desk.ev("MixMonitorStart", BU, "");
        let id = desk.ask_of("1002", Deed::StopRecording);
        if answered_first {
            desk.yes("");
            assert_eq!(desk.verdict(id), None, "yes is not done");
        }
        desk.ev("MixMonitorStop", BU, "");
        if !answered_first {
            assert_eq!(desk.verdict(id), None, "it may be the dialplan's that ended");
            desk.yes("");
        }
        assert_eq!(desk.verdict(id), Some(&Verdict::Done), "{answered_first}");
        let call = desk.world.e.calls().next().unwrap();
        let recorded = call.connections.iter().find(|c| c.recording.is_some());
        assert_eq!(
            recorded.unwrap().recording,
            Some(Recording::Recording),
            "the other goes on"
        );
    }
}

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
fn a_transfer_of_a_held_call_that_is_promised_and_does_not_come_leaves_nobody_on_hold_who_is_not() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.yes("");
    assert!(desk.told().is_empty(), "it may still come");
    while desk.timeout() {}
    assert_eq!(desk.told(), ["retrieved(1002:Connected) Normal"]);
}

#[test]
fn who_transferred_and_left_takes_nobody_back_afterwards() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.event(format!(
        "Event: BlindTransfer|Result: Success{}{}|Extension: 1003",
        block("Transferer", BU),
        block("Transferee", TU)
    ));
    desk.yes("");
    desk.told();
    while desk.timeout() {}
    assert!(!desk.told().concat().contains("retrieved"));
}

#[test]
fn who_transfers_takes_nobody_off_hold() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    let id = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    desk.event(format!(
        "Event: BlindTransfer|Result: Success{}{}|Extension: 1003",
        block("Transferer", BU),
        block("Transferee", TU)
    ));
    // The events may be here before the answer.
    desk.yes("");
    desk.ev("BridgeLeave", BU, "");
    desk.ev("Newexten", "t PJSIP/trunk-1 6 t 1003", "Application: Dial");
    desk.ev("Hangup", BU, "Cause: 16");
    desk.dial("DialBegin", "t PJSIP/trunk-1 6 t 1003", "c PJSIP/1003-3 0 t 1003", "");
    desk.ev("Newstate", "c PJSIP/1003-3 5 t 1003", "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        [
            "transferred(1002:Null Answered) SingleStepTransfer *",
            "delivered(1003:Alerting) SingleStepTransfer *"
        ]
    );
}

#[test]
fn digits_follow_one_another_and_are_done_when_all_were_heard() {
    let mut desk = Desk::new(true);
    desk.world.n = with_digits();
    desk.talks();
    let id = desk.ask_of("1002", Deed::GenerateDigits { digits: number("1#") });
    let press = |digit: &str| {
        action("PlayDTMF", "b")
            .header("Digit", digit)
            .header("Duration", "100")
            .header("Receive", "true")
    };
    assert_eq!(desk.yes(""), press("1"));
    assert!(desk.sent.is_empty(), "the next waits for its time");
    desk.ev("DTMFEnd", BU, "Digit: 1|Direction: Received");
    assert!(desk.timeout());
    assert_eq!(desk.yes(""), press("#"));
    assert_eq!(desk.verdict(id), None);
    desk.ev("DTMFEnd", BU, "Digit: #|Direction: Received");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
}

#[test]
fn what_is_left_of_the_digits_when_their_command_is_given_up_is_not_pressed() {
    let mut desk = Desk::new(true);
    desk.world.n = with_digits();
    desk.talks();
    desk.ask_of("1002", Deed::GenerateDigits { digits: number("12") });
    desk.world.secs += 6;
    desk.yes("");
    while desk.timeout() {}
    assert!(desk.sent.is_empty());
}

#[test]
fn who_declines_while_a_deflection_is_on_its_way_was_not_sent_on() {
    let mut desk = Desk::new(false);
    desk.rings();
    desk.told();
    desk.ask_of("1002", Deed::Deflect { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("HangupRequest", "b PJSIP/1002-2 5 t 1002", "Cause: 21");
    desk.dial("DialEnd", T, "b PJSIP/1002-2 5 t 1002", "BUSY");
    desk.ev("Hangup", "b PJSIP/1002-2 5 t 1002", "Cause: 21");
    let told = desk.told();
    assert!(told.iter().all(|line| !line.starts_with("diverted")), "{told:?}");
}

#[test]
fn who_is_left_behind_by_another_who_hung_up_was_not_hung_up_by_us() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Clear);
    // The switch says yes and does nothing; then the caller hangs up.
    desk.yes("");
    desk.ev("HangupRequest", TU, "Cause: 16");
    desk.ev("BridgeLeave", BU, "BridgeUniqueid: x");
    assert_eq!(desk.verdict(id), None);
}

#[test]
fn a_transfer_of_a_held_call_that_is_refused_leaves_nobody_on_hold_who_is_not() {
    let mut desk = Desk::new(false);
    desk.talks();
    desk.ev("Hold", BU, "");
    desk.told();
    let id = desk.ask_of("1002", Deed::SingleStepTransfer { to: number("1003") });
    desk.yes("Value: 1");
    desk.ev("Unhold", BU, "");
    assert!(desk.told().is_empty(), "who transfers takes nobody back");
    desk.no("Transfer failed");
    assert!(matches!(desk.verdict(id), Some(Verdict::Refused(_))));
    assert_eq!(desk.told(), ["retrieved(1002:Connected) Normal"]);
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
fn digits_that_the_site_does_not_read_are_sent_and_unconfirmed() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::GenerateDigits { digits: number("1") });
    desk.yes("");
    assert_eq!(desk.verdict(id), Some(&Verdict::Unconfirmed));
}

#[test]
fn a_yes_to_muting_is_all_that_ever_tells_it() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::Mute);
    let mute = action("MuteAudio", "b").header("Direction", "in");
    assert_eq!(desk.yes(""), mute.clone().header("State", "on"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::Unmute);
    assert_eq!(desk.yes(""), mute.header("State", "off"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    assert_eq!(
        desk.told(),
        ["information(1002:Connected) *", "information(1002:Connected) *"]
    );
}

#[test]
fn a_recording_is_begun_paused_and_ended_by_its_own_id() {
    let mut desk = Desk::new(false);
    desk.talks();
    let id = desk.ask_of("1002", Deed::StartRecording);
    assert_eq!(desk.yes("MixMonitorID: 0xabc").name(), "MixMonitor");
    assert_eq!(desk.verdict(id), None);
    desk.ev("MixMonitorStart", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::PauseRecording);
    let pause = action("MixMonitorMute", "b").header("Direction", "both");
    desk.ev("MixMonitorMute", BU, "Direction: both|State: 1");
    assert_eq!(desk.yes(""), pause.header("State", "1"));
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
    let id = desk.ask_of("1002", Deed::StopRecording);
    assert_eq!(
        desk.yes(""),
        action("StopMixMonitor", "b").header("MixMonitorID", "0xabc")
    );
    desk.ev("MixMonitorStop", BU, "");
    assert_eq!(desk.verdict(id), Some(&Verdict::Done));
}

#[test]
fn what_the_dialplan_records_is_told_also_where_it_began_before_the_connection() {
    let mut desk = Desk::new(false);
    desk.ev("Newchannel", "t PJSIP/trunk-1 4 t 4930", "");
    desk.ev("MixMonitorStart", "t PJSIP/trunk-1 4 t 4930", "");
    let told = desk.told();
    assert_eq!(
        told,
        [
            "originated(trunk:Connected) NewCall",
            "recordingChanged(trunk:Connected)"
        ]
    );
    let call = desk.world.e.calls().next().unwrap();
    assert_eq!(call.connections.first().unwrap().recording, Some(Recording::Recording));
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
