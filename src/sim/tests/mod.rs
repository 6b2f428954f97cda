mod world;

use crate::sim::scenes::{self, Scene};
use crate::sim::switch::Asterisk;
use lineside_wire::Tick;

#[test]
fn what_is_played_has_ids_and_numbers_of_its_own_each_time() {
    let scene: Vec<Scene> = scenes::all()
        .into_iter()
        .filter(|scene| scene.flow == "internal")
        .collect();
    let mut asterisk = Asterisk::playing([scene.clone(), scene].concat(), 1_795_236_148_000_000, 7);
    let mut text = String::new();
    for second in 0..30 {
        for event in asterisk.handle_timeout(Tick::from_micros(second * 1_000_000)) {
            text.push_str(std::str::from_utf8(&event.encode().unwrap()).unwrap());
        }
    }
    let born: Vec<&str> = text.split("Event: Newchannel\r\n").skip(1).collect();
    let value = |event: &str, key: &str| {
        let line = event.lines().find(|line| line.starts_with(key)).unwrap();
        line.trim_start_matches(key).to_owned()
    };
    let ids: Vec<String> = born.iter().map(|event| value(event, "Uniqueid: ")).collect();
    let channels: Vec<String> = born.iter().map(|event| value(event, "Channel: ")).collect();
    assert!(born.len() >= 4, "{text}");
    for named in [&ids, &channels] {
        let mut once = named.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), named.len(), "{named:?}");
    }
}

#[test]
fn a_crowded_switch_tells_hundreds_of_events_a_second() {
    let mut asterisk = Asterisk::crowded(1_795_236_148_000_000, 7);
    let told: usize = (0..10_000)
        .map(|milli| asterisk.handle_timeout(Tick::from_micros(milli * 1_000)).len())
        .sum();
    assert!(told > 5_000, "{told} in ten seconds");
}
