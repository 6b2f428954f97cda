//! What a switch does with what it is asked for, other than to do it and to say so.

use super::rig::Rig;
use crate::sim::csta::Out;
use lineside_csta::types::*;
use lineside_csta::{AskedId, Request, Response};
use lineside_wire::Tick;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lie {
    /// It says yes and does nothing.
    Nothing,
    /// It says yes and does it when nobody waits for it any more.
    DoneLate,
    /// It does it and says so when nobody waits for it any more.
    AnsweredLate,
    /// It says so at once, and tells what happened a while later.
    ToldLater,
    /// It tells what happened at once, and says so a while later.
    AnsweredLater,
    /// It does it and tells nobody what happened.
    Untold,
    /// It does it and says no.
    Denied,
    /// It does nothing and says no, in these words.
    Refused(UniversalFailure),
    /// It does nothing and says nothing.
    Silent,
    /// It does it and says nothing.
    Mute,
    /// It does nothing, and everything breaks.
    Breaks,
    /// It does it, and everything breaks before it says so.
    BreaksDone,
    /// It says yes, and everything breaks before it does it.
    BreaksBehind,
}

/// When nobody waits for it any more: a command is given up after 5 s, a request after 10.
pub(super) const LATE: Duration = Duration::from_secs(7);
const LATER: Duration = Duration::from_secs(2);

/// Something that comes later.
pub(super) enum Later {
    Said(Box<Out>),
    Done(Box<Request>),
}

impl Rig {
    pub(super) fn lies(&mut self, lie: &Lie, id: AskedId, request: Request) {
        let yes = || Out::Response {
            asked: id.0,
            response: yes(&request),
        };
        match lie {
            Lie::Nothing => self.send(yes()),
            Lie::DoneLate => {
                self.send(yes());
                self.later(self.now + LATE, Later::Done(Box::new(request)));
            }
            Lie::Denied => {
                self.lie = None;
                self.switch.handle_request(self.now, u64::MAX, &request);
                self.settle();
                let error = UniversalFailure::Unspecified;
                self.send(Out::Error { asked: id.0, error });
            }
            Lie::Refused(error) => {
                let error = error.clone();
                self.send(Out::Error { asked: id.0, error });
            }
            Lie::Silent => {}
            Lie::Mute => self.switch.handle_request(self.now, u64::MAX, &request),
            Lie::Breaks => self.breaks(),
            Lie::BreaksDone => {
                self.switch.handle_request(self.now, u64::MAX, &request);
                while self.switch.poll().is_some() {}
                self.breaks();
            }
            Lie::BreaksBehind => {
                self.send(yes());
                self.lie = None;
                self.settle();
                self.breaks();
            }
            Lie::AnsweredLate | Lie::AnsweredLater | Lie::ToldLater | Lie::Untold => {
                self.switch.handle_request(self.now, id.0, &request);
            }
        }
    }

    fn breaks(&mut self) {
        self.lie = None;
        self.dead = true;
        self.cut();
    }

    /// What is not said now: it is said later, or never.
    pub(super) fn keeps_back(&mut self, out: Out) -> Option<Out> {
        let answers = matches!(out, Out::Response { .. } | Out::Error { .. });
        let wait = match (&self.lie, answers) {
            (Some(Lie::AnsweredLate), true) => LATE,
            (Some(Lie::AnsweredLater), true) | (Some(Lie::ToldLater), false) => LATER,
            (Some(Lie::Untold), false) => return None,
            _ => return Some(out),
        };
        self.later(self.now + wait, Later::Said(Box::new(out)));
        None
    }

    fn later(&mut self, at: Tick, later: Later) {
        let count = self.later.len() + self.later.keys().last().map_or(0, |(_, count)| *count);
        self.later.insert((at, count + 1), later);
    }

    pub(super) fn comes(&mut self, later: Later) {
        match later {
            Later::Said(out) => self.send(*out),
            // Its answer was given before.
            Later::Done(request) => {
                self.lie = None;
                self.switch.handle_request(self.now, u64::MAX, &request);
            }
        }
    }
}

/// That it was done. Where a connection was made, it is one that nobody hears of again.
fn yes(request: &Request) -> Response {
    let made = || ConnectionId {
        call_id: Some("999".into()),
        device_id: Some(LocalDeviceId::Static(DeviceId::dialled("1001"))),
    };
    macro_rules! yes {
        ($($made:ident($type:ident { $field:ident }))*; $($done:ident)*) => {
            match request {
                $(Request::$made(_) => Response::$made(Box::new($type { $field: made(), ..$type::default() })),)*
                $(Request::$done(_) => Response::$done(Box::default()),)*
                other => panic!("{other:?}"),
            }
        };
    }
    yes! {
        MakeCall(MakeCallResponse { calling_device })
        ConsultationCall(ConsultationCallResponse { initiated_call })
        TransferCall(TransferCallResponse { transferred_call })
        ConferenceCall(ConferenceCallResponse { conference_call })
        SingleStepTransferCall(SingleStepTransferCallResponse { transferred_call })
        SingleStepConferenceCall(SingleStepConferenceCallResponse { conferenced_call });
        AnswerCall HoldCall RetrieveCall ClearConnection ClearCall AlternateCall ReconnectCall DeflectCall ParkCall DirectedPickupCall
        GroupPickupCall GenerateDigits SetAgentState SetDoNotDisturb SetForwarding
    }
}
