//! Rounds of everything that happens on a switch, under a clock of their own: recorded flows side by side, applications that ask for
//! whatever is permitted, agents who come and go, a link that breaks. After each round no call is left.

use super::{EPOCH, Failure, Link, Told, now, without_members};
use crate::model::{
    AgentId, AgentOrder, Call, CallId, CallState, Command, CommandId, Connection, ConnectionId, ConnectionState, Data,
    Deed, DeviceId, LinkRole, NewCall, Order, Participation, RequestedState, Service, SwitchName, Text,
};
use crate::sim::{Asterisk, Recording, Scene};
use lineside_wire::{Private, Tick};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::collections::BTreeMap;
use std::time::Duration;

const SITE: &str = "
    country = 'DE'
    extensions = '10XX'
    userData = ['CUSTOMER', 'ACCOUNT']
    afterCallReason = 'wrapup'
    afterCallSeconds = 20
";
/// Its telephones obey.
const CHANGES: &str = "
    [control]
    remoteControl = ['10XX']
";
/// A switch whose calls do not end in this time has a fault.
const LONGEST: Duration = Duration::from_secs(3600);
/// After so long whatever is remembered only for a while is forgotten.
const AFTERWARDS: Duration = Duration::from_secs(1200);
/// One of so many things that happen is something that an application asks for.
const ASKS: u32 = 20;
/// Before so many things more have happened the link breaks.
const BREAKS: u32 = 1_200;
/// The telephones of the site.
const TELEPHONES: u32 = 40;
/// Who works there, each at a telephone of his own.
const AGENTS: u32 = 8;

/// A link to a switch with which rounds are played.
pub struct Rounds {
    link: Link,
    scenes: Vec<Scene>,
    /// The calls that live, as they were told.
    calls: BTreeMap<CallId, Call>,
    chance: ChaCha8Rng,
    switch: SwitchName,
    asked: u64,
}

/// What there was in a round.
#[derive(Debug, Default)]
pub struct Round {
    /// Calls that ended.
    pub ended: usize,
    /// What applications asked for.
    pub asked: usize,
    /// How much of it an event proved.
    pub done: usize,
    /// How often the link broke.
    pub breaks: usize,
}

impl Rounds {
    /// A link that is up, to a switch that can play what stands in `captures`.
    ///
    /// # Errors
    /// The link does not come up.
    pub fn up(captures: &[String]) -> Result<Self, Failure> {
        let scenes = captures
            .iter()
            .map(|capture| Scene::new("case", Recording::read(capture)));
        let switch = SwitchName::try_from("bench").map_err(|error| error.to_string())?;
        let mut asterisk = Asterisk::crowded_by(Vec::new(), EPOCH, 1);
        asterisk.close();
        Ok(Rounds {
            link: Link::up_to(asterisk, switch.clone(), SITE, CHANGES)?,
            scenes: without_members(scenes.collect()),
            calls: BTreeMap::new(),
            chance: ChaCha8Rng::seed_from_u64(1),
            switch,
            asked: 0,
        })
    }

    /// Plays every flow once, many side by side, and waits until all is over and forgotten. If `breaks`, the link does.
    ///
    /// # Errors
    /// A call never ends.
    pub fn play(&mut self, breaks: bool, mut told: impl FnMut(Told)) -> Result<Round, Failure> {
        self.chance = ChaCha8Rng::seed_from_u64(2);
        let mut round = Round::default();
        let end = self.link.tick + LONGEST;
        self.link.asterisk.open(self.scenes.clone());
        let last = self.link.asterisk.begun() + self.scenes.len();
        let mut steps = self.draw(BREAKS);
        while !self.link.asterisk.is_idle() || self.link.asterisk.begun() < last {
            if self.link.asterisk.begun() >= last {
                self.link.asterisk.close();
            }
            self.step(&mut round, &mut told)?;
            if self.draw(ASKS) == 0
                && let Some(order) = self.order()
            {
                self.ask(order, &mut round, &mut told)?;
            }
            steps = steps.saturating_sub(1);
            if breaks && steps == 0 {
                steps = 1 + self.draw(BREAKS);
                round.breaks += 1;
                let silently = self.draw(3) == 0;
                self.link.break_off(silently)?;
                self.take(&mut round, &mut told);
            }
            if self.link.tick > end {
                return Err(format!("what never ends: {:?}", self.calls).into());
            }
        }
        self.pass(AFTERWARDS, &mut round, &mut told)?;
        // Some of what is over is forgotten when something else happens.
        self.link.asterisk.open(self.scenes.iter().take(1).cloned().collect());
        let one = self.link.asterisk.begun() + 1;
        while self.link.asterisk.begun() < one {
            self.step(&mut round, &mut told)?;
        }
        self.link.asterisk.close();
        self.pass(AFTERWARDS, &mut round, &mut told)?;
        // What the switch and the wire keep is not the bridge's.
        self.link.asterisk.forget();
        self.link.unread.retain(|_, unread| !unread.is_empty());
        match self.calls.len() {
            0 => Ok(round),
            left => Err(format!("{left} calls are left over: {:?}", self.calls).into()),
        }
    }

    /// Time goes on, and what is due happens.
    fn pass(&mut self, time: Duration, round: &mut Round, told: &mut impl FnMut(Told)) -> Result<(), Failure> {
        let end = self.link.tick + time;
        while self.link.due().is_some_and(|due| due <= end) {
            self.step(round, told)?;
        }
        self.link.tick = end;
        Ok(())
    }

    fn step(&mut self, round: &mut Round, told: &mut impl FnMut(Told)) -> Result<(), Failure> {
        self.link.step()?;
        self.take(round, told);
        Ok(())
    }

    fn ask(&mut self, order: Order, round: &mut Round, told: &mut impl FnMut(Told)) -> Result<(), Failure> {
        self.asked += 1;
        round.asked += 1;
        let command = Command {
            id: CommandId(self.asked),
            request_id: Text::from(format!("request-{}", self.asked)),
            requested_by: Text::from("bench"),
            order,
        };
        self.link.machine.handle_command(now(self.link.tick), command);
        self.link.settle()?;
        self.take(round, told);
        Ok(())
    }

    fn take(&mut self, round: &mut Round, told: &mut impl FnMut(Told)) {
        while let Some(batch) = self.link.machine.poll_batch() {
            for event in &batch.events {
                let Data::Call(data) = &event.data else { continue };
                if data.call.state == CallState::Ended {
                    round.ended += usize::from(self.calls.remove(&data.call.id).is_some());
                } else {
                    self.calls.insert(data.call.id, data.call.clone());
                }
            }
            round.done += batch.settled.iter().filter(|settled| settled.proof.is_some()).count();
            told(Told(batch));
        }
    }

    fn draw(&mut self, below: u32) -> u32 {
        self.chance.next_u32() % below
    }

    fn one_of<T>(&mut self, all: impl ExactSizeIterator<Item = T>) -> Option<T> {
        let count = u32::try_from(all.len()).ok().filter(|count| *count > 0)?;
        let mut all = all;
        all.nth(self.draw(count) as usize)
    }

    fn device(&mut self) -> DeviceId {
        let number = 1001 + self.draw(TELEPHONES);
        DeviceId::new(&self.switch, &number.to_string())
    }

    /// Something that an application may ask for now.
    fn order(&mut self) -> Option<Order> {
        match self.draw(12) {
            0 => return Some(self.make()),
            1 | 2 => return Some(self.works()),
            _ => {}
        }
        let calls: Vec<Call> = self.calls.values().cloned().collect();
        let call = self.one_of(calls.iter())?;
        let connection = self.one_of(call.connections.iter())?;
        let permitted: Vec<Service> = connection.services_permitted.iter().collect();
        let service = self.one_of(permitted.iter().copied())?;
        let held = held(&calls, connection);
        let deed = self.deed(service, held)?;
        Some(Order::Connection {
            call: call.id,
            connection: connection.id,
            deed,
        })
    }

    fn make(&mut self) -> Order {
        let called = format!("10{:02}", 1 + self.draw(TELEPHONES));
        Order::MakeCall(Box::new(NewCall {
            calling: self.device(),
            called: Private::new(Text::from(called)),
            presented: None,
            auto_answer: false,
            timeout: 20,
            user_data: BTreeMap::from([(Text::from("CUSTOMER"), Private::new(Text::from("4711")))]),
        }))
    }

    /// An agent comes, goes, or rests.
    fn works(&mut self) -> Order {
        let number = self.draw(AGENTS);
        let agent = format!("agent-{number}");
        let device = DeviceId::new(&self.switch, &(1001 + number).to_string());
        let states = [
            RequestedState::LoggedOn,
            RequestedState::NotReady,
            RequestedState::Ready,
            RequestedState::LoggedOff,
        ];
        let state = self.one_of(states.into_iter()).unwrap_or(RequestedState::LoggedOn);
        let comes = state == RequestedState::LoggedOn;
        Order::SetAgentState(Box::new(AgentOrder {
            agent: AgentId::new(&self.switch, &agent),
            state,
            reason: None,
            device: comes.then_some(device),
            queues: comes
                .then(|| DeviceId::new(&self.switch, "support"))
                .into_iter()
                .collect(),
            force: true,
        }))
    }

    fn deed(&mut self, service: Service, held: Option<ConnectionId>) -> Option<Deed> {
        let to = Private::new(Text::from(format!("10{:02}", 1 + self.draw(TELEPHONES))));
        Some(match service {
            Service::AnswerCall => Deed::Answer,
            Service::ClearConnection => Deed::Clear,
            Service::HoldCall => Deed::Hold,
            Service::RetrieveCall => Deed::Retrieve,
            Service::ConsultationCall => Deed::Consult {
                to,
                user_data: BTreeMap::new(),
            },
            Service::AlternateCall => Deed::Alternate { held: None },
            Service::ReconnectCall => Deed::Reconnect { held: None },
            Service::TransferCall => Deed::Transfer { held: held? },
            Service::ConferenceCall => Deed::Conference { held: held? },
            Service::DeflectCall => Deed::Deflect { to },
            Service::SingleStepTransferCall => Deed::SingleStepTransfer { to },
            Service::SingleStepConferenceCall => Deed::SingleStepConference {
                device: self.device(),
                participation: Participation::Silent,
            },
            Service::DirectedPickupCall => Deed::DirectedPickup { by: self.device() },
            Service::ParkCall => Deed::Park { to: None },
            Service::GenerateDigits => Deed::GenerateDigits {
                digits: Private::new(Text::from("17#")),
            },
            Service::Mute => Deed::Mute,
            Service::Unmute => Deed::Unmute,
            Service::StartRecording => Deed::StartRecording,
            Service::StopRecording => Deed::StopRecording,
            Service::PauseRecording => Deed::PauseRecording,
            Service::ResumeRecording => Deed::ResumeRecording,
            _ => return None,
        })
    }
}

/// What the telephone of this connection holds besides.
fn held(calls: &[Call], connection: &Connection) -> Option<ConnectionId> {
    let all = calls.iter().flat_map(|call| &call.connections);
    let mut held = all.filter(|other| other.state == ConnectionState::Hold && other.device == connection.device);
    held.next().map(|other| other.id)
}

impl Link {
    /// When something is due, on either side.
    fn due(&self) -> Option<Tick> {
        let servers = self.servers.values().filter_map(lineside_wire::Session::poll_timeout);
        let due = servers.chain(self.asterisk.poll_timeout());
        due.chain(self.machine.poll_timeout()).min()
    }

    /// Goes on to what is due next.
    fn step(&mut self) -> Result<(), Failure> {
        let Some(due) = self.due() else { return Ok(()) };
        self.tick = self.tick.max(due);
        for event in self.asterisk.handle_timeout(self.tick) {
            self.tell(&event);
            self.settle()?;
        }
        for server in self.servers.values_mut() {
            // One that gives up is found out by the machine.
            let _ = lineside_wire::Session::handle_timeout(server, self.tick);
        }
        if self.machine.poll_timeout().is_some_and(|at| at <= self.tick) {
            self.machine.handle_timeout(now(self.tick));
        }
        self.settle()
    }

    /// The connections break; silently: nobody is told.
    fn break_off(&mut self, silently: bool) -> Result<(), Failure> {
        self.servers.clear();
        if !silently {
            for role in [LinkRole::Events, LinkRole::Actions] {
                self.machine.handle_eof(now(self.tick), role, None);
            }
        }
        self.settle()
    }
}
