//! The requests that a task takes.

use super::super::Normalizer;
use super::super::party::dialled;
use super::super::states;
use crate::model::{
    AgentTask, Ask, ConnectionKey, Denial, DeviceId as Key, Feature, ForwardingType as When, NewCall, Participation,
    Text,
};
use crate::profile::Asked;
use lineside_csta::Request;
use lineside_csta::types::{
    AlternateCall, AnswerCall, AutoOriginate, ClearCall, ClearConnection, ConferenceCall, ConnectionId,
    ConsultationCall, DeflectCall, DeviceId, DirectedPickupCall, ForwardingType, GenerateDigits, GroupPickupCall,
    HoldCall, MakeCall, NewDestination, ParkCall, ParticipationType, ReconnectCall, RetrieveCall, SetDoNotDisturb,
    SetForwarding, SingleStepConferenceCall, SingleStepTransferCall, TransferCall,
};
use lineside_wire::{Private, Tick};
use std::collections::VecDeque;

/// What a task takes.
#[derive(Default)]
pub(super) struct Plan {
    /// One behind the other.
    pub(super) requests: VecDeque<Request>,
    /// The device that makes a call by it.
    pub(super) makes: Option<Text>,
    /// The device that comes to a call by it.
    pub(super) comes: Option<Text>,
    /// So many digits are pressed by it.
    pub(super) digits: usize,
    /// What a device is to be set to that is asked for that by the last request.
    pub(super) reads: Option<(Text, Feature)>,
}

impl Plan {
    fn of(request: Request) -> Self {
        Plan {
            requests: VecDeque::from([request]),
            ..Plan::default()
        }
    }

    fn comes(mut self, device: &Key) -> Self {
        self.comes = Some(Text::from(device.key()));
        self
    }
}

/// What a task takes, or why it cannot be asked for.
pub(super) fn plan(ask: &Ask, now: Tick, states: &[Asked], calls: &mut Normalizer) -> Result<Plan, Denial> {
    if let Ask::SetAgentState(task) = ask {
        return agent(task, now, calls);
    }
    let native = |key: &ConnectionKey| calls.native(key).ok_or(Denial::NoConnection);
    let one = |request: Request| Ok(Plan::of(request));
    match ask {
        Ask::MakeCall(call) => make(call, calls),
        Ask::Answer(key) => one(Request::AnswerCall(Box::new(AnswerCall {
            call_to_be_answered: native(key)?,
            ..AnswerCall::default()
        }))),
        Ask::Clear(keys) => {
            calls.is_to_end(now, keys);
            clear(keys, calls)
        }
        Ask::Hold { connection, .. } => one(Request::HoldCall(Box::new(HoldCall {
            call_to_be_held: native(connection)?,
            ..HoldCall::default()
        }))),
        Ask::Retrieve { connection, .. } => one(Request::RetrieveCall(Box::new(RetrieveCall {
            call_to_be_retrieved: native(connection)?,
            ..RetrieveCall::default()
        }))),
        Ask::Consult { connection, to } => {
            let request = Request::ConsultationCall(Box::new(ConsultationCall {
                existing_call: native(connection)?,
                consulted_device: DeviceId::dialled(to),
                ..ConsultationCall::default()
            }));
            Ok(Plan {
                makes: calls.device_of(connection),
                ..Plan::of(request)
            })
        }
        Ask::Alternate { active, held } => one(Request::AlternateCall(Box::new(AlternateCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..AlternateCall::default()
        }))),
        Ask::Reconnect { active, held } => one(Request::ReconnectCall(Box::new(ReconnectCall {
            active_call: native(active)?,
            held_call: native(held)?,
            ..ReconnectCall::default()
        }))),
        Ask::Transfer { active, held } => one(Request::TransferCall(Box::new(TransferCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..TransferCall::default()
        }))),
        Ask::Conference { active, held } => one(Request::ConferenceCall(Box::new(ConferenceCall {
            held_call: native(held)?,
            active_call: native(active)?,
            ..ConferenceCall::default()
        }))),
        Ask::Deflect { connection, to } => one(Request::DeflectCall(Box::new(DeflectCall {
            call_to_be_diverted: native(connection)?,
            new_destination: NewDestination::from(DeviceId::dialled(to)),
            ..DeflectCall::default()
        }))),
        Ask::SingleStepTransfer { connection, to, .. } => {
            one(Request::SingleStepTransferCall(Box::new(SingleStepTransferCall {
                active_call: native(connection)?,
                transferred_to: DeviceId::dialled(to),
                ..SingleStepTransferCall::default()
            })))
        }
        Ask::Pickup {
            by,
            target: Some(target),
        } => Ok(Plan {
            // On some switches who picks up makes a call for it.
            makes: Some(Text::from(by.key())),
            ..Plan::of(Request::DirectedPickupCall(Box::new(DirectedPickupCall {
                call_to_be_picked_up: native(target)?,
                requesting_device: dialled(by),
                ..DirectedPickupCall::default()
            })))
            .comes(by)
        }),
        Ask::Pickup { by, target: None } => Ok(Plan {
            makes: Some(Text::from(by.key())),
            ..Plan::of(Request::GroupPickupCall(Box::new(GroupPickupCall {
                new_destination: dialled(by),
                ..GroupPickupCall::default()
            })))
            .comes(by)
        }),
        Ask::Supervise {
            device,
            watched,
            participation,
        } => Ok(
            Plan::of(Request::SingleStepConferenceCall(Box::new(SingleStepConferenceCall {
                active_call: native(watched)?,
                device_to_join: dialled(device),
                participation_type: Some(match participation {
                    Participation::Silent => ParticipationType::Silent,
                    Participation::Active => ParticipationType::Active,
                    Participation::Coach => {
                        return Err(Denial::NotSupported(Text::from(
                            "CSTA has no word for being heard by one party only",
                        )));
                    }
                }),
                ..SingleStepConferenceCall::default()
            })))
            .comes(device),
        ),
        Ask::Park { connection, to, .. } => one(Request::ParkCall(Box::new(ParkCall {
            parking: native(connection)?,
            park_to: match to {
                Some(to) => DeviceId::dialled(to),
                None => {
                    let why = "this switch parks at a device that is named: give `to`";
                    return Err(Denial::Field("to", Text::from(why)));
                }
            },
            ..ParkCall::default()
        }))),
        Ask::GenerateDigits { connection, digits } => Ok(Plan {
            digits: digits.len(),
            ..Plan::of(Request::GenerateDigits(Box::new(GenerateDigits {
                connection_to_send_digits: native(connection)?,
                characters_to_send: Private::new(String::from(&***digits)),
                ..GenerateDigits::default()
            })))
        }),
        Ask::SetFeature { device, feature } => {
            let asked = match feature {
                Feature::DoNotDisturb(_) => Asked::DoNotDisturb,
                Feature::Forwarding(_) => Asked::Forwarding,
            };
            let set = feature_of(device, feature);
            if calls.hears(device.key()) || !states.contains(&asked) {
                heard(device.key(), calls)?;
                return one(set);
            }
            // It would tell of it to nobody: so it is asked how it is then.
            Ok(Plan {
                requests: VecDeque::from([set, states::ask(asked, dialled(device))]),
                reads: Some((Text::from(device.key()), feature.clone())),
                ..Plan::default()
            })
        }
        Ask::Mute { .. } | Ask::Record { .. } | Ask::SetAgentState(_) => {
            Err(Denial::NotSupported(Text::from(super::words::NO_WORD)))
        }
    }
}

fn feature_of(device: &Key, feature: &Feature) -> Request {
    match feature {
        Feature::DoNotDisturb(on) => Request::SetDoNotDisturb(Box::new(SetDoNotDisturb {
            device: dialled(device),
            do_not_disturb_on: *on,
            ..SetDoNotDisturb::default()
        })),
        Feature::Forwarding(forwarding) => Request::SetForwarding(Box::new(SetForwarding {
            device: dialled(device),
            forwarding_type: Some(match forwarding.kind {
                When::Immediate => ForwardingType::ForwardImmediate,
                When::Busy => ForwardingType::ForwardBusy,
                When::NoAnswer => ForwardingType::ForwardNoAns,
            }),
            activate_forward: forwarding.active,
            forward_dn: forwarding.to.as_ref().map(|to| DeviceId::dialled(to)),
            ..SetForwarding::default()
        })),
    }
}

/// What comes of it would show nowhere else.
fn heard(device: &str, calls: &Normalizer) -> Result<(), Denial> {
    if calls.hears(device) {
        return Ok(());
    }
    let why =
        format!("{device} is not monitored, so nothing would show what comes of it: see `monitors` of the switch");
    Err(Denial::Device(Text::from(why)))
}

fn make(call: &NewCall, calls: &Normalizer) -> Result<Plan, Denial> {
    heard(call.calling.key(), calls)?;
    if call.presented.is_some() {
        let why = "CSTA has no place for the number that is shown: leave it out";
        return Err(Denial::Field("presentedNumber", Text::from(why)));
    }
    let request = Request::MakeCall(Box::new(MakeCall {
        calling_device: DeviceId::dialled(call.calling.key()),
        called_directory_number: DeviceId::dialled(&call.called),
        auto_originate: call.auto_answer.then_some(AutoOriginate::DoNotPrompt),
        ..MakeCall::default()
    }));
    Ok(Plan {
        makes: Some(Text::from(call.calling.key())),
        ..Plan::of(request)
    })
}

pub(super) fn clear_connection(connection: ConnectionId) -> Request {
    Request::ClearConnection(Box::new(ClearConnection {
        connection_to_be_cleared: connection,
        ..ClearConnection::default()
    }))
}

/// One connection ends, or with several of them the call: who is asked for one after the other would be gone with the first.
fn clear(keys: &[ConnectionKey], calls: &Normalizer) -> Result<Plan, Denial> {
    let only = keys.first().filter(|_| keys.len() == 1);
    if let Some(connection) = only.and_then(|key| calls.native(key)) {
        return Ok(Plan::of(clear_connection(connection)));
    }
    let named: Option<ConnectionId> = keys.iter().find_map(|key| calls.native_of_call(key));
    Ok(Plan::of(Request::ClearCall(Box::new(ClearCall {
        call_to_be_cleared: named.ok_or(Denial::NoConnection)?,
        ..ClearCall::default()
    }))))
}

fn agent(task: &AgentTask, now: Tick, calls: &mut Normalizer) -> Result<Plan, Denial> {
    let requests = super::super::agent::requests(task, now, calls)?;
    if let Some(device) = &task.device {
        heard(device.key(), calls)?;
    }
    Ok(Plan {
        requests: requests.into(),
        ..Plan::default()
    })
}
