//! A switch that says with each event what it permits of the telephone now: what that costs while there are few calls besides, and many.

use lineside::bench::{Failure, Monitoring};
use lineside_csta::types::{
    CallControlServices as Services, ConnectionId, DeviceId, EstablishedEvent, EventCause, HeldEvent, LocalDeviceId,
    OriginatedEvent, RetrievedEvent, ServicesPermitted,
};
use lineside_csta::{Event, EventReport, Octets};

/// The number of the first telephone.
const FIRST: usize = 10_000;

/// While so many calls are up, one telephone holds and talks in turn, so often. Gives how many messages that were.
///
/// # Errors
/// The link does not come up, or does not tell of it.
pub fn toggling(calls: usize, messages: usize) -> Result<usize, Failure> {
    let mut link = Monitoring::of(2 * calls)?;
    for call in 0..calls {
        let [caller, called] = [FIRST + 2 * call, FIRST + 2 * call + 1].map(|number| number.to_string());
        for report in talking(call, &caller, &called) {
            if link.hear(report)? == 0 {
                return Err(format!("call {call} is not told").into());
            }
        }
    }
    for message in 0..messages {
        if link.hear(toggled(message % 2 == 0))? == 0 {
            return Err(format!("message {message} is not told").into());
        }
    }
    Ok(messages)
}

fn talking(call: usize, caller: &str, called: &str) -> [EventReport; 2] {
    let device = DeviceId::dialled;
    let new_call = Some(EventCause::NewCall);
    let originated = Event::Originated(Box::new(OriginatedEvent {
        originated_connection: connection(call, caller),
        calling_device: device(caller).into(),
        called_device: device(called).into(),
        cause: new_call.clone(),
        services_permitted: permitted(),
        ..OriginatedEvent::default()
    }));
    let established = Event::Established(Box::new(EstablishedEvent {
        established_connection: connection(call, called),
        answering_device: device(called).into(),
        calling_device: device(caller).into(),
        called_device: device(called).into(),
        cause: new_call,
        services_permitted: permitted(),
        ..EstablishedEvent::default()
    }));
    [(caller, originated), (called, established)].map(|(monitor, event)| EventReport {
        monitor_cross_ref_id: Octets::from(monitor),
        event,
    })
}

fn toggled(holds: bool) -> EventReport {
    let number = FIRST.to_string();
    let (connection, device) = (connection(0, &number), DeviceId::dialled(&number));
    let event = if holds {
        Event::Held(Box::new(HeldEvent {
            held_connection: connection,
            holding_device: device.into(),
            services_permitted: permitted(),
            ..HeldEvent::default()
        }))
    } else {
        Event::Retrieved(Box::new(RetrievedEvent {
            retrieved_connection: connection,
            retrieving_device: device.into(),
            services_permitted: permitted(),
            ..RetrievedEvent::default()
        }))
    };
    EventReport {
        monitor_cross_ref_id: Octets::from(number.as_str()),
        event,
    }
}

fn permitted() -> Option<ServicesPermitted> {
    Some(ServicesPermitted {
        call_control_services: Some(
            Services::CLEAR_CONNECTION
                .with(Services::HOLD_CALL)
                .with(Services::RETRIEVE_CALL),
        ),
        ..ServicesPermitted::default()
    })
}

fn connection(call: usize, device: &str) -> ConnectionId {
    ConnectionId {
        call_id: Some(Octets::from(call.to_string().as_str())),
        device_id: Some(LocalDeviceId::Static(DeviceId::dialled(device))),
    }
}
