use super::*;

fn devices(keys: &[&str]) -> Filter {
    Filter {
        devices: keys.iter().map(|k| Key::device(&device("hq", k))).collect(),
        ..Filter::default()
    }
}

/// What a live subscription and one that reads the log later get: the same.
async fn told(bridge: &Bridge, selection: &Selection, batches: Vec<Batch>) -> Vec<Value> {
    let count: usize = batches.iter().map(|b| b.events.len()).sum();
    let mut all = bridge.subscribe(None, true);
    while json(&next(&mut all).await)["last"] != true {}
    let from = all.position();
    let mut live = bridge.stream.subscribe(
        selection.clone(),
        Start {
            since: None,
            snapshot: true,
        },
    );
    while json(&next(&mut live).await)["last"] != true {}
    bridge.send(batches).await;
    let end = ids(&events(&mut all, count).await).pop().unwrap();
    bridge.send([link_up("end", now())]).await;
    events(&mut all, 1).await;
    let mut stored = bridge.stream.subscribe(
        selection.clone(),
        Start {
            since: Some(from),
            snapshot: false,
        },
    );
    let mut got = Vec::new();
    for subscription in [&mut live, &mut stored] {
        let mut events = Vec::new();
        loop {
            let event = json(&next(subscription).await);
            if event["id"].as_str().unwrap() > &*end {
                break;
            }
            events.push(event);
        }
        got.push(events);
    }
    assert_eq!(got[0], got[1]);
    got.remove(0)
}

#[tokio::test]
async fn a_device_filter_gives_a_call_from_joining_through_leaving() {
    let bridge = open(config(None));
    let mut call = story(1, "1001", "1002");
    let other = story(2, "1003", "1004");
    let mut batches = vec![call.originated(), call.delivered(), call.established()];
    batches.extend(other.whole());
    batches.push(batch("hq", vec![call.leaves(1)]));
    batches.push(call.note("after", "leaving"));
    batches.push(call.cleared());
    let selection = Selection {
        filter: devices(&["1002"]),
        ..everything()
    };
    let got = told(&bridge, &selection, batches).await;
    assert_eq!(types(&got), ["delivered", "established", "connectionCleared"]);
    assert_eq!(got[2]["data"]["left"], serde_json::json!(["hq:1002"]));
}

#[tokio::test]
async fn several_values_mean_or_and_several_filters_mean_and_and_links_always_pass() {
    let bridge = open(config(None));
    let stories = || -> Vec<Batch> {
        let calls = [
            story(1, "1001", "1002"),
            story(2, "1003", "1004"),
            Story::new("branch", 3, "1001", "1002", now()),
        ];
        calls
            .into_iter()
            .flat_map(Story::whole)
            .chain([link_up("branch", now())])
            .collect()
    };
    let count = async |filter: Filter| {
        told(&bridge, &Selection { filter, ..everything() }, stories())
            .await
            .len()
    };
    assert_eq!(count(devices(&["1001"])).await, 4 + 1);
    assert_eq!(
        count(devices(&["1001", "1004"])).await,
        8 + 1,
        "who leaves first is told no more"
    );
    let types = [EventType::Established, EventType::Cleared].into();
    assert_eq!(
        count(Filter {
            types,
            ..Filter::default()
        })
        .await,
        6 + 1
    );
    let types = [EventType::Established].into();
    assert_eq!(
        count(Filter {
            types,
            ..devices(&["1003"])
        })
        .await,
        1 + 1
    );
    let switches = ["branch".to_owned()].into();
    assert_eq!(
        count(Filter {
            switches,
            ..Filter::default()
        })
        .await,
        6 + 1
    );
    let calls = [Key::call(&story(2, "", "").call.id)].into();
    assert_eq!(
        count(Filter {
            calls,
            ..Filter::default()
        })
        .await,
        6 + 1
    );
}

#[tokio::test]
async fn who_may_see_one_switch_or_some_devices_sees_nothing_else() {
    let bridge = open(config(None));
    let stories = || -> Vec<Batch> {
        let calls = [story(1, "1001", "1002"), Story::new("branch", 3, "1001", "1002", now())];
        calls
            .into_iter()
            .flat_map(Story::whole)
            .chain([link_up("branch", now())])
            .collect()
    };
    let end = "end".to_owned();
    let sight = Sight {
        switches: Some(["hq".to_owned(), end.clone()].into()),
        ..Sight::default()
    };
    let got = told(&bridge, &Selection { sight, ..everything() }, stories()).await;
    assert_eq!(got.len(), 6);
    assert!(got.iter().all(|e| e["source"] == "/bridges/lineside/switches/hq"));
    let objects = Some([Key::device(&device("hq", "1002"))].into());
    let sight = Sight {
        switches: Some(["hq".to_owned(), end].into()),
        objects,
        digits: false,
    };
    let got = told(&bridge, &Selection { sight, ..everything() }, stories()).await;
    assert_eq!(
        types(&got),
        ["delivered", "established", "connectionCleared", "connectionCleared"]
    );
}

#[tokio::test]
async fn digits_are_blacked_out_for_who_may_not_see_them() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let batches = || vec![story(1, "1001", "1002").digits("12#")];
    let got = told(&bridge, &everything(), batches()).await;
    assert_eq!(got[0]["data"]["digits"], "12#");
    let got = told(&bridge, &Selection::default(), batches()).await;
    assert_eq!(got[0]["data"]["digits"], "xxx");
}

#[tokio::test]
async fn a_snapshot_shows_what_the_filter_asks_for() {
    let bridge = open(config(None));
    let mut all = bridge.subscribe(Some(Sequence::ZERO), false);
    let (mut a, mut b) = (story(1, "1001", "1002"), story(2, "1003", "1004"));
    let bell = telephone("hq", "1001");
    let device_event = batch("hq", vec![event(EventType::DoNotDisturb, now(), bell)]);
    bridge
        .send([link_up("hq", now()), a.originated(), b.originated(), device_event])
        .await;
    events(&mut all, 4).await;
    let snapshot = async |filter: Filter| {
        let start = Start {
            since: None,
            snapshot: true,
        };
        let mut subscription = bridge.stream.subscribe(Selection { filter, ..everything() }, start);
        let part = json(&next(&mut subscription).await);
        ["switches", "calls", "devices"].map(|list| part[list].as_array().unwrap().len())
    };
    assert_eq!(snapshot(Filter::default()).await, [1, 2, 1]);
    assert_eq!(snapshot(devices(&["1003"])).await, [1, 1, 0]);
    let types = [EventType::DoNotDisturb].into();
    assert_eq!(
        snapshot(Filter {
            types,
            ..Filter::default()
        })
        .await,
        [1, 0, 1]
    );
}
