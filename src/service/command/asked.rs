//! What is asked of a switch: from the words of a request to an order that the engine takes.

use crate::model::{self, AgentId, ConnectionId, Deed, DeviceId, NewCall, Order, Participation, SwitchName, Text};
use crate::service::failure::{Code, Failure};
use crate::service::fields::{Fields, patch};
use crate::service::nearest::hint;
use crate::service::{Caller, Refusal, Scope, Service, number};
use lineside_wire::Private;

/// What is asked, in the words of the request.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    /// A new call.
    MakeCall,
    /// The end of this call.
    ClearCall { call: String },
    /// A service on a connection of a call.
    Connection {
        call: String,
        connection: String,
        service: String,
    },
    /// What rings in the group of this device is to come to it.
    GroupPickup { device: String },
    /// What a call carries is to change.
    UserData { call: String },
    /// An agent is to come, to go, to take calls or not.
    AgentState { agent: String },
    /// A device is to refuse calls, or not.
    DoNotDisturb { device: String },
    /// A device is to forward calls, or not.
    Forwarding { device: String },
}

/// How long the calling telephone may ring, in seconds: at most, and where nothing is said.
const RING: u16 = 120;
const RING_USUALLY: u16 = 30;

impl Wish {
    /// The name of the service, for people and the audit.
    pub(super) fn service(&self) -> &str {
        match self {
            Wish::MakeCall => model::Service::MakeCall.as_str(),
            Wish::ClearCall { .. } => model::Service::ClearCall.as_str(),
            Wish::GroupPickup { .. } => model::Service::GroupPickupCall.as_str(),
            Wish::Connection { service, .. } => service,
            Wish::UserData { .. } => "setUserData",
            Wish::AgentState { .. } => model::Service::SetAgentState.as_str(),
            Wish::DoNotDisturb { .. } => model::Service::SetDoNotDisturb.as_str(),
            Wish::Forwarding { .. } => model::Service::SetForwarding.as_str(),
        }
    }

    /// The agent whom it is about, where it is about one.
    pub(super) fn agent(&self) -> Option<AgentId> {
        match self {
            Wish::AgentState { agent } => Some(AgentId::from_text(Text::from(agent.as_str()))),
            _ => None,
        }
    }

    /// The device whose features it is about, where it is about one.
    pub(super) fn device(&self) -> Option<DeviceId> {
        match self {
            Wish::DoNotDisturb { device } | Wish::Forwarding { device } => {
                Some(DeviceId::from_text(Text::from(device.as_str())))
            }
            _ => None,
        }
    }

    /// Is a call made by it?
    pub(super) fn makes_a_call(&self) -> bool {
        match self {
            Wish::MakeCall => true,
            Wish::Connection { service, .. } => service == model::Service::ConsultationCall.as_str(),
            _ => false,
        }
    }

    /// May the caller ask for such things at all? And is there such a service?
    pub(super) fn allowed(&self, caller: &Caller) -> Result<(), Refusal> {
        let scope = match self {
            Wish::UserData { .. } => Scope::UserDataWrite,
            Wish::AgentState { .. } => Scope::AgentsControl,
            Wish::DoNotDisturb { .. } | Wish::Forwarding { .. } => Scope::DevicesControl,
            Wish::MakeCall | Wish::ClearCall { .. } | Wish::GroupPickup { .. } => Scope::CallsControl,
            Wish::Connection { service, .. } => match model::Service::from_name(service) {
                Some(
                    model::Service::StartRecording
                    | model::Service::StopRecording
                    | model::Service::PauseRecording
                    | model::Service::ResumeRecording,
                ) => Scope::CallsRecord,
                Some(model::Service::SingleStepConferenceCall) => Scope::CallsSupervise,
                Some(_) => Scope::CallsControl,
                None => {
                    let hint = hint(service, model::Service::ALL.iter().map(|service| service.as_str()));
                    return Err(Refusal::NoService(format!("there is no service {service:?}{hint}")));
                }
            },
        };
        caller.must_have(scope)
    }
}

impl Service {
    /// The order, and the switch that it is for.
    pub(super) fn understand(&self, caller: &Caller, wish: &Wish, body: &[u8]) -> Result<(SwitchName, Order), Refusal> {
        match wish {
            Wish::MakeCall => self.make_call(caller, body),
            Wish::ClearCall { call } => {
                Fields::of(body, &[])?;
                let call = self.live_call(caller, call)?;
                Ok((call.switch.clone(), Order::ClearCall { call: call.id }))
            }
            Wish::GroupPickup { device } => {
                Fields::of(body, &[])?;
                let (switch, by) = self.calling_device(caller, device)?;
                Ok((switch, Order::GroupPickup { by }))
            }
            Wish::UserData { call } => {
                let entries = patch(body)?;
                let call = self.live_call(caller, call)?;
                Ok((call.switch.clone(), Order::SetUserData { call: call.id, entries }))
            }
            Wish::AgentState { agent } => self.agent_state(caller, agent, body),
            Wish::DoNotDisturb { device } => self.do_not_disturb(caller, device, body),
            Wish::Forwarding { device } => self.forwarding(caller, device, body),
            Wish::Connection {
                call,
                connection,
                service,
            } => {
                let deed = deed(caller, service, body)?;
                let (call, connection) = self.live_connection(caller, call, connection)?;
                let device = match &deed {
                    Deed::DirectedPickup { by } => Some(("by", by)),
                    Deed::SingleStepConference { device, .. } => Some(("device", device)),
                    _ => None,
                };
                if let Some((field, device)) = device {
                    let (switch, _) = self.calling_device(caller, device.as_str())?;
                    if switch != call.switch {
                        let detail = format!(
                            "is a device of another switch than the call, which is of {}",
                            call.switch
                        );
                        return Err(Refusal::invalid(field, detail));
                    }
                }
                let order = Order::Connection {
                    call: call.id,
                    connection,
                    deed,
                };
                Ok((call.switch.clone(), order))
            }
        }
    }

    fn make_call(&self, caller: &Caller, body: &[u8]) -> Result<(SwitchName, Order), Refusal> {
        const KNOWN: &[&str] = &[
            "callingDevice",
            "agent",
            "calledNumber",
            "userData",
            "presentedNumber",
            "autoAnswer",
            "timeoutSeconds",
        ];
        let fields = Fields::of(body, KNOWN)?;
        let called = dialled(caller, "calledNumber", &fields)?;
        let presented = fields
            .text("presentedNumber")?
            .map(|written| number::presented("presentedNumber", written))
            .transpose()?;
        let auto_answer = fields.flag("autoAnswer")?;
        let timeout = fields.number("timeoutSeconds", 1, RING)?.unwrap_or(RING_USUALLY);
        let user_data = fields.user_data("userData")?;
        let (switch, calling) = match (fields.text("callingDevice")?, fields.text("agent")?) {
            (Some(device), None) => self.calling_device(caller, device)?,
            (None, Some(agent)) => self.device_of_agent(caller, agent)?,
            (Some(_), Some(_)) => {
                let detail = "is given beside callingDevice: one of them says who calls";
                return Err(Refusal::invalid("agent", detail));
            }
            (None, None) => {
                let detail = "is missing: the id of the device that calls such as hq:1001, or an agent, was expected";
                return Err(Refusal::invalid("callingDevice", detail));
            }
        };
        let call = NewCall {
            calling,
            called,
            presented,
            auto_answer,
            timeout,
            user_data,
        };
        Ok((switch, Order::MakeCall(Box::new(call))))
    }
}

/// A number that the caller may have dialled.
pub(super) fn dialled(caller: &Caller, field: &str, fields: &Fields) -> Result<Private<Text>, Refusal> {
    let number = number::dialled(field, fields.required(field)?)?;
    if caller.0.may_dial(&number) {
        Ok(number)
    } else {
        // What it may have dialled is for who runs the bridge to know.
        let detail = "the token may not have this number dialled: its `dial` patterns do not fit";
        let failure = Failure::new(Code::Forbidden, detail);
        let field = Some(field.to_owned());
        Err(Failure { field, ..failure }.into())
    }
}

/// The held connection, where it is named.
fn held(body: &[u8]) -> Result<Option<ConnectionId>, Refusal> {
    let fields = Fields::of(body, &["heldConnection"])?;
    let id = |text: &str| {
        let id = text.parse().ok().map(ConnectionId);
        id.ok_or_else(|| Refusal::invalid("heldConnection", "the id of a connection was expected"))
    };
    fields.text("heldConnection")?.map(id).transpose()
}

fn must_be_held(body: &[u8]) -> Result<ConnectionId, Refusal> {
    let missing = "is missing: the id of the connection that is held was expected";
    held(body)?.ok_or_else(|| Refusal::invalid("heldConnection", missing))
}

/// What is asked of a connection.
fn deed(caller: &Caller, service: &str, body: &[u8]) -> Result<Deed, Refusal> {
    let Some(service) = model::Service::from_name(service) else {
        return Err(Refusal::NoService(format!("there is no service {service:?}")));
    };
    let to = |body| dialled(caller, "to", &Fields::of(body, &["to"])?);
    let plain = |deed: Deed| Fields::of(body, &[]).map(|_| deed);
    match service {
        model::Service::AnswerCall => plain(Deed::Answer),
        model::Service::ClearConnection => plain(Deed::Clear),
        model::Service::HoldCall => plain(Deed::Hold),
        model::Service::RetrieveCall => plain(Deed::Retrieve),
        model::Service::ConsultationCall => {
            let fields = Fields::of(body, &["to", "userData"])?;
            Ok(Deed::Consult {
                to: dialled(caller, "to", &fields)?,
                user_data: fields.user_data("userData")?,
            })
        }
        model::Service::AlternateCall => Ok(Deed::Alternate { held: held(body)? }),
        model::Service::ReconnectCall => Ok(Deed::Reconnect { held: held(body)? }),
        model::Service::TransferCall => Ok(Deed::Transfer {
            held: must_be_held(body)?,
        }),
        model::Service::ConferenceCall => Ok(Deed::Conference {
            held: must_be_held(body)?,
        }),
        model::Service::DeflectCall => Ok(Deed::Deflect { to: to(body)? }),
        model::Service::SingleStepTransferCall => Ok(Deed::SingleStepTransfer { to: to(body)? }),
        model::Service::DirectedPickupCall => {
            let fields = Fields::of(body, &["by"])?;
            let by = DeviceId::from_text(Text::from(fields.required("by")?));
            Ok(Deed::DirectedPickup { by })
        }
        model::Service::SingleStepConferenceCall => {
            let fields = Fields::of(body, &["device", "participation"])?;
            let device = DeviceId::from_text(Text::from(fields.required("device")?));
            let participation = match fields.text("participation")? {
                None | Some("silent") => Participation::Silent,
                Some("active") => Participation::Active,
                Some("coach") => Participation::Coach,
                Some(_) => {
                    return Err(Refusal::invalid(
                        "participation",
                        "active, silent or coach was expected",
                    ));
                }
            };
            Ok(Deed::SingleStepConference { device, participation })
        }
        model::Service::ParkCall => {
            let fields = Fields::of(body, &["to"])?;
            let to = fields.text("to")?.map(|to| number::slot("to", to)).transpose()?;
            Ok(Deed::Park { to })
        }
        model::Service::GenerateDigits => {
            let fields = Fields::of(body, &["digits"])?;
            let digits = number::pressed("digits", fields.required("digits")?)?;
            // Feature codes of the switch begin so, and can have numbers dialled.
            if caller.0.is_limited_in_dialling() && digits.contains(['*', '#']) {
                let detail =
                    "the token has `dial` patterns, and * and # can have the switch dial: it may press neither";
                let failure = Failure::new(Code::Forbidden, detail);
                let field = Some("digits".to_owned());
                return Err(Failure { field, ..failure }.into());
            }
            Ok(Deed::GenerateDigits { digits })
        }
        model::Service::Mute => plain(Deed::Mute),
        model::Service::Unmute => plain(Deed::Unmute),
        model::Service::StartRecording => plain(Deed::StartRecording),
        model::Service::StopRecording => plain(Deed::StopRecording),
        model::Service::PauseRecording => plain(Deed::PauseRecording),
        model::Service::ResumeRecording => plain(Deed::ResumeRecording),
        model::Service::MakeCall
        | model::Service::ClearCall
        | model::Service::GroupPickupCall
        | model::Service::SetAgentState
        | model::Service::SetDoNotDisturb
        | model::Service::SetForwarding => {
            let detail = "makeCall is POST /v1/calls, clearCall is DELETE /v1/calls/{call}, groupPickupCall is POST \
                          /v1/devices/{device}/groupPickupCall, setAgentState is PUT /v1/agents/{agent}/state, setDoNotDisturb and setForwarding are PUT \
                          /v1/devices/{device}/do-not-disturb and …/forwarding";
            Err(Failure::new(Code::InvalidRequest, detail).into())
        }
    }
}
