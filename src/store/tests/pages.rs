use super::*;

#[tokio::test]
async fn a_reader_gets_every_event_once_and_in_order_over_pages() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    for id in 1..=10 {
        assert_eq!(
            store.append(commit(vec![record(NOW + id, NOW + id, 0)]), 0).await,
            Health::Well
        );
    }
    assert_eq!(
        read(&store.log(), 0).await.unwrap(),
        (1..=10).map(|i| NOW + i).collect::<Vec<_>>()
    );
    assert_eq!(
        read(&store.log(), NOW + 4).await.unwrap(),
        (5..=10).map(|i| NOW + i).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_reader_whose_filter_matches_nothing_is_told_how_far_it_looked() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.append(commit(vec![record(NOW + 1, NOW + 1, 0)]), 0).await;
    let budget = Budget { entries: 3, bytes: 100 };
    let matches = |f: &Facets<'_>| f.keys().any(|k| k == "dhq:9999");
    let query = Query {
        after: Sequence::ZERO,
        upto: Sequence::new(NOW + 1),
        budget,
        masked: false,
        matches,
    };
    let page = store.log().page(query).await.unwrap().unwrap();
    assert!(page.entries.is_empty() && page.end);
    assert_eq!(page.through, Sequence::new(NOW + 1));
}

#[tokio::test]
async fn what_is_too_old_goes_in_whole_groups_and_readers_are_told() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    let group = (1..=3)
        .map(|i| record(NOW + i, NOW + 1, if i == 3 { 5_000 } else { 1_000 }))
        .collect();
    store.append(commit(group), 1_000).await;
    store.append(commit(vec![record(NOW + 4, NOW + 4, 9_000)]), 9_000).await;
    let hour = 3_600_000;
    store.append(Commit::default(), hour + 2_000).await;
    assert_eq!(
        read(&store.log(), NOW).await.unwrap().len(),
        4,
        "a part of a group is kept with the rest"
    );
    store.append(Commit::default(), hour + 6_000).await;
    let log = store.log();
    assert_eq!(read(&log, NOW + 3).await.unwrap(), [NOW + 4]);
    assert_eq!(read(&log, NOW + 1).await, Err(GapReason::Retention));
    let head = Sequence::new(NOW + 4);
    assert_eq!(
        log.place(Sequence::new(NOW + 1), head).await.unwrap(),
        Some(GapReason::Retention)
    );
    assert_eq!(log.place(Sequence::new(NOW + 3), head).await.unwrap(), None);
    store.close(0).await;
    let (store, loaded) = Store::open(&config(&directory), NOW).unwrap();
    assert_eq!(loaded.last, head);
    assert_eq!(read(&store.log(), NOW + 1).await, Err(GapReason::Retention));
}

#[tokio::test]
async fn a_log_in_memory_keeps_the_newest_whole_groups() {
    let config = StoreConfig {
        directory: None,
        retention: Duration::from_secs(1),
        memory: 1_500,
        patience: Duration::from_secs(5),
    };
    let (mut store, _) = Store::open(&config, NOW).unwrap();
    for group in 0..20 {
        let first = NOW + 1 + group * 2;
        store
            .append(commit(vec![record(first, first, 0), record(first + 1, first, 0)]), 0)
            .await;
    }
    let log = store.log();
    let kept = read(&log, log.floor().id.get()).await.unwrap();
    assert!(kept.len() < 40 && kept.len() % 2 == 0, "{kept:?}");
    assert_eq!(kept.last(), Some(&(NOW + 40)));
    assert_eq!(read(&log, NOW + 1).await, Err(GapReason::Retention));
}

#[tokio::test]
async fn live_rows_are_found_again_and_a_row_without_parts_goes() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    let key = |id: &str| RowKey {
        kind: "call",
        id: Text::from(id),
    };
    let told = |record: &Arc<Record>| {
        let held = Held {
            record: Arc::clone(record),
            untold: Some(Bytes::from_static(b"untold")),
        };
        RowChange {
            switch: Text::from("hq"),
            entity: Some(Some(held)),
            memo: None,
        }
    };
    let noted = |note: Option<&str>| RowChange {
        switch: Text::from("hq"),
        entity: None,
        memo: Some(note.map(Text::from)),
    };
    let gone = || RowChange {
        switch: Text::from("hq"),
        entity: Some(None),
        memo: None,
    };
    let first = record(NOW + 1, NOW + 1, 1_000);
    let rows = [
        (key("a"), told(&first)),
        (key("b"), told(&first)),
        (key("c"), noted(Some("alone"))),
    ];
    store
        .append(
            Commit {
                records: vec![Arc::clone(&first)],
                rows: rows.into(),
            },
            1_000,
        )
        .await;
    let rows = [
        (key("a"), gone()),
        (key("b"), noted(Some("note"))),
        (key("c"), noted(None)),
    ];
    store
        .append(
            Commit {
                records: vec![record(NOW + 2, NOW + 2, 9_000)],
                rows: rows.into(),
            },
            9_000,
        )
        .await;
    // The event that told it grows too old; what is still alive is not forgotten with it.
    store.append(Commit::default(), 3_600_000 + 5_000).await;
    assert_eq!(read(&store.log(), NOW + 1).await.unwrap(), [NOW + 2]);
    assert_eq!(read(&store.log(), 0).await, Err(GapReason::Retention));
    store.close(0).await;
    let (_store, loaded) = Store::open(&config(&directory), NOW).unwrap();
    let expected = LiveRow {
        kind: "call".to_owned(),
        id: Text::from("b"),
        switch: Text::from("hq"),
        event: Some(first.body.to_vec()),
        untold: Some(b"untold".to_vec()),
        memo: Some(Text::from("note")),
    };
    assert_eq!(loaded.rows, [expected]);
}

#[tokio::test]
async fn the_last_event_before_a_time_is_found_on_the_disk_and_in_memory() {
    let directory = TempDir::new().unwrap();
    let on_disk = config(&directory);
    let in_memory = StoreConfig {
        directory: None,
        ..config(&directory)
    };
    for config in [on_disk, in_memory] {
        let (mut store, _) = Store::open(&config, NOW).unwrap();
        // Numbers with holes, as where another switch is told of between.
        for step in 1..=20_u64 {
            let record = record(NOW + step * 7, NOW + step * 7, step as i64 * 100);
            store.append(commit(vec![record]), 0).await;
        }
        for (at, step) in [
            (0, 0),
            (100, 0),
            (101, 1),
            (1000, 9),
            (1001, 10),
            (2000, 19),
            (99_999, 20),
        ] {
            let found = store.log().before(at).await.unwrap();
            assert_eq!(found.get(), NOW + step * 7, "before {at}");
        }
    }
}
