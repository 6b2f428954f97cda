//! The connections that a request names. They are given back as the switch told them; only of those that are known from before a restart there is no
//! more than the number of the device.

use lineside_csta::Request;
use lineside_csta::types::{ConnectionId, DeviceId, LocalDeviceId};

/// The devices of connections that are asked for by bare numbers.
pub(super) fn by_number(request: &mut Request) -> impl Iterator<Item = &mut DeviceId> {
    let all = connections(request).into_iter();
    all.filter_map(|connection| match &mut connection.device_id {
        Some(LocalDeviceId::Static(device)) if **device.text == *device.number() => Some(device),
        _ => None,
    })
}

fn connections(request: &mut Request) -> Vec<&mut ConnectionId> {
    use Request as R;
    match request {
        R::AnswerCall(answer) => vec![&mut answer.call_to_be_answered],
        R::ClearConnection(clear) => vec![&mut clear.connection_to_be_cleared],
        R::ClearCall(clear) => vec![&mut clear.call_to_be_cleared],
        R::HoldCall(hold) => vec![&mut hold.call_to_be_held],
        R::RetrieveCall(retrieve) => vec![&mut retrieve.call_to_be_retrieved],
        R::ConsultationCall(consult) => vec![&mut consult.existing_call],
        R::AlternateCall(alternate) => vec![&mut alternate.active_call, &mut alternate.held_call],
        R::ReconnectCall(reconnect) => vec![&mut reconnect.active_call, &mut reconnect.held_call],
        R::TransferCall(transfer) => vec![&mut transfer.active_call, &mut transfer.held_call],
        R::ConferenceCall(conference) => vec![&mut conference.active_call, &mut conference.held_call],
        R::DeflectCall(deflect) => vec![&mut deflect.call_to_be_diverted],
        R::SingleStepTransferCall(transfer) => vec![&mut transfer.active_call],
        R::SingleStepConferenceCall(conference) => vec![&mut conference.active_call],
        R::DirectedPickupCall(pickup) => vec![&mut pickup.call_to_be_picked_up],
        R::ParkCall(park) => vec![&mut park.parking],
        R::GenerateDigits(digits) => vec![&mut digits.connection_to_send_digits],
        _ => Vec::new(),
    }
}
