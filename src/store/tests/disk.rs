use super::super::disk;
use super::*;

#[tokio::test]
async fn a_second_process_on_the_same_log_is_told_who_has_it() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    let error = Store::open(&config(&directory), NOW).unwrap_err().to_string();
    assert!(
        error.contains(&format!("in use by process {}", std::process::id())),
        "{error}"
    );
    store.close(0).await;
    Store::open(&config(&directory), NOW).unwrap();
}

#[tokio::test]
async fn a_log_of_a_newer_version_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let (store, _) = Store::open(&config(&directory), NOW).unwrap();
    store.close(0).await;
    let connection = rusqlite::Connection::open(schema::file(directory.path())).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Store::open(&config(&directory), NOW).unwrap_err().to_string();
    assert!(error.contains("newer version") && error.contains("99"), "{error}");
}

#[tokio::test]
async fn a_log_that_cannot_be_opened_is_left_alone_and_it_is_said_what_to_do() {
    let directory = TempDir::new().unwrap();
    std::fs::create_dir(schema::file(directory.path())).unwrap();
    let error = Store::open(&config(&directory), NOW).unwrap_err().to_string();
    assert!(
        error.contains("cannot open the log") && error.contains("move them away"),
        "{error}"
    );
}

async fn until_well(store: &mut Store) {
    while store.append(Commit::default(), 0).await != Health::Well {
        tokio::time::sleep(disk::RETRY / 20).await;
    }
}

#[tokio::test]
async fn events_stay_readable_while_the_disk_fails_and_are_on_it_after_it_healed() {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    let log = store.log();
    store.append(commit(vec![record(NOW + 1, NOW + 1, 0)]), 0).await;
    let blocker = block(directory.path());
    let health = store.append(commit(vec![record(NOW + 2, NOW + 2, 0)]), 0).await;
    assert!(matches!(health, Health::Failing(_)), "{health:?}");
    store.append(commit(vec![record(NOW + 3, NOW + 3, 0)]), 0).await;
    assert_eq!(read(&log, 0).await.unwrap(), [NOW + 1, NOW + 2, NOW + 3]);
    assert_eq!(
        log.place(Sequence::new(NOW + 2), Sequence::new(NOW + 3)).await.unwrap(),
        None
    );
    drop(blocker);
    until_well(&mut store).await;
    store.close(0).await;
    let (store, loaded) = Store::open(&config(&directory), NOW).unwrap();
    assert_eq!(loaded.last, Sequence::new(NOW + 3));
    assert_eq!(read(&store.log(), 0).await.unwrap(), [NOW + 1, NOW + 2, NOW + 3]);
}

#[tokio::test]
async fn what_memory_could_not_hold_while_the_disk_failed_is_a_gap_also_after_a_restart() {
    let directory = TempDir::new().unwrap();
    let config = StoreConfig {
        memory: 1_000,
        ..config(&directory)
    };
    let (mut store, _) = Store::open(&config, NOW).unwrap();
    store.append(commit(vec![record(NOW + 1, NOW + 1, 0)]), 0).await;
    let blocker = block(directory.path());
    for id in 2..=30 {
        store.append(commit(vec![record(NOW + id, NOW + id, 0)]), 0).await;
    }
    assert_eq!(read(&store.log(), NOW + 1).await, Err(GapReason::NotLogged));
    drop(blocker);
    until_well(&mut store).await;
    store.close(0).await;
    let (store, loaded) = Store::open(&config, NOW).unwrap();
    assert_eq!(loaded.last, Sequence::new(NOW + 30));
    assert_eq!(read(&store.log(), NOW + 1).await, Err(GapReason::NotLogged));
    let floor = store.log().floor();
    assert!(floor.id > Sequence::new(NOW + 1));
    assert_eq!(
        read(&store.log(), floor.id.get()).await.unwrap().last(),
        Some(&(NOW + 30))
    );
}

#[tokio::test]
async fn a_disk_that_hangs_holds_nobody_up_and_what_it_takes_late_counts() {
    let directory = TempDir::new().unwrap();
    let config = StoreConfig {
        patience: Duration::from_millis(1),
        ..config(&directory)
    };
    let (mut store, _) = Store::open(&config, NOW).unwrap();
    let blocker = block(directory.path());
    // The writer waits for the other program; nobody waits for the writer.
    let health = store.append(commit(vec![record(NOW + 1, NOW + 1, 0)]), 0).await;
    assert!(
        matches!(&health, Health::Failing(why) if why.contains("did not take a commit")),
        "{health:?}"
    );
    store.append(commit(vec![record(NOW + 2, NOW + 2, 0)]), 0).await;
    assert_eq!(read(&store.log(), 0).await.unwrap(), [NOW + 1, NOW + 2]);
    drop(blocker);
    store.patience = Duration::from_secs(5);
    until_well(&mut store).await;
    assert_eq!(read(&store.log(), 0).await.unwrap(), [NOW + 1, NOW + 2]);
    store.close(0).await;
    let (store, _) = Store::open(&config, NOW).unwrap();
    assert_eq!(read(&store.log(), 0).await.unwrap(), [NOW + 1, NOW + 2]);
}
