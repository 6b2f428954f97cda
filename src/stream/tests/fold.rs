//! What a snapshot shows at a number is what the log up to that number adds up to.

use super::*;

/// The entities by path, as an application would keep them: each event carries the whole entity after it.
fn fold(events: &[Value], upto: &str) -> BTreeMap<String, Value> {
    let mut entities = BTreeMap::new();
    for event in events.iter().filter(|e| e["id"].as_str().unwrap() <= upto) {
        let subject = event["subject"].as_str().unwrap().to_owned();
        let data = &event["data"];
        let entity = ["call", "switch", "agent", "device", "queue"]
            .iter()
            .find_map(|k| data.get(k))
            .unwrap();
        if event["type"] == "lineside.call.cleared" {
            entities.remove(&subject);
        } else {
            entities.insert(subject, entity.clone());
        }
    }
    entities
}

fn add_part(entities: &mut BTreeMap<String, Value>, part: &Value) {
    for (list, id) in [
        ("switches", "name"),
        ("calls", "id"),
        ("agents", "id"),
        ("devices", "id"),
        ("queues", "id"),
    ] {
        for entity in part[list].as_array().unwrap() {
            entities.insert(format!("{list}/{}", entity[id].as_str().unwrap()), entity.clone());
        }
    }
}

#[tokio::test]
async fn every_snapshot_equals_the_fold_of_the_log_up_to_its_number() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut all = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge.send([link_up("hq", now())]).await;
    let sender = bridge.sender.clone();
    let writer = tokio::spawn(async move {
        let mut live: Vec<Story> = Vec::new();
        let mut sent = 0;
        let mut chance: u64 = 7;
        for n in 0..300 {
            // A small generator of our own: the same run every time.
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let pick = usize::try_from(chance >> 33).unwrap();
            let batch = match pick % 5 {
                0 | 1 => {
                    live.push(story(n, "1001", "1002"));
                    live.last_mut().unwrap().originated()
                }
                2 if live.is_empty() => continue,
                2 => live.swap_remove(pick / 5 % live.len()).cleared(),
                _ if live.is_empty() => continue,
                _ => {
                    let at = pick / 5 % live.len();
                    live[at].note(&format!("k{}", pick % 7), &"v".repeat(pick % 50))
                }
            };
            sent += batch.events.len();
            sender.send(batch).await.unwrap();
            tokio::task::yield_now().await;
        }
        sent
    });
    let mut snapshots = Vec::new();
    while snapshots.len() < 12 && !(writer.is_finished() && snapshots.len() > 3) {
        let mut subscription = bridge.subscribe(None, true);
        let mut entities = BTreeMap::new();
        loop {
            let part = json(&next(&mut subscription).await);
            assert_eq!(part["type"], "snapshot");
            add_part(&mut entities, &part);
            if part["last"] == true {
                snapshots.push((part["sequence"].as_str().unwrap().to_owned(), entities));
                break;
            }
        }
        tokio::task::yield_now().await;
    }
    let sent = writer.await.unwrap() + 1;
    let log = events(&mut all, sent).await;
    assert!(snapshots.len() > 3);
    for (upto, entities) in snapshots {
        assert_eq!(fold(&log, &upto), entities, "snapshot at {upto}");
        let within = log.iter().find(|e| e["id"].as_str().unwrap() > &*upto);
        assert!(
            within.is_none_or(|e| e["group"].as_str().unwrap() > &*upto),
            "the snapshot cuts a group"
        );
    }
}

#[tokio::test]
async fn a_large_snapshot_comes_in_parts_of_a_quarter_megabyte_and_events_follow_it() {
    let bridge = open(config(None));
    let mut all = bridge.subscribe(Some(Sequence::ZERO), false);
    let mut calls: Vec<_> = (0..600).map(|n| story(n, "1001", "1002")).collect();
    bridge.send(calls.iter_mut().map(Story::originated)).await;
    let head = ids(&events(&mut all, 600).await).pop().unwrap();
    let mut subscription = bridge.subscribe(None, true);
    let mut entities = BTreeMap::new();
    let mut parts = 0;
    loop {
        let frame = next(&mut subscription).await;
        assert!(frame.body.len() <= 256 * 1024, "{}", frame.body.len());
        let part = json(&frame);
        parts += 1;
        assert_eq!(part["part"], parts);
        assert_eq!(part["sequence"], *head);
        add_part(&mut entities, &part);
        if part["last"] == true {
            break;
        }
        if parts == 1 {
            bridge.send([calls[0].delivered()]).await;
        }
    }
    assert!(parts > 2);
    assert_eq!(entities.len(), 600);
    assert_eq!(types(&events(&mut subscription, 1).await), ["delivered"]);
}

#[tokio::test]
async fn history_is_told_when_the_call_ends_and_kept_in_the_view() {
    let bridge = open(config(None));
    let mut all = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge.send(story(1, "1001", "1002").whole()).await;
    for event in events(&mut all, 6).await {
        let expected = if event["type"] == "lineside.call.cleared" { 2 } else { 0 };
        assert_eq!(
            event["data"]["call"]["history"].as_array().unwrap().len(),
            expected,
            "{}",
            event["type"]
        );
    }
    assert!(bridge.stream.view().calls.values().all(|c| c.history.len() == 2));
}

#[tokio::test]
async fn what_is_told_of_a_call_while_its_switch_is_not_heard_shows_nothing_to_be_possible() {
    let bridge = open(config(None));
    let mut call = story(1, "1001", "1002");
    let mut all = bridge.subscribe(None, false);
    let mut down = link_up("hq", now());
    down.events[0].kind = EventType::LinkDown;
    let Data::Link(data) = &mut down.events[0].data else {
        panic!()
    };
    data.switch.state = SwitchState::Down;
    bridge.send([call.originated(), down, call.note("k", "v")]).await;
    events(&mut all, 3).await;
    let shown = |id| {
        let view = bridge.stream.view();
        let permitted = view.calls[&id].connections.iter().map(|c| c.services_permitted);
        (permitted.collect::<Vec<_>>(), view.calls[&id].user_data.len())
    };
    let told: Vec<_> = call.call.connections.iter().map(|c| c.services_permitted).collect();
    assert_eq!(shown(call.call.id), (vec![Services::NONE; 2], 2));
    bridge.send([link_up("hq", now())]).await;
    events(&mut all, 1).await;
    assert_eq!(shown(call.call.id), (told, 2));
}

#[tokio::test]
async fn a_bridge_that_starts_anew_shows_the_calls_of_a_switch_that_was_not_heard_as_before() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut call = story(1, "1001", "1002");
    let mut all = bridge.subscribe(None, false);
    let mut down = link_up("hq", now());
    down.events[0].kind = EventType::LinkDown;
    let Data::Link(data) = &mut down.events[0].data else {
        panic!()
    };
    data.switch.state = SwitchState::Down;
    bridge.send([call.originated(), down]).await;
    events(&mut all, 2).await;
    bridge.close().await;
    let bridge = open(config(Some(&directory)));
    let shown = || bridge.stream.view().calls[&call.call.id].connections.clone();
    let permitted =
        |connections: &[crate::model::Connection]| connections.iter().map(|c| c.services_permitted).collect::<Vec<_>>();
    assert!(
        permitted(&call.call.connections)
            .iter()
            .any(|told| *told != Services::NONE)
    );
    assert!(permitted(&shown()).iter().all(|shown| *shown == Services::NONE));
    let mut all = bridge.subscribe(None, false);
    bridge.send([link_up("hq", now())]).await;
    events(&mut all, 1).await;
    // At first only who calls was told.
    assert_eq!(permitted(&shown()), permitted(&call.call.connections[..1]));
}
