use super::*;

#[tokio::test]
async fn a_subscription_from_anywhere_gives_the_rest_of_the_log_and_then_live_without_a_seam() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut live = bridge.subscribe(None, false);
    assert!(live.try_next().is_none());
    tokio::select! { _ = live.next() => panic!(), () = tokio::task::yield_now() => {} }
    let stories = |n: std::ops::Range<u64>| n.flat_map(|n| story(n, "1001", "1002").whole());
    bridge.send(stories(0..50)).await;
    let all = events(&mut live, 50 * 6).await;
    let mut resumed = Vec::new();
    for from in (0..all.len()).step_by(37) {
        resumed.push((from, bridge.subscribe(Some(sequence(&all[from])), false)));
    }
    bridge.send(stories(50..100)).await;
    let rest = events(&mut live, 50 * 6).await;
    let whole: Vec<_> = ids(&all).into_iter().chain(ids(&rest)).collect();
    let mut sorted = whole.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(whole, sorted, "strictly increasing, as text too");
    for (from, subscription) in &mut resumed {
        let got = events(subscription, whole.len() - *from - 1).await;
        assert_eq!(ids(&got), whole[*from + 1..], "resumed after event {from}");
    }
    drop((live, resumed));
    bridge.close().await;
}

#[tokio::test]
async fn a_client_goes_on_after_a_restart_and_numbers_go_on_above_the_clock() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut before = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge.send(story(1, "1001", "1002").whole()).await;
    let first = events(&mut before, 6).await;
    drop(before);
    bridge.close().await;
    let restarted = sequencer::micros_now();
    let bridge = open(config(Some(&directory)));
    let mut after = bridge.subscribe(Some(sequence(&first[2])), false);
    bridge.send(story(2, "1001", "1002").whole()).await;
    let rest = events(&mut after, 3 + 6).await;
    assert_eq!(ids(&rest)[..3], ids(&first)[3..]);
    assert!(sequence(&rest[3]).get() >= restarted);
    assert_eq!(sequence(&rest[8]).get(), sequence(&rest[3]).get() + 5);
}

#[tokio::test]
async fn an_id_that_the_log_cannot_place_is_answered_by_gap_snapshot_and_what_follows() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut calls: Vec<_> = (1..=3).map(|n| story(n, "1001", "1002")).collect();
    bridge.send(calls.iter_mut().map(Story::originated)).await;
    let mut told = bridge.subscribe(Some(Sequence::ZERO), false);
    let last = sequence(&events(&mut told, 3).await[2]);
    let future = Sequence::new(last.get() + 1_000_000_000);
    for (since, reason) in [(future, "lostTail"), (Sequence::new(1_000), "otherLog")] {
        let mut lost = bridge.subscribe(Some(since), false);
        let gap = json(&next(&mut lost).await);
        assert_eq!(gap["type"], "gap");
        assert_eq!(gap["reason"], reason);
        assert_eq!(
            (gap["from"].as_str(), gap["to"].as_str()),
            (Some(&*since.to_string()), Some(&*last.to_string()))
        );
        let snapshot = json(&next(&mut lost).await);
        assert_eq!(snapshot["type"], "snapshot");
        assert_eq!(snapshot["sequence"], last.to_string());
        assert_eq!(snapshot["calls"].as_array().unwrap().len(), 3);
        bridge.send([calls[0].note("x", "y")]).await;
        assert_eq!(types(&events(&mut lost, 1).await), ["userDataChanged"]);
        events(&mut told, 1).await;
        bridge.send([]).await;
        if reason == "lostTail" {
            // The head moved; the second round compares with the snapshot of that time.
            break;
        }
    }
    let mut old = bridge.subscribe(Some(Sequence::new(1_000)), false);
    assert_eq!(json(&next(&mut old).await)["reason"], "otherLog");
}

#[tokio::test]
async fn a_quiet_subscription_is_told_where_it_stands() {
    let bridge = open(StreamConfig {
        bookmark_interval: Duration::from_millis(20),
        ..config(None)
    });
    let mut call = story(1, "1001", "1002");
    let filter = Filter {
        devices: [Key::device(&device("hq", "9999"))].into(),
        ..Filter::default()
    };
    let mut quiet = bridge
        .stream
        .subscribe(Selection { filter, ..everything() }, Start::default());
    let mut all = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge.send([call.originated()]).await;
    let head = sequence(&events(&mut all, 1).await[0]);
    let mut told = json(&next(&mut quiet).await);
    while told["sequence"] != head.to_string() {
        assert_eq!(told["type"], "bookmark");
        told = json(&next(&mut quiet).await);
    }
}

#[tokio::test]
async fn what_the_machines_left_is_given_back_after_a_restart_and_ended_calls_stay_readable() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let (mut live, ended) = (story(1, "1001", "1002"), story(2, "1003", "1004"));
    let ended_id = ended.call.id;
    let mut told = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge
        .send([link_up("hq", now()), live.originated(), live.delivered()])
        .await;
    bridge.send(ended.whole()).await;
    let mut left = batch("hq", vec![live.leaves(0)]);
    left.events.extend(live.note("left", "history").events);
    let memo = |note: Option<&str>| crate::model::Memo {
        entity: crate::model::Entity::Call(live.call.id),
        note: note.map(Text::from),
    };
    left.memos = vec![memo(Some("first")), memo(Some("native keys"))];
    bridge.send([left]).await;
    events(&mut told, 3 + 6 + 2).await;
    drop(told);
    let before = bridge.stream.view().clone();
    bridge.close().await;

    let mut bridge = open(config(Some(&directory)));
    let restored = bridge.restored.remove(&switch_name("hq")).unwrap();
    assert_eq!(restored.calls.len(), 1);
    assert_eq!(restored.calls[0].id, live.call.id);
    assert_eq!(restored.calls[0].history.len(), 1, "with its history");
    assert_eq!(restored.memos, [memo(Some("native keys"))]);
    assert_eq!(restored.switch.unwrap().name, switch_name("hq"));
    let view = bridge.stream.view().clone();
    assert!(view.calls.contains_key(&ended_id));
    assert_eq!(
        (view.calls, view.switches, view.head),
        (before.calls, before.switches, before.head)
    );
}

#[tokio::test]
async fn calls_of_a_switch_that_is_configured_no_more_are_not_shown_as_if_they_went_on() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut told = bridge.subscribe(Some(Sequence::ZERO), false);
    let mut gone = Story::new("branch", 1, "1001", "1002", now());
    bridge
        .send([gone.originated(), story(2, "1001", "1002").originated()])
        .await;
    events(&mut told, 2).await;
    drop(told);
    bridge.close().await;
    let bridge = open(config(Some(&directory)));
    assert_eq!(bridge.restored.keys().collect::<Vec<_>>(), [&switch_name("hq")]);
    let view = bridge.stream.view().clone();
    assert_eq!(
        view.calls.values().map(|call| call.switch.as_str()).collect::<Vec<_>>(),
        ["hq"]
    );
}
