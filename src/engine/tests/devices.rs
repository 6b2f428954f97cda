use super::stage::*;
use crate::model::*;
use lineside_wire::Private;

fn of(key: &str) -> DeviceFact {
    DeviceFact::of(DeviceId::new(&switch(), key), Kind::Station)
}

fn serves(key: &str, in_service: bool) -> DeviceFact {
    DeviceFact {
        in_service: Some(in_service),
        ..of(key)
    }
}

fn say(stage: &mut Stage, fact: DeviceFact) -> Vec<Event> {
    stage.events([Fact::Device(Box::new(fact))])
}

fn device(event: &Event) -> &Device {
    match &event.data {
        Data::Device(data) => &data.device,
        other => panic!("no event of a device: {other:?}"),
    }
}

fn types(events: &[Event]) -> Vec<&str> {
    let name = |event: &Event| event.kind.as_str().trim_start_matches("lineside.");
    events.iter().map(name).collect()
}

fn listed(devices: &[DeviceFact]) -> Fact {
    Fact::Snapshot(Box::new(SnapshotFact {
        devices: Some(devices.to_vec()),
        ..SnapshotFact::default()
    }))
}

fn to(number: &str) -> Option<Private<Text>> {
    Some(Private::new(Text::from(number)))
}

#[test]
fn a_device_is_told_on_change_and_on_nothing_else() {
    let mut stage = Stage::new();
    assert_eq!(types(&say(&mut stage, serves("1001", true))), ["device.backInService"]);
    assert!(say(&mut stage, serves("1001", true)).is_empty(), "it is known");
    assert!(say(&mut stage, of("1001")).is_empty(), "that says nothing");
    let gone = say(&mut stage, serves("1001", false));
    assert_eq!(types(&gone), ["device.outOfService"]);
    assert_eq!(device(&gone[0]).in_service, Some(false));
    assert!(!gone[0].reconstructed);
    let disturb = DeviceFact {
        do_not_disturb: Some(true),
        ..of("1001")
    };
    let told = say(&mut stage, disturb);
    assert_eq!(types(&told), ["device.doNotDisturb"]);
    // The whole device, each time.
    assert_eq!(
        (device(&told[0]).do_not_disturb, device(&told[0]).in_service),
        (Some(true), Some(false))
    );
    let waiting = DeviceFact {
        message_waiting: Some(true),
        in_service: Some(true),
        ..of("1001")
    };
    let told = types(&say(&mut stage, waiting)).join(" ");
    assert_eq!(told, "device.backInService device.messageWaiting");
}

#[test]
fn a_device_that_is_met_is_told_once_with_all_that_is_known() {
    let mut stage = Stage::new();
    let whole = DeviceFact {
        number: to("1001"),
        do_not_disturb: Some(false),
        message_waiting: Some(true),
        ..serves("1001", false)
    };
    let told = say(&mut stage, whole);
    assert_eq!(types(&told), ["device.outOfService"]);
    let device = device(&told[0]);
    assert_eq!((device.message_waiting, &device.number), (Some(true), &to("1001")));
    assert!(say(&mut stage, of("1002")).is_empty(), "nothing is known of it");
}

#[test]
fn of_each_type_there_is_one_forwarding() {
    let mut stage = Stage::new();
    say(&mut stage, serves("1001", true));
    let mut forward = |kind, active, number| {
        let fact = DeviceFact {
            forwarding: vec![Forwarding {
                kind,
                active,
                to: number,
            }],
            ..of("1001")
        };
        let told = say(&mut stage, fact);
        told.first().map(|event| device(event).forwarding.clone())
    };
    let busy = forward(ForwardingType::Busy, true, to("1002")).unwrap();
    assert_eq!(busy.len(), 1);
    let both = forward(ForwardingType::Immediate, true, to("0301234")).unwrap();
    assert_eq!(
        both.iter().map(|f| f.kind).collect::<Vec<_>>(),
        [ForwardingType::Immediate, ForwardingType::Busy]
    );
    assert_eq!(forward(ForwardingType::Busy, true, to("1002")), None, "it is known");
    let off = forward(ForwardingType::Immediate, false, None).unwrap();
    assert!(!off[0].active && off[0].to.is_none() && off[1].active);
}

#[test]
fn what_changed_while_the_switch_was_not_heard_is_corrected_and_marked() {
    let mut stage = Stage::new();
    stage.events([listed(&[
        serves("1001", true),
        serves("1002", true),
        serves("1003", false),
    ])]);
    stage.say([Fact::Link(LinkFact::Down {
        reason: Text::from("cut"),
        heard: None,
    })]);
    let events = stage.events([listed(&[serves("1001", true), serves("1003", true)])]);
    assert_eq!(
        types(&events),
        [
            "link.up",
            "device.backInService",
            "device.outOfService",
            "link.resynced"
        ]
    );
    assert_eq!(device(&events[1]).id.key(), "1003");
    // The switch does not know it any more.
    assert_eq!(device(&events[2]).id.key(), "1002");
    assert!(events[1].reconstructed && events[2].reconstructed && !events[3].reconstructed);
}

#[test]
fn a_switch_that_does_not_list_its_devices_says_nothing_of_them() {
    let mut stage = Stage::new();
    say(&mut stage, serves("1001", true));
    assert_eq!(
        types(&stage.events([Fact::Snapshot(Box::default())])),
        ["link.up", "link.resynced"]
    );
}

#[test]
fn after_a_restart_only_what_changed_is_told() {
    let mut stage = Stage::new();
    let events = stage.events([listed(&[serves("1001", true), serves("1002", true)])]);
    let devices = events.iter().filter(|event| matches!(event.data, Data::Device(_)));
    let mut again = Stage::restored(Restored {
        devices: devices.map(|event| device(event).clone()).collect(),
        ..Restored::default()
    });
    let events = again.events([listed(&[serves("1001", true), serves("1002", false)])]);
    assert_eq!(types(&events), ["link.up", "device.outOfService", "link.resynced"]);
}

#[test]
fn a_device_shows_who_is_logged_on_there() {
    let mut stage = Stage::new();
    say(&mut stage, serves("1001", true));
    let agent = |key: &str| AgentId::new(&switch(), key);
    let fact = |key: &str, at: &str, event| {
        let queue = DeviceId::new(&switch(), "Q1");
        Fact::Agent(AgentFact {
            device: Some(DeviceId::new(&switch(), at)),
            ..AgentFact::of(agent(key), Some(queue), event)
        })
    };
    let desks = |events: &[Event]| -> Vec<(String, Option<AgentId>)> {
        let devices = events.iter().filter(|event| matches!(event.data, Data::Device(_)));
        devices
            .map(|event| {
                assert!(event.kind == EventType::DeviceUpdated || event.kind == EventType::BackInService);
                (device(event).id.key().to_owned(), device(event).agent.clone())
            })
            .collect()
    };
    let on = stage.events([fact("ann", "1001", AgentEvent::LoggedOn)]);
    assert_eq!(desks(&on), [("1001".to_owned(), Some(agent("ann")))]);
    assert!(desks(&stage.events([fact("ann", "1001", AgentEvent::Ready)])).is_empty());
    // Who is met later shows it at once.
    stage.events([fact("bob", "1002", AgentEvent::LoggedOn)]);
    let met = say(&mut stage, serves("1002", true));
    assert_eq!(desks(&met), [("1002".to_owned(), Some(agent("bob")))]);
    let off = stage.events([fact("ann", "1001", AgentEvent::LoggedOff)]);
    assert_eq!(desks(&off), [("1001".to_owned(), None)]);
}
