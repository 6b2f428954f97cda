//! The application of a story. It knows of calls what it was told, and asks for what the story says.

use crate::model::{
    AgentId, AgentOrder, Batch, Call, CallId, Command, CommandId, Connection, ConnectionDirection, ConnectionId,
    ConnectionState, Data, Deed, Denial, DeviceId, EventType, Kind, NewCall, Order, Participation, RequestedState,
    SwitchName, Text, Verdict,
};
use crate::sim::csta::{Cast, FOR_NOTHING, IN_VAIN, OUTSIDE};
use lineside_wire::Private;
use std::collections::BTreeMap;

pub(super) struct Application {
    switch: SwitchName,
    cast: Cast,
    calls: BTreeMap<CallId, Call>,
    /// What was asked for, and how it came out.
    asked: BTreeMap<CommandId, (&'static str, Option<Verdict>)>,
}

impl Application {
    pub(super) const fn new(switch: SwitchName, cast: Cast) -> Self {
        Application {
            switch,
            cast,
            calls: BTreeMap::new(),
            asked: BTreeMap::new(),
        }
    }

    pub(super) fn hear(&mut self, batch: &Batch) {
        for event in &batch.events {
            if let Data::Call(data) = &event.data {
                match event.kind {
                    EventType::Cleared => drop(self.calls.remove(&data.call.id)),
                    _ => drop(self.calls.insert(data.call.id, data.call.clone())),
                }
            }
        }
        for settled in &batch.settled {
            if let Some((_, verdict)) = self.asked.get_mut(&settled.id) {
                *verdict = Some(settled.verdict.clone());
            }
        }
    }

    /// What it asks for, by the words of a story.
    pub(super) fn asks(&mut self, step: &'static str) -> Result<Command, String> {
        let id = CommandId(self.asked.len() as u64 + 1);
        let said = step.strip_suffix(IN_VAIN).or_else(|| step.strip_suffix(FOR_NOTHING));
        let words: Vec<&str> = said.unwrap_or(step).split_whitespace().collect();
        let order = self
            .order(&words)
            .ok_or_else(|| format!("{step}: nothing that could be asked for, or nobody of whom"))?;
        self.asked.insert(id, (step, None));
        Ok(Command {
            id,
            request_id: Text::from(format!("request-{}", id.0)),
            requested_by: Text::from("play"),
            order,
        })
    }

    /// What was asked for last there is no word for in this dialect: people do it at their telephones.
    pub(super) fn cannot(&mut self) -> bool {
        let last = self.asked.last_entry();
        let cannot =
            |(_, verdict): &(_, Option<Verdict>)| matches!(verdict, Some(Verdict::Denied(Denial::NotSupported(_))));
        let Some(last) = last.filter(|last| cannot(last.get())) else {
            return false;
        };
        last.remove();
        true
    }

    /// What did not come out as it should have.
    pub(super) fn failed(&self) -> Option<String> {
        let came_out = |step: &str, verdict: &Option<Verdict>| match verdict {
            Some(Verdict::Done) => !step.ends_with(IN_VAIN) && !step.ends_with(FOR_NOTHING),
            // Where nobody tells of who was not reached.
            Some(Verdict::Unconfirmed) => !step.ends_with(IN_VAIN),
            Some(Verdict::Refused(_)) => step.ends_with(IN_VAIN),
            Some(Verdict::Contradicted(_)) => step.ends_with(FOR_NOTHING),
            _ => false,
        };
        let mut wrong = self.asked.values().filter(|(step, verdict)| !came_out(step, verdict));
        wrong.next().map(|(step, verdict)| format!("{step}: {verdict:?}"))
    }

    fn order(&self, words: &[&str]) -> Option<Order> {
        Some(match words {
            [who, "is", "to", "call", to @ ..] => Order::MakeCall(Box::new(NewCall {
                calling: self.device(who)?,
                called: self.number(&to.join(" "))?,
                presented: None,
                auto_answer: false,
                timeout: 30,
                user_data: BTreeMap::new(),
            })),
            [who, "hangs", "up"] => self.of(who, Deed::Clear)?,
            [who, "answers"] => self.of(who, Deed::Answer)?,
            [who, "alternates"] => self.of(who, Deed::Alternate { held: None })?,
            [who, "reconnects"] => self.of(who, Deed::Reconnect { held: None })?,
            [who, "joins", "both"] => self.of(who, Deed::Transfer { held: self.held(who)? })?,
            [who, "confers"] => self.of(who, Deed::Conference { held: self.held(who)? })?,
            [who, "sends", "on", "to", to] => self.of(who, Deed::Deflect { to: self.number(to)? })?,
            [who, "transfers", "to", to] => self.of(who, Deed::SingleStepTransfer { to: self.number(to)? })?,
            [who, "listens", "to", to] => self.takes_part(who, to, Participation::Silent)?,
            [who, "joins", to] => self.takes_part(who, to, Participation::Active)?,
            [who, "picks", "up", from] => self.of(from, Deed::DirectedPickup { by: self.device(who)? })?,
            [who, "parks", "in", slot] => self.of(
                who,
                Deed::Park {
                    to: Some(self.number(slot)?),
                },
            )?,
            [who, "consults", to] => self.of(
                who,
                Deed::Consult {
                    to: self.number(to)?,
                    user_data: BTreeMap::new(),
                },
            )?,
            [who, "presses", digits] => self.of(
                who,
                Deed::GenerateDigits {
                    digits: Private::new(Text::from(*digits)),
                },
            )?,
            [who, "logs", "on", "to", queue] => self.logs_on(who, queue, who)?,
            [who, "logs", "on", "to", queue, "at", place] => self.logs_on(who, queue, place)?,
            [who, "logs", "off"] => self.agent(who, RequestedState::LoggedOff)?,
            [who, "takes", "a", "break"] => self.agent(who, RequestedState::NotReady)?,
            [who, "is", "ready"] => self.agent(who, RequestedState::Ready)?,
            [who, "writes", "up"] => self.agent(who, RequestedState::WorkingAfterCall)?,
            _ => return None,
        })
    }

    fn agent(&self, who: &str, state: RequestedState) -> Option<Order> {
        Some(Order::SetAgentState(Box::new(AgentOrder {
            agent: AgentId::new(&self.switch, self.named(who)?),
            state,
            reason: None,
            device: None,
            queues: Vec::new(),
            force: false,
        })))
    }

    /// Whoever is there has to leave.
    fn logs_on(&self, who: &str, queue: &str, place: &str) -> Option<Order> {
        Some(Order::SetAgentState(Box::new(AgentOrder {
            agent: AgentId::new(&self.switch, self.named(who)?),
            state: RequestedState::LoggedOn,
            reason: None,
            device: Some(self.device(place)?),
            queues: vec![self.device(queue)?],
            force: true,
        })))
    }

    fn takes_part(&self, who: &str, with: &str, participation: Participation) -> Option<Order> {
        let device = self.device(who)?;
        self.of(with, Deed::SingleStepConference { device, participation })
    }

    /// Something that is asked of the connection of somebody: of that in which he talks, else of the newest.
    fn of(&self, who: &str, deed: Deed) -> Option<Order> {
        let all = self.connections(who)?;
        let talks = all.iter().rfind(|(_, own)| own.state == ConnectionState::Connected);
        let (call, own) = talks.or(all.last())?;
        Some(Order::Connection {
            call: call.id,
            connection: own.id,
            deed,
        })
    }

    fn held(&self, who: &str) -> Option<ConnectionId> {
        let all = self.connections(who)?;
        let held = all.iter().rfind(|(_, own)| own.state == ConnectionState::Hold)?;
        Some(held.1.id)
    }

    /// The connections of somebody, oldest call first.
    fn connections(&self, who: &str) -> Option<Vec<(&Call, &Connection)>> {
        let number = self.named(who)?;
        let there = |connection: &Connection| {
            let known = connection.number.as_ref().is_some_and(|known| known.ends_with(number));
            known || connection.device.as_ref().is_some_and(|device| device.key() == number)
        };
        // Who calls from outside may not be known by his number yet: whoever makes the call is he.
        let all = || self.calls.values().flat_map(|call| &call.connections);
        let unknown = is_outside(who) && !all().any(there);
        let own = |connection: &&Connection| match unknown {
            true => connection.kind == Kind::Trunk && connection.direction == ConnectionDirection::Outgoing,
            false => there(connection),
        };
        let all = self.calls.values();
        let all = all.flat_map(|call| call.connections.iter().filter(own).map(move |own| (call, own)));
        Some(all.collect())
    }

    fn named(&self, letter: &str) -> Option<&str> {
        let letter = letter.chars().next().filter(|_| letter.len() == 1)?;
        self.cast.get(&letter).map(String::as_str)
    }

    fn device(&self, letter: &str) -> Option<DeviceId> {
        self.named(letter).map(|number| DeviceId::new(&self.switch, number))
    }

    /// What is dialled for somebody.
    fn number(&self, who: &str) -> Option<Private<Text>> {
        let number = match who {
            who if is_outside(who) => format!("{OUTSIDE}{}", self.named(who)?),
            "nobody" => crate::sim::csta::NOBODY.to_owned(),
            "nobody outside" => format!("{OUTSIDE}{}", crate::sim::csta::NOBODY_OUTSIDE),
            _ => self.named(who)?.to_owned(),
        };
        Some(Private::new(Text::from(number)))
    }
}

fn is_outside(letter: &str) -> bool {
    matches!(letter, "T" | "U" | "W" | "X")
}
