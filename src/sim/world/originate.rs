//! A call that an application has made: somebody is rung first, and goes to an extension then.
use super::super::channel::{Dial, NOBODY};
use super::plan::is_station;
use super::{Turn, World};
use lineside_ami::Outgoing;
use std::time::Duration;

/// What a channel that was had rung is for.
#[derive(Clone, Debug)]
pub(super) struct Originated {
    pub(super) action_id: Option<String>,
    pub(super) destination: Destination,
    /// It was told that it is dialled.
    pub(super) begun: bool,
    /// The telephone answers by itself.
    pub(super) at_once: bool,
}

/// Where who is rung first goes then.
#[derive(Clone, Debug, Default)]
pub(super) struct Destination {
    pub(super) context: String,
    pub(super) exten: String,
    pub(super) application: String,
    pub(super) data: String,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) channel: String,
    pub(super) destination: Destination,
    pub(super) timeout: Option<Duration>,
    pub(super) caller_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) action_id: Option<String>,
    pub(super) variables: Vec<(String, String)>,
}

impl World {
    /// By default Asterisk lets it ring for so long.
    const RING_FIRST: Duration = Duration::from_secs(30);

    pub(super) fn originate(&mut self, wanted: Wanted) {
        let endpoint = wanted.channel.split_once('/').map_or("", |(_, endpoint)| endpoint);
        let taken = |id: &String| self.state.channels.contains_key(id);
        let full = self.state.channels.len() >= Self::CHANNELS;
        if !is_station(endpoint) || wanted.channel_id.as_ref().is_some_and(taken) || full {
            let id = wanted.channel_id.clone().unwrap_or_else(|| NOBODY.to_owned());
            return self.response(&wanted, &id, false, 0);
        }
        let id = self.new_channel(endpoint, endpoint, None, wanted.channel_id.as_deref());
        let mut caller_id = wanted.caller_id.clone();
        for (name, value) in &wanted.variables {
            match name.as_str() {
                "CALLERID(num)" => caller_id = Some(value.clone()),
                // A function writes no variable.
                name if name.contains('(') => {}
                name => self.tell("VarSet", &id, &[("Variable", name), ("Value", value)]),
            }
        }
        self.change(&id, |channel| {
            channel.dial = Dial::Live(None);
            channel.set("ConnectedLineNum", &wanted.destination.exten);
        });
        self.executes(&id, "AppDial2", "(Outgoing Line)");
        if let Some(caller_id) = &caller_id {
            let number = caller_id.rsplit_once('<').map_or(&**caller_id, |(_, number)| number);
            self.change(&id, |channel| channel.set("CallerIDNum", number.trim_end_matches('>')));
            let allowed = [("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")];
            self.tell("NewCallerid", &id, &allowed);
        }
        let intercom = |value: &str| value.contains("answer-after") || value.contains("autoanswer");
        let originated = Originated {
            action_id: wanted.action_id,
            destination: wanted.destination,
            begun: false,
            at_once: wanted.variables.iter().any(|(_, value)| intercom(value)),
        };
        self.originated.insert(id.clone(), originated);
        self.expect(&id, endpoint);
        self.later(wanted.timeout.unwrap_or(Self::RING_FIRST), Turn::GiveUp(id));
    }

    /// Who was rung first has answered: now it calls.
    pub(super) fn originated_answers(&mut self, id: &str) {
        let Some(originated) = self.originated.remove(id) else {
            // A recorded one: where it was to go was never told.
            self.change(id, |channel| channel.dial = Dial::Not);
            return self.listens(id);
        };
        let destination = originated.destination.clone();
        let wanted = Wanted {
            channel: self.name(id),
            destination: originated.destination,
            action_id: originated.action_id,
            ..Wanted::default()
        };
        self.response(&wanted, id, true, 4);
        self.change(id, |channel| channel.dial = Dial::Not);
        if destination.application.is_empty() {
            self.change(id, |channel| {
                channel.set("Context", &destination.context);
                channel.set("Exten", &destination.exten);
                channel.set("ConnectedLineNum", NOBODY);
            });
            self.soon(Turn::Go(id.to_owned()));
        } else {
            self.executes(id, &destination.application, &destination.data);
            match destination.application.as_str() {
                "Pickup" | "PickupChan" => self.takes_over(id, &destination.data),
                "ChanSpy" => self.listens_in(id, &destination.data),
                _ => self.later(self.pace.talk, Turn::HangUp(id.to_owned())),
            }
        }
    }

    /// Who was rung first ends before it answered.
    pub(super) fn originated_fails(&mut self, id: &str, cause: u16) {
        let Some(originated) = self.originated.remove(id) else {
            return;
        };
        let wanted = Wanted {
            channel: self.name(id),
            destination: originated.destination,
            action_id: originated.action_id,
            ..Wanted::default()
        };
        // As `enum ast_control_frame_type` has it: 3 it rang, 5 it was busy, 1 it was hung up.
        let reason = match cause {
            0 | 19 => 3,
            17 => 5,
            _ => 1,
        };
        self.response(&wanted, id, false, reason);
    }

    fn name(&self, id: &str) -> String {
        let channel = self.state.channels.get(id);
        channel.map_or_else(String::new, |channel| channel.get("Channel").to_owned())
    }

    fn response(&mut self, wanted: &Wanted, id: &str, success: bool, reason: u8) {
        let event = self.event("OriginateResponse");
        let event = match &wanted.action_id {
            Some(action_id) => event.header("ActionID", action_id),
            None => event,
        };
        let to = &wanted.destination;
        let number = self
            .state
            .channels
            .get(id)
            .map(|channel| channel.get("CallerIDNum").to_owned());
        let event: Outgoing = event
            .header("Response", if success { "Success" } else { "Failure" })
            .header("Channel", &wanted.channel)
            .header("Context", &to.context)
            .header("Exten", &to.exten)
            .header("Application", &to.application)
            .header("Data", &to.data)
            .header("Reason", reason.to_string())
            .header("Uniqueid", id)
            .header("CallerIDNum", number.as_deref().unwrap_or(NOBODY))
            .header("CallerIDName", NOBODY);
        self.told.push(event);
    }
}
