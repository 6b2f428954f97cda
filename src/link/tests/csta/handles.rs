//! A switch that is asked for devices by names that it gives out for their numbers: Avaya AE Services.

use super::commands::is_done;
use super::events::*;
use super::orders::make;
use super::rig::{Offers, Rig, manners};
use super::stage::Stage;
use crate::link::tests::rig::Faults;
use crate::model::*;
use lineside_csta::Request;
use lineside_csta::avaya::{self, GetThirdPartyDeviceId};
use lineside_csta::types::{CstaObject, DeviceId as Device, OperationError, UniversalFailure};

const DMCC: &str = "avaya/dmcc";
const TERMS: &str = "snapshot = false\nstates = []";
const NAME: &str = GetThirdPartyDeviceId::NAME;
/// Somebody outside, as it is dialled and as he is told of.
const OUTSIDE: &str = "001713920001";

const NO_DEVICE: UniversalFailure = UniversalFailure::Operation(OperationError::InvalidDeviceId);

fn up() -> Stage {
    let mut stage = Stage::of(DMCC, TERMS);
    stage.waits(1);
    assert_eq!(stage.words().last().unwrap(), "link.resynced");
    assert_eq!(stage.monitored().placed, 5);
    stage
}

/// Why a device is not monitored.
fn why(stage: &Stage, device: &str) -> String {
    let refused = stage.monitored().refused;
    refused.get(device).map(ToString::to_string).unwrap_or_default()
}

/// The devices of which monitors were asked for, as they were named.
fn monitored_as(stage: &Stage) -> Vec<&str> {
    let all = stage.requests.iter().filter_map(|request| match request {
        Request::MonitorStart(start) => Some(&start.monitor_object),
        _ => None,
    });
    all.map(|object| match object {
        CstaObject::Device(device) => &**device.text,
        other => panic!("{other:?}"),
    })
    .collect()
}

fn verdict(stage: &Stage) -> &Verdict {
    let verdicts: Vec<&Verdict> = stage.settled.iter().map(|settled| &settled.verdict).collect();
    let [verdict] = verdicts[..] else {
        panic!("{verdicts:?}")
    };
    verdict
}

#[test]
fn a_device_is_monitored_by_its_name_and_by_a_filter_that_names_what_it_tells() {
    let mut stage = up();
    assert_eq!(
        monitored_as(&stage),
        [
            "2001:pbx::0",
            "2002:pbx::0",
            "2003:pbx::0",
            "2004:pbx::0",
            "2100:pbx::0"
        ]
    );
    for request in &stage.requests {
        if let Request::MonitorStart(start) = request {
            assert!(avaya::inverts_filter(start.extensions.as_ref().unwrap()));
            assert!(start.requested_monitor_filter.as_ref().unwrap().call_control.is_some());
        }
    }
    assert_eq!(stage.count(NAME), 5);
}

#[test]
fn a_site_can_do_without_the_filter() {
    let mut stage = Stage::of(DMCC, &format!("{TERMS}\nfilter = \"none\""));
    stage.waits(1);
    assert_eq!(stage.monitored().placed, 5);
    for request in &stage.requests {
        if let Request::MonitorStart(start) = request {
            assert_eq!((&start.requested_monitor_filter, &start.extensions), (&None, &None));
        }
    }
}

#[test]
fn what_is_told_by_names_is_told_of_numbers() {
    let mut stage = up();
    let (here, there) = ("2001:pbx::0", "017012345:pbx::0");
    stage
        .says("2001", delivered("c1", here, there, here, "", "newCall"))
        .says("2001", established("c1", here, there, here, "newCall"))
        .says("2001", cleared("c1", here, here, "normalClearing"));
    assert_eq!(
        stage.words(),
        [
            "c1 originated 017012345:connected newCall",
            "c1 delivered 2001:alerting newCall",
            "c1 established 2001:connected newCall",
            "c1 connectionCleared 2001:null normalClearing",
            "c1 connectionCleared 017012345:null normalClearing",
            "c1 cleared normalClearing",
        ]
    );
}

#[test]
fn a_device_without_a_name_is_told_with_the_words_of_the_switch_and_asked_for_again() {
    let mut stage = Stage::of(DMCC, TERMS);
    stage.unnamed.insert("2002".to_owned(), NO_DEVICE);
    stage.waits(1);
    assert_eq!(stage.monitored().placed, 4);
    assert!(
        why(&stage, "2002").contains("invalidDeviceID"),
        "{:?}",
        stage.monitored()
    );
    assert!(!monitored_as(&stage).iter().any(|name| name.starts_with("2002")));
    stage.unnamed.clear();
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
    assert_eq!(why(&stage, "2002"), "");
}

#[test]
fn a_number_that_nobody_has_is_given_a_name_and_no_monitor() {
    let mut stage = Stage::of(DMCC, TERMS);
    stage.refuses.insert("2003".to_owned(), NO_DEVICE);
    stage.waits(1);
    assert!(monitored_as(&stage).contains(&"2003:pbx::0"));
    assert!(
        why(&stage, "2003").contains("invalidDeviceID"),
        "{:?}",
        stage.monitored()
    );
    stage.count(NAME);
    stage.refuses.clear();
    stage.waits(61);
    // Its name it has still.
    assert_eq!(stage.count(NAME), 0);
    assert_eq!(stage.monitored().placed, 5);
}

#[test]
fn a_name_of_whatever_form_is_used_as_it_is() {
    let mut stage = Stage::of(DMCC, TERMS);
    let odd = [
        ("2001", "2001:a switch:10.0.0.1:0"),
        ("2002", "2002:pbx:fd00::1:3"),
        ("2003", "2003:::0"),
        ("2004", "2004"),
        ("2100", "H-0815"),
    ];
    let names = odd.map(|(number, name)| (number.to_owned(), name.to_owned()));
    stage.names.extend(names);
    stage.waits(1);
    assert_eq!(
        monitored_as(&stage),
        odd[..4].iter().map(|(_, name)| *name).collect::<Vec<_>>()
    );
    stage.says("2002", delivered("c1", "2002:pbx:fd00::1:3", "", "2002", "", "newCall"));
    assert!(stage.words().contains(&"c1 delivered 2002:alerting newCall".to_owned()));
    // Of what is told by such a name nobody would know what it is about.
    assert!(why(&stage, "2100").contains("its number"), "{:?}", stage.monitored());
}

#[test]
fn a_name_that_comes_too_late_is_asked_for_again() {
    let mut stage = Stage::of(DMCC, TERMS);
    stage.late.insert(NAME.to_owned());
    stage.waits(41);
    assert_eq!(stage.monitored().placed, 0);
    assert!(
        why(&stage, "2001").contains("no answer in time"),
        "{:?}",
        stage.monitored()
    );
    stage.late.clear();
    stage.answers_late();
    assert_eq!(stage.monitored().placed, 0);
    stage.waits(61);
    assert_eq!(stage.monitored().placed, 5);
}

#[test]
fn names_are_asked_for_anew_when_the_link_broke_among_them_or_behind_them() {
    let mut stage = Stage::of(DMCC, TERMS);
    stage.late.insert(NAME.to_owned());
    stage.waits(1);
    let asked = stage.count(NAME);
    assert!((1..=5).contains(&asked), "{asked}");
    stage.cut();
    stage.late.clear();
    stage.waits(3);
    assert_eq!((stage.count(NAME), stage.monitored().placed), (5, 5));
    stage.breaks();
    stage.waits(1);
    assert_eq!((stage.count(NAME), stage.monitored().placed), (5, 5));
}

#[test]
fn names_are_asked_for_no_faster_than_monitors_are_placed() {
    for refused in [false, true] {
        let mut stage = Stage::with(DMCC, &format!("{TERMS}\nperSecond = 1"), &["2001-2040"]);
        if refused {
            let numbers = (2001..=2040).map(|number: u32| (number.to_string(), NO_DEVICE));
            stage.unnamed.extend(numbers);
        }
        stage.waits(10);
        let asked = stage.count(NAME);
        // As many as may be under way are ahead.
        assert!((10..=15).contains(&asked), "{asked}, refused: {refused}");
    }
}

#[test]
fn every_service_is_asked_for_by_names() {
    let mut faults = Faults::default();
    for service in Service::ALL.iter().copied() {
        for (manner, quirks) in manners().into_iter().filter(|(manner, _)| *manner != "opaque") {
            faults.unless_ok(|| is_done(DMCC, service, manner, quirks));
        }
    }
    faults.none();
}

#[test]
fn who_is_called_outside_has_a_name_too_which_is_asked_for_once() {
    let mut rig = Rig::new(DMCC, manners().remove(0).1, Offers::Profile);
    for _ in 0..2 {
        let id = rig.ask(make("1001", OUTSIDE));
        assert_eq!(rig.outcome(id), Verdict::Done);
        rig.play("A hangs up");
    }
    let called: Vec<(&Device, &Device)> = rig
        .asked
        .iter()
        .map(|request| match request {
            Request::MakeCall(make) => (&make.calling_device, &make.called_directory_number),
            other => panic!("{other:?}"),
        })
        .collect();
    let (here, there) = (avaya::device("1001:pbx::0"), avaya::device("001713920001:pbx::0"));
    assert_eq!(called, [(&here, &there); 2]);
    let mut stage = up();
    stage.count(NAME);
    for asked in [1, 0] {
        stage.commands(make("2001", OUTSIDE));
        assert_eq!(stage.count(NAME), asked);
        stage.waits(10);
    }
}

#[test]
fn who_has_no_name_is_not_called_and_the_caller_is_told_so() {
    let mut stage = up();
    stage.unnamed.insert(OUTSIDE.to_owned(), NO_DEVICE);
    stage.commands(make("2001", OUTSIDE));
    let Verdict::Refused(native) = verdict(&stage) else {
        panic!("{:?}", verdict(&stage))
    };
    assert_eq!((&*native.request, native.meaning), (NAME, Meaning::Destination));
    assert!(native.message.contains("invalidDeviceID"), "{native:?}");
    stage.waits(10);
    assert_eq!(stage.count("MakeCall"), 0);
}

#[test]
fn a_name_that_comes_when_nobody_waits_for_it_any_more_calls_nobody() {
    let mut stage = up();
    stage.late.insert(NAME.to_owned());
    stage.commands(make("2001", OUTSIDE));
    stage.waits(4);
    let Verdict::Denied(Denial::Unreachable(why)) = verdict(&stage) else {
        panic!("{:?}", verdict(&stage))
    };
    assert!(why.contains(OUTSIDE), "{why}");
    stage.answers_late();
    stage.waits(10);
    assert_eq!(stage.count("MakeCall"), 0);
}

#[test]
fn what_was_asked_for_in_one_group_is_not_said_to_be_undone_where_another_one_has_no_name_in_time() {
    let mut stage = up();
    stage.count(NAME);
    stage.late.insert(NAME.to_owned());
    let switch = SwitchName::try_from("hq").unwrap();
    stage.commands(Order::SetAgentState(Box::new(AgentOrder {
        agent: AgentId::new(&switch, "4711"),
        state: RequestedState::LoggedOn,
        reason: None,
        device: Some(DeviceId::new(&switch, "2001")),
        queues: ["2100", "2177"].map(|queue| DeviceId::new(&switch, queue)).into(),
        force: false,
    })));
    stage.waits(6);
    assert_eq!(stage.count("SetAgentState"), 1);
    assert_eq!(verdict(&stage), &Verdict::Unknown);
}

#[test]
fn a_link_that_breaks_while_a_name_is_asked_for_calls_nobody() {
    let mut stage = up();
    stage.late.insert(NAME.to_owned());
    stage.commands(make("2001", OUTSIDE));
    stage.cut();
    stage.late.clear();
    stage.waits(10);
    assert_eq!(*verdict(&stage), Verdict::Unknown);
    assert_eq!(stage.count("MakeCall"), 0);
    assert_eq!(stage.monitored().placed, 5);
}
