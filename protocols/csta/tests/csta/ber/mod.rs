//! What switches sent in BER.

mod framed;
mod vectors;

use lineside_csta::types::{ConnectionId, CstaObject, DeviceId, ExtendedDeviceId, LocalDeviceId, RedirectionDeviceId};
use lineside_csta::{Acse, Event, Message, Request, Response};

const OXE: &str = include_str!("../vectors/ber/oxe-phase2-ber.txt");
const HIPATH: &str = include_str!("../vectors/ber/hipath-phase3-ber.txt");
const GENERATED: &str = include_str!("../vectors/ber/phase3-ber-generated.txt");

/// The name of each line, and the bytes in this column of it.
fn lines(file: &'static str, column: usize) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(move |line| {
        let columns: Vec<&str> = line.split('|').collect();
        Some((*columns.first()?, octets(columns.get(column)?)))
    })
}

fn octets(hex: &str) -> Vec<u8> {
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

/// The whole of a message in a few words.
fn told(message: &Message) -> String {
    match message {
        Message::Request { id, request } => format!("{} asks {}", id.0, request_told(request)),
        Message::Response { id, response } => format!("{} answers {}", id.0, response_told(response)),
        Message::Error { id, error, .. } => format!("{} fails {error:?}", id.0),
        Message::Reject { id, problem } => format!("rejects {id:?} {problem:?}"),
        Message::Event(report) => {
            let event = match &report.event {
                Event::Other(other) => format!("Other {other:?}"),
                event => format!("{} {}", event.name(), event_told(event)),
            };
            format!("{:?} {event}", report.monitor_cross_ref_id)
        }
        Message::Association(Acse::Request(request)) => {
            let name = request
                .credentials
                .as_ref()
                .map(|(name, secret)| format!("{name}/{}", secret.as_str()));
            format!("wants in {name:?} {:#x}", request.versions)
        }
        Message::Association(Acse::Response(response)) => format!(
            "{} {:?} {:#x} {} {}",
            response.result,
            response.diagnostic,
            response.versions,
            response.aps_stamp.as_deref().unwrap_or_default(),
            response.system_version.as_deref().unwrap_or_default()
        ),
        Message::Association(association) => format!("{association:?}"),
    }
}

fn request_told(request: &Request) -> String {
    match request {
        Request::MakeCall(call) => format!(
            "MakeCall {} {} {:?}",
            device(&call.calling_device),
            device(&call.called_directory_number),
            call.auto_originate
        ),
        Request::MonitorStart(start) => {
            let object = match &start.monitor_object {
                CstaObject::Device(object) => device(object),
                CstaObject::Call(object) => connection(object),
                CstaObject::Other(other) => format!("{other:?}"),
            };
            format!("MonitorStart {object} {:?}", start.monitor_type)
        }
        Request::MonitorStop(stop) => format!("MonitorStop {:?}", stop.monitor_cross_ref_id),
        Request::SystemStatus(status) => format!("SystemStatus {:?}", status.system_status),
        Request::AnswerCall(call) => format!("AnswerCall {}", connection(&call.call_to_be_answered)),
        Request::HoldCall(call) => format!("HoldCall {}", connection(&call.call_to_be_held)),
        Request::ConsultationCall(call) => format!(
            "ConsultationCall {} {}",
            connection(&call.existing_call),
            device(&call.consulted_device)
        ),
        Request::SingleStepTransferCall(call) => format!(
            "SingleStepTransferCall {} {}",
            connection(&call.active_call),
            device(&call.transferred_to)
        ),
        Request::DeflectCall(call) => format!("DeflectCall {}", connection(&call.call_to_be_diverted)),
        Request::GenerateDigits(digits) => format!(
            "GenerateDigits {} {:?} {}",
            connection(&digits.connection_to_send_digits),
            digits.digit_mode,
            digits.characters_to_send.as_str()
        ),
        Request::SnapshotDevice(snapshot) => format!("SnapshotDevice {}", device(&snapshot.snapshot_object)),
        Request::SystemRegister(register) => format!("SystemRegister {:?}", register.request_types),
        Request::Other { code, content } => format!("{code:?} {content:?}"),
        other => format!("{} {other:?}", other.name()),
    }
}

fn response_told(response: &Response) -> String {
    match response {
        Response::MonitorStart(started) => format!(
            "MonitorStart {:?} {:?}",
            started.monitor_cross_ref_id, started.monitor_existing_calls
        ),
        Response::MakeCall(made) => format!("MakeCall {}", connection(&made.calling_device)),
        other => other.name().to_owned(),
    }
}

fn event_told(event: &Event) -> String {
    let (at, devices, last, state, cause) = match event {
        Event::Delivered(told) => (
            &told.connection,
            vec![&told.alerting_device, &told.calling_device, &told.called_device],
            Some(&told.last_redirection_device),
            &told.local_connection_info,
            &told.cause,
        ),
        Event::Established(told) => (
            &told.established_connection,
            vec![&told.answering_device, &told.calling_device, &told.called_device],
            Some(&told.last_redirection_device),
            &told.local_connection_info,
            &told.cause,
        ),
        Event::Failed(told) => (
            &told.failed_connection,
            vec![&told.failing_device, &told.calling_device, &told.called_device],
            Some(&told.last_redirection_device),
            &told.local_connection_info,
            &told.cause,
        ),
        Event::Queued(told) => (
            &told.queued_connection,
            vec![&told.queue, &told.calling_device, &told.called_device],
            Some(&told.last_redirection_device),
            &told.local_connection_info,
            &told.cause,
        ),
        Event::Originated(told) => (
            &told.originated_connection,
            vec![&told.calling_device, &told.called_device],
            None,
            &told.local_connection_info,
            &told.cause,
        ),
        Event::ServiceInitiated(told) => (
            &told.initiated_connection,
            vec![&told.initiating_device],
            None,
            &told.local_connection_info,
            &told.cause,
        ),
        Event::Held(told) => (
            &told.held_connection,
            vec![&told.holding_device],
            None,
            &told.local_connection_info,
            &told.cause,
        ),
        Event::ConnectionCleared(told) => (
            &told.dropped_connection,
            vec![&told.releasing_device],
            None,
            &told.local_connection_info,
            &told.cause,
        ),
        other => return format!("{other:?}"),
    };
    let devices: Vec<String> = devices.into_iter().map(party).collect();
    let last = last.map(redirected).unwrap_or_default();
    format!(
        "{} {} {last} {:?} {:?}",
        connection(at),
        devices.join(" "),
        state.as_ref(),
        cause.as_ref()
    )
}

fn device(device: &DeviceId) -> String {
    device.number().to_owned()
}

fn party(party: &ExtendedDeviceId) -> String {
    party.device().map_or_else(|| format!("{party:?}"), device)
}

fn redirected(party: &RedirectionDeviceId) -> String {
    party.device().map_or_else(|| format!("{party:?}"), device)
}

fn connection(connection: &ConnectionId) -> String {
    let local = match &connection.device_id {
        Some(LocalDeviceId::Static(local)) => device(local),
        Some(LocalDeviceId::Dynamic(octets)) => format!("{octets:?}"),
        None => String::new(),
    };
    format!("{:?}@{local}", connection.call_id.clone().unwrap_or_default())
}
