//! Services that change calls: done as people do it.
use crate::sim::csta::acts::Participation;
use crate::sim::csta::call::At;
use crate::sim::csta::site::OUTSIDE;
use crate::sim::csta::switch::{Switch, Turn};
use crate::sim::csta::world::{Fault, refuse, wrong_state};
use lineside_csta::types::*;
use lineside_csta::{Request, Response};

type State = LocalConnectionState;

/// As the response of a service.
macro_rules! response {
    ($variant:ident($type:ident { $field:ident: $value:expr })) => {
        Ok(Some(Response::$variant(Box::new($type {
            $field: $value,
            ..$type::default()
        }))))
    };
}

impl Switch {
    /// `None`: done, with no more to say.
    pub(super) fn call_control(&mut self, request: &Request) -> Result<Option<Response>, Fault> {
        use Request as R;
        match request {
            R::MakeCall(make) => self.make_call(make).map(Some),
            R::AnswerCall(answer) => {
                let at = self.world.find(&answer.call_to_be_answered)?;
                self.world.answer(&at, EventCause::NewCall).map(|()| None)
            }
            R::AcceptCall(accept) => {
                let at = self.world.find(&accept.call_to_be_accepted)?;
                self.world
                    .must_be(&at, &[State::Alerting], StateError::NoCallToAnswer)
                    .map(|()| None)
            }
            R::ClearConnection(clear) => {
                let at = self.world.find(&clear.connection_to_be_cleared)?;
                // What an agent does not take waits on.
                match self.world.state(&at) {
                    State::Alerting => self.world.reject(&at).map(|()| None),
                    _ => self.world.hang_up(&at).map(|()| None),
                }
            }
            R::ClearCall(clear) => {
                let call = self.world.find_call(&clear.call_to_be_cleared)?;
                self.world.clear_call(call, EventCause::NormalClearing);
                Ok(None)
            }
            R::HoldCall(hold) => {
                let at = self.world.find(&hold.call_to_be_held)?;
                self.world.hold(&at, EventCause::Normal).map(|()| None)
            }
            R::RetrieveCall(retrieve) => {
                let at = self.world.find(&retrieve.call_to_be_retrieved)?;
                self.world.retrieve(&at, EventCause::Normal).map(|()| None)
            }
            R::AlternateCall(alternate) => {
                let (held, active) = self.two(&alternate.held_call, &alternate.active_call)?;
                self.world.alternate(&held, &active).map(|()| None)
            }
            R::ReconnectCall(reconnect) => {
                let (held, active) = self.two(&reconnect.held_call, &reconnect.active_call)?;
                self.world.reconnect(&held, &active).map(|()| None)
            }
            R::ConsultationCall(consult) => {
                let at = self.world.find(&consult.existing_call)?;
                let number = self.world.meant(&consult.consulted_device)?;
                self.must_be_somebody(number)?;
                let new = self.world.consult(&at, number)?;
                response!(ConsultationCall(ConsultationCallResponse {
                    initiated_call: self.named(&new)
                }))
            }
            R::TransferCall(transfer) => {
                let (held, active) = self.two(&transfer.held_call, &transfer.active_call)?;
                let to = self.world.transfer(&held, &active)?;
                response!(TransferCall(TransferCallResponse {
                    transferred_call: self.named(&to)
                }))
            }
            R::SingleStepTransferCall(transfer) => {
                let at = self.world.find(&transfer.active_call)?;
                let number = self.world.meant(&transfer.transferred_to)?;
                let to = self.world.transfer_to(&at, number)?;
                response!(SingleStepTransferCall(SingleStepTransferCallResponse {
                    transferred_call: self.named(&to)
                }))
            }
            R::ConferenceCall(conference) => {
                let (held, active) = self.two(&conference.held_call, &conference.active_call)?;
                let at = self.world.conference(&held, &active)?;
                response!(ConferenceCall(ConferenceCallResponse {
                    conference_call: self.named(&at)
                }))
            }
            R::SingleStepConferenceCall(conference) => {
                let at = self.world.find(&conference.active_call)?;
                let how = match conference.participation_type {
                    Some(ParticipationType::Silent) => Participation::Silent,
                    _ => Participation::Active,
                };
                let number = self.world.meant(&conference.device_to_join)?;
                let joined = self.world.join_in(&at, number, how)?;
                let named = self.named(&joined);
                response!(SingleStepConferenceCall(SingleStepConferenceCallResponse {
                    conferenced_call: named
                }))
            }
            _ => self.elsewhere(request),
        }
    }

    /// Services that send a call elsewhere, or add to it.
    fn elsewhere(&mut self, request: &Request) -> Result<Option<Response>, Fault> {
        use Request as R;
        match request {
            R::DeflectCall(deflect) => {
                let at = self.world.find(&deflect.call_to_be_diverted)?;
                let to = deflect.new_destination.devices().first();
                let to = to.ok_or_else(|| refuse(OperationError::InvalidDestination))?;
                let to = self.world.meant(to)?;
                self.world.send_on(&at, to, EventCause::Redirected).map(|()| None)
            }
            R::DirectedPickupCall(pickup) => {
                let at = self.world.find(&pickup.call_to_be_picked_up)?;
                let device = self.world.known(&pickup.requesting_device);
                let device = device.ok_or_else(|| refuse(OperationError::InvalidPickUpDeviceId))?;
                let at = self.world.prompt_to_pick_up(&at, &device)?;
                self.rings_for_itself(&at);
                response!(DirectedPickupCall(DirectedPickupCallResponse {
                    picked_call: Some(self.named(&at))
                }))
            }
            R::GroupPickupCall(pickup) => {
                let device = self.world.known(&pickup.new_destination);
                let device = device.ok_or_else(|| refuse(OperationError::InvalidPickUpDeviceId))?;
                let at = self
                    .rings_near(&device)
                    .ok_or_else(|| wrong_state(StateError::NoCallToAnswer))?;
                let at = self.world.prompt_to_pick_up(&at, &device)?;
                self.rings_for_itself(&at);
                response!(GroupPickupCall(GroupPickupCallResponse {
                    picked_call: Some(self.named(&at))
                }))
            }
            R::ParkCall(park) => {
                let at = self.world.find(&park.parking)?;
                let to = self.world.meant(&park.park_to)?;
                let parked = self.world.park(&at, to)?;
                response!(ParkCall(ParkCallResponse {
                    parked_to: Some(self.named(&parked))
                }))
            }
            R::DialDigits(dial) => {
                let at = self.world.find(&dial.dialling_connection)?;
                let number = self.world.meant(&dial.dialling_sequence)?;
                self.world.dial(&at, number, EventCause::NewCall).map(|()| None)
            }
            R::AssociateData(data) => {
                let call = self.world.find_call(&data.existing_call)?;
                let correlator = data.correlator_data.as_ref().map(|data| data.data.0.to_vec());
                if let (Some(found), Some(correlator)) = (self.world.calls.get_mut(&call), correlator) {
                    found.correlator = Some(correlator);
                }
                self.world.inform(call);
                Ok(None)
            }
            R::GenerateDigits(digits) => {
                let at = self.world.find(&digits.connection_to_send_digits)?;
                self.world.press(&at, &digits.characters_to_send).map(|()| None)
            }
            R::SendUserInformation(user) => self.world.find(&user.existing_call).map(|_| None),
            _ => Ok(None),
        }
    }

    /// The caller's own telephone is prompted first, unless it lifts by itself.
    fn make_call(&mut self, make: &MakeCall) -> Result<Response, Fault> {
        let device = self.world.known(&make.calling_device);
        let device = device.ok_or_else(|| refuse(OperationError::InvalidCallingDeviceId))?;
        let number = self.world.meant(&make.called_directory_number)?.to_owned();
        let prompted = make.auto_originate != Some(AutoOriginate::DoNotPrompt);
        let at = match prompted {
            true => self.world.prompt_to_call(&device, &number)?,
            false => self.world.lift(&device, EventCause::NewCall)?,
        };
        if let (Some(call), Some(data)) = (self.world.calls.get_mut(&at.call), &make.correlator_data) {
            call.correlator = Some(data.data.0.to_vec());
        }
        match prompted {
            true => self.rings_for_itself(&at),
            false => self.world.dial(&at, &number, EventCause::NewCall)?,
        }
        Ok(Response::MakeCall(Box::new(MakeCallResponse {
            calling_device: self.named(&at),
            ..MakeCallResponse::default()
        })))
    }

    /// A number that nobody here has is refused before anything is done.
    fn must_be_somebody(&self, number: &str) -> Result<(), Fault> {
        match self.world.sort(number).is_some() || number.starts_with(OUTSIDE) {
            true => Ok(()),
            false => Err(refuse(OperationError::InvalidDestination)),
        }
    }

    /// A telephone that rings for its own user is lifted after a while.
    fn rings_for_itself(&mut self, at: &At) {
        let rings = self.world.state(at) == State::Initiated;
        if let Some(after) = self.pace.lifts.filter(|_| rings) {
            self.later(self.now + after, Turn::Lift(at.clone()));
        }
    }

    fn two(&self, held: &ConnectionId, active: &ConnectionId) -> Result<(At, At), Fault> {
        Ok((self.world.find(held)?, self.world.find(active)?))
    }

    fn named(&self, at: &At) -> ConnectionId {
        let call = self.world.calls.get(&at.call);
        call.map(|call| self.world.connection(call, &at.device))
            .unwrap_or_default()
    }

    /// What rings in a group of the device.
    fn rings_near(&self, device: &str) -> Option<At> {
        let groups = self.world.site.devices.values();
        let groups = groups.filter(|group| group.members.iter().any(|member| member == device));
        let mut members = groups
            .flat_map(|group| &group.members)
            .filter(|member| *member != device);
        members.find_map(|member| self.world.at(member, &[State::Alerting]))
    }
}
