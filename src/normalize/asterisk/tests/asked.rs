//! What a switch is asked for a command, by scripted answers, and what is told of what it does then. What the script says was seen so
//! on 16 and 22.

mod calls;
mod link;
mod onward;
mod voice;

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
