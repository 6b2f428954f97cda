use super::*;

fn asked(name: &str, what: u8, at: i64) -> Reservation {
    let key = OnceKey {
        owner: "crm".into(),
        name: name.into(),
    };
    Reservation {
        key,
        asked: [what; 32],
        at,
    }
}

fn before(what: u8, answer: Option<&[u8]>) -> Result<Reserved, NotKept> {
    Ok(Reserved::Before {
        asked: vec![what; 32],
        answer: answer.map(<[u8]>::to_vec),
    })
}

const DAY: i64 = 24 * 3600 * 1000;

#[tokio::test]
async fn a_key_is_taken_once_for_a_day_on_the_disk_and_in_memory() {
    let directory = TempDir::new().unwrap();
    let nowhere = StoreConfig {
        directory: None,
        ..config(&directory)
    };
    for config in [config(&directory), nowhere] {
        let (store, _) = Store::open(&config, NOW).unwrap();
        let keys = store.keys();
        assert_eq!(keys.reserve(asked("a", 1, 0)).await, Ok(Reserved::Now));
        assert_eq!(keys.reserve(asked("a", 2, 1)).await, before(1, None));
        keys.settle(asked("a", 1, 0).key, b"done".to_vec()).await.unwrap();
        assert_eq!(keys.reserve(asked("a", 1, DAY)).await, before(1, Some(b"done")));
        // What was done cannot be given back.
        keys.release(asked("a", 1, 0).key);
        assert_eq!(keys.reserve(asked("a", 1, DAY)).await, before(1, Some(b"done")));
        assert_eq!(keys.reserve(asked("a", 3, DAY + 1)).await, Ok(Reserved::Now));
        assert_eq!(keys.reserve(asked("b", 1, 0)).await, Ok(Reserved::Now));
        keys.release(asked("b", 1, 0).key);
        assert_eq!(keys.reserve(asked("b", 2, 0)).await, Ok(Reserved::Now));
        store.close(0).await;
    }
}

#[tokio::test]
async fn a_disk_that_is_too_slow_for_a_second_try_leaves_what_the_first_one_reserved() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    assert_eq!(store.keys().reserve(asked("a", 1, 0)).await, Ok(Reserved::Now));
    store.close(0).await;
    let hasty = StoreConfig {
        patience: Duration::from_millis(10),
        ..config(&directory)
    };
    let (store, _) = Store::open(&hasty, NOW).unwrap();
    let blocker = block(directory.path());
    assert!(matches!(
        store.keys().reserve(asked("a", 1, 1)).await,
        Err(NotKept::Disk(_))
    ));
    assert!(matches!(
        store.keys().reserve(asked("b", 1, 1)).await,
        Err(NotKept::Disk(_))
    ));
    // The writer still waits for the file, and gets to both.
    drop(blocker);
    store.close(0).await;
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    assert_eq!(store.keys().reserve(asked("a", 1, 2)).await, before(1, None));
    assert_eq!(store.keys().reserve(asked("b", 1, 2)).await, Ok(Reserved::Now));
    store.close(0).await;
}

#[tokio::test]
async fn a_closed_log_takes_no_key() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    let keys = store.keys();
    store.close(0).await;
    assert!(matches!(keys.reserve(asked("a", 1, 0)).await, Err(NotKept::Disk(_))));
}

#[tokio::test]
async fn a_log_of_the_first_format_gets_what_it_lacks_and_keeps_what_it_has() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.append(commit(vec![record(NOW + 1, NOW + 1, 0)]), 0).await;
    store.close(0).await;
    let connection = rusqlite::Connection::open(schema::file(directory.path())).unwrap();
    connection
        .execute_batch("DROP TABLE keys; PRAGMA user_version = 1")
        .unwrap();
    drop(connection);
    let (store, loaded) = Store::open(&config(&directory), NOW).unwrap();
    assert_eq!(loaded.last, Sequence::new(NOW + 1));
    assert_eq!(store.keys().reserve(asked("a", 1, 0)).await, Ok(Reserved::Now));
    store.close(0).await;
}

#[tokio::test]
async fn old_keys_go_while_nobody_reserves_any() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.keys().reserve(asked("a", 1, 0)).await.unwrap();
    store.keys().reserve(asked("b", 1, DAY)).await.unwrap();
    store
        .append(commit(vec![record(NOW + 1, NOW + 1, DAY + 1)]), DAY + 1)
        .await;
    store.close(DAY + 1).await;
    let connection = rusqlite::Connection::open(schema::file(directory.path())).unwrap();
    let left: String = connection
        .query_row("SELECT group_concat(name) FROM keys", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, "b");
}

#[tokio::test]
async fn one_owner_does_not_take_the_room_of_all() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.close(0).await;
    let connection = rusqlite::Connection::open(schema::file(directory.path())).unwrap();
    connection
        .execute_batch(
            "INSERT INTO keys (owner, name, asked, at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < 100000) SELECT 'crm', 'k' || i, x'00', 0 FROM n",
        )
        .unwrap();
    drop(connection);
    let nowhere = StoreConfig {
        directory: None,
        ..config(&directory)
    };
    for config in [config(&directory), nowhere] {
        let (store, _) = Store::open(&config, NOW).unwrap();
        let keys = store.keys();
        if config.directory.is_none() {
            for n in 0..2000 {
                assert_eq!(keys.reserve(asked(&format!("k{n}"), 1, 0)).await, Ok(Reserved::Now));
            }
        }
        assert_eq!(keys.reserve(asked("more", 1, 0)).await, Err(NotKept::Full));
        let mut other = asked("more", 1, 0);
        other.key.owner = "desk".into();
        assert_eq!(keys.reserve(other).await, Ok(Reserved::Now));
        store.close(0).await;
    }
}

#[tokio::test]
async fn a_disk_that_stalls_is_given_so_many_keys_and_no_more() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    let blocker = block(directory.path());
    let keys = store.keys();
    let mut waiting: Vec<_> = (0..super::super::keys::OPEN + 2)
        .map(|n| Box::pin(keys.reserve(asked_for(&format!("k{n}")))))
        .collect();
    // Each is given to the writer at once, if at all.
    let mut refused = 0;
    for reservation in &mut waiting {
        if let std::task::Poll::Ready(result) = futures_util::poll!(reservation) {
            assert!(matches!(result, Err(NotKept::Disk(why)) if why.contains("1000")));
            refused += 1;
        }
    }
    assert!((1..=2).contains(&refused), "{refused}");
    drop(waiting);
    drop(blocker);
    // It takes keys again, and kept none for those who went away.
    loop {
        match keys.reserve(asked_for("k0")).await {
            Ok(reserved) => break assert_eq!(reserved, Reserved::Now),
            Err(NotKept::Disk(_)) => tokio::task::yield_now().await,
            Err(full) => panic!("{full}"),
        }
    }
    store.close(0).await;
}

fn asked_for(name: &str) -> Reservation {
    asked(name, 1, 0)
}

#[tokio::test]
async fn the_answers_of_one_owner_leave_room_for_those_of_others() {
    let directory = TempDir::new().unwrap();
    let nowhere = StoreConfig {
        directory: None,
        ..config(&directory)
    };
    let (store, _) = Store::open(&nowhere, NOW).unwrap();
    let keys = store.keys();
    let mut kept = 0;
    while keys.reserve(asked(&format!("k{kept}"), 1, 0)).await.is_ok() {
        let answer = vec![0; 64 << 10];
        keys.settle(asked(&format!("k{kept}"), 1, 0).key, answer).await.unwrap();
        kept += 1;
    }
    assert_eq!(kept, 64, "4 MiB");
    let mut other = asked("more", 1, 0);
    other.key.owner = "desk".into();
    assert_eq!(keys.reserve(other).await, Ok(Reserved::Now));
}

#[tokio::test]
async fn there_is_room_again_for_each_key_that_is_given_back_or_old() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.close(0).await;
    let connection = rusqlite::Connection::open(schema::file(directory.path())).unwrap();
    connection
        .execute_batch(
            "INSERT INTO keys (owner, name, asked, at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < 99999) SELECT 'crm', 'k' || i, x'00', iif(i < 3, 0, 1000) FROM n",
        )
        .unwrap();
    drop(connection);
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    let keys = store.keys();
    assert_eq!(keys.reserve(asked("last", 1, 10)).await, Ok(Reserved::Now));
    for round in 0..3 {
        assert_eq!(keys.reserve(asked("more", 1, 10)).await, Err(NotKept::Full), "{round}");
        keys.release(asked("last", 1, 10).key);
        assert_eq!(keys.reserve(asked("last", 1, 10)).await, Ok(Reserved::Now), "{round}");
    }
    // Two are a day old then.
    assert_eq!(keys.reserve(asked("a", 1, DAY + 5)).await, Ok(Reserved::Now));
    assert_eq!(keys.reserve(asked("b", 1, DAY + 5)).await, Ok(Reserved::Now));
    assert_eq!(keys.reserve(asked("c", 1, DAY + 5)).await, Err(NotKept::Full));
    store.close(0).await;
}

#[tokio::test]
async fn keys_keep_their_name_as_long_as_they_are_kept() {
    let directory = TempDir::new().unwrap();
    let nowhere = StoreConfig {
        directory: None,
        ..config(&directory)
    };
    for (config, kept) in [(config(&directory), true), (nowhere, false)] {
        let mut names = Vec::new();
        for _ in 0..2 {
            let (store, _) = Store::open(&config, NOW).unwrap();
            names.push(store.keys().name().clone());
            store.close(0).await;
        }
        assert_eq!(names[0] == names[1], kept, "{names:?}");
    }
}
